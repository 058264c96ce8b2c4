#include "records/json_fields.hpp"
#include "vault/upload.hpp"

namespace salus::records {

using consent::Fields;
using json::object;

namespace {

constexpr std::size_t kMaxProof = 64; // hashes: an object has fewer chunks than 2^64

Result<vault::ProvedChunk> read_chunk(const object& from) {
    Fields fields(from, kBadWire);
    vault::ProvedChunk out;
    out.sealed = base64_field(fields, "sealed");
    out.proof = hex_list<32>(fields, "proof");
    if (out.proof.size() > kMaxProof) fields.note("proof");
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace

object to_json(const UploadRequest& request) {
    return {{"record", uuid_member(request.record)},
            {"key", hex_member(request.key.bytes)},
            {"purpose", request.purpose}};
}

Result<UploadRequest> read_upload_request(const object& json) {
    Fields fields(json, kBadWire);
    UploadRequest out;
    out.record = uuid_field(fields, "record");
    out.key = fields.bytes<33>("key");
    if (fields.has("purpose")) out.purpose = fields.text("purpose");
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const vault::UploadState& state) {
    return {{"chunks", state.chunks},
            {"root", hex_member(state.root.bytes)},
            {"finished", state.finished}};
}

Result<vault::UploadState> read_upload_state(const object& json) {
    Fields fields(json, kBadWire);
    vault::UploadState out;
    out.chunks = static_cast<std::uint32_t>(fields.number("chunks", vault::kMaxChunks));
    out.root = fields.bytes<32>("root");
    const codec::Json* finished = codec::json_find(json, "finished");
    if (finished == nullptr || !finished->is_bool()) fields.note("finished");
    SALUS_TRY(fields.fault());
    out.finished = finished->get_bool();
    return out;
}

object to_json(const ChunkRequest& request) {
    return {{"purpose", request.purpose},
            {"record", uuid_member(request.record)},
            {"from", request.from},
            {"count", request.count}};
}

Result<ChunkRequest> read_chunk_request(const object& json) {
    Fields fields(json, kBadWire);
    ChunkRequest out;
    out.purpose = fields.text("purpose");
    out.record = uuid_field(fields, "record");
    out.from = static_cast<std::uint32_t>(fields.number("from", vault::kMaxChunks));
    out.count = static_cast<std::uint32_t>(fields.number("count", vault::kMaxChunks));
    SALUS_TRY(fields.fault());
    return out;
}

object chunks_json(const std::vector<vault::ProvedChunk>& chunks) {
    const auto one = [](const vault::ProvedChunk& chunk) {
        return object{{"sealed", base64_member(chunk.sealed)},
                      {"proof", list_member(chunk.proof, [](const Hash32& hash) {
                           return hex_member(hash.bytes);
                       })}};
    };
    return {{"chunks", list_member(chunks, one)}};
}

Result<std::vector<vault::ProvedChunk>> read_chunks(const object& json) {
    Fields fields(json, kBadWire);
    std::vector<vault::ProvedChunk> out;
    for (const codec::Json& one : fields.list("chunks")) {
        SALUS_TRY_ASSIGN(vault::ProvedChunk chunk, read_object(one, "chunks", read_chunk));
        out.push_back(std::move(chunk));
    }
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace salus::records
