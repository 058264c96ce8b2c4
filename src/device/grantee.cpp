#include "device/grantee.hpp"

#include <algorithm>

#include "consent/document.hpp"
#include "records/sealed_fact.hpp"

namespace salus::device {

using crypto::umbral::PublicKey;
using records_client::GrantReader;
using records_client::RecordsClient;

Grantee::Grantee(Parts parts, GranteeState state)
    : parts_(std::move(parts)), state_(std::move(state)) {}

Result<Grantee::Client*> Grantee::client(const std::string& url) {
    const auto at = clients_.find(url);
    if (at != clients_.end()) return at->second.get();
    SALUS_TRY_ASSIGN(auto fresh,
                     RecordsClient::make({.url = url, .ca_file = parts_.ca_file}, parts_.clock));
    fresh->sign_in_as(parts_.root.ledger_key());
    return clients_.emplace(url, std::move(fresh)).first->second.get();
}

// ---- letters

Result<std::string> Grantee::take(const records_client::GrantLetter& letter) {
    const consent::Grant& grant = letter.grant;
    if (grant.grantee != account() || grant.grantee_key != key()) return Error(kNotForUs);
    ReceivedGrant received{{letter, {}}, false};
    const Hash32 hash = received.hash();
    for (const ReceivedGrant& known : state_.grants) {
        if (known.hash() == hash) return "grant " + to_hex0x(hash.bytes) + " (known)";
    }
    for (const auto& keys : state_.early) {
        if (keys.grant == hash) SALUS_TRY(received.held.add(keys));
    }
    std::erase_if(state_.early, [&](const auto& keys) { return keys.grant == hash; });
    state_.grants.push_back(std::move(received));
    keep_statement(grant.patient, letter.statement);
    return "grant " + to_hex0x(hash.bytes);
}

Result<std::string> Grantee::take(const records_client::KeysLetter& letter) {
    for (ReceivedGrant& known : state_.grants) {
        if (known.hash() != letter.grant) continue;
        SALUS_TRY(known.held.add(letter));
        return "keys of grant " + to_hex0x(letter.grant.bytes);
    }
    state_.early.push_back(letter);
    return "keys of grant " + to_hex0x(letter.grant.bytes) + ", which is to come";
}

Result<std::string> Grantee::take(const records_client::AnswerLetter& letter) {
    for (AskedRequest& known : state_.requests) {
        if (consent::request_hash(known.progress.request) != letter.request) continue;
        const consent::AccessAnswer answer{letter.request, letter.grant, letter.time};
        const consent::Grant* grant = nullptr;
        for (const ReceivedGrant& received : state_.grants) {
            if (received.hash() == letter.grant) grant = &received.held.letter.grant;
        }
        // Who answers is the grantor of the grant; a refusal tells of no account that we know.
        const Address by = grant != nullptr ? grant->grantor : letter.account;
        SALUS_TRY_ASSIGN(known.progress, consent::answer(known.card.place(), known.progress, answer,
                                                         grant, by, letter.signature.bytes));
        return "answer to request " + consent::uuid_text(known.progress.request.id) + ": " +
               std::string(consent::request_state_name(known.progress.state));
    }
    return Error(kNotForUs, "an answer to no request of ours");
}

void Grantee::keep_statement(const Hash32& chain, const patient::SignedStatement& statement) {
    const auto at = state_.statements.find(chain);
    const bool newer = at == state_.statements.end() ||
                       at->second.statement.sequence < statement.statement.sequence;
    if (newer) state_.statements.insert_or_assign(chain, statement);
}

Result<std::string> Grantee::take(const records_client::StatementLetter& letter) {
    keep_statement(letter.patient, letter.statement);
    return "statement " + std::to_string(letter.statement.statement.sequence) + " of patient " +
           to_hex0x(letter.patient.bytes);
}

Result<std::string> Grantee::take(const records_client::RevokedLetter& letter) {
    for (ReceivedGrant& known : state_.grants) {
        if (known.hash() == letter.grant) known.revoked = true;
    }
    return "grant " + to_hex0x(letter.grant.bytes) + " was revoked";
}

Result<std::string> Grantee::take(const records::Letter& letter) {
    SALUS_TRY_ASSIGN(const records_client::LetterContent content,
                     records_client::open_letter(letter, parts_.root.inbox_key()));
    return std::visit(
        [&](const auto& one) -> Result<std::string> {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>,
                                         records_client::RequestLetter>) {
                return Error(kNotForUs, "a request for access to a patient");
            } else {
                return take(one);
            }
        },
        content);
}

Result<std::vector<std::string>> Grantee::fetch(const std::vector<std::string>& nodes) {
    for (const std::string& url : nodes) {
        const auto& known = state_.nodes;
        if (std::find(known.begin(), known.end(), url) == known.end()) state_.nodes.push_back(url);
    }
    std::vector<std::string> notes;
    std::optional<Error> failed;
    std::size_t answered = 0;
    for (const std::string& url : state_.nodes) {
        SALUS_TRY_ASSIGN(Client * client, client(url));
        std::optional<std::uint64_t> after;
        do {
            const auto page = client->letters(after);
            if (!page.ok()) {
                failed = page.error();
                break;
            }
            ++answered;
            for (const records::Letter& letter : page->letters) {
                const auto taken = take(letter);
                notes.push_back(taken.ok() ? *taken
                                           : "a letter from " + to_hex0x(letter.from.bytes) +
                                                 " was dropped: " + taken.error().text());
            }
            SALUS_TRY(save());
            for (const records::Letter& letter : page->letters) {
                SALUS_TRY(client->drop_letter(letter.id));
            }
            after = page->next;
        } while (after);
    }
    if (answered == 0 && failed) return *failed;
    SALUS_TRY(save());
    return notes;
}

// ---- asking

Result<vault::RecordId> Grantee::ask(const Card& card, const AskPlan& plan) {
    consent::AccessRequest request;
    request.id = parts_.random.bytes<16>();
    request.kind = plan.kind;
    request.asker = account();
    request.asker_name = plan.name;
    request.asker_key = key();
    request.patient = card.chain;
    request.purpose = plan.purpose;
    request.access = plan.access;
    request.folders = plan.folders;
    request.records = plan.records;
    std::sort(request.folders.begin(), request.folders.end(),
              [](auto a, auto b) { return consent::folder_name(a) < consent::folder_name(b); });
    std::sort(request.records.begin(), request.records.end());
    request.from = plan.from;
    request.until = plan.until;
    request.reason = plan.reason;
    request.asked_at = now();
    request.expires_at = plan.expires_at;
    SALUS_TRY_ASSIGN(const auto signature,
                     envelope::wallet_sign(parts_.root.ledger_key(),
                                           consent::ask_digest(card.place(), request)));
    SALUS_TRY_ASSIGN(consent::RequestProgress progress,
                     consent::ask(card.place(), request, signature.bytes));
    SALUS_TRY_ASSIGN(const PublicKey inbox, PublicKey::from_bytes(card.inbox.bytes));
    SALUS_TRY_ASSIGN(const records::NewLetter letter,
                     records_client::seal_letter(records_client::RequestLetter{request, signature},
                                                 card.account, inbox, parts_.random));
    state_.requests.push_back({std::move(progress), card});
    std::optional<Error> failed;
    std::size_t sent = 0;
    for (const std::string& url : card.nodes) {
        SALUS_TRY_ASSIGN(Client * client, client(url));
        const Status done = client->send(letter);
        if (!done.ok()) {
            failed = done.error();
            continue;
        }
        ++sent;
        const auto& known = state_.nodes;
        if (std::find(known.begin(), known.end(), url) == known.end()) state_.nodes.push_back(url);
    }
    if (sent == 0) return *failed;
    SALUS_TRY(save());
    return request.id;
}

// ---- reading

Result<const ReceivedGrant*> Grantee::find(const Hash32& grant) const {
    for (const ReceivedGrant& known : state_.grants) {
        if (known.hash() == grant) return &known;
    }
    return Error(kNoSuchGrant, to_hex0x(grant.bytes));
}

std::vector<Grantee::Client*> Grantee::clients_of(const ReceivedGrant& grant) {
    std::vector<Client*> out;
    for (const auto& node : grant.held.letter.nodes) {
        const auto reached = client(node.url);
        if (reached.ok()) out.push_back(*reached);
    }
    return out;
}

Result<std::vector<Grantee::Listed>> Grantee::list(const Hash32& grant,
                                                   const std::string& purpose) {
    SALUS_TRY_ASSIGN(const ReceivedGrant* known, find(grant));
    const crypto::umbral::SecretKey key = parts_.root.inbox_key();
    return GrantReader(clients_of(*known), known->held, key).list(purpose);
}

Result<std::vector<Grantee::Opened>> Grantee::read(const Hash32& grant,
                                                   const std::vector<vault::RecordId>& only,
                                                   const std::string& purpose) {
    SALUS_TRY_ASSIGN(const ReceivedGrant* known, find(grant));
    const crypto::umbral::SecretKey key = parts_.root.inbox_key();
    GrantReader reader(clients_of(*known), known->held, key);
    SALUS_TRY_ASSIGN(std::vector<Listed> listed, reader.list(purpose));
    if (!only.empty()) {
        std::erase_if(listed, [&](const Listed& one) {
            return std::find(only.begin(), only.end(), one.info.id) == only.end();
        });
    }
    return reader.read(listed, purpose);
}

// ---- writing

// The chain's id is the hash of its genesis, so that its author, and the key that its entry is
// sealed to, are the patient's whatever the node says.
Status Grantee::check_genesis(Client& client, const Card& card) {
    SALUS_TRY_ASSIGN(const records::BlockPage page, client.blocks(card.chain, {}, 1));
    if (page.blocks.empty()) return Error(kGenesisDiffers);
    const ledger::Block& genesis = page.blocks.front();
    SALUS_TRY(ledger::check_author(genesis, card.domain()));
    const bool same = ledger::hash_of(genesis.header) == card.chain &&
                      genesis.header.author == card.account && genesis.entries.size() == 1;
    if (!same) return Error(kGenesisDiffers);
    SALUS_TRY_ASSIGN(const vault::SealedBox box, vault::decode_box(genesis.entries[0].sealed));
    return box.folder.bytes() == card.inbox ? ok_status() : Status(Error(kGenesisDiffers));
}

// The newest epoch that a live grant lets us write to; else the inbox.
Result<records::FolderKey> Grantee::key_to_write(const Card& card, consent::Folder folder) {
    const consent::GrantedFolder* best = nullptr;
    for (const ReceivedGrant& known : state_.grants) {
        const consent::Grant& grant = known.held.letter.grant;
        const bool counts = !known.revoked && grant.patient == card.chain &&
                            grant.access != consent::Access::read && now() <= grant.until;
        if (!counts) continue;
        for (const consent::GrantedFolder& one : grant.folders) {
            if (one.name == folder && (best == nullptr || one.epoch > best->epoch)) best = &one;
        }
    }
    return best != nullptr ? best->key : card.inbox;
}

Result<vault::RecordId> Grantee::write(const Card& card, const codec::json::object& resource,
                                       const std::string& purpose) {
    SALUS_TRY_ASSIGN(Client * client, client(card.nodes.front()));
    SALUS_TRY(check_genesis(*client, card));
    SALUS_TRY_ASSIGN(const records::FolderKey key,
                     key_to_write(card, consent::folder_of(resource).folder));
    SALUS_TRY_ASSIGN(const PublicKey folder, PublicKey::from_bytes(key.bytes));
    SALUS_TRY_ASSIGN(const records::ChainInfo info, client->chain(card.chain));
    const vault::BoxPlace place{card.chain, parts_.random.bytes<16>()};
    const std::string text = codec::print_json(resource);
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::seal(view(text), folder, place, parts_.random));
    ledger::Header header;
    header.chain = card.chain;
    header.height = info.heads.height + 1;
    header.parents = info.heads.heads;
    if (header.parents.size() > ledger::kMaxParents) header.parents.resize(ledger::kMaxParents);
    header.time =
        std::max(static_cast<std::uint64_t>(parts_.clock.since_epoch().count()), info.heads.time);
    header.nonce = parts_.random.bytes<16>();
    SALUS_TRY_ASSIGN(ledger::Entry entry,
                     records::seal_fact(ledger::EntryKind::record_added, vault::digest_of(box),
                                        {{"type", "added"},
                                         {"record", consent::uuid_text(place.record)},
                                         {"by", to_hex0x(account().bytes)},
                                         {"time", now()}},
                                        folder, records::fact_place(card.chain, header.nonce, 0),
                                        parts_.random));
    SALUS_TRY_ASSIGN(const ledger::Block block,
                     ledger::seal(std::move(header), {std::move(entry)}, parts_.root.ledger_key(),
                                  card.domain()));
    const std::vector<vault::NewRecord> records{{place.record, std::move(box), {}}};
    SALUS_TRY_ASSIGN(const ledger::Promise promise,
                     client->append(card.chain, block, records, purpose));
    SALUS_TRY_ASSIGN(const records::NodeInfo node, client->node());
    SALUS_TRY(ledger::check_promise(promise, node.account, card.domain()));
    return place.record;
}

} // namespace salus::device
