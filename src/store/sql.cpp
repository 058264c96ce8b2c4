#include "store/sql.hpp"

namespace salus::store {

Status Statement::run() {
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, step());
        if (!more) return ok_status();
    }
}

Transaction::~Transaction() {
    if (database_ != nullptr) database_->roll_back();
}

Status Transaction::commit() {
    SALUS_ASSERT(database_ != nullptr);
    Database* database = database_;
    database_ = nullptr;
    return database->commit();
}

Result<Transaction> Database::begin() {
    SALUS_TRY(begin_immediate());
    return Transaction(*this);
}

} // namespace salus::store
