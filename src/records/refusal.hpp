#pragma once
// A decision's reason as an error that is told: "consent.revoked".

#include "consent/policy.hpp"

namespace salus::records {

// Of a refusing reason; the same object each time, so that kinds compare.
const ErrorKind& refusal_kind(consent::Reason reason);
// The detail names no grant and nothing personal.
Error refusal(const consent::Decision& decision);

} // namespace salus::records
