#pragma once
// Requests and answers of the records API (docs/records-api.md) as values, and their JSON in both
// directions, so that node and clients share one codec. Pure.
//
// Bytes of blocks, boxes, capsules and fragments are base64 with padding; hashes, keys, accounts
// and ids of uploads 0x hex; ids of records UUIDs. What is read is checked: blocks are
// well-formed, boxes could have been sealed. Signatures, and who may, are not looked at here.
// Errors: kBadWire with the member's path; those of blocks and boxes by their names.
//
// Grants, letters, re-encryption and relay: records/grants_wire.hpp.

#include "codec/json.hpp"
#include "consent/policy.hpp"
#include "ledger/tree_head.hpp"
#include "vault/upload.hpp"

namespace salus::records {

inline constexpr ErrorKind kBadWire{"records.bad_request", "docs/records-api.md"};

inline constexpr std::size_t kMaxRead = 500;      // records of one read
inline constexpr std::size_t kMaxListed = 1'000;  // records of one page of a list
inline constexpr std::size_t kMaxKeys = 64;       // folder keys of one list
inline constexpr std::size_t kMaxChunksRead = 16; // of one answer
inline constexpr std::size_t kMaxBlocks = 1'000;  // blocks of one page
// Bytes of boxes in one answer, of blocks in one page, but at least one of them.
inline constexpr std::size_t kMaxAnswer = 32 * 1024 * 1024;
inline constexpr std::size_t kMaxWrite = 96 * 1024 * 1024; // body of an append

// GET /api/v1/node
struct Contracts {
    Address accreditation, medical_identity, vaccine_passport, consent, ledger_anchor;
    friend bool operator==(const Contracts&, const Contracts&) = default;
};
struct NodeInfo {
    Address account;        // author of its blocks, signer of its promises, its log
    consent::FolderKey key; // Umbral
    std::uint64_t chain_id = 0;
    Contracts contracts;
    bool inbox_open = true; // takes letters
    std::string version;
    friend bool operator==(const NodeInfo&, const NodeInfo&) = default;
};
codec::json::object to_json(const NodeInfo& info);
Result<NodeInfo> read_node_info(const codec::json::object& json);

// POST /api/v1/chains {"block"} → {"chain","promise"}
struct Founded {
    ledger::PrivateChainId chain;
    ledger::Promise promise;
    friend bool operator==(const Founded&, const Founded&) = default;
};
codec::json::object found_json(const ledger::Block& genesis);
Result<ledger::Block> read_found(const codec::json::object& json);
codec::json::object to_json(const Founded& founded);
Result<Founded> read_founded(const codec::json::object& json);

// GET /api/v1/chains/{chain}
struct ChainInfo {
    ledger::PrivateChainId chain;
    Address account;          // of the patient's ledger
    consent::FolderKey inbox; // of the genesis
    ledger::ChainHeads heads; // height, time (ms) and heads
};
codec::json::object to_json(const ChainInfo& info);
Result<ChainInfo> read_chain_info(const codec::json::object& json);

// GET /api/v1/chains/{chain}/blocks?after&most: by height, then hash.
struct BlockPage {
    std::vector<ledger::Block> blocks;
    std::optional<ledger::BlockHash> next; // give it as `after`; none: these were the last
};
codec::json::object to_json(const BlockPage& page);
Result<BlockPage> read_block_page(const codec::json::object& json);

// POST /api/v1/chains/{chain}/blocks → {"promise"}
struct AppendRequest {
    ledger::Block block;
    std::vector<vault::NewRecord> records;
    std::string purpose = "TREAT"; // that a grant must cover; absent: TREAT
};
codec::json::object append_json(const ledger::Block& block,
                                std::span<const vault::NewRecord> records,
                                std::string_view purpose = "TREAT");
Result<AppendRequest> read_append(const codec::json::object& json);
codec::json::object promise_json(const ledger::Promise& promise); // {"promise": …}
Result<ledger::Promise> read_promised(const codec::json::object& json);

// POST /api/v1/chains/{chain}/list
struct ListRequest {
    std::string purpose;
    std::vector<consent::FolderKey> keys{}; // either these,
    std::vector<vault::RecordId>
        records{};           // or these (at most kMaxListed); owner, guardian: or all
    std::uint64_t after = 0; // RecordInfo::number
    std::size_t most = 100;  // 0: the count alone
    friend bool operator==(const ListRequest&, const ListRequest&) = default;
};
struct ListAnswer {
    std::vector<vault::RecordInfo> records; // by number, rising; `upload` is not told
    std::optional<std::uint64_t> next;      // give it as `after`
    std::uint64_t total = 0;                // of all pages, erased ones too
};
codec::json::object to_json(const ListRequest& request);
Result<ListRequest> read_list_request(const codec::json::object& json);
codec::json::object to_json(const ListAnswer& answer);
Result<ListAnswer> read_list_answer(const ledger::PrivateChainId& chain,
                                    const codec::json::object& json);

// POST /api/v1/chains/{chain}/read
struct ReadRequest {
    std::string purpose;
    std::vector<vault::RecordId> records; // 1 to kMaxRead, each once
    friend bool operator==(const ReadRequest&, const ReadRequest&) = default;
};
struct ReadRecord {
    vault::RecordInfo info;
    std::optional<vault::SealedBox> box; // none: it was erased
    Hash32 document;                     // that permitted it; zero: owner, guardian
    // By this node's fragment of that document, where it holds one. Not verified.
    std::optional<crypto::umbral::CapsuleFragment> fragment;
};
struct ReadAnswer {
    std::vector<ReadRecord> records;   // in the order of the request
    std::vector<vault::RecordId> left; // no room (kMaxAnswer): ask again
};
codec::json::object to_json(const ReadRequest& request);
Result<ReadRequest> read_read_request(const codec::json::object& json);
codec::json::object to_json(const ReadAnswer& answer);
Result<ReadAnswer> read_read_answer(const ledger::PrivateChainId& chain,
                                    const codec::json::object& json);

// Large objects (docs/records-vault.md, "Objects").
// PUT /api/v1/chains/{chain}/uploads/{upload} → state; GET the same. {upload}: 0x and 32 digits.
struct UploadRequest {
    vault::RecordId record;
    consent::FolderKey key; // that the record's box will be sealed to
    std::string purpose = "TREAT";
    friend bool operator==(const UploadRequest&, const UploadRequest&) = default;
};
codec::json::object to_json(const UploadRequest& request);
Result<UploadRequest> read_upload_request(const codec::json::object& json);
codec::json::object to_json(const vault::UploadState& state); // {"chunks","root","finished"}
Result<vault::UploadState> read_upload_state(const codec::json::object& json);
// POST /api/v1/chains/{chain}/chunks
struct ChunkRequest {
    std::string purpose;
    vault::RecordId record;
    std::uint32_t from = 0, count = 1; // at most kMaxChunksRead
    friend bool operator==(const ChunkRequest&, const ChunkRequest&) = default;
};
codec::json::object to_json(const ChunkRequest& request);
Result<ChunkRequest> read_chunk_request(const codec::json::object& json);
// {"chunks":[{"sealed","proof":["0x…"]}]}: to be checked with vault::check_chunk.
codec::json::object chunks_json(const std::vector<vault::ProvedChunk>& chunks);
Result<std::vector<vault::ProvedChunk>> read_chunks(const codec::json::object& json);

codec::json::object info_json(const vault::RecordInfo& info);
Result<vault::RecordInfo> read_info(const ledger::PrivateChainId& chain,
                                    const codec::json::object& json);

} // namespace salus::records
