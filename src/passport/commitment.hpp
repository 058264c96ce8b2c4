#pragma once
// What stands on chain for a vaccination: a salted digest of its facts, from which nothing can be
// guessed without the salt, which only the certificate's holder and its hospital keep.

#include "fhir/vaccination.hpp"

namespace salus::passport {

// SHA-256 of the facts' canonical JSON (RFC 8785).
Result<Hash32> facts_digest(const codec::json::object& facts);
// SHA-256("salus/vaccination/1" ‖ salt ‖ facts digest).
Hash32 commitment_of(const Hash32& salt, const Hash32& facts_digest);

} // namespace salus::passport
