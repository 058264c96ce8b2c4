#pragma once
// How a hospital and its key stood at a time, by the histories of a trust list.

#include "passport/trust_list.hpp"

namespace salus::passport {

// How hospital and key stood at a time, and what became of them later.
struct Standing {
    std::string_view fault; // "suspended", …; empty: accredited at that time
    std::string_view message;
    bool lost_later = false; // suspended or revoked at or after that time
};

// `leeway`: seconds by which the time may lie before an accreditation, where it is no block's.
Standing standing_at(const TrustedHospital& hospital, const TrustedKey& key, std::uint64_t time,
                     std::uint64_t leeway);

} // namespace salus::passport
