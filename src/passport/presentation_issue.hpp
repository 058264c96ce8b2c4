#pragma once
// The hospital's side of presentations: one-time credentials for the keys of a holder's wallet.

#include "base/random.hpp"
#include "passport/presentation_form.hpp"

namespace salus::passport {

inline constexpr ErrorKind kNoVaccination{"presentation.no_vaccination",
                                          "a certificate of a vaccination, with its facts"};
inline constexpr ErrorKind kHolderKeys{"presentation.holder_keys",
                                       "1 to 200 keys on P-256, each once"};
inline constexpr ErrorKind kPresentationSpan{"presentation.validity",
                                             "within the validity of the credential key"};

inline constexpr std::size_t kMaxHolderKeys = 200;
inline constexpr std::int64_t kPresentationDays = 30; // that a credential is good for

// The claims of a certificate that was read (and verified by the caller): kPresentationFields as
// far as they are recorded; all texts but
//   dose, doses   whole numbers where they are such
//   disease, vaccine   "sct|840539006", "cvx|208", "atc|J07BX03"; else "<system>|<code>"
//   age_equal_or_over  {"12": true, "16": …, "18": …, "65": …} on the day of issue, where the
//                      whole birth date is known
// kNoVaccination.
Result<codec::json::object> presentation_claims(const Certificate& certificate, std::int64_t now);

struct PresentationTerms {
    ChainBinding chain; // chain id, contract, the hospital's account
    Kid kid;
    std::int64_t now = 0;                               // Unix seconds
    std::int64_t key_not_before = 0, key_not_after = 0; // of the credential key's certificate
    std::int64_t days = kPresentationDays;
};
// One SD-JWT for each key, in their order. iat is today's first second, exp `days` later: the same
// for all that are issued that day. Errors: kHolderKeys, kPresentationSpan.
Result<std::vector<envelope::SdJwt>>
issue_presentations(const PresentationTerms& terms, const codec::json::object& claims,
                    std::span<const crypto::p256::PublicKey> holders,
                    const crypto::SecretKey32& key, Random& random);

} // namespace salus::passport
