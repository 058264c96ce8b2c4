#pragma once
// The root secret of a patient, and all keys that derive from it (docs/patient.md, "Keys of a
// patient"). It is 32 random bytes, made on the patient's device, and never leaves it unwrapped.
//
//     key  = HKDF-SHA256(root, no salt, info, 32)
//     info = "salus/v1/" ‖ purpose ‖ 0x00 ‖ label
//
//     purpose    label                                               key
//     ledger     none                                                account: scalar of secp256k1
//     inbox      none                                                Umbral: scalar
//     folder     length of name u8 ‖ name ‖ epoch u64                Umbral: scalar
//     index      length of name u8 ‖ name ‖ epoch u64                32 bytes
//     grantee    the grantee's account, 20                           account: scalar
//     grant      the grant's salt, 32                                Umbral: scalar
//
// A scalar is (key mod (n - 1)) + 1, the key big-endian. Integers are big-endian. No key derives
// from another, because a grantee with enough proxies can compute what was delegated to him.
// Constant time in secrets; thread-safe.

#include <string_view>

#include "base/random.hpp"
#include "crypto/umbral.hpp"

namespace salus::patient {

inline constexpr ErrorKind kBadRoot{"patient.bad_root", "docs/patient.md: 32 random bytes"};
inline constexpr ErrorKind kBadFolderName{"patient.folder_name",
                                          "docs/patient.md: 1 to 64 of a-z, 0-9 and -"};

inline constexpr std::size_t kMaxFolderName = 64;

Status check_folder_name(std::string_view name); // kBadFolderName

class Root {
public:
    static Root generate(Random& random);
    static Result<Root> from_bytes(ByteView secret); // kBadRoot: another size, or all zero

    crypto::SecretKey32 ledger_key() const;
    Address ledger_account() const;
    crypto::umbral::SecretKey inbox_key() const;
    crypto::umbral::PublicKey inbox_public() const;
    // kBadFolderName.
    Result<crypto::umbral::SecretKey> folder_key(std::string_view name, std::uint64_t epoch) const;
    Result<crypto::umbral::PublicKey> folder_public(std::string_view name,
                                                    std::uint64_t epoch) const;
    Result<crypto::SecretKey32> index_key(std::string_view name, std::uint64_t epoch) const;
    // Of the account that consents to this grantee alone, so that consents on chain do not link.
    crypto::SecretKey32 grantee_key(const Address& grantee) const;
    Address grantee_account(const Address& grantee) const;
    // For one grant that is narrower than a folder.
    crypto::umbral::SecretKey grant_key(const Hash32& grant_salt) const;

    const crypto::SecretKey32& secret() const { return secret_; }
    Root copy() const { return Root(secret_.copy()); } // on purpose, hence by name

private:
    explicit Root(crypto::SecretKey32 secret) : secret_(std::move(secret)) {}
    crypto::SecretKey32 derive(std::string_view purpose, ByteView label) const;

    crypto::SecretKey32 secret_;
};

} // namespace salus::patient
