#pragma once
// What nodes that keep the same patients' chains ask each other (docs/records-api.md,
// "Federation"), and its JSON in both directions. Pure.

#include <functional>

#include "records/wire.hpp"

namespace salus::records {

inline constexpr std::size_t kMaxFeed = 1'000; // blocks of one answer

// GET /api/v1/federation/feed?first&most: what came into the log of a node, from an index on.
struct Feed {
    std::uint64_t size = 0; // of the log
    std::vector<ledger::LogBlock> blocks;
    friend bool operator==(const Feed&, const Feed&) = default;
};
codec::json::object to_json(const Feed& feed);
Result<Feed> read_feed(const codec::json::object& json);

// GET /api/v1/chains/{chain}/blocks/{block}: a block with the ciphertexts of the records that it
// adds. Of large objects their rows come as well, and their chunks are asked for one by one (GET
// …/objects/{record}/{index}). Of records that were erased since, a node has their rows alone, and
// the patient's blocks that erased them.
struct Parcel {
    ledger::Block block;
    std::vector<vault::NewRecord> records;
    std::vector<vault::RecordInfo> objects; // rows of those among `records` that are objects
    std::vector<vault::RecordInfo> erased;
    std::vector<ledger::Block> erasures;
};
// A chunk of one of its objects.
using FetchChunk =
    std::function<Result<vault::ProvedChunk>(const vault::RecordId& record, std::uint32_t index)>;
codec::json::object to_json(const Parcel& parcel);
Result<Parcel> read_parcel(const codec::json::object& json);

} // namespace salus::records
