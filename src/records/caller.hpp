#pragma once
// Who calls a service of the node, as sign-in found out. What he may is decided from the chain.

#include <string>

#include "base/bytes.hpp"

namespace salus::records {

struct Caller {
    Address account;
    std::string client;    // a hospital's system; empty: the account itself signed in
    std::string clinician; // fhirUser of that system's session; empty: none was named
    friend bool operator==(const Caller&, const Caller&) = default;
};

} // namespace salus::records
