#pragma once
// SMART Health Cards: text → checks. Offline, with key sets and revocation lists that the caller
// fetched and trusts; see shc_card.hpp for issuing, shc_file.hpp for files.

#include <array>
#include <memory>

#include "envelope/jwk.hpp"
#include "passport/shc_card.hpp"
#include "passport/shc_revocation.hpp"
#include "passport/verdict.hpp"

namespace salus::passport {

inline constexpr ErrorKind kShcUnknownIssuer{"shc.unknown_issuer", "not among those trusted"};
inline constexpr ErrorKind kShcUnknownKey{
    "shc.unknown_key", "SMART Health Cards 1.4: kid is in <iss>/.well-known/jwks.json"};
inline constexpr ErrorKind kShcRevoked{"shc.revoked", "SMART Health Cards 1.4, Revocation"};
inline constexpr ErrorKind kShcCrlMissing{
    "shc.crl_missing", "SMART Health Cards 1.4, Revocation: the key names a list"};
inline constexpr ErrorKind kShcCrlStale{
    "shc.crl_stale", "SMART Health Cards 1.4, Revocation: the key names a newer list"};
inline constexpr ErrorKind kShcAnchor{"shc.chain_not_trusted",
                                      "SMART Health Cards 1.4, Certificates: a trusted anchor"};

struct ShcPolicy {
    // X.509 chains: what fails is shown, and with this it makes the card invalid.
    bool chain_required = false;
    // A chain must end in one of these (DER), or be signed by one; empty: any end.
    std::vector<crypto::x509::Certificate> anchors;
};

// Each check as in a Verdict: name, outcome, a stable code ("<name>.ok" where passed), a message.
struct ShcReport {
    Overall overall = Overall::unreadable;
    // structure: text, JWS, header, DEFLATE, claims · issuer: iss is trusted, kid is in its key set
    // signature · validity: nbf, exp · content: the bundle · revocation · chain: x5c
    std::array<Check, 7> checks;
    std::optional<ShcCard> card; // where the structure passed
    std::string kid;
    std::vector<std::string> remarks; // of check_shc_bundle
    std::int64_t checked_at = 0;

    const Check& check(std::string_view name) const;
};

// The check `revocation` of a card signed by this key; nullptr: no list of the key is at hand.
Check shc_revocation(const ShcCard& card, const envelope::Jwk& key, const ShcRevocations* list);

// Changing calls from one thread at a time, and not while others verify; verifying is thread-safe.
class ShcVerifier {
public:
    explicit ShcVerifier(ShcPolicy policy = {});
    ~ShcVerifier();
    ShcVerifier(ShcVerifier&&) noexcept;
    ShcVerifier& operator=(ShcVerifier&&) noexcept;

    // The key set of <issuer>/.well-known/jwks.json, in place of an earlier one. Lists are kept, of
    // keys that are gone as well: should one come back, its counter does not. Refused, and nothing
    // changed: kShcIssuerUrl; kShcCrlRollback where a crlVersion went back.
    Status trust(const std::string& issuer, const envelope::JwkSet& keys);
    // A revocation list of one of its keys: check_crl_of_key, check_crl_successor.
    Status revoke(const std::string& issuer, ShcRevocations list);

    // A compact JWS, or the "shc:/" text of one code; nothing around it. Never fails.
    ShcReport verify(std::string_view text, std::int64_t now) const;
    // All the codes of a card in chunks, in any order.
    ShcReport verify_codes(std::span<const std::string> texts, std::int64_t now) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::passport
