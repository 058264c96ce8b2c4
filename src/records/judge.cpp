#include "records/judge.hpp"

#include <algorithm>

namespace salus::records {

using consent::Decision;
using consent::FolderKey;
using consent::RecordId;

Judge::Judge(Standing standing, const Patient& patient, const Caller& caller,
             consent::Action action, std::string purpose)
    : standing_(std::move(standing)) {
    // The chain's genesis says who owns it: the node needs nobody's word for that.
    standing_.at.owner = patient.account;
    standing_.at.inbox = patient.inbox;
    request_.action = action;
    request_.patient = patient.chain;
    request_.requester = caller.account;
    request_.purpose = std::move(purpose);
}

Decision Judge::decide(const FolderKey& key, const std::optional<RecordId>& record) {
    request_.key = key;
    request_.record = record;
    return standing_.decide(request_);
}

const Decision& Judge::of_key(const FolderKey& key) {
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    return known_.emplace(key, decide(key, {})).first->second;
}

Decision Judge::of_record(const FolderKey& key, const RecordId& record) {
    Decision best = of_key(key);
    for (const consent::PresentedGrant& one : standing_.grants) {
        if (best.permit) break;
        const consent::Grant& grant = one.grant;
        if (grant.folders.empty() || !std::ranges::binary_search(grant.records, record)) continue;
        const Decision narrower = decide(grant.folders.front().key, record);
        if (narrower.reason > best.reason) best = narrower;
    }
    return best;
}

ReadFact read_fact(const Caller& caller, std::string_view purpose, ReadAction action,
                   const Decision& decision) {
    ReadFact out;
    out.reader = caller.account;
    out.client = caller.client;
    out.clinician = caller.clinician;
    out.document = decision.document;
    out.version = decision.version;
    out.reason = consent::reason_name(decision.reason);
    out.purpose = purpose;
    out.action = action;
    return out;
}

} // namespace salus::records
