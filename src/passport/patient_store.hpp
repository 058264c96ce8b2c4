#pragma once
// The Patient resources that a hospital sent ahead of their Immunizations, sealed with its data
// key and found by an HMAC of their id. Thread-safe.

#include <optional>

#include "codec/json.hpp"
#include "passport/data_key.hpp"
#include "store/sql.hpp"

namespace salus::passport {

class PatientStore {
public:
    // The database must be migrated; all outlive it.
    PatientStore(store::Database& database, const DataKey& data_key, Random& random)
        : database_(database), data_key_(data_key), random_(random) {}

    // Durable when it returns; true where there was none of this id before.
    Result<bool> put(std::string_view id, const codec::Json& patient);
    Result<std::optional<codec::Json>> find(std::string_view id);

private:
    store::Database& database_;
    const DataKey& data_key_;
    Random& random_;
};

} // namespace salus::passport
