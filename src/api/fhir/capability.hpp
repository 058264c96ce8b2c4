#pragma once
// What the FHIR endpoint can do (https://hl7.org/fhir/R4/capabilitystatement.html).

#include "codec/json.hpp"

namespace salus::api::fhir {

codec::json::object capability_statement(std::string_view version);

} // namespace salus::api::fhir
