#include "patient/root.hpp"

#include <algorithm>

#include "crypto/kdf.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::patient {

using crypto::SecretKey32;
namespace umbral = crypto::umbral;

namespace {

bool is_folder_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

void append_u64(Bytes& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(value >> shift));
}

Bytes folder_label(std::string_view name, std::uint64_t epoch) {
    Bytes out{static_cast<Byte>(name.size())};
    append(out, view(name));
    append_u64(out, epoch);
    return out;
}

SecretKey32 as_account(const SecretKey32& key) {
    return crypto::secp256k1::scalar_of(key).secret().copy();
}

Address account_of(const SecretKey32& key) {
    const auto address = crypto::secp256k1::address_of(key);
    SALUS_ASSERT(address.ok()); // of a scalar
    return *address;
}

} // namespace

Status check_folder_name(std::string_view name) {
    if (name.empty() || name.size() > kMaxFolderName ||
        !std::all_of(name.begin(), name.end(), is_folder_letter)) {
        return Error(kBadFolderName);
    }
    return ok_status();
}

Root Root::generate(Random& random) {
    SecretKey32 secret;
    random.fill(secret.expose().bytes);
    return Root(std::move(secret));
}

Result<Root> Root::from_bytes(ByteView secret) {
    if (secret.size() != 32) return Error(kBadRoot, "another size");
    SecretKey32 out;
    Byte any = 0;
    for (std::size_t i = 0; i < 32; ++i) any |= out.expose()[i] = secret[i];
    if (any == 0) return Error(kBadRoot, "all zero");
    return Root(std::move(out));
}

SecretKey32 Root::derive(std::string_view purpose, ByteView label) const {
    Bytes info = to_bytes(std::string_view("salus/v1/"));
    append(info, view(purpose));
    info.push_back(0);
    append(info, label);
    return crypto::hkdf_key(secret_.expose().bytes, {}, info);
}

SecretKey32 Root::ledger_key() const {
    return as_account(derive("ledger", {}));
}

Address Root::ledger_account() const {
    return account_of(ledger_key());
}

umbral::SecretKey Root::inbox_key() const {
    return crypto::secp256k1::scalar_of(derive("inbox", {}));
}

umbral::PublicKey Root::inbox_public() const {
    return crypto::secp256k1::generate(inbox_key());
}

Result<umbral::SecretKey> Root::folder_key(std::string_view name, std::uint64_t epoch) const {
    SALUS_TRY(check_folder_name(name));
    return crypto::secp256k1::scalar_of(derive("folder", folder_label(name, epoch)));
}

Result<umbral::PublicKey> Root::folder_public(std::string_view name, std::uint64_t epoch) const {
    SALUS_TRY_ASSIGN(const umbral::SecretKey key, folder_key(name, epoch));
    return crypto::secp256k1::generate(key);
}

Result<SecretKey32> Root::index_key(std::string_view name, std::uint64_t epoch) const {
    SALUS_TRY(check_folder_name(name));
    return derive("index", folder_label(name, epoch));
}

SecretKey32 Root::grantee_key(const Address& grantee) const {
    return as_account(derive("grantee", grantee.bytes));
}

Address Root::grantee_account(const Address& grantee) const {
    return account_of(grantee_key(grantee));
}

umbral::SecretKey Root::grant_key(const Hash32& grant_salt) const {
    return crypto::secp256k1::scalar_of(derive("grant", grant_salt.bytes));
}

} // namespace salus::patient
