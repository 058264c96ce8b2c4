// Taking back: the signed revocation to nodes and chain, closed epochs, and the next ones.

#include <algorithm>

#include "device/device.hpp"

namespace salus::device {

using records::FolderKey;
using records_client::LetterContent;

namespace {

constexpr std::string_view kTheChain = "the chain"; // among those who have to hear of a revocation

std::set<std::string> names_of(const consent::Grant& grant) {
    std::set<std::string> out;
    for (const consent::GrantedFolder& folder : grant.folders) {
        if (folder.name) out.emplace(consent::folder_name(*folder.name));
    }
    return out;
}

bool covers_key(const GivenGrant& given, const FolderKey& key) {
    return std::any_of(given.grant.folders.begin(), given.grant.folders.end(),
                       [&](const auto& folder) { return folder.key == key; });
}

} // namespace

// ---- revocation

// To every node, whether it got fragments or not: what a node has heard it obeys. Then the chain.
Status Device::tell_revocation(GivenGrant& given, Outcome& out) {
    consent::SignedRevocation revocation;
    revocation.grantor = given.grant.grantor;
    revocation.grant_hash = given.hash;
    revocation.ends = ends(consent::kMaxTime); // as long as it takes to reach everybody
    SALUS_TRY_ASSIGN(
        const auto signature,
        envelope::wallet_sign(parts_.root.grantee_key(given.grant.grantee),
                              consent::revoke_digest(state_.place(), revocation.grantor,
                                                     revocation.grant_hash, revocation.ends)));
    revocation.signature = to_bytes(signature.bytes);
    std::vector<std::string> untold;
    for (const std::string& whom : given.untold) {
        const Status told = whom == kTheChain ? relay(records::RelayRevoke{revocation})
                                              : withdraw_at(whom, revocation, given);
        if (told.ok()) continue;
        untold.push_back(whom);
        out.notes.push_back(whom + " has not confirmed the revocation: " + told.error().text());
    }
    given.untold = std::move(untold);
    return save();
}

// What the node signs of it is kept.
Status Device::withdraw_at(const std::string& url, const consent::SignedRevocation& revocation,
                           GivenGrant& given) {
    SALUS_TRY_ASSIGN(const std::size_t node, node_of(url));
    const Address& account = state_.nodes[node].account;
    SALUS_TRY_ASSIGN(Client * client, client(node));
    SALUS_TRY_ASSIGN(const records::Destroyed statement, client->withdraw(revocation));
    SALUS_TRY(records::check_destroyed(statement, account, state_.domain()));
    if (statement.grant != given.hash) return Error(records::kBadDestroyed, "of another grant");
    given.destroyed.push_back({account, statement});
    return ok_status();
}

Status Device::revoke_one(GivenGrant& given, Outcome& out) {
    given.revoked_at = now();
    for (const KnownNode& node : state_.nodes) given.untold.push_back(node.url);
    if (given.in_force) given.untold.emplace_back(kTheChain);
    SALUS_TRY(save());
    SALUS_TRY(tell_revocation(given, out));
    Draft fact;
    fact.kind = ledger::EntryKind::access_revoked;
    fact.fact = {{"type", "revoked"}, {"grant", to_hex0x(given.hash.bytes)}, {"time", now()}};
    return tell_chain({fact}, out);
}

Result<Outcome> Device::revoke(const Hash32& grant, bool rotate_now) {
    const auto of = [&](const GivenGrant& given) { return given.hash == grant; };
    const auto at = std::find_if(state_.grants.begin(), state_.grants.end(), of);
    if (at == state_.grants.end()) return Error(kUnknownGrant, to_hex0x(grant.bytes));
    const Hash32 first = at->first;
    Outcome out;
    out.grant = first;
    std::vector<FolderKey> keys;
    bool any = false;
    for (GivenGrant& given : state_.grants) {
        if (given.first != first || given.revoked_at != 0) continue;
        any = true;
        SALUS_TRY(revoke_one(given, out));
        if (!given.reads() || !given.grant.records.empty()) continue;
        for (const consent::GrantedFolder& folder : given.grant.folders) keys.push_back(folder.key);
    }
    if (!any) return Error(kRevokedAlready);
    SALUS_TRY(close(std::move(keys), out));
    SALUS_TRY_ASSIGN(const auto key,
                     crypto::umbral::PublicKey::from_bytes(at->grant.grantee_key.bytes));
    SALUS_TRY_ASSIGN(const records::NewLetter letter,
                     records_client::seal_letter(records_client::RevokedLetter{first},
                                                 at->grant.grantee, key, parts_.random));
    SALUS_TRY(send_everywhere({letter}, out));
    if (rotate_now) {
        SALUS_TRY_ASSIGN(const Outcome rotated, rotate());
        out.notes.insert(out.notes.end(), rotated.notes.begin(), rotated.notes.end());
    }
    return out;
}

// ---- epochs

Status Device::close(std::vector<FolderKey> keys, Outcome& out) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::erase_if(keys, [&](const FolderKey& key) {
        return std::find(state_.closed.begin(), state_.closed.end(), key) != state_.closed.end();
    });
    if (keys.empty()) return ok_status();
    SALUS_TRY_ASSIGN(const records::Closure closure,
                     records::sign_closure({state_.chain, keys, now(), {}},
                                           parts_.root.ledger_key(), state_.domain()));
    SALUS_TRY(
        everywhere([&](Client& client, std::size_t) { return client.close_epochs(closure); }, out));
    state_.closed.insert(state_.closed.end(), keys.begin(), keys.end());
    return save();
}

// Folders whose present key is closed, or was given for reading to somebody whose grant is over.
std::set<std::string> Device::stale_folders() const {
    std::set<std::string> out;
    for (const patient::FolderKeys& folder : state_.statement.statement.folders) {
        bool stale = std::find(state_.closed.begin(), state_.closed.end(), folder.key) !=
                     state_.closed.end();
        for (const GivenGrant& given : state_.grants) {
            if (!given.reads() || !given.in_force || given.live(now())) continue;
            stale = stale || covers_key(given, folder.key);
        }
        if (stale) out.insert(folder.name);
    }
    return out;
}

Result<Outcome> Device::rotate(const std::vector<consent::Folder>& also) {
    Outcome out;
    std::set<std::string> folders = stale_folders();
    for (const consent::Folder folder : also) folders.emplace(consent::folder_name(folder));
    patient::StatementPlan plan;
    plan.sequence = state_.statement.statement.sequence + 1;
    plan.issued = now();
    std::vector<FolderKey> over;
    for (const patient::FolderKeys& folder : state_.statement.statement.folders) {
        const bool next = folders.contains(folder.name);
        plan.folders.push_back({folder.name, folder.epoch + (next ? 1 : 0)});
        if (next) over.push_back(folder.key);
    }
    SALUS_TRY(close(over, out));
    SALUS_TRY_ASSIGN(state_.statement,
                     patient::make_statement(parts_.root, plan, state_.domain(), parts_.random));
    state_.announced = false;
    keys_.add(state_.statement.statement);
    SALUS_TRY(save());
    SALUS_TRY(announce(out));
    out.grant = patient::digest_of(state_.statement.statement);
    SALUS_TRY(continue_grants(out));
    return out;
}

// What a grantee's live grants together cover, by the name of the folder, but for its present key.
std::map<Hash32, Device::Lag> Device::lagging() const {
    std::map<Hash32, Lag> out;
    for (std::size_t i = 0; i < state_.grants.size(); ++i) {
        const GivenGrant& given = state_.grants[i];
        if (!given.live(now()) || !given.in_force || !given.grant.records.empty()) continue;
        Lag& lag = out[given.first];
        lag.newest = i;
        lag.folders.merge(names_of(given.grant));
    }
    for (auto& [first, lag] : out) {
        for (const patient::FolderKeys& folder : state_.statement.statement.folders) {
            for (const GivenGrant& given : state_.grants) {
                const bool counts = given.first == first && given.live(now()) && given.in_force;
                if (counts && covers_key(given, folder.key)) lag.folders.erase(folder.name);
            }
        }
    }
    std::erase_if(out, [](const auto& one) { return one.second.folders.empty(); });
    return out;
}

// Who may still read gets a grant of the new epochs beside the one it has; the others who may write
// get the new statement.
Status Device::continue_grants(Outcome& out) {
    std::set<Hash32> told;
    for (const auto& [first, lag] : lagging()) {
        const GivenGrant before = state_.grants[lag.newest];
        GrantPlan plan;
        plan.grantee = before.grant.grantee;
        plan.grantee_key = before.grant.grantee_key;
        plan.label = before.label;
        plan.purpose = before.grant.purpose;
        plan.access = before.grant.access;
        plan.past = false;
        plan.from = before.grant.from;
        plan.until = before.grant.until;
        plan.threshold = before.threshold;
        plan.nodes = before.nodes;
        for (const std::string& name : lag.folders) {
            plan.folders.push_back(*consent::folder_by_name(name));
        }
        SALUS_TRY_ASSIGN(GivenGrant next, prepare(plan));
        next.first = first;
        SALUS_TRY(give(std::move(next), out));
        told.insert(first);
    }
    return send_statement(told, out);
}

Status Device::send_statement(const std::set<Hash32>& but, Outcome& out) {
    std::set<Address> sent;
    for (const GivenGrant& given : state_.grants) {
        const bool writes = given.grant.access != consent::Access::read;
        if (!writes || !given.live(now()) || but.contains(given.first)) continue;
        if (!sent.insert(given.grant.grantee).second) continue;
        SALUS_TRY_ASSIGN(const auto key,
                         crypto::umbral::PublicKey::from_bytes(given.grant.grantee_key.bytes));
        SALUS_TRY_ASSIGN(const records::NewLetter letter,
                         records_client::seal_letter(
                             records_client::StatementLetter{state_.chain, state_.statement},
                             given.grant.grantee, key, parts_.random));
        SALUS_TRY(send_everywhere({letter}, out));
    }
    return ok_status();
}

} // namespace salus::device
