#include "chain/check_state.hpp"

#include "chain/nodes.hpp"
#include "codec/rlp.hpp"

namespace salus::chain {

namespace {

// Reads past the cache and counts: each stored node is met once.
class CountingNodes final : public state::NodeSource {
public:
    explicit CountingNodes(const store::Reader& reader) : reader_(reader) {}
    Result<Bytes> node(const state::NodePlace& place, const Hash32& hash) const override {
        SALUS_TRY_ASSIGN(auto stored, reader_.get(column(Kind::nodes), state::node_key(place)));
        if (!stored || crypto::keccak256(*stored) != hash) {
            return Error(kDamaged, "trie node " + to_hex0x(hash.bytes));
        }
        ++count;
        return std::move(*stored);
    }
    mutable std::uint64_t count = 0;

private:
    const store::Reader& reader_;
};

// How many entries a column has whose keys begin with `prefix`; each checksum is looked at.
Result<std::uint64_t> count_records(const store::Reader& reader, Kind kind, ByteView prefix) {
    std::uint64_t out = 0;
    Status status = ok_status();
    SALUS_TRY(reader.scan(column(kind), prefix, [&](ByteView key, ByteView stored) {
        if (!key.empty() &&
            (key.size() < prefix.size() || !equal(key.first(prefix.size()), prefix))) {
            return false;
        }
        auto value = open_record(kind, key, to_bytes(stored));
        if (!value.ok()) return status = std::move(value).error(), false;
        ++out;
        return true;
    }));
    SALUS_TRY(status);
    return out;
}

class StateCheck {
public:
    StateCheck(const store::Reader& reader, CheckReport& report, const CheckProgress& progress)
        : reader_(reader), archive_(reader), nodes_(reader), report_(report), progress_(progress) {}

    Status check() {
        SALUS_TRY_ASSIGN(const HeaderInfo block, stored_block(reader_));
        SALUS_TRY(state::for_each_leaf(
            nodes_, {}, block.header.state_root,
            [this](const Hash32& key, ByteView leaf) { return account(key, leaf); }));
        SALUS_TRY_ASSIGN(const std::uint64_t flat, count_records(reader_, Kind::accounts, {}));
        if (flat != report_.accounts) return Error(kDamaged, "accounts that no trie has");
        SALUS_TRY_ASSIGN(const std::uint64_t slots, count_records(reader_, Kind::storage, {}));
        if (slots != report_.slots) return Error(kDamaged, "slots that no trie has");
        report_.nodes = nodes_.count;
        return no_node_over();
    }

private:
    Status account(const Hash32& key, ByteView leaf) {
        SALUS_TRY_ASSIGN(const auto flat, get_record(reader_, Kind::accounts, key.bytes));
        if (!flat || !equal(*flat, leaf)) {
            return Error(kDamaged, "account " + to_hex0x(key.bytes) + " differs from its trie");
        }
        SALUS_TRY_ASSIGN(const state::Account account, state::decode_account(leaf));
        if (account.has_code()) SALUS_TRY(archive_.code(account.code_hash));
        if (++report_.accounts % 4096 == 0) progress_("accounts", report_.accounts, 0);
        return state::for_each_leaf(
            nodes_, key, account.storage_root,
            [&](const Hash32& slot, ByteView value) { return check_slot(key, slot, value); });
    }

    Status check_slot(const Hash32& account, const Hash32& slot, ByteView leaf) {
        SALUS_TRY_ASSIGN(const auto flat,
                         get_record(reader_, Kind::storage, slot_key(account, slot).bytes));
        SALUS_TRY_ASSIGN(const auto value, codec::rlp::decode(leaf));
        if (!flat || !equal(*flat, value.payload)) {
            return Error(kDamaged, "slot " + to_hex0x(slot.bytes) + " of account " +
                                       to_hex0x(account.bytes) + " differs from its trie");
        }
        if (++report_.slots % 65'536 == 0) progress_("slots", report_.slots, 0);
        return ok_status();
    }

    Status no_node_over() {
        std::uint64_t stored = 0;
        SALUS_TRY(reader_.scan(column(Kind::nodes), {},
                               [&](ByteView, ByteView) { return ++stored, true; }));
        if (stored == nodes_.count) return ok_status();
        return Error(kDamaged, std::to_string(stored) + " trie nodes are stored, " +
                                   std::to_string(nodes_.count) + " are used");
    }

    const store::Reader& reader_;
    Archive archive_;
    CountingNodes nodes_;
    CheckReport& report_;
    const CheckProgress& progress_;
};

// What damage says goes into the report; storage that cannot be read ends the check.
Status note_fault(CheckReport& report, std::string_view where, const Status& status) {
    if (status.ok()) return ok_status();
    const Error& error = status.error();
    const bool of_store = error.name().starts_with("store.");
    if (of_store && error.kind() != store::kStoreCorrupt) return error;
    add_fault(report, std::string(where), error.text());
    return ok_status();
}

} // namespace

Status check_state(const store::Reader& reader, CheckReport& report,
                   const CheckProgress& progress) {
    const auto note = [&](std::string_view where, const Status& status) {
        return note_fault(report, where, status);
    };
    const std::uint64_t before = report.fault_count;
    SALUS_TRY(note("state", StateCheck(reader, report, progress).check()));
    for (const auto& [kind, name] : {std::pair{Kind::account_was, "accounts of before"},
                                     std::pair{Kind::storage_was, "slots of before"},
                                     std::pair{Kind::touched, "lists of changes"}}) {
        const auto counted = count_records(reader, kind, {});
        SALUS_TRY(note(name, counted.ok() ? ok_status() : Status(counted.error())));
    }
    report.state_good = report.fault_count == before;
    const auto pending = count_records(reader, Kind::journal, {});
    return note("journal", pending.ok() ? ok_status() : Status(pending.error()));
}

Status check_log_index(const store::Reader& reader, CheckReport& report) {
    const auto counted = count_records(reader, Kind::log_index, {});
    Status status = counted.ok() ? ok_status() : Status(counted.error());
    if (counted.ok() && *counted != report.log_items) {
        status = Error(kDamaged, "entries that no log has");
    }
    return note_fault(report, "log index", status);
}

} // namespace salus::chain
