#pragma once
// What stands on chain for a certificate: the digest of all that its signature covers. Whoever
// holds the card can recompute it; whoever signs other content gets another one, so that no
// commitment on chain vouches for content that was not there when it was issued.
//
// The signed content holds a salted digest of the facts: without the card nobody can guess what the
// chain shows, and with the salt, which the hospital alone keeps, the hospital can prove the facts.

#include "fhir/vaccination.hpp"

namespace salus::passport {

// SHA-256 of the facts' canonical JSON (RFC 8785).
Result<Hash32> facts_digest(const codec::json::object& facts);
// SHA-256("salus/vaccination/1" ‖ salt ‖ facts digest): in claim -65601 and a DCC's `ci`.
Hash32 facts_commitment_of(const Hash32& salt, const Hash32& facts_digest);
// SHA-256("salus/certificate/1" ‖ payload), `payload` as it stands in the COSE message: on chain.
Hash32 commitment_of(ByteView payload);

} // namespace salus::passport
