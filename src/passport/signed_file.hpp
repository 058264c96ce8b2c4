#pragma once
// What trust lists, revocation lists and rule sets have in common: a JSON object {"<member>": {…},
// "signature": "0x…"} signed by the list key. The signature is EIP-712 (the domain's name, version
// 1, chain id, verifying contract = Accreditation) over the primary type's members: `digest`, the
// SHA-256 of the member's canonical JSON (RFC 8785), and unsigned numbers.

#include <initializer_list>
#include <optional>

#include "codec/json.hpp"
#include "eth/signer.hpp"

namespace salus::passport {

struct SignedKind {
    std::string_view member; // of the file
    std::string_view domain; // EIP-712 domain's name
    std::string_view type;   // EIP-712 primary type: bytes32 digest, then uint64 each
    const ErrorKind& malformed;
    const ErrorKind& signature_wrong;
};

struct SignedScope {
    std::uint64_t chain_id = 0;
    Address accreditation;
};

// Canonical JSON of the whole file.
Result<std::string> sign_file(const SignedKind& kind, const codec::Json& body,
                              const SignedScope& scope, std::initializer_list<std::uint64_t> fields,
                              const eth::Signer& key);

// The file's parts; nothing is verified yet. `malformed`.
struct SignedParts {
    codec::Json body; // an object
    FixedBytes<65> signature;
};
Result<SignedParts> split_file(const SignedKind& kind, std::string_view text,
                               const codec::JsonLimits& limits);

// Who signed: `signature_wrong` where no key made the signature, or another than `pinned`.
Result<Address> signer_of(const SignedKind& kind, const SignedParts& parts,
                          const SignedScope& scope, std::initializer_list<std::uint64_t> fields,
                          const std::optional<Address>& pinned);

} // namespace salus::passport
