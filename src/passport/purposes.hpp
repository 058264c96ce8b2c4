#pragma once
// For which kinds of certificates a key may sign: a bit each, as in Accreditation; no bit: any kind
// (eHealth network, HCERT governance: a signer's certificate without these usages).

#include <optional>
#include <string>
#include <vector>

#include "crypto/x509.hpp"

namespace salus::passport {

inline constexpr ErrorKind kUnknownPurpose{"trust.unknown_purpose",
                                           "test, vaccination or recovery"};

using Purposes = std::uint8_t;
inline constexpr Purposes kPurposeTest = 1;
inline constexpr Purposes kPurposeVaccination = 2;
inline constexpr Purposes kPurposeRecovery = 4;
inline constexpr Purposes kEveryPurpose = 7;
// Of a key whose contract and certificate have no purpose in common: it may sign none of the three.
inline constexpr Purposes kPurposeNone = 128;

// By the extended key usages, in their present and their early form (1.3.6.1.4.1.0.1847…).
Purposes purposes_of(const crypto::x509::Certificate& certificate);
// `purpose`: one bit, or 0 for a content that is none of the three, which any key may sign.
bool allows(Purposes held, Purposes purpose);
// What both allow; nullopt where they have nothing in common.
std::optional<Purposes> narrowed(Purposes a, Purposes b);

std::vector<std::string_view> names_of(Purposes purposes); // "test", "vaccination", "recovery"
Result<Purposes> purpose_of(std::string_view name);        // kUnknownPurpose

} // namespace salus::passport
