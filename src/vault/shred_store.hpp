#pragma once
// One 32-byte key a record, in a small database of its own that backups leave out: whoever destroys
// the key has erased the record wherever its row was copied to. Thread-safe.
//
// A destroyed key is overwritten in place by zeros and its row stays: so SQLite never moves a
// page's content about, which would leave copies behind (docs/security.md, "Erasing").

#include <span>

#include "crypto/secret.hpp"
#include "store/group_commit.hpp"

namespace salus::vault {

inline constexpr ErrorKind kShredKeyMissing{
    "vault.shred_key_missing", "docs/operations.md: the shred store belongs to this database"};
inline constexpr ErrorKind kErased{"vault.erased", "this record was erased on purpose"};

using ShredId = FixedBytes<16>;

struct ShredKey {
    ShredId id;
    crypto::SecretKey32 key;
};

class ShredStore {
public:
    static Result<std::unique_ptr<ShredStore>> open(store::Database& database);

    // Durable when it returns.
    Status add(std::span<const ShredKey> keys, std::uint64_t now_ms);
    Result<crypto::SecretKey32> find(const ShredId& id) const; // kShredKeyMissing, kErased
    // Durable, and off the disk as far as the engine can, when it returns.
    Status destroy(std::span<const ShredId> ids);
    // Live keys made before that time, oldest first, after the one numbered `after`.
    struct Listed {
        std::int64_t number = 0;
        ShredId id;
    };
    Result<std::vector<Listed>> made_before(std::uint64_t time_ms, std::int64_t after,
                                            std::size_t most) const;

private:
    explicit ShredStore(store::Database& database) : database_(database), commits_(database) {}

    store::Database& database_;
    store::GroupCommit commits_;
};

} // namespace salus::vault
