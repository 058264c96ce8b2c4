#pragma once
// Execution payloads and their attributes: the JSON forms, and the blocks they stand for.
// Source: execution-apis, src/engine/{paris,shanghai,cancun,prague}.md. Reading is strict: a field
// that is missing, null, or not of the structure is an error, and quantities have no leading zeros.

#include "chain/types.hpp"
#include "codec/json.hpp"

namespace salus::api::engine {

namespace json = boost::json;
using codec::Json;

// What the params of newPayload hold beside the payload depends on its version.
struct Payload {
    state::BlockHeader header; // as far as the payload says
    Hash32 block_hash;         // as claimed
    std::vector<Bytes> transactions;
    std::optional<std::vector<state::Withdrawal>> withdrawals;
    std::optional<std::vector<Hash32>> blob_hashes; // V3
};

// The structure that a method takes; each has all fields of those before it.
enum class Structure : std::uint8_t { v1, v1_or_v2, v3 };

// eth::kInvalidParams, with the field's name.
Result<Payload> read_payload(const Json& value, Structure structure);
// EIP-7685: kInvalidParams unless each has a type and data, and types ascend.
Result<std::vector<Bytes>> read_requests(const Json& value);
Result<std::vector<Hash32>> read_hashes(const Json& value);

inline constexpr ErrorKind kBlockHash{"payload.block_hash",
                                      "execution-apis: keccak256 of the header's RLP"};
inline constexpr ErrorKind kBlobHashes{"payload.blob_hashes",
                                       "execution-apis: those of its transactions, in order"};

// Completes the header with the roots of what the payload lists and compares its hash with the
// claimed one: kBlockHash. What is wrong after that is wrong with the block itself.
Status complete_header(Payload& payload);
// Of a payload with its header complete. What transactions cannot be read as, kBlobHashes.
Result<state::Block> to_block(Payload payload);

// Fields of V2 and V3 are there from their fork on.
json::object payload_json(const state::Block& block);
// ExecutionPayloadBodyV1.
json::object body_json(const chain::Block& block);

// PayloadAttributesV1 to V3.
struct Attributes {
    std::uint64_t timestamp = 0;
    Hash32 prev_randao;
    Address fee_recipient;
    std::optional<std::vector<state::Withdrawal>> withdrawals; // V2
    std::optional<Hash32> parent_beacon_block_root;            // V3
};
Result<Attributes> read_attributes(const Json& value, Structure structure); // as read_payload

struct ForkchoiceState {
    Hash32 head, safe, finalized; // zero: none yet
};
Result<ForkchoiceState> read_forkchoice_state(const Json& value);

} // namespace salus::api::engine
