#include "follow/wire.hpp"

#include <charconv>

#include <fmt/format.h>

namespace salus::follow {

using codec::Json;
using codec::json::array;
using codec::json::object;

// --- from the chain -----------------------------------------------------------------------------

namespace {

Bytes encode(const chain::Block& block) {
    state::Block out;
    out.header = block.header;
    out.transactions.reserve(block.transactions.size());
    for (const chain::TransactionInfo& info : block.transactions) {
        out.transactions.push_back(info.transaction);
    }
    out.ommers = block.ommers;
    if (block.header.withdrawals_root) out.withdrawals = block.withdrawals;
    return state::encode(out);
}

} // namespace

Result<SealedBlocks> sealed_blocks(const chain::Chain& chain, std::uint64_t first,
                                   std::uint64_t count) {
    SealedBlocks out;
    const chain::HeaderInfo head = chain.head();
    out.chain_id = chain.chain_id();
    out.genesis = chain.genesis_hash();
    out.head_number = head.header.number;
    out.head_hash = head.hash;
    count = std::min(count, kMostBlocks);
    std::size_t bytes = 0;
    for (std::uint64_t number = first; count != 0 && number <= out.head_number; ++number, --count) {
        SALUS_TRY_ASSIGN(const auto block, chain.block(number));
        if (!block) break;
        if (!out.blocks.empty() && bytes + block->size > kMostBytes) break;
        SALUS_TRY_ASSIGN(const auto seal, chain.seal(number));
        out.blocks.push_back({encode(*block), seal});
        bytes += out.blocks.back().block.size();
    }
    return out;
}

Result<std::optional<SealedHeader>> sealed_header(const chain::Chain& chain, std::uint64_t number) {
    SALUS_TRY_ASSIGN(const auto header, chain.header(number));
    if (!header) return std::optional<SealedHeader>();
    SALUS_TRY_ASSIGN(const auto seal, chain.seal(number));
    if (!seal) return std::optional<SealedHeader>();
    return std::optional<SealedHeader>(
        {number, header->hash, state::encode(header->header), *seal});
}

// --- writing ------------------------------------------------------------------------------------

std::string quantity(std::uint64_t value) {
    return fmt::format("0x{:x}", value);
}

Json to_json(const SealedBlocks& blocks) {
    array list;
    list.reserve(blocks.blocks.size());
    for (const SealedBlock& one : blocks.blocks) {
        list.push_back(object{{"block", to_hex0x(one.block)},
                              {"signature", one.seal ? Json(to_hex0x(one.seal->bytes)) : Json()}});
    }
    return object{{"chainId", quantity(blocks.chain_id)},
                  {"genesisHash", to_hex0x(blocks.genesis.bytes)},
                  {"headNumber", quantity(blocks.head_number)},
                  {"headHash", to_hex0x(blocks.head_hash.bytes)},
                  {"blocks", std::move(list)}};
}

Json to_json(const SealedHeader& header) {
    return object{{"blockNumber", quantity(header.number)},
                  {"blockHash", to_hex0x(header.hash.bytes)},
                  {"header", to_hex0x(header.header)},
                  {"signature", to_hex0x(header.seal.bytes)}};
}

// --- reading ------------------------------------------------------------------------------------

Result<std::uint64_t> read_quantity(const object& from, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(from, key));
    std::uint64_t out = 0;
    const char* const end = text.data() + text.size();
    const bool prefixed = text.size() > 2 && text[0] == '0' && text[1] == 'x';
    if (!prefixed) return Error(kBadAnswer, std::string(key) + " is no quantity");
    const auto [last, error] = std::from_chars(text.data() + 2, end, out, 16);
    if (error != std::errc() || last != end) {
        return Error(kBadAnswer, std::string(key) + " is no quantity of 64 bits");
    }
    return out;
}

namespace {

Result<SealedBlock> read_block(const Json& value) {
    if (!value.is_object()) return Error(kBadAnswer, "a block is an object");
    const object& one = value.get_object();
    SealedBlock out;
    SALUS_TRY_ASSIGN(const std::string block, codec::json_string(one, "block"));
    SALUS_TRY_ASSIGN(out.block, from_hex(block));
    const Json* seal = codec::json_find(one, "signature");
    if (seal == nullptr || seal->is_null()) return out;
    SALUS_TRY_ASSIGN(out.seal, read_fixed<65>(one, "signature"));
    return out;
}

Result<SealedBlocks> read_blocks(const object& from) {
    SealedBlocks out;
    SALUS_TRY_ASSIGN(out.chain_id, read_quantity(from, "chainId"));
    SALUS_TRY_ASSIGN(out.genesis, read_fixed<32>(from, "genesisHash"));
    SALUS_TRY_ASSIGN(out.head_number, read_quantity(from, "headNumber"));
    SALUS_TRY_ASSIGN(out.head_hash, read_fixed<32>(from, "headHash"));
    SALUS_TRY_ASSIGN(const array* const blocks, codec::json_array(from, "blocks"));
    out.blocks.reserve(blocks->size());
    for (const Json& one : *blocks) {
        SALUS_TRY_ASSIGN(SealedBlock block, read_block(one));
        out.blocks.push_back(std::move(block));
    }
    return out;
}

Result<SealedHeader> read_header(const object& from) {
    SealedHeader out;
    SALUS_TRY_ASSIGN(const std::string raw, codec::json_string(from, "header"));
    SALUS_TRY_ASSIGN(out.header, from_hex(raw));
    SALUS_TRY_ASSIGN(out.seal, read_fixed<65>(from, "signature"));
    SALUS_TRY_ASSIGN(const state::BlockHeader header, state::decode_header(out.header));
    out.number = header.number;
    out.hash = state::hash(header);
    return out;
}

template <typename T>
Result<T> read_object(const Json& answer, Result<T> (*read)(const object&)) {
    if (!answer.is_object()) return Error(kBadAnswer, "not an object");
    auto out = read(answer.get_object());
    if (!out.ok()) return Error(kBadAnswer, out.error().text());
    return out;
}

} // namespace

Result<SealedBlocks> read_sealed_blocks(const Json& answer) {
    return read_object(answer, read_blocks);
}

Result<SealedHeader> read_sealed_header(const Json& answer) {
    return read_object(answer, read_header);
}

} // namespace salus::follow
