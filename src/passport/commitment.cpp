#include "passport/commitment.hpp"

#include "codec/canonical_json.hpp"
#include "crypto/hash.hpp"

namespace salus::passport {

Result<Hash32> facts_digest(const codec::json::object& facts) {
    SALUS_TRY_ASSIGN(const std::string text, codec::canonical_json(codec::Json(facts)));
    return crypto::sha256(view(text));
}

Hash32 facts_commitment_of(const Hash32& salt, const Hash32& facts_digest) {
    return crypto::sha256(concat({view("salus/vaccination/1"), salt.bytes, facts_digest.bytes}));
}

Hash32 commitment_of(ByteView payload) {
    return crypto::sha256(concat({view("salus/certificate/1"), payload}));
}

} // namespace salus::passport
