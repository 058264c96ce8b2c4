#include "gateway/block_maker.hpp"

#include <algorithm>

#include "consent/document.hpp"
#include "consent/fhir_consent.hpp"
#include "consent/folder.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/fhir_time.hpp"
#include "records/sealed_fact.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;

// A Provenance is at most this much for each target, and a base.
constexpr std::size_t kProvenanceBase = 2'048, kProvenanceTarget = 192;

bool may_write(const consent::Grant& grant, const consent::FolderKey& key, const KeyState& state) {
    const bool in_time = grant.from <= state.now && state.now <= grant.until;
    const bool fitting = grant.access != consent::Access::read && grant.records.empty() &&
                         consent::purpose_covers(grant.purpose, state.purpose);
    return in_time && fitting &&
           std::any_of(grant.folders.begin(), grant.folders.end(),
                       [&](const consent::GrantedFolder& folder) { return folder.key == key; });
}

json::object who(const Address& account) {
    return {{"identifier", json::object{{"system", consent::kAccountSystem},
                                        {"value", to_hex0x(account.bytes)}}}};
}

json::object agent(std::string_view type, json::object party) {
    return {{"type",
             json::object{
                 {"coding",
                  json::array{json::object{
                      {"system", "http://terminology.hl7.org/CodeSystem/provenance-participant-"
                                 "type"},
                      {"code", type}}}}}},
            {"who", std::move(party)}};
}

json::object provenance(std::span<const Planned> planned, std::string_view id, const Asker& asker,
                        const Address& account, std::uint64_t now_ms) {
    json::array targets;
    for (const Planned& one : planned) {
        targets.push_back(
            json::object{{"reference", one.incoming->type + "/" + one.incoming->id + "/_history/" +
                                           consent::uuid_text(one.record)}});
    }
    json::array agents{agent("custodian", who(account))};
    if (!asker.clinician.empty()) {
        json::object clinician = agent("enterer", json::object{{"reference", asker.clinician}});
        clinician["onBehalfOf"] = who(account);
        agents.push_back(std::move(clinician));
    }
    if (!asker.client.empty()) {
        agents.push_back(agent(
            "assembler", json::object{{"identifier", json::object{{"system", "urn:salus:client"},
                                                                  {"value", asker.client}}}}));
    }
    return {{"resourceType", "Provenance"},
            {"id", id},
            {"target", std::move(targets)},
            {"recorded", instant_text(static_cast<std::int64_t>(now_ms))},
            {"agent", std::move(agents)}};
}

json::object fact_of(const Planned& one, const KeyChoice& key, const Asker& asker,
                     const Address& account, std::uint64_t now_ms) {
    json::object out{{"type", "added"},
                     {"record", consent::uuid_text(one.record)},
                     {"resource", one.incoming->type + "/" + one.incoming->id},
                     {"folder", key.folder},
                     {"writer", to_hex0x(account.bytes)},
                     {"time", now_ms / 1000}};
    if (!asker.client.empty()) out["client"] = asker.client;
    if (!asker.clinician.empty()) out["clinician"] = asker.clinician;
    return out;
}

} // namespace

KeyChoice choose_key(const EnrolledPatient& patient, const json::object& resource,
                     const KeyState& state) {
    KeyChoice out;
    out.folder = consent::folder_name(consent::folder_of(resource).folder);
    out.key = patient.inbox;
    out.inbox = true;
    if (!state.statement_stands || !patient.statement) return out;
    const auto key = patient::write_key(patient.statement->statement, out.folder, state.closed);
    if (!key.ok()) return out; // no such folder, or both epochs closed
    const bool granted =
        std::any_of(patient.grants.begin(), patient.grants.end(), [&](const auto& held) {
            return state.in_force.contains(consent::grant_hash(held.letter.grant)) &&
                   may_write(held.letter.grant, key->key, state);
        });
    if (!granted) return out;
    out.key = key->key;
    out.inbox = false;
    return out;
}

Result<std::size_t> fit(std::span<const Planned> planned, const BlockLimits& limits) {
    std::size_t bytes = kProvenanceBase, count = 0;
    for (const Planned& one : planned) {
        bytes += one.text.size() + vault::SealedBox::kOverhead + kProvenanceTarget;
        if (bytes > limits.bytes || count + 2 > limits.entries) break;
        ++count;
    }
    if (count == 0) return Error(kTooLarge, "a resource of more than a block holds");
    return count;
}

namespace {

// Seals one resource after the other into the block.
class Maker {
public:
    Maker(const EnrolledPatient& patient, const ledger::Header& header, const Asker& asker,
          const Address& account, Random& random)
        : patient_(patient), header_(header), asker_(asker), account_(account), random_(random) {}

    Status add(const Planned& one, const KeyChoice& choice) {
        SALUS_TRY_ASSIGN(const vault::FolderKey key,
                         vault::FolderKey::from_bytes(choice.key.bytes));
        const vault::BoxPlace place{patient_.chain, one.record};
        SALUS_TRY_ASSIGN(vault::SealedBox box, vault::seal(view(one.text), key, place, random_));
        const auto index = static_cast<std::uint32_t>(entries_.size());
        SALUS_TRY_ASSIGN(
            ledger::Entry entry,
            records::seal_fact(ledger::EntryKind::record_added, vault::digest_of(box),
                               fact_of(one, choice, asker_, account_, header_.time), key,
                               records::fact_place(patient_.chain, header_.nonce, index), random_));
        entries_.push_back(std::move(entry));
        records_.push_back({one.record, std::move(box), {}});
        return ok_status();
    }
    std::vector<ledger::Entry> entries() { return std::move(entries_); }
    std::vector<vault::NewRecord> records() { return std::move(records_); }

private:
    const EnrolledPatient& patient_;
    const ledger::Header& header_;
    const Asker& asker_;
    const Address& account_;
    Random& random_;
    std::vector<ledger::Entry> entries_;
    std::vector<vault::NewRecord> records_;
};

ledger::Header header_after(const EnrolledPatient& patient, const ledger::ChainHeads& heads,
                            std::uint64_t now_ms, Random& random) {
    ledger::Header out;
    out.chain = patient.chain;
    out.parents = heads.heads;
    out.height = heads.height + 1;
    out.time = std::max(now_ms, heads.time + 1); // so that versions are ordered by time
    out.nonce = random.bytes<16>();
    return out;
}

} // namespace

Result<MadeBlock> make_block(const EnrolledPatient& patient, std::span<const Planned> planned,
                             const ledger::ChainHeads& heads, const KeyState& state,
                             const Asker& asker, const Author& author, std::uint64_t now_ms,
                             const GatewayKeys& keys, Random& random) {
    const ledger::Header header = header_after(patient, heads, now_ms, random);
    Maker maker(patient, header, asker, author.account, random);
    MadeBlock out;
    for (const Planned& one : planned) {
        out.keys.push_back(choose_key(patient, one.incoming->resource, state));
        SALUS_TRY(maker.add(one, out.keys.back()));
    }
    Incoming told;
    told.type = "Provenance";
    told.id = consent::uuid_text(keys.id("provenance", {patient.chain.bytes, header.nonce.bytes}));
    told.resource = provenance(planned, told.id, asker, author.account, header.time);
    out.provenance = told.id;
    const Planned last{&told, keys.id("record", {patient.chain.bytes, view(told.id)}),
                       print_exact(told.resource)};
    SALUS_TRY(maker.add(last, choose_key(patient, told.resource, state)));
    SALUS_TRY_ASSIGN(out.block, ledger::seal(header, maker.entries(), author.key, author.domain));
    out.records = maker.records();
    return out;
}

} // namespace salus::gateway
