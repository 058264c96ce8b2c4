#include "records/grant_desk.hpp"

#include <map>

#include "records/json_fields.hpp"
#include "records/judge.hpp"

namespace salus::records {
namespace {

// Who founded a chain is known here: found without reading all blocks.
constexpr store::Migration kMigrations[] = {
    {1, "CREATE INDEX ledger_founder ON ledger_block(author) WHERE height = 0;"},
};

using Decisions = std::vector<consent::Decision>;

// As reading the record would be decided: by the key that the box is sealed to, or by that of a
// grant of single records.
Result<Decisions> decide_all(Judge& judge, const ReencryptRequest& request) {
    Decisions out;
    out.reserve(request.capsules.size());
    for (const RecordCapsule& one : request.capsules) {
        out.push_back(judge.of_record(one.key, one.record));
        if (!out.back().permit) return refusal(out.back());
    }
    return out;
}

// One fact for each document, of what is told by it.
std::vector<ReadFact> facts_of(const Caller& caller, const ReencryptRequest& request,
                               const Decisions& decisions, const ReencryptAnswer& answer) {
    std::map<std::pair<consent::Reason, Hash32>, ReadFact> facts;
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        if (!answer.fragments[i].fragment) continue;
        ReadFact& fact = facts[{decisions[i].reason, decisions[i].document}];
        fact.reader = caller.account;
        fact.client = caller.client;
        fact.clinician = caller.clinician;
        fact.document = decisions[i].document;
        fact.version = decisions[i].version;
        fact.reason = consent::reason_name(decisions[i].reason);
        fact.purpose = request.purpose;
        fact.action = ReadAction::reencrypt;
        fact.records.push_back(request.capsules[i].record);
        ++fact.count;
    }
    std::vector<ReadFact> out;
    for (auto& [key, fact] : facts) out.push_back(std::move(fact));
    return out;
}

} // namespace

Result<std::unique_ptr<GrantDesk>> GrantDesk::open(const Parts& parts) {
    SALUS_TRY(parts.database.migrate(kMigrations, "founders"));
    return std::unique_ptr<GrantDesk>(new GrantDesk(parts));
}

Status GrantDesk::check_owner(const Caller& caller, const ledger::PrivateChainId& chain) const {
    SALUS_TRY_ASSIGN(const Patient patient, parts_.node.patient(chain));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(patient, caller.account));
    Judge judge(std::move(standing), patient, caller, consent::Action::read,
                std::string(consent::kTreatment));
    if (judge.as_owner().permit) return ok_status();
    if (judge.is_barred()) return refusal(judge.as_owner());
    return Error(kNotAllowed, "the patient, or a guardian in office");
}

Status GrantDesk::deliver(const Caller& caller, const ledger::PrivateChainId& chain,
                          const Hash32& hash, const Delivery& delivery) {
    SALUS_TRY(check_owner(caller, chain));
    const consent::Grant& grant = delivery.grant;
    SALUS_TRY_ASSIGN(const auto statuses, parts_.facts.statuses({{grant.grantor, hash}}));
    if (statuses.at(0) == consent::OnChain::revoked) return Error(kGrantRevoked, "on chain");
    return parts_.shelf.put(chain, hash, delivery);
}

Status GrantDesk::deliver(const Caller& caller, const ledger::PrivateChainId& chain,
                          const Hash32& hash, const EmergencyDelivery& delivery) {
    SALUS_TRY(check_owner(caller, chain));
    return parts_.shelf.put(chain, hash, delivery);
}

Result<GrantList> GrantDesk::grants(const Caller& caller, const ledger::PrivateChainId& chain) {
    SALUS_TRY_ASSIGN(const Patient patient, parts_.node.patient(chain));
    return parts_.consents.grants(patient, caller.account);
}

Result<ReencryptAnswer> GrantDesk::reencrypt(const Caller& caller,
                                             const ledger::PrivateChainId& chain,
                                             const ReencryptRequest& request) {
    SALUS_TRY_ASSIGN(const Patient patient, parts_.node.patient(chain));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(patient, caller.account));
    Judge judge(std::move(standing), patient, caller, consent::Action::read, request.purpose);
    SALUS_TRY_ASSIGN(const Decisions decisions, decide_all(judge, request));
    std::map<Hash32, std::vector<std::size_t>> by_document;
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        by_document[decisions[i].document].push_back(i);
    }
    ReencryptAnswer out;
    out.fragments.resize(decisions.size());
    for (const auto& [document, places] : by_document) {
        std::vector<KeyedCapsule> capsules;
        for (const std::size_t i : places) {
            capsules.push_back({request.capsules[i].key, request.capsules[i].capsule});
        }
        SALUS_TRY_ASSIGN(auto made,
                         parts_.consents.reencrypt(patient, document, caller.account, capsules));
        for (std::size_t k = 0; k < places.size(); ++k) {
            out.fragments[places[k]] = {document, std::move(made[k])};
        }
    }
    std::vector<ReadFact> facts = facts_of(caller, request, decisions, out);
    if (!facts.empty()) {
        SALUS_TRY(parts_.node.audit(patient, std::move(facts)));
    }
    return out;
}

Status GrantDesk::close(const Closure& closure) {
    SALUS_TRY_ASSIGN(const Patient patient, parts_.node.patient(closure.chain));
    return parts_.shelf.close(closure, patient.account);
}

Result<bool> GrantDesk::is_known(const Address& account) const {
    {
        SALUS_TRY_ASSIGN(const auto rows,
                         parts_.database.query("SELECT 1 FROM ledger_block"
                                               " WHERE author = ?1 AND height = 0 LIMIT 1",
                                               account));
        SALUS_TRY_ASSIGN(const bool founded, rows->step());
        if (founded) return true;
    }
    const auto roles = parts_.facts.roles(account);
    return roles.ok() && roles->accredited;
}

Result<Relayed> GrantDesk::relay(const Caller& caller, const RelayCall& call) {
    SALUS_TRY_ASSIGN(const bool known, is_known(caller.account));
    if (!known) return Error(kNotKnownHere);
    SALUS_TRY_ASSIGN(const Relayed out, parts_.relay.relay(caller.account, call));
    if (const auto* opening = std::get_if<RelayBreakGlass>(&call)) {
        SALUS_TRY(note_opening(*opening, out));
    }
    return out;
}

Status GrantDesk::note_opening(const RelayBreakGlass& call, const Relayed& relayed) {
    const consent::BreakGlass& what = call.what;
    SALUS_TRY_ASSIGN(const auto chain, parts_.shelf.chain_of(what.emergency_hash));
    if (!chain) return ok_status();
    SALUS_TRY_ASSIGN(const Patient patient, parts_.node.patient(*chain));
    const auto now = static_cast<std::uint64_t>(parts_.shelf.parts().clock.unix_seconds());
    return parts_.node.note(patient, ledger::EntryKind::emergency,
                            {{"type", "emergency"},
                             {"emergency", hex_member(what.emergency_hash.bytes)},
                             {"first", hex_member(what.first.bytes)},
                             {"second", hex_member(what.second.bytes)},
                             {"reason", hex_member(what.reason.bytes)},
                             {"transaction", hex_member(relayed.transaction.bytes)},
                             {"block", relayed.block},
                             {"time", now},
                             {"node", hex_member(parts_.shelf.node().bytes)}});
}

Status GrantDesk::send(const Caller& caller, const NewLetter& letter) {
    SALUS_TRY_ASSIGN(const bool known, is_known(caller.account));
    return parts_.letters.send(caller.account, letter, known);
}

} // namespace salus::records
