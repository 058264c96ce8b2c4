#pragma once
// From the body of POST /api/v1/identity/prepare to the request that people sign.

#include "api/hospital.hpp"
#include "passport/identity_desk.hpp"

namespace salus::api::identity {

inline constexpr ErrorKind kBadZone{"identity.zone_faulty",
                                    "ICAO 9303: a machine-readable zone without faults"};

struct Prepared {
    salus::passport::IdentityRequest request;
    std::optional<Hash32> salt; // of the commitment; the patient keeps it
};

// An account of the body; kBadRequest names the member.
Result<Address> account_of(const codec::json::object& body, std::string_view member);

// `hospital`: the caller speaks for the node's hospital. kNotAuthorised, kBadRequest, kBadZone.
Result<Prepared> prepare(const Parts& parts, const codec::json::object& body, bool hospital);

} // namespace salus::api::identity
