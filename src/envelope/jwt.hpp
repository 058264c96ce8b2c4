#pragma once
// JSON Web Tokens signed with HMAC-SHA256, as consensus and execution clients know each other by.
// Sources: RFC 7515, RFC 7518 3.2 (HS256), RFC 7519; execution-apis, src/engine/authentication.md.

#include "crypto/secret.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kJwtMalformed{"jwt.malformed",
                                         "RFC 7515 7.1: header.claims.signature in base64url"};
inline constexpr ErrorKind kJwtAlgorithm{"jwt.algorithm", "RFC 7518 3.1: HS256, never none"};
inline constexpr ErrorKind kJwtCritical{"jwt.critical",
                                        "RFC 7515 4.1.11: extensions that are not understood"};
inline constexpr ErrorKind kJwtSignature{"jwt.signature", "RFC 7518 3.2: HMAC with the secret"};
inline constexpr ErrorKind kJwtNoIssueTime{"jwt.no_issue_time",
                                           "execution-apis, authentication: iat is required"};
inline constexpr ErrorKind kJwtStale{"jwt.stale",
                                     "execution-apis, authentication: iat within 60 seconds"};
inline constexpr ErrorKind kJwtExpired{"jwt.expired", "RFC 7519 4.1.4: exp"};

inline constexpr std::int64_t kJwtWindow = 60; // seconds that iat may differ from now, either way

// Whether whoever made the token has the secret, and made it now (Unix seconds). The signature is
// compared in constant time. Claims besides iat and exp are ignored. The errors above.
Status check_jwt(std::string_view token, const crypto::SecretKey32& secret, std::int64_t now);
std::string make_jwt(const crypto::SecretKey32& secret, std::int64_t issued_at);

} // namespace salus::envelope
