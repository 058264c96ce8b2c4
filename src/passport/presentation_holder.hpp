#pragma once
// The holder's side of presentations: takes a batch into the wallet, and shows chosen fields of one
// credential, once.

#include "base/random.hpp"
#include "codec/qr.hpp"
#include "passport/presentation.hpp"

namespace salus::passport {

inline constexpr ErrorKind kNotMine{"presentation.not_for_this_key",
                                    "RFC 9901 7.2: bound to a key of this wallet"};
inline constexpr ErrorKind kNoSuchField{"presentation.no_such_field",
                                        "the fields that this credential holds"};

struct CredentialContent {
    codec::json::object claims; // all that it can disclose
    std::int64_t issued = 0, expires = 0;
};
// Section 7.2: what the hospital gave, under its key, for the holder's key. sd_jwt.*,
// key_binding.unexpected, kNotMine.
Result<CredentialContent> receive_credential(const envelope::SdJwt& credential,
                                             const crypto::p256::PublicKey& issuer,
                                             const crypto::p256::PublicKey& holder,
                                             std::int64_t now);

struct Showing {
    // Names of kPresentationFields; also "name" (family and given), "age_over_18" (12, 16, 65) and
    // "all".
    std::vector<std::string> fields;
    std::int64_t now = 0;             // Unix seconds
    std::optional<std::string> nonce; // the verifier's; none: good for 60 seconds
    std::string audience;             // the verifier's name; empty: any
};
struct Shown {
    std::string text; // "SD1:…", for a QR code of version 22 at most
    envelope::SdJwt sd_jwt;
};
// kNoSuchField, kNotMine, kPresentationTooMuch.
Result<Shown> present(const envelope::SdJwt& credential, const crypto::SecretKey32& holder,
                      const Showing& showing, Random& random);

} // namespace salus::passport
