// Giving: the document, the fragments, the chain, the letters.

#include <algorithm>

#include "consent/document.hpp"
#include "device/device.hpp"

namespace salus::device {

using consent::Grant;
using crypto::umbral::PublicKey;
using records_client::GrantLetter;
using records_client::KeysLetter;

namespace {

constexpr std::string_view kFoldersOrRecords = "either folders or single records";

// The account's key as Umbral's signer: a scalar like any other.
Result<crypto::umbral::SecretKey> signer_of(const patient::Root& root, const Address& grantee) {
    const crypto::SecretKey32 key = root.grantee_key(grantee);
    return crypto::umbral::SecretKey::from_bytes(key.expose().bytes);
}

Status check_plan(const GrantPlan& plan, std::size_t nodes, std::uint64_t now) {
    if (plan.folders.empty() == plan.records.empty()) {
        return Error(kBadPlan, std::string(kFoldersOrRecords));
    }
    if (plan.until < plan.from || plan.until <= now) return Error(kBadPlan, "it has ended already");
    if (plan.threshold == 0 || plan.threshold > nodes) {
        return Error(kBadPlan, "the threshold is between 1 and the number of nodes");
    }
    return ok_status();
}

} // namespace

// All epochs up to the present one, the newest first where there are more than a grant takes.
Status Device::choose_folders(const GrantPlan& plan, GivenGrant& given) const {
    std::vector<consent::GrantedFolder> all;
    for (const consent::Folder folder : plan.folders) {
        const std::string_view name = consent::folder_name(folder);
        const auto& known = state_.statement.statement.folders;
        const auto at = std::find_if(known.begin(), known.end(),
                                     [&](const auto& one) { return one.name == name; });
        if (at == known.end()) return Error(patient::kNoSuchFolder, std::string(name));
        for (std::uint64_t epoch = plan.past ? 0 : at->epoch; epoch <= at->epoch; ++epoch) {
            SALUS_TRY_ASSIGN(const PublicKey key, parts_.root.folder_public(name, epoch));
            all.push_back(
                consent::granted_folder(folder, parts_.random.bytes<16>(), epoch, key.bytes()));
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.epoch > b.epoch; });
    if (all.size() > consent::kMaxFolders) {
        return Error(kBadPlan, "more than 64 folders and epochs: grant fewer folders at a time, "
                               "or from now on");
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    given.grant.folders = std::move(all);
    return ok_status();
}

Result<GivenGrant> Device::prepare(const GrantPlan& plan) const {
    GivenGrant out;
    out.nodes = plan.nodes;
    if (out.nodes.empty()) {
        for (const KnownNode& node : state_.nodes) out.nodes.push_back(node.url);
    }
    for (const std::string& url : out.nodes) SALUS_TRY(node_of(url));
    SALUS_TRY(check_plan(plan, out.nodes.size(), now()));
    Grant& grant = out.grant;
    grant.patient = state_.chain;
    grant.grantor = parts_.root.grantee_account(plan.grantee);
    grant.grantee = plan.grantee;
    grant.grantee_key = plan.grantee_key;
    grant.purpose = plan.purpose;
    grant.access = plan.access;
    grant.from = plan.from;
    grant.until = plan.until;
    grant.salt = parts_.random.bytes<32>();
    if (plan.records.empty()) {
        SALUS_TRY(choose_folders(plan, out));
    } else {
        grant.records = plan.records;
        std::sort(grant.records.begin(), grant.records.end());
        // Its name is never shown; the key is of this grant alone.
        const PublicKey key = crypto::secp256k1::generate(parts_.root.grant_key(grant.salt));
        grant.folders.push_back(consent::granted_folder(consent::Folder::documents,
                                                        parts_.random.bytes<16>(), 0, key.bytes()));
    }
    SALUS_TRY(consent::check_grant(grant));
    out.hash = consent::grant_hash(grant);
    out.first = out.hash;
    out.label = plan.label;
    out.threshold = plan.threshold;
    out.given_at = now();
    return out;
}

// For each node, in the order of the grant's nodes, one fragment of each key.
Result<std::vector<std::vector<records::SealedFragment>>>
Device::fragments(const GivenGrant& given) {
    std::vector<std::vector<records::SealedFragment>> out(given.nodes.size());
    if (!given.reads()) return out;
    const Grant& grant = given.grant;
    SALUS_TRY_ASSIGN(const PublicKey receiving, PublicKey::from_bytes(grant.grantee_key.bytes));
    SALUS_TRY_ASSIGN(const auto signer, signer_of(parts_.root, grant.grantee));
    const vault::BoxPlace place = records::fragment_place(grant.patient, given.hash);
    for (const consent::GrantedFolder& folder : grant.folders) {
        SALUS_TRY_ASSIGN(const auto delegating, keys_.secret(folder.key));
        SALUS_TRY_ASSIGN(const auto made,
                         crypto::umbral::delegate(
                             {delegating, receiving, signer, given.threshold, given.nodes.size()},
                             parts_.random));
        for (std::size_t i = 0; i < given.nodes.size(); ++i) {
            SALUS_TRY_ASSIGN(const std::size_t node, node_of(given.nodes[i]));
            SALUS_TRY_ASSIGN(const PublicKey key,
                             PublicKey::from_bytes(state_.nodes[node].key.bytes));
            SALUS_TRY_ASSIGN(
                records::SealedFragment sealed,
                records::seal_fragment(place, folder.key, made[i], key, parts_.random));
            out[i].push_back(std::move(sealed));
        }
    }
    return out;
}

// To each node directly. Nodes that hold no fragments get the document, so that they can decide.
Status Device::deliver(const GivenGrant& given, Outcome& out) {
    SALUS_TRY_ASSIGN(const auto sealed, fragments(given));
    SALUS_TRY_ASSIGN(const auto signer, signer_of(parts_.root, given.grant.grantee));
    std::size_t delivered = 0;
    const Status done = everywhere(
        [&](Client& client, std::size_t i) -> Status {
            const auto at = std::find(given.nodes.begin(), given.nodes.end(), state_.nodes[i].url);
            records::Delivery delivery{consent::without_names(given.grant), {}, {}, {}};
            if (at != given.nodes.end() && given.reads()) {
                delivery.fragments = sealed[static_cast<std::size_t>(at - given.nodes.begin())];
                delivery.verifying = crypto::secp256k1::generate(signer).bytes();
            }
            SALUS_TRY(client.deliver(state_.chain, delivery));
            if (at != given.nodes.end()) ++delivered;
            return ok_status();
        },
        out);
    SALUS_TRY(done);
    if (delivered < given.threshold) {
        return Error(kNoNodeAnswers, "fewer nodes than the threshold took their fragments");
    }
    return ok_status();
}

// Delivered first: what stands on chain can be read at once.
Status Device::put_in_force(std::size_t index, Outcome& out) {
    const GivenGrant given = state_.grants[index];
    SALUS_TRY(deliver(given, out));
    records::RelayGrant call;
    call.grantor = given.grant.grantor;
    call.grant = given.hash;
    call.from = given.grant.from;
    call.until = given.grant.until;
    call.ends = ends(now() + 3600);
    SALUS_TRY_ASSIGN(
        const auto signature,
        envelope::wallet_sign(parts_.root.grantee_key(given.grant.grantee),
                              consent::give_digest(state_.place(), given.grant, call.ends)));
    call.signature = to_bytes(signature.bytes);
    SALUS_TRY(relay(call));
    state_.grants[index].in_force = true;
    SALUS_TRY(save());
    Draft fact;
    fact.kind = ledger::EntryKind::access_granted;
    SALUS_TRY_ASSIGN(codec::Json document, codec::parse_json(consent::grant_text(given.grant)));
    fact.fact = {{"type", "granted"},
                 {"grant", std::move(document)},
                 {"label", given.label},
                 {"threshold", given.threshold},
                 {"time", now()}};
    return tell_chain({fact}, out);
}

// ---- letters

// The data keys of the granted records, each in a box to the key that was made for the grant.
Result<std::vector<KeysLetter>> Device::key_boxes(const GivenGrant& given) {
    std::vector<KeysLetter> out;
    if (given.grant.records.empty()) return out;
    const PublicKey key = crypto::secp256k1::generate(parts_.root.grant_key(given.grant.salt));
    SALUS_TRY_ASSIGN(const auto read, read_boxes(given.grant.records));
    for (const vault::RecordId& id : given.grant.records) {
        const auto at = read.find(id);
        if (at == read.end() || !at->second.read.box) {
            return Error(kUnknownRecordHere, consent::uuid_text(id));
        }
        const vault::SealedBox& box = *at->second.read.box;
        SALUS_TRY_ASSIGN(const auto folder, keys_.secret(box.folder.bytes()));
        SALUS_TRY_ASSIGN(const crypto::SecretKey32 data_key, vault::data_key(box, folder));
        SALUS_TRY_ASSIGN(
            const vault::SealedBox wrapped,
            vault::seal(data_key.expose().bytes, key, {state_.chain, id}, parts_.random));
        if (out.empty() || out.back().keys.size() == records_client::kKeyBoxesPerLetter) {
            out.push_back({given.hash, {}});
        }
        out.back().keys.push_back({id, vault::encode(wrapped)});
    }
    return out;
}

Result<Device::Letters> Device::letters_for(const GivenGrant& given) {
    GrantLetter letter;
    letter.grant = given.grant;
    letter.statement = state_.statement;
    letter.threshold = given.threshold;
    for (const std::string& url : given.nodes) {
        SALUS_TRY_ASSIGN(const std::size_t node, node_of(url));
        letter.nodes.push_back({url, state_.nodes[node].account});
    }
    for (const KnownNode& node : state_.nodes) { // those that have records and no fragments
        const bool named =
            std::find(given.nodes.begin(), given.nodes.end(), node.url) != given.nodes.end();
        if (!named) letter.nodes.push_back({node.url, node.account});
    }
    SALUS_TRY_ASSIGN(const auto signer, signer_of(parts_.root, given.grant.grantee));
    letter.verifying = crypto::secp256k1::generate(signer).bytes();
    SALUS_TRY_ASSIGN(const PublicKey key, PublicKey::from_bytes(given.grant.grantee_key.bytes));
    std::vector<records_client::LetterContent> contents{letter};
    SALUS_TRY_ASSIGN(const std::vector<KeysLetter> keys, key_boxes(given));
    contents.insert(contents.end(), keys.begin(), keys.end());
    Letters out;
    for (const auto& content : contents) {
        SALUS_TRY_ASSIGN(
            records::NewLetter sealed,
            records_client::seal_letter(content, given.grant.grantee, key, parts_.random));
        out.push_back(std::move(sealed));
    }
    return out;
}

// To all nodes, since the grantee may ask any of them. Enough where one has them.
Status Device::send_everywhere(const Letters& letters, Outcome& out) {
    return everywhere(
        [&](Client& client, std::size_t) -> Status {
            for (const records::NewLetter& letter : letters) SALUS_TRY(client.send(letter));
            return ok_status();
        },
        out);
}

Status Device::tell(std::size_t index, const Letters& letters, Outcome& out) {
    SALUS_TRY(send_everywhere(letters, out));
    state_.grants[index].told = true;
    return save();
}

Status Device::tell(std::size_t index, Outcome& out) {
    SALUS_TRY_ASSIGN(const Letters letters, letters_for(state_.grants[index]));
    return tell(index, letters, out);
}

// Saved before anybody hears of it, so that settle() goes on with it. What is refused is forgotten.
Status Device::give(GivenGrant given, Outcome& out) {
    if (!given.grant.records.empty()) keys_.add_grant(given.grant.salt);
    SALUS_TRY_ASSIGN(const Letters letters, letters_for(given));
    state_.grants.push_back(std::move(given));
    SALUS_TRY(save());
    const std::size_t index = state_.grants.size() - 1;
    const Status done = put_in_force(index, out);
    if (!done.ok() && !state_.grants[index].in_force && !records_client::is_passing(done.error()) &&
        !(done.error().kind() == kNoNodeAnswers)) {
        state_.grants.pop_back();
        SALUS_TRY(save());
    }
    SALUS_TRY(done);
    return tell(index, letters, out);
}

Result<Outcome> Device::grant(const GrantPlan& plan) {
    Outcome out;
    if (!stale_folders().empty()) {
        SALUS_TRY_ASSIGN(out, rotate());
    }
    SALUS_TRY_ASSIGN(GivenGrant given, prepare(plan));
    out.grant = given.hash;
    SALUS_TRY(give(std::move(given), out));
    return out;
}

} // namespace salus::device
