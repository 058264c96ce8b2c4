#pragma once
// The JSON of salus_getSealedBlocks and salus_getSeal, written and read (docs/protocol.md).

#include "chain/chain.hpp"
#include "follow/source.hpp"

namespace salus::follow {

// Of one answer; the first block is given whatever its size.
inline constexpr std::uint64_t kMostBlocks = 1024;
inline constexpr std::size_t kMostBytes = std::size_t{8} << 20; // of RLP

// What a node serves. chain.*, store.*
Result<SealedBlocks> sealed_blocks(const chain::Chain& chain, std::uint64_t first,
                                   std::uint64_t count);
// None: no such block, or it has no seal.
Result<std::optional<SealedHeader>> sealed_header(const chain::Chain& chain, std::uint64_t number);

codec::Json to_json(const SealedBlocks& blocks);
codec::Json to_json(const SealedHeader& header);                    // without what names the chain
Result<SealedBlocks> read_sealed_blocks(const codec::Json& answer); // kBadAnswer
Result<SealedHeader> read_sealed_header(const codec::Json& answer); // kBadAnswer

std::string quantity(std::uint64_t value);
Result<std::uint64_t> read_quantity(const codec::json::object& object, std::string_view key);
template <std::size_t N>
Result<FixedBytes<N>> read_fixed(const codec::json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    return fixed_from_hex<N>(text);
}

} // namespace salus::follow
