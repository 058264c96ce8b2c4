#include "codec/wire.hpp"
#include "ledger/fields.hpp"
#include "ledger/proof.hpp"

#include <fmt/format.h>

namespace salus::ledger {
namespace {

using codec::json::array;
using codec::json::object;

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kMostHashes = 64; // of a proof: a log has less than 2^64 leaves

array hashes_json(const merkle::Proof& proof) {
    array out;
    for (const Hash32& hash : proof) out.push_back(codec::Json(hex_text(hash.bytes)));
    return out;
}

Result<merkle::Proof> read_hashes(const object& from, std::string_view key) {
    SALUS_TRY_ASSIGN(const array* list, codec::json_array(from, key));
    if (list->size() > 2 * kMostHashes) return Error(kBadProof, "too many hashes");
    merkle::Proof out;
    for (const codec::Json& one : *list) {
        if (!one.is_string()) return Error(codec::kJsonWrongType, std::string(key));
        SALUS_TRY_ASSIGN(const Hash32 hash, hash_from_hex(std::string_view(one.get_string())));
        out.push_back(hash);
    }
    return out;
}

object anchor_json(const ProvedAnchor& proved) {
    const Anchor& anchor = proved.anchor;
    return {{"index", anchor.index},
            {"size", anchor.size},
            {"root", hex_text(anchor.root.bytes)},
            {"time", anchor.time},
            {"block", anchor.block},
            {"blockHash", hex_text(proved.place.block_hash.bytes)},
            {"transaction", hex_text(proved.place.transaction.bytes)},
            {"consistency", hashes_json(proved.consistency)}};
}

Result<ProvedAnchor> read_anchor(const object& from) {
    ProvedAnchor out;
    SALUS_TRY_ASSIGN(out.anchor.index, codec::json_u64(from, "index"));
    SALUS_TRY_ASSIGN(out.anchor.size, codec::json_u64(from, "size"));
    SALUS_TRY_ASSIGN(out.anchor.root, json_fixed<32>(from, "root"));
    SALUS_TRY_ASSIGN(out.anchor.time, codec::json_u64(from, "time"));
    SALUS_TRY_ASSIGN(out.anchor.block, codec::json_u64(from, "block"));
    SALUS_TRY_ASSIGN(out.place.block_hash, json_fixed<32>(from, "blockHash"));
    SALUS_TRY_ASSIGN(out.place.transaction, json_fixed<32>(from, "transaction"));
    SALUS_TRY_ASSIGN(out.consistency, read_hashes(from, "consistency"));
    return out;
}

Status read_block(const object& from, ProofBundle& out) {
    SALUS_TRY_ASSIGN(const object* block, codec::json_object(from, "block"));
    SALUS_TRY_ASSIGN(const Bytes header, json_bytes(*block, "header"));
    SALUS_TRY_ASSIGN(out.header, decode_header(header));
    SALUS_TRY_ASSIGN(out.signature, json_fixed<65>(*block, "signature"));
    SALUS_TRY_ASSIGN(const object* entry, codec::json_object(from, "entry"));
    SALUS_TRY_ASSIGN(const std::uint64_t index, codec::json_u64(*entry, "index"));
    if (index >= out.header.entry_count) return Error(kBadProof, "the entry's index");
    out.entry_index = static_cast<std::uint32_t>(index);
    SALUS_TRY_ASSIGN(out.entry, json_bytes(*entry, "bytes"));
    SALUS_TRY_ASSIGN(out.entry_proof, read_hashes(*entry, "proof"));
    return ok_status();
}

Status read_log(const object& from, ProofBundle& out) {
    SALUS_TRY_ASSIGN(const object* leaf, codec::json_object(from, "leaf"));
    SALUS_TRY_ASSIGN(out.index, codec::json_u64(*leaf, "index"));
    SALUS_TRY_ASSIGN(out.log_proof, read_hashes(*leaf, "proof"));
    SALUS_TRY_ASSIGN(const object* head, codec::json_object(from, "treeHead"));
    SALUS_TRY_ASSIGN(out.tree_head, read_tree_head(*head));
    if (codec::json_find(from, "anchor") == nullptr) return ok_status();
    SALUS_TRY_ASSIGN(const object* anchor, codec::json_object(from, "anchor"));
    SALUS_TRY_ASSIGN(out.anchor, read_anchor(*anchor));
    return ok_status();
}

Result<ProofBundle> read_all(const codec::Json& json) {
    if (!json.is_object()) return Error(kBadProof, "a JSON object");
    const object& from = json.get_object();
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(from, "salusProof"));
    if (version != kVersion) return Error(kBadProof, fmt::format("version {}", version));
    ProofBundle out;
    SALUS_TRY_ASSIGN(out.domain.chain_id, codec::json_u64(from, "chainId"));
    SALUS_TRY_ASSIGN(out.domain.anchor, json_fixed<20>(from, "contract"));
    SALUS_TRY_ASSIGN(out.log, json_fixed<20>(from, "log"));
    SALUS_TRY(read_block(from, out));
    SALUS_TRY(read_log(from, out));
    return out;
}

} // namespace

codec::Json to_json(const ProofBundle& bundle) {
    object out{{"salusProof", kVersion},
               {"chainId", bundle.domain.chain_id},
               {"contract", hex_text(bundle.domain.anchor.bytes)},
               {"log", hex_text(bundle.log.bytes)},
               {"block", object{{"header", hex_text(encode(bundle.header))},
                                {"signature", hex_text(bundle.signature.bytes)}}},
               {"entry", object{{"index", bundle.entry_index},
                                {"bytes", hex_text(bundle.entry)},
                                {"proof", hashes_json(bundle.entry_proof)}}},
               {"leaf", object{{"index", bundle.index}, {"proof", hashes_json(bundle.log_proof)}}},
               {"treeHead", to_json(bundle.tree_head)}};
    if (bundle.anchor) out["anchor"] = anchor_json(*bundle.anchor);
    return out;
}

Result<ProofBundle> read_proof(const codec::Json& json) {
    auto out = read_all(json);
    if (!out.ok() && out.error().kind() != kBadProof) {
        return Error(kBadProof, out.error().text());
    }
    return out;
}

} // namespace salus::ledger
