#pragma once
// The hospital's key for what rests in its database: rows are sealed, and what they are looked up
// by is an HMAC, so that the disk alone tells nothing and confirms no guess.

#include "base/random.hpp"
#include "crypto/secret.hpp"

namespace salus::passport {

class DataKey {
public:
    explicit DataKey(const crypto::SecretKey32& root); // derives one key for each use (HKDF)

    // nonce ‖ ciphertext ‖ tag, bound to `context` (what the row is, and its key).
    Bytes seal(ByteView plain, ByteView context, Random& random) const;
    Result<Bytes> open(ByteView sealed, ByteView context) const; // crypto::kNotAuthentic
    Hash32 lookup(std::string_view use, ByteView value) const;

private:
    crypto::SecretKey32 sealing_, looking_;
};

} // namespace salus::passport
