#pragma once
// What certificates and requests for them have in common. For the sources of this room only.

#include <utility>

#include "crypto/openssl_handles.hpp"
#include "crypto/x509.hpp"

namespace salus::crypto::x509 {

Status check_subject(const Name& name);             // kBadName
void set_name(X509_NAME* target, const Name& name); // of a checked name
// p256::kBadKey where the point is not on the curve.
Result<openssl::PublicKeyHandle> public_key_handle(const p256::PublicKey& key);
// A signature over `text` (ECDSA, SHA-256), as DER.
Status sign_into(ASN1_BIT_STRING& bits, ByteView text, const SecretKey32& key);
// Extensions of a signer (NID, value for OpenSSL): constraints, usages, names. kBadName.
Result<std::vector<std::pair<int, std::string>>> signer_fields(const Request& request);

} // namespace salus::crypto::x509
