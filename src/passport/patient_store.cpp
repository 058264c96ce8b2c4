#include "passport/patient_store.hpp"

namespace salus::passport {

namespace {

constexpr std::string_view kUse = "patient";

Bytes context_of(const Hash32& identity) {
    return concat({view("patient/1"), identity.bytes});
}

} // namespace

Result<bool> PatientStore::put(std::string_view id, const codec::Json& patient) {
    const Hash32 identity = data_key_.lookup(kUse, view(id));
    const Bytes sealed =
        data_key_.seal(view(codec::print_json(patient)), context_of(identity), random_);
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    SALUS_TRY(database_.run("INSERT INTO patient(identity, sealed) VALUES (?1, ?2) "
                            "ON CONFLICT DO NOTHING",
                            identity, sealed));
    const bool fresh = database_.changed_rows() == 1;
    if (!fresh) {
        SALUS_TRY(
            database_.run("UPDATE patient SET sealed = ?2 WHERE identity = ?1", identity, sealed));
    }
    SALUS_TRY(transaction.commit());
    return fresh;
}

Result<std::optional<codec::Json>> PatientStore::find(std::string_view id) {
    const Hash32 identity = data_key_.lookup(kUse, view(id));
    Bytes sealed;
    {
        SALUS_TRY_ASSIGN(
            auto rows, database_.query("SELECT sealed FROM patient WHERE identity = ?1", identity));
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return std::optional<codec::Json>();
        sealed = rows->blob(0);
    }
    SALUS_TRY_ASSIGN(const Bytes plain, data_key_.open(sealed, context_of(identity)));
    SALUS_TRY_ASSIGN(codec::Json patient, codec::parse_json(to_string(plain)));
    return std::optional<codec::Json>(std::move(patient));
}

} // namespace salus::passport
