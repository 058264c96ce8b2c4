#pragma once
// What every one-time credential looks like: its header and payload from the few values in which
// one differs from another, and the fields by their numbers in the compact form. For issuing,
// reading and the compact form; docs/protocol.md, "Presentation".

#include <array>

#include "passport/presentation.hpp"

namespace salus::passport {

// All that can be disclosed, in the order of their numbers. Every credential has a digest for each:
// what was not recorded has one of nothing, so that their number tells nothing.
inline constexpr std::array<std::string_view, 14> kPresentationFields{
    "family_name",  "given_name",
    "birthdate",    "disease",
    "vaccine",      "product",
    "manufacturer", "lot",
    "dose",         "doses",
    "date",         "country",
    "hospital",     "age_equal_or_over"};
inline constexpr std::string_view kAgeField = "age_equal_or_over";

struct PresentationBase {
    Kid kid;
    std::uint64_t chain_id = 0;
    Address issuer, contract;
    std::int64_t issued = 0, expires = 0; // Unix seconds, whole days
    crypto::p256::PublicKey holder;
};

codec::json::object presentation_payload(const PresentationBase& base,
                                         std::vector<std::string> digests);
// The members of the header after alg; `kid` must outlive them.
std::array<envelope::JwsMember, 2> presentation_header(const std::string& kid);

// kPresentationClaims where header or payload is none of ours.
Result<PresentationBase> presentation_base(const envelope::ReadJwt& jwt);

// The SD-JWT+KB that a compact text stands for.
Result<envelope::SdJwt> expand_presentation(std::string_view text);

} // namespace salus::passport
