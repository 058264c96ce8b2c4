#include "records/sealed_fact.hpp"

#include <array>

#include "codec/canonical_json.hpp"
#include "codec/wire.hpp"
#include "crypto/hash.hpp"
#include "records/json_fields.hpp"

namespace salus::records {
namespace {

using codec::json::object;

constexpr std::array<std::string_view, 5> kActions{"list", "read", "reencrypt", "count", "chunk"};

consent::RecordId first_half(const Hash32& digest) {
    consent::RecordId out;
    std::memcpy(out.data(), digest.data(), out.size());
    return out;
}

std::optional<ReadAction> action_by_name(std::string_view name) {
    for (std::size_t i = 0; i < kActions.size(); ++i) {
        if (kActions[i] == name) return static_cast<ReadAction>(i);
    }
    return std::nullopt;
}

} // namespace

vault::BoxPlace fact_place(const ledger::PrivateChainId& chain, const ledger::Nonce& nonce,
                           std::uint32_t index) {
    const Bytes named = codec::WireWriter().bytes(nonce.bytes).u32(index).take();
    return {chain, first_half(crypto::sha256(named))};
}

vault::BoxPlace statement_place(const ledger::PrivateChainId& chain, const Hash32& digest) {
    return {chain, first_half(digest)};
}

vault::BoxPlace fact_place(const ledger::Block& block, std::uint32_t index) {
    SALUS_ASSERT(index < block.entries.size());
    const ledger::Entry& entry = block.entries[index];
    if (entry.kind == ledger::EntryKind::keys) return {};
    if (entry.kind == ledger::EntryKind::key_rotated) {
        return statement_place(block.header.chain, entry.digest);
    }
    return fact_place(block.header.chain, block.header.nonce, index);
}

Result<ledger::Entry> seal_fact(ledger::EntryKind kind, const Hash32& digest, const object& fact,
                                const vault::FolderKey& key, const vault::BoxPlace& place,
                                Random& random) {
    const auto text = codec::canonical_json(fact);
    if (!text.ok()) return Error(kBadFact, std::string(text.error().name()));
    if (text->size() + vault::SealedBox::kOverhead > ledger::kMaxSealed) {
        return Error(kBadFact, "it is too large for an entry");
    }
    SALUS_TRY_ASSIGN(const vault::SealedBox box, vault::seal(view(*text), key, place, random));
    return ledger::Entry{kind, digest, encode(box)};
}

Result<object> open_fact(const ledger::Block& block, std::uint32_t index,
                         const crypto::umbral::SecretKey& key) {
    if (index >= block.entries.size()) return Error(kBadFact, "no such entry");
    SALUS_TRY_ASSIGN(const vault::SealedBox box, vault::decode_box(block.entries[index].sealed));
    SALUS_TRY_ASSIGN(const Bytes plain, vault::open(box, key, fact_place(block, index)));
    auto parsed = codec::parse_json(to_string(plain), {.bytes = ledger::kMaxSealed, .depth = 32});
    if (!parsed.ok() || !parsed->is_object()) return Error(kBadFact, "no JSON object");
    return std::move(parsed->get_object());
}

Result<ledger::Block> make_genesis(const Hash32& digest, const object& statement,
                                   const vault::FolderKey& inbox, std::uint64_t time,
                                   const crypto::SecretKey32& key, const ledger::Domain& domain,
                                   Random& random) {
    ledger::Header header;
    header.time = time;
    header.nonce = random.bytes<16>();
    SALUS_TRY_ASSIGN(ledger::Entry entry, seal_fact(ledger::EntryKind::keys, digest, statement,
                                                    inbox, vault::BoxPlace{}, random));
    return ledger::seal(header, {std::move(entry)}, key, domain);
}

std::string_view action_name(ReadAction action) {
    return kActions[static_cast<std::size_t>(action)];
}

object to_json(const ReadFact& fact) {
    object out{{"type", "read"},
               {"reader", hex_member(fact.reader.bytes)},
               {"reason", fact.reason},
               {"purpose", fact.purpose},
               {"action", action_name(fact.action)},
               {"count", fact.count},
               {"time", fact.time},
               {"node", hex_member(fact.node.bytes)}};
    if (!fact.client.empty()) out["client"] = fact.client;
    if (!fact.clinician.empty()) out["clinician"] = fact.clinician;
    if (!fact.document.is_zero()) {
        out["document"] = hex_member(fact.document.bytes);
        out["version"] = fact.version;
    }
    if (!fact.keys.empty()) {
        out["keys"] = list_member(
            fact.keys, [](const consent::FolderKey& key) { return hex_member(key.bytes); });
    }
    if (!fact.records.empty()) out["records"] = list_member(fact.records, uuid_member);
    return out;
}

Result<ReadFact> read_read_fact(const object& from) {
    consent::Fields fields(from, kBadFact);
    ReadFact out;
    if (fields.text("type") != "read") fields.note("type");
    out.reader = fields.bytes<20>("reader");
    out.reason = fields.text("reason");
    out.purpose = fields.text("purpose");
    const auto action = action_by_name(fields.text("action"));
    if (!action) fields.note("action");
    out.count = fields.number("count");
    out.time = fields.number("time");
    out.node = fields.bytes<20>("node");
    if (fields.has("client")) out.client = fields.text("client");
    if (fields.has("clinician")) out.clinician = fields.text("clinician");
    if (fields.has("document")) {
        out.document = fields.bytes<32>("document");
        out.version = static_cast<std::uint8_t>(fields.number("version", 255));
    }
    if (fields.has("keys")) out.keys = hex_list<33>(fields, "keys");
    if (fields.has("records")) out.records = uuid_list(fields, "records");
    SALUS_TRY(fields.fault());
    out.action = *action;
    return out;
}

} // namespace salus::records
