#pragma once
// SD-JWTs (RFC 9901) as issuer and holder make them. Randomness is the caller's.
//
//     SdMaker maker(random);
//     codec::json::object payload{{"iss", …}};
//     put_digests(payload, {maker.property("birthdate", "1990-05-17"), maker.decoy()});
//     SALUS_TRY_ASSIGN(SdJwt out, sd_jwt_issue(members, payload, maker.disclosures(), key));

#include "base/random.hpp"
#include "envelope/sd_jwt.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kSdJwtSelection{"sd_jwt.selection",
                                           "RFC 9901 7.2: a claim that this SD-JWT discloses"};

// Makes disclosures, each under a fresh salt of 128 bits. Values may hold digests themselves
// (recursive disclosures, section 4.2.6).
class SdMaker {
public:
    explicit SdMaker(Random& random) : random_(random) {}

    // The digest for `_sd`. `name` is neither "_sd" nor "..." nor "_sd_alg".
    std::string property(std::string_view name, const codec::Json& value);
    codec::Json element(const codec::Json& value); // {"...": digest}, in the element's place
    std::string decoy();                           // a digest of nothing, section 4.2.5

    const std::vector<std::string>& disclosures() const { return disclosures_; }

private:
    std::string keep(codec::json::array content);

    Random& random_;
    std::vector<std::string> disclosures_;
};

// Puts `_sd` into the object, sorted, which hides the order of the claims (section 4.2.4.1).
void put_digests(codec::json::object& into, std::vector<std::string> digests);

// The header is {"alg":"ES256", members…}.
Result<SdJwt> sd_jwt_issue(std::span<const JwsMember> members, const codec::json::object& payload,
                           std::vector<std::string> disclosures, const crypto::SecretKey32& key);

struct DisclosedClaim {
    std::string path; // JSON pointer (RFC 6901) in the processed payload; elements by their place
    std::size_t disclosure = 0;        // its index
    std::optional<std::size_t> parent; // the disclosure that holds its digest; none: the payload
};
// Where each disclosure of a valid SD-JWT belongs: a parent before its children.
Result<std::vector<DisclosedClaim>> sd_outline(const SdJwt& sd_jwt);

// Only the claims at these paths and below, with the disclosures that they hang on (section 7.2),
// a parent before its children. kSdJwtSelection for a path that discloses nothing.
Result<SdJwt> sd_select(const SdJwt& sd_jwt, std::span<const std::string> paths);

// Adds the key binding of the holder's key (section 4.3): {"iat", "aud", "nonce", "sd_hash"}.
Status sd_bind(SdJwt& sd_jwt, const KeyBinding& binding, const crypto::SecretKey32& holder);

} // namespace salus::envelope
