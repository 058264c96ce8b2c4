#include "device/device.hpp"

#include <algorithm>

#include "consent/document.hpp"
#include "records/sealed_fact.hpp"

namespace salus::device {

using records_client::RecordsClient;

namespace {

std::vector<patient::FolderEpoch> first_epochs() {
    std::vector<patient::FolderEpoch> out;
    for (const consent::Folder folder : consent::all_folders()) {
        out.push_back({std::string(consent::folder_name(folder)), 0});
    }
    return out;
}

Result<std::unique_ptr<RecordsClient>> connect(const Device::Parts& parts, const std::string& url) {
    return RecordsClient::make({.url = url, .ca_file = parts.ca_file}, parts.clock);
}

// What a node says of itself for the first time, and is held to from then on.
Result<KnownNode> meet(const Device::Parts& parts, const std::string& url,
                       std::optional<records::NodeInfo>& first) {
    SALUS_TRY_ASSIGN(const auto client, connect(parts, url));
    SALUS_TRY_ASSIGN(const records::NodeInfo info, client->node());
    if (!first) first = info;
    if (info.chain_id != first->chain_id || info.contracts.consent != first->contracts.consent ||
        info.contracts.ledger_anchor != first->contracts.ledger_anchor) {
        return Error(kOtherChain, url);
    }
    return KnownNode{client->url(), info.account, info.key, {}};
}

// What was to be brought to the chain is there.
bool stands_already(const Error& error) {
    for (const char* name :
         {"ConsentAlreadyGranted", "ConsentAlreadyRevoked", "ConsentStaleEpoch"}) {
        if (error.detail().find(name) != std::string::npos) return true;
    }
    return false;
}

} // namespace

Device::Device(Parts parts, State state)
    : parts_(std::move(parts)), state_(std::move(state)), keys_(parts_.root) {
    keys_.add(state_.statement.statement);
    for (const GivenGrant& given : state_.grants) {
        if (!given.grant.records.empty()) keys_.add_grant(given.grant.salt);
    }
}

Result<State> Device::draft(const Parts& parts, const std::vector<std::string>& nodes) {
    if (nodes.empty()) return Error(kNoNodes);
    State out;
    std::optional<records::NodeInfo> first;
    for (const std::string& url : nodes) {
        SALUS_TRY_ASSIGN(KnownNode node, meet(parts, url, first));
        out.nodes.push_back(std::move(node));
    }
    out.chain_id = first->chain_id;
    out.contracts = first->contracts;
    const auto now = static_cast<std::uint64_t>(parts.clock.unix_seconds());
    SALUS_TRY_ASSIGN(out.statement, patient::make_statement(parts.root, {1, now, first_epochs()},
                                                            out.domain(), parts.random));
    SALUS_TRY_ASSIGN(const ledger::Block genesis,
                     records::make_genesis(patient::digest_of(out.statement.statement),
                                           patient::statement_json(out.statement),
                                           parts.root.inbox_public(), now * 1000,
                                           parts.root.ledger_key(), out.domain(), parts.random));
    out.genesis = ledger::encode(genesis);
    out.chain = ledger::hash_of(genesis.header);
    return out;
}

Status Device::check_node(KnownNode& node, const records::NodeInfo& info) const {
    if (info.account != node.account || info.key != node.key) return Error(kNodeChanged, node.url);
    if (info.chain_id != state_.chain_id || info.contracts.consent != state_.contracts.consent ||
        info.contracts.ledger_anchor != state_.contracts.ledger_anchor) {
        return Error(kOtherChain, node.url);
    }
    return ok_status();
}

Result<Device::Client*> Device::client(std::size_t node) {
    KnownNode& known = state_.nodes[node];
    const auto at = clients_.find(known.url);
    if (at != clients_.end()) {
        // A node that did not answer is not waited for again while this command runs.
        if (!at->second) return Error(records_client::kUnreachable, known.url);
        return at->second.get();
    }
    SALUS_TRY_ASSIGN(auto fresh, connect(parts_, known.url));
    const auto info = fresh->node();
    if (!info.ok()) {
        clients_.emplace(known.url, nullptr);
        return info.error();
    }
    SALUS_TRY(check_node(known, *info));
    fresh->sign_in_as(parts_.root.ledger_key());
    return clients_.emplace(known.url, std::move(fresh)).first->second.get();
}

Result<std::size_t> Device::node_of(const std::string& url) const {
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
        if (state_.nodes[i].url == url) return i;
    }
    return Error(kUnknownNode, url);
}

Status Device::everywhere(const std::function<Status(Client&, std::size_t)>& what, Outcome& out) {
    std::optional<Error> refusal;
    std::size_t done = 0;
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
        const auto reached = client(i);
        const Status status = reached.ok() ? what(**reached, i) : Status(reached.error());
        if (status.ok()) {
            ++done;
        } else if (records_client::is_passing(status.error())) {
            out.notes.push_back(state_.nodes[i].url + ": " + status.error().text());
        } else if (!refusal) {
            refusal = Error(status.error()).at(state_.nodes[i].url);
        }
    }
    if (refusal) return *refusal;
    return done > 0 ? ok_status() : Status(Error(kNoNodeAnswers, out.notes.back()));
}

Status Device::relay(const records::RelayCall& call) {
    std::optional<Error> last;
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
        const auto reached = client(i);
        if (!reached.ok()) {
            last = reached.error();
            continue;
        }
        const auto relayed = (*reached)->relay(call);
        if (relayed.ok() || stands_already(relayed.error())) return ok_status();
        if (!records_client::is_passing(relayed.error())) return relayed.error();
        last = relayed.error();
    }
    return last.value_or(Error(kNoNodes));
}

// Any nonce serves that was not used: a random one tells nothing of how many came before.
consent::Ends Device::ends(std::uint64_t deadline) const {
    return {load_be(parts_.random.bytes<32>().bytes), deadline};
}

// ---- founding

Status Device::found_everywhere(Outcome& out) {
    SALUS_TRY_ASSIGN(const ledger::Block genesis, ledger::decode_block(state_.genesis));
    return everywhere(
        [&](Client& client, std::size_t i) -> Status {
            if (state_.nodes[i].head) return ok_status();
            SALUS_TRY_ASSIGN(const records::Founded founded, client.found(genesis));
            SALUS_TRY(
                ledger::check_promise(founded.promise, state_.nodes[i].account, state_.domain()));
            return pin(i);
        },
        out);
}

Status Device::pin(std::size_t node) {
    KnownNode& known = state_.nodes[node];
    SALUS_TRY_ASSIGN(Client * client, client(node));
    SALUS_TRY_ASSIGN(const ledger::SignedTreeHead next, client->log_head());
    ledger::PinnedLog log(known.account, state_.domain(), known.head);
    merkle::Proof consistency;
    if (known.head && known.head->head.size < next.head.size && known.head->head.size > 0) {
        SALUS_TRY_ASSIGN(consistency,
                         client->log_consistency(known.head->head.size, next.head.size));
    }
    SALUS_TRY(log.advance(next, consistency));
    known.head = log.head();
    return save();
}

Status Device::announce(Outcome& out) {
    if (state_.announced) return ok_status();
    const patient::Statement& statement = state_.statement.statement;
    records::RelayKeys call;
    call.account = statement.account;
    call.digest = patient::digest_of(statement);
    call.epoch = statement.sequence;
    call.ends = ends(now() + 3600);
    SALUS_TRY_ASSIGN(
        const auto signature,
        envelope::wallet_sign(parts_.root.ledger_key(),
                              consent::announce_digest(state_.place(), call.account, call.digest,
                                                       call.epoch, call.ends)));
    call.signature = to_bytes(signature.bytes);
    SALUS_TRY(relay(call));
    if (statement.sequence > 1) { // the first one stands in the genesis
        Draft draft;
        draft.kind = ledger::EntryKind::key_rotated;
        draft.digest = call.digest;
        draft.fact = patient::statement_json(state_.statement);
        draft.place = records::statement_place(state_.chain, draft.digest);
        SALUS_TRY(tell_chain({draft}, out));
    }
    state_.announced = true;
    return save();
}

Result<Outcome> Device::settle() {
    Outcome out;
    SALUS_TRY(found_everywhere(out));
    SALUS_TRY(announce(out));
    for (std::size_t i = 0; i < state_.grants.size(); ++i) {
        GivenGrant& given = state_.grants[i];
        if (given.revoked_at != 0) {
            if (!given.untold.empty()) SALUS_TRY(tell_revocation(given, out));
            continue;
        }
        if (!given.live(now())) continue;
        const Status done = given.in_force ? ok_status() : put_in_force(i, out);
        if (!done.ok()) {
            out.notes.push_back("grant to " + given.label + ": " + done.error().text());
        } else if (!given.told) {
            SALUS_TRY(tell(i, out));
        }
    }
    if (!lagging().empty()) SALUS_TRY(continue_grants(out));
    return out;
}

Result<Outcome> Device::add_node(const std::string& url) {
    std::optional<records::NodeInfo> first;
    SALUS_TRY_ASSIGN(KnownNode node, meet(parts_, url, first));
    if (node_of(node.url).ok()) return Error(kUnknownNode, node.url + " is one of them already");
    records::NodeInfo info = *first;
    SALUS_TRY(check_node(node, info));
    state_.nodes.push_back(std::move(node));
    SALUS_TRY(save());
    return settle();
}

// ---- blocks

Status Device::append(std::size_t node, const std::vector<Draft>& entries,
                      std::span<const vault::NewRecord> records) {
    SALUS_TRY_ASSIGN(Client * client, client(node));
    SALUS_TRY_ASSIGN(const records::ChainInfo info, client->chain(state_.chain));
    ledger::Header header;
    header.chain = state_.chain;
    header.height = info.heads.height + 1;
    header.parents = info.heads.heads;
    if (header.parents.size() > ledger::kMaxParents) header.parents.resize(ledger::kMaxParents);
    header.time =
        std::max(static_cast<std::uint64_t>(parts_.clock.since_epoch().count()), info.heads.time);
    header.nonce = parts_.random.bytes<16>();
    std::vector<ledger::Entry> sealed;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        const Draft& draft = entries[i];
        const vault::BoxPlace place =
            draft.place.value_or(records::fact_place(state_.chain, header.nonce, i));
        SALUS_TRY_ASSIGN(ledger::Entry entry,
                         records::seal_fact(draft.kind, draft.digest, draft.fact,
                                            parts_.root.inbox_public(), place, parts_.random));
        sealed.push_back(std::move(entry));
    }
    SALUS_TRY_ASSIGN(const ledger::Block block,
                     ledger::seal(std::move(header), std::move(sealed), parts_.root.ledger_key(),
                                  state_.domain()));
    SALUS_TRY_ASSIGN(const ledger::Promise promise,
                     client->append(state_.chain, block, records, kPatientPurpose));
    return ledger::check_promise(promise, state_.nodes[node].account, state_.domain());
}

// By the first node that answers; the others get it from that one.
Status Device::tell_chain(const std::vector<Draft>& entries, Outcome& out) {
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
        const Status done = append(i, entries);
        if (done.ok()) return done;
        if (!records_client::is_passing(done.error())) return done;
        out.notes.push_back(state_.nodes[i].url + ": " + done.error().text());
    }
    return Error(kNoNodeAnswers);
}

Result<Outcome> Device::write(const codec::json::object& resource,
                              const std::optional<consent::Folder>& folder) {
    const consent::Folder into = folder.value_or(consent::folder_of(resource).folder);
    const auto& folders = state_.statement.statement.folders;
    const auto at = std::find_if(folders.begin(), folders.end(), [&](const auto& one) {
        return one.name == consent::folder_name(into);
    });
    if (at == folders.end()) return Error(patient::kNoSuchFolder);
    const vault::BoxPlace place{state_.chain, parts_.random.bytes<16>()};
    SALUS_TRY_ASSIGN(const auto key, vault::FolderKey::from_bytes(at->key.bytes));
    const std::string text = codec::print_json(resource);
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::seal(view(text), key, place, parts_.random));
    Draft draft;
    draft.kind = ledger::EntryKind::record_added;
    draft.digest = vault::digest_of(box);
    draft.fact = {{"type", "added"},
                  {"record", consent::uuid_text(place.record)},
                  {"by", to_hex0x(parts_.root.ledger_account().bytes)},
                  {"time", now()}};
    const std::vector<vault::NewRecord> records{{place.record, std::move(box), {}}};
    Outcome out;
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
        const Status done = append(i, {draft}, records);
        if (done.ok()) {
            out.notes.push_back(consent::uuid_text(place.record));
            return out;
        }
        if (!records_client::is_passing(done.error())) return done.error();
    }
    return Error(kNoNodeAnswers);
}

} // namespace salus::device
