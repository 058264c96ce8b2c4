#pragma once
// EU Digital COVID Certificate, schema 1.3.0 (eHealth Network): the payload of a certificate for a
// vaccination against COVID-19.

#include <optional>

#include "fhir/vaccination.hpp"

namespace salus::passport {

struct DccContext {
    std::string country;     // of the hospital, where the record names none; alpha-2
    std::string issuer_name; // the hospital's
    Hash32 facts_commitment;
};

// The DCC, or nothing where the vaccination is not against COVID-19 or lacks what the schema
// requires (product, full date, dose number and series as numbers, a name in A-Z).
std::optional<codec::json::object> make_dcc(const fhir::Vaccination& vaccination,
                                            const DccContext& context);

// "URN:UVCI:01:<country>:" ‖ base32 of the facts' commitment.
std::string certificate_id(std::string_view country, const Hash32& facts_commitment);

} // namespace salus::passport
