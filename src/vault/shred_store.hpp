#pragma once
// One 32-byte key a record, in a small database of its own that backups leave out: whoever destroys
// the key has erased the record wherever its row was copied to. Thread-safe.
//
// A destroyed key is overwritten in place by zeros and its row stays: so SQLite never moves a
// page's content about, which would leave copies behind (docs/security.md, "Erasing").

#include <span>

#include "base/random.hpp"
#include "crypto/secret.hpp"
#include "store/group_commit.hpp"

namespace salus::vault {

inline constexpr ErrorKind kShredKeyMissing{
    "vault.shred_key_missing", "docs/operations.md: the shred store belongs to this database"};
inline constexpr ErrorKind kErased{"vault.erased", "this record was erased on purpose"};

inline constexpr ErrorKind kShredStoreOther{
    "vault.other_shred_store", "docs/operations.md: the shred store belongs to this database"};

using ShredNumber = std::int64_t;

class ShredStore {
public:
    static Result<std::unique_ptr<ShredStore>> open(store::Database& database, Random& random);

    // Drawn when the store was made.
    const FixedBytes<16>& id() const { return id_; }

    // A fresh key for each record, durable when it returns.
    struct Key {
        ShredNumber number = 0;
        crypto::SecretKey32 key;
    };
    Result<std::vector<Key>> add(std::span<const FixedBytes<16>> records, std::uint64_t now_ms);
    Result<crypto::SecretKey32> find(ShredNumber number) const; // kShredKeyMissing, kErased
    // Durable when it returns; after forget() off the disk as far as the engine can.
    Status destroy(std::span<const ShredNumber> numbers);
    Status forget() { return database_.forget("shred_key", true); }

    // Live keys made before that time with the record that they were made for, by their numbers,
    // after `after`.
    struct Made {
        ShredNumber number = 0;
        FixedBytes<16> record;
    };
    Result<std::vector<Made>> made_before(std::uint64_t time_ms, ShredNumber after,
                                          std::size_t most) const;

private:
    ShredStore(store::Database& database, Random& random)
        : database_(database), random_(random), commits_(database) {}
    Status set_up();

    store::Database& database_;
    Random& random_;
    store::GroupCommit commits_;
    FixedBytes<16> id_;
};

} // namespace salus::vault
