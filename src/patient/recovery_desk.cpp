// A node's recovery cases in its database.

#include "patient/recovery.hpp"

namespace salus::patient {
namespace {

constexpr store::Migration kMigrations[] = {
    {1, "CREATE TABLE recovery_case("
        " envelope BLOB NOT NULL, wrap BLOB NOT NULL, patient BLOB NOT NULL,"
        " sequence INTEGER NOT NULL, guardians BLOB NOT NULL, threshold INTEGER NOT NULL,"
        " delay INTEGER NOT NULL, share BLOB NOT NULL, state INTEGER NOT NULL,"
        " receiver BLOB, nonce BLOB, deadline INTEGER NOT NULL, requested_at INTEGER NOT NULL,"
        " refused BLOB NOT NULL, PRIMARY KEY(envelope, wrap));"},
};

template <std::size_t N>
Bytes joined(const std::vector<FixedBytes<N>>& parts) {
    Bytes out;
    for (const auto& part : parts) append(out, part.bytes);
    return out;
}

template <std::size_t N>
Result<std::vector<FixedBytes<N>>> parted(const Bytes& bytes) {
    if (bytes.size() % N != 0) return Error(store::kSqlCorrupt, "a list of recovery_case");
    std::vector<FixedBytes<N>> out;
    for (std::size_t at = 0; at < bytes.size(); at += N) {
        out.push_back(right_aligned<N>(ByteView(bytes).subspan(at, N)));
    }
    return out;
}

std::uint64_t number(const store::Statement& row, int column) {
    return static_cast<std::uint64_t>(row.integer(column));
}

constexpr std::string_view kSelect =
    "SELECT patient, sequence, guardians, threshold, delay, share, state, receiver, nonce,"
    " deadline, requested_at, refused FROM recovery_case WHERE envelope = ?1 AND wrap = ?2";

Result<RecoveryCase> read_case(const store::Statement& row, const EnvelopeId& envelope,
                               const WrapId& wrap) {
    RecoveryCase out;
    out.deposit.envelope = envelope;
    out.deposit.wrap = wrap;
    SALUS_TRY_ASSIGN(out.deposit.patient, row.fixed<20>(0));
    out.deposit.sequence = number(row, 1);
    SALUS_TRY_ASSIGN(out.deposit.guardians, parted<20>(row.blob(2)));
    out.deposit.threshold = number(row, 3);
    out.deposit.delay = number(row, 4);
    out.deposit.share = row.blob(5);
    if (number(row, 6) > static_cast<std::uint64_t>(RecoveryState::withdrawn)) {
        return Error(store::kSqlCorrupt, "state of recovery_case");
    }
    out.state = static_cast<RecoveryState>(number(row, 6));
    if (!row.is_null(7)) {
        RecoveryRequest request;
        request.envelope = envelope;
        request.wrap = wrap;
        request.sequence = out.deposit.sequence;
        SALUS_TRY_ASSIGN(request.receiver, row.fixed<33>(7));
        SALUS_TRY_ASSIGN(request.nonce, row.fixed<32>(8));
        request.deadline = number(row, 9);
        out.request = request;
    }
    out.requested_at = number(row, 10);
    SALUS_TRY_ASSIGN(out.refused, parted<32>(row.blob(11)));
    return out;
}

Result<std::optional<RecoveryCase>> load(store::Database& database, const EnvelopeId& envelope,
                                         const WrapId& wrap) {
    SALUS_TRY_ASSIGN(const auto row, database.query(kSelect, envelope, wrap));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<RecoveryCase>();
    SALUS_TRY_ASSIGN(RecoveryCase out, read_case(*row, envelope, wrap));
    return std::optional(std::move(out));
}

Result<RecoveryCase> require(store::Database& database, const EnvelopeId& envelope,
                             const WrapId& wrap) {
    SALUS_TRY_ASSIGN(std::optional<RecoveryCase> found, load(database, envelope, wrap));
    if (!found) return Error(kNoDeposit);
    return *std::move(found);
}

} // namespace

Result<RecoveryDesk> RecoveryDesk::open(store::Database& database, const ledger::Domain& domain,
                                        const crypto::umbral::SecretKey& key, Random& random) {
    SALUS_TRY(database.migrate(kMigrations, "recovery"));
    return RecoveryDesk(database, domain, key, random);
}

Status RecoveryDesk::save(const RecoveryCase& held) {
    const Deposit& deposit = held.deposit;
    std::optional<crypto::secp256k1::CompressedPoint> receiver;
    std::optional<Hash32> nonce;
    if (held.request) {
        receiver = held.request->receiver;
        nonce = held.request->nonce;
    }
    return database_->run(
        "INSERT INTO recovery_case(envelope, wrap, patient, sequence, guardians, threshold, delay,"
        " share, state, receiver, nonce, deadline, requested_at, refused)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        " ON CONFLICT(envelope, wrap) DO UPDATE SET patient = excluded.patient,"
        " sequence = excluded.sequence, guardians = excluded.guardians,"
        " threshold = excluded.threshold, delay = excluded.delay, share = excluded.share,"
        " state = excluded.state, receiver = excluded.receiver, nonce = excluded.nonce,"
        " deadline = excluded.deadline, requested_at = excluded.requested_at,"
        " refused = excluded.refused",
        deposit.envelope, deposit.wrap, deposit.patient, deposit.sequence,
        joined(deposit.guardians), deposit.threshold, deposit.delay, deposit.share, held.state,
        receiver, nonce, held.request ? held.request->deadline : 0, held.requested_at,
        joined(held.refused));
}

Status RecoveryDesk::take(const Deposit& given, ByteView signature) {
    SALUS_TRY(open_share(given.share, *key_)); // for this node
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY_ASSIGN(const auto before, load(*database_, given.envelope, given.wrap));
    SALUS_TRY_ASSIGN(const RecoveryCase next, deposit(before, given, signature, domain_));
    SALUS_TRY(save(next));
    return transaction.commit();
}

Status RecoveryDesk::withdraw(const EnvelopeId& envelope, const WrapId& wrap, ByteView signature) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY_ASSIGN(const RecoveryCase before, require(*database_, envelope, wrap));
    SALUS_TRY_ASSIGN(const RecoveryCase next, patient::withdraw(before, signature, domain_));
    SALUS_TRY(save(next));
    return transaction.commit();
}

Result<std::uint64_t> RecoveryDesk::ask(const RecoveryRequest& request,
                                        std::span<const envelope::WalletSignature> guardians,
                                        std::uint64_t now) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY_ASSIGN(const RecoveryCase before,
                     require(*database_, request.envelope, request.wrap));
    SALUS_TRY_ASSIGN(const RecoveryCase next,
                     patient::ask(before, request, guardians, domain_, now));
    SALUS_TRY(save(next));
    SALUS_TRY(transaction.commit());
    return next.opens_at();
}

Status RecoveryDesk::veto(const EnvelopeId& envelope, const WrapId& wrap, const Hash32& request,
                          ByteView signature) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY_ASSIGN(const RecoveryCase before, require(*database_, envelope, wrap));
    SALUS_TRY_ASSIGN(const RecoveryCase next, patient::veto(before, request, signature, domain_));
    SALUS_TRY(save(next));
    return transaction.commit();
}

Result<Bytes> RecoveryDesk::release(const EnvelopeId& envelope, const WrapId& wrap,
                                    std::uint64_t now) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY_ASSIGN(const RecoveryCase before, require(*database_, envelope, wrap));
    SALUS_TRY_ASSIGN(const RecoveryCase next, patient::release(before, now));
    SALUS_TRY_ASSIGN(const crypto::shamir::Share share, open_share(next.deposit.share, *key_));
    SALUS_TRY_ASSIGN(const auto receiver,
                     crypto::secp256k1::Point::from_bytes(next.request->receiver.bytes));
    SALUS_TRY_ASSIGN(Bytes sealed, seal_share(share, receiver, *random_));
    SALUS_TRY(save(next)); // before it goes out
    SALUS_TRY(transaction.commit());
    return sealed;
}

Result<RecoveryCase> RecoveryDesk::find(const EnvelopeId& envelope, const WrapId& wrap) const {
    return require(*database_, envelope, wrap);
}

} // namespace salus::patient
