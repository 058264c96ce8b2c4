#include "chain/check.hpp"

#include "chain/check_state.hpp"
#include "chain/log_index.hpp"
#include "codec/rlp.hpp"

namespace salus::chain {

namespace {

// What an item of a block is called in a fault, and what is wrong with it.
Error wrong(std::string what) {
    return Error(kDamaged, std::move(what));
}

class BlockCheck {
public:
    BlockCheck(const store::Reader& reader, CheckReport& report)
        : reader_(reader), archive_(reader), report_(report) {}

    // The first fault of the block, if any.
    Status check(std::uint64_t number) {
        SALUS_TRY_ASSIGN(const auto header, archive_.header(number));
        if (!header) return wrong("the header is missing");
        if (header->header.number != number) return wrong("the header is another block's");
        if (number != 0 && header->header.parent_hash != parent_) {
            return wrong("parentHash is not the hash of the block before");
        }
        parent_ = header->hash;
        SALUS_TRY_ASSIGN(const auto back, archive_.number_of(header->hash));
        if (back != number) return wrong("its hash does not lead to it");
        if (number == 0) return ok_status();
        SALUS_TRY(transactions(*header));
        SALUS_TRY(receipts(*header));
        return rest(*header);
    }

private:
    Status transactions(const HeaderInfo& header) {
        SALUS_TRY_ASSIGN(const auto items, archive_.transactions(header));
        std::vector<Bytes> raws;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string name = "transaction " + std::to_string(i);
            raws.push_back(state::encode(items[i].transaction));
            if (crypto::keccak256(raws.back()) != items[i].hash) {
                return wrong(name + " has another hash");
            }
            SALUS_TRY_ASSIGN(const auto place, archive_.position_of(items[i].hash));
            if (!place || place->number != header.header.number || place->index != i) {
                return wrong("the hash of " + name + " does not lead to it");
            }
        }
        if (state::ordered_trie_root(raws) != header.header.transactions_root) {
            return wrong("transactionsRoot does not fit");
        }
        report_.transactions += items.size();
        return ok_status();
    }

    Status receipts(const HeaderInfo& header) {
        SALUS_TRY_ASSIGN(const auto items, archive_.receipts(header));
        std::vector<Bytes> encoded;
        encoded.reserve(items.size());
        for (const ReceiptInfo& item : items) encoded.push_back(state::encode(item.receipt));
        if (state::ordered_trie_root(encoded) != header.header.receipts_root) {
            return wrong("receiptsRoot does not fit");
        }
        const auto index = log_index_keys(header.header.number, items);
        for (const auto& key : index) {
            SALUS_TRY_ASSIGN(const auto found, get_record(reader_, Kind::log_index, key.bytes));
            if (!found) return wrong("the log index lacks a log of it");
        }
        report_.log_items += index.size();
        return ok_status();
    }

    Status rest(const HeaderInfo& header) {
        SALUS_TRY_ASSIGN(const BodyRest rest, archive_.body_rest(header.header.number));
        std::vector<Bytes> encoded;
        for (const state::Withdrawal& item : rest.withdrawals) {
            encoded.push_back(state::encode(item));
        }
        const auto& root = header.header.withdrawals_root;
        if (root && state::ordered_trie_root(encoded) != *root) {
            return wrong("withdrawalsRoot does not fit");
        }
        codec::rlp::Writer ommers;
        ommers.open_list();
        for (const state::BlockHeader& ommer : rest.ommers) ommers.raw(state::encode(ommer));
        if (crypto::keccak256(ommers.close_list().take()) != header.header.ommers_hash) {
            return wrong("ommersHash does not fit");
        }
        const auto seal = archive_.seal(header.header.number);
        return seal.ok() ? ok_status() : Status(seal.error());
    }

    const store::Reader& reader_;
    Archive archive_;
    CheckReport& report_;
    Hash32 parent_;
};

Status check_mark(const store::Reader& reader, const std::optional<Hash32>& wanted,
                  CheckReport& report) {
    SALUS_TRY_ASSIGN(const auto format, get_record(reader, Kind::meta, view(kMetaFormat)));
    if (!format || format->size() != 8 || number_of_key(*format) != kFormat) {
        return Error(kOtherFormat, "this version reads format " + std::to_string(kFormat));
    }
    SALUS_TRY_ASSIGN(const auto genesis, get_record(reader, Kind::meta, view(kMetaGenesis)));
    if (!genesis) return wrong("no mark of the genesis block");
    if (wanted && !equal(*genesis, wanted->bytes)) return Error(kOtherGenesis);
    SALUS_TRY_ASSIGN(const auto first, Archive(reader).header(0));
    if (!first || !equal(*genesis, first->hash.bytes)) {
        return wrong("the genesis block is not the one that is marked");
    }
    SALUS_TRY_ASSIGN(const auto head, get_record(reader, Kind::meta, view(kMetaHead)));
    if (!head || head->size() != 8) return wrong("no mark of the head");
    report.head = number_of_key(*head);
    return ok_status();
}

// Storage that cannot be read at all is not a fault of the chain.
bool is_fault(const Error& error) {
    return !error.name().starts_with("store.") || error.kind() == store::kStoreCorrupt;
}

} // namespace

void add_fault(CheckReport& report, std::string where, std::string what) {
    ++report.fault_count;
    if (report.faults.size() < kMostFaults) {
        report.faults.push_back({std::move(where), std::move(what)});
    }
}

Result<CheckReport> check_store(const store::Reader& reader, const std::optional<Hash32>& genesis,
                                const CheckProgress& progress) {
    CheckReport report;
    const Status marked = check_mark(reader, genesis, report);
    if (!marked.ok()) {
        if (marked.error().kind() != kDamaged) return marked.error();
        add_fault(report, "marks", marked.error().text());
        report.state_good = false;
        return report;
    }
    BlockCheck blocks(reader, report);
    bool whole = true;
    for (std::uint64_t number = 0; number <= report.head; ++number) {
        const Status checked = blocks.check(number);
        if (!checked.ok() && !is_fault(checked.error())) return checked.error();
        if (!checked.ok()) {
            add_fault(report, "block " + std::to_string(number), checked.error().text());
            whole = false;
        }
        if (whole) report.last_good = number;
        if (number % 256 == 0) progress("blocks", number, report.head + 1);
    }
    if (const auto head = Archive(reader).header(report.head); head.ok() && *head) {
        report.head_hash = (*head)->hash;
    }
    SALUS_TRY(check_state(reader, report, progress));
    if (whole) SALUS_TRY(check_log_index(reader, report));
    return report;
}

Result<CheckReport> look_at_older_format(const store::Reader& reader, const Hash32& genesis) {
    SALUS_TRY_ASSIGN(const auto format, get_record(reader, Kind::meta, view(kMetaFormat)));
    if (!format || format->size() != 8 || number_of_key(*format) >= kFormat) {
        return Error(kOtherFormat, "this version reads formats up to " + std::to_string(kFormat));
    }
    SALUS_TRY_ASSIGN(const auto marked, get_record(reader, Kind::meta, view(kMetaGenesis)));
    if (!marked || !equal(*marked, genesis.bytes)) return Error(kOtherGenesis);
    SALUS_TRY_ASSIGN(const auto head, get_record(reader, Kind::meta, view(kMetaHead)));
    if (!head || head->size() != 8) return Error(kDamaged, "no mark of the head");
    CheckReport out;
    out.head = number_of_key(*head);
    out.last_good = out.head;
    SALUS_TRY_ASSIGN(const auto header, Archive(reader).header(out.head));
    if (!header) return Error(kDamaged, "the head's header is missing");
    out.head_hash = header->hash;
    return out;
}

} // namespace salus::chain
