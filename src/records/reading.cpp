// Listing, counting and reading: decided, fetched, written into the patient's chain, answered.

#include <algorithm>
#include <set>

#include "consent/document.hpp"
#include "records/judge.hpp"
#include "records/record_node.hpp"

namespace salus::records {
namespace {

using consent::Decision;
using consent::FolderKey;
using vault::RecordInfo;

// One fact for each document (or other reason) that permitted something.
class Facts {
public:
    Facts(const Caller& caller, std::string purpose, ReadAction action)
        : caller_(caller), purpose_(std::move(purpose)), action_(action) {}
    ReadFact& of(const Decision& decision) {
        const auto key = std::pair(decision.reason, decision.document);
        const auto [found, fresh] = places_.emplace(key, facts_.size());
        if (fresh) facts_.push_back(read_fact(caller_, purpose_, action_, decision));
        return facts_[found->second];
    }
    std::vector<ReadFact> take() { return std::move(facts_); }

private:
    const Caller& caller_;
    std::string purpose_;
    ReadAction action_;
    std::vector<ReadFact> facts_;
    std::map<std::pair<consent::Reason, Hash32>, std::size_t> places_;
};

template <typename T>
bool has_twice(const std::vector<T>& list) {
    return std::set<T>(list.begin(), list.end()).size() != list.size();
}

Status check_asked(const ListRequest& request) {
    if (request.keys.size() > kMaxKeys) return Error(kAskedWrongly, "at most 64 keys");
    if (request.records.size() > kMaxListed || request.most > kMaxListed) {
        return Error(kAskedWrongly, "at most 1000 records");
    }
    if (!request.keys.empty() && !request.records.empty()) {
        return Error(kAskedWrongly, "keys or records");
    }
    if (has_twice(request.keys) || has_twice(request.records)) {
        return Error(kAskedWrongly, "each once");
    }
    return ok_status();
}

Status check_asked(const ReadRequest& request) {
    if (request.records.empty() || request.records.size() > kMaxRead) {
        return Error(kAskedWrongly, "1 to 500 records");
    }
    if (has_twice(request.records)) return Error(kAskedWrongly, "each once");
    return ok_status();
}

// A record with what was decided of it.
struct Decided {
    RecordInfo info;
    Decision decision;
};

// Those that are here; of one that is not, who may know that is told (`absent`: as an error).
Result<std::vector<Decided>> decided_records(const vault::Vault& vault, Judge& judge,
                                             const ledger::PrivateChainId& chain,
                                             std::span<const vault::RecordId> ids, bool absent) {
    std::vector<Decided> out;
    out.reserve(ids.size());
    for (const vault::RecordId& id : ids) {
        auto info = vault.info({chain, id});
        const bool unknown = !info.ok() && info.error().kind() == vault::kUnknownRecord;
        if (!info.ok() && !unknown) return info.error();
        const Decision decision = unknown ? judge.of_absent(id) : judge.of_record(info->folder, id);
        if (!decision.permit) return refusal(decision);
        if (!unknown) {
            out.push_back({std::move(*info), decision});
        } else if (absent) {
            return std::move(info).error().at(consent::uuid_text(id));
        }
    }
    return out;
}

struct Listed {
    std::vector<Decided> records; // one more than asked for where there are more
    std::uint64_t total = 0;
};

// A folder of a chain, or all of it.
Status add_selection(const vault::Vault& vault, const vault::Selection& of,
                     const Decision& decision, const ListRequest& request, Listed& out) {
    SALUS_TRY_ASSIGN(const vault::Counts counts, vault.count(of));
    out.total += counts.records;
    if (request.most == 0) return ok_status();
    SALUS_TRY_ASSIGN(std::vector<RecordInfo> found,
                     vault.list(of, request.after, request.most + 1));
    for (RecordInfo& info : found) out.records.push_back({std::move(info), decision});
    return ok_status();
}

void sort_and_cut(Listed& listed, std::size_t most) {
    std::ranges::sort(listed.records, {}, [](const Decided& one) { return one.info.number; });
    if (listed.records.size() > most + 1) {
        listed.records.erase(listed.records.begin() + static_cast<std::ptrdiff_t>(most + 1),
                             listed.records.end());
    }
}

Result<Listed> listed_keys(const vault::Vault& vault, Judge& judge,
                           const ledger::PrivateChainId& chain, const ListRequest& request,
                           Facts& facts) {
    for (const FolderKey& key : request.keys) { // all of them, before anything is looked for
        if (!judge.of_key(key).permit) return refusal(judge.of_key(key));
    }
    Listed out;
    for (const FolderKey& key : request.keys) {
        const Decision& decision = judge.of_key(key);
        facts.of(decision).keys.push_back(key);
        SALUS_TRY(add_selection(vault, {chain, key, {}}, decision, request, out));
    }
    sort_and_cut(out, request.most);
    return out;
}

Result<Listed> listed_all(const vault::Vault& vault, Judge& judge,
                          const ledger::PrivateChainId& chain, const ListRequest& request,
                          Facts& facts) {
    const Decision& decision = judge.as_owner();
    if (decision.reason == consent::Reason::not_covered) {
        return Error(kAskedWrongly, "name keys or records");
    }
    if (!decision.permit) return refusal(decision);
    facts.of(decision);
    Listed out;
    SALUS_TRY(add_selection(vault, {chain, {}, {}}, decision, request, out));
    return out;
}

Result<Listed> listed_records(const vault::Vault& vault, Judge& judge,
                              const ledger::PrivateChainId& chain, const ListRequest& request,
                              Facts& facts) {
    Listed out;
    SALUS_TRY_ASSIGN(out.records, decided_records(vault, judge, chain, request.records, false));
    out.total = out.records.size();
    for (const Decided& one : out.records) facts.of(one.decision);
    // That none of them is here is an answer too, and is written down like others.
    if (out.records.empty()) {
        for (const vault::RecordId& id : request.records) facts.of(judge.of_absent(id));
    }
    std::erase_if(out.records,
                  [&](const Decided& one) { return one.info.number <= request.after; });
    sort_and_cut(out, request.most);
    return out;
}

Result<Listed> listed(const vault::Vault& vault, Judge& judge, const ledger::PrivateChainId& chain,
                      const ListRequest& request, Facts& facts) {
    if (!request.keys.empty()) return listed_keys(vault, judge, chain, request, facts);
    if (!request.records.empty()) return listed_records(vault, judge, chain, request, facts);
    return listed_all(vault, judge, chain, request, facts);
}

std::size_t size_of(const RecordInfo& info) {
    const std::uint64_t plain = info.object ? 128 : info.size; // of an object: its manifest
    return info.erased ? 0 : static_cast<std::size_t>(plain) + vault::SealedBox::kOverhead;
}

} // namespace

Result<ListAnswer> RecordNode::list(const Caller& caller, const ledger::PrivateChainId& chain,
                                    const ListRequest& request) {
    SALUS_TRY(check_asked(request));
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(found, caller.account));
    Judge judge(std::move(standing), found, caller, consent::Action::read, request.purpose);
    const ReadAction action = request.most == 0 ? ReadAction::count : ReadAction::list;
    Facts facts(caller, request.purpose, action);
    SALUS_TRY_ASSIGN(Listed listed_now, listed(parts_.vault, judge, chain, request, facts));
    ListAnswer out;
    out.total = listed_now.total;
    for (Decided& one : listed_now.records) {
        if (out.records.size() == request.most) {
            if (request.most > 0) out.next = out.records.back().number;
            break;
        }
        ReadFact& fact = facts.of(one.decision);
        ++fact.count;
        if (!request.records.empty()) fact.records.push_back(one.info.id);
        out.records.push_back(std::move(one.info));
    }
    SALUS_TRY(audit(found, facts.take()));
    return out;
}

Result<ReadAnswer> RecordNode::read(const Caller& caller, const ledger::PrivateChainId& chain,
                                    const ReadRequest& request) {
    SALUS_TRY(check_asked(request));
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(found, caller.account));
    Judge judge(std::move(standing), found, caller, consent::Action::read, request.purpose);
    SALUS_TRY_ASSIGN(const std::vector<Decided> decided,
                     decided_records(parts_.vault, judge, chain, request.records, true));
    Facts facts(caller, request.purpose, ReadAction::read);
    ReadAnswer out;
    std::size_t bytes = 0;
    for (const Decided& one : decided) {
        bytes += size_of(one.info);
        if (!out.left.empty() || (bytes > kMaxAnswer && !out.records.empty())) {
            out.left.push_back(one.info.id);
            continue;
        }
        SALUS_TRY_ASSIGN(ReadRecord record, fetch(one.info));
        record.document = one.decision.document;
        ReadFact& fact = facts.of(one.decision);
        fact.records.push_back(record.info.id);
        ++fact.count;
        out.records.push_back(std::move(record));
    }
    SALUS_TRY(add_fragments(found, caller.account, out.records));
    SALUS_TRY(audit(found, facts.take()));
    return out;
}

Result<ReadRecord> RecordNode::fetch(const RecordInfo& info) const {
    ReadRecord out;
    out.info = info;
    auto record = parts_.vault.get({info.chain, info.id});
    if (record.ok()) {
        out.box = std::move(record->box);
    } else if (record.error().kind() == vault::kErased) {
        out.info.erased = true; // perhaps only since it was looked for
    } else {
        return std::move(record).error().at(consent::uuid_text(info.id));
    }
    return out;
}

Status RecordNode::add_fragments(const Patient& patient, const Address& requester,
                                 std::vector<ReadRecord>& records) const {
    std::map<Hash32, std::vector<ReadRecord*>> by_document;
    for (ReadRecord& record : records) {
        if (record.box && !record.document.is_zero()) {
            by_document[record.document].push_back(&record);
        }
    }
    for (const auto& [document, group] : by_document) {
        std::vector<KeyedCapsule> capsules;
        for (const ReadRecord* record : group) {
            capsules.push_back({record->box->folder.bytes(), record->box->capsule});
        }
        SALUS_TRY_ASSIGN(auto fragments,
                         parts_.consents.reencrypt(patient, document, requester, capsules));
        SALUS_ASSERT(fragments.size() == group.size());
        for (std::size_t i = 0; i < group.size(); ++i) {
            group[i]->fragment = std::move(fragments[i]);
        }
    }
    return ok_status();
}

} // namespace salus::records
