#include "records/wire.hpp"

#include "records/json_fields.hpp"

namespace salus::records {
namespace {

using consent::Fields;
using json::object;

Result<ledger::Block> read_block(Fields& fields) {
    const Bytes bytes = base64_field(fields, "block");
    SALUS_TRY(fields.fault());
    return ledger::decode_block(bytes);
}

json::string block_member(const ledger::Block& block) {
    return base64_member(ledger::encode(block));
}

Result<ledger::Promise> read_promise_of(const object& from) {
    const codec::Json* found = codec::json_find(from, "promise");
    if (found == nullptr) return Error(kBadWire, "promise");
    return read_object(*found, "promise",
                       [](const object& promise) { return ledger::read_promise(promise); });
}

Contracts read_contracts(const object& from, Fields& all) {
    const codec::Json* found = codec::json_find(from, "contracts");
    Contracts out;
    if (found == nullptr || !found->is_object()) return all.note("contracts"), out;
    Fields fields(found->get_object(), kBadWire);
    out.accreditation = fields.bytes<20>("accreditation");
    out.medical_identity = fields.bytes<20>("medicalIdentity");
    out.vaccine_passport = fields.bytes<20>("vaccinePassport");
    out.consent = fields.bytes<20>("consent");
    out.ledger_anchor = fields.bytes<20>("ledgerAnchor");
    if (!fields.fault().ok()) all.note("contracts");
    return out;
}

} // namespace

object to_json(const NodeInfo& info) {
    const Contracts& contracts = info.contracts;
    return {{"account", hex_member(info.account.bytes)},
            {"key", hex_member(info.key.bytes)},
            {"chainId", info.chain_id},
            {"contracts", object{{"accreditation", hex_member(contracts.accreditation.bytes)},
                                 {"medicalIdentity", hex_member(contracts.medical_identity.bytes)},
                                 {"vaccinePassport", hex_member(contracts.vaccine_passport.bytes)},
                                 {"consent", hex_member(contracts.consent.bytes)},
                                 {"ledgerAnchor", hex_member(contracts.ledger_anchor.bytes)}}},
            {"inboxOpen", info.inbox_open},
            {"version", info.version}};
}

Result<NodeInfo> read_node_info(const object& json) {
    Fields fields(json, kBadWire);
    NodeInfo out;
    out.account = fields.bytes<20>("account");
    out.key = fields.bytes<33>("key");
    out.chain_id = fields.number("chainId");
    out.contracts = read_contracts(json, fields);
    out.version = fields.text("version");
    const codec::Json* open = codec::json_find(json, "inboxOpen");
    if (open == nullptr || !open->is_bool()) fields.note("inboxOpen");
    SALUS_TRY(fields.fault());
    out.inbox_open = open->get_bool();
    return out;
}

object found_json(const ledger::Block& genesis) {
    return {{"block", block_member(genesis)}};
}

Result<ledger::Block> read_found(const object& json) {
    Fields fields(json, kBadWire);
    return read_block(fields);
}

object to_json(const Founded& founded) {
    return {{"chain", hex_member(founded.chain.bytes)},
            {"promise", ledger::to_json(founded.promise)}};
}

Result<Founded> read_founded(const object& json) {
    Fields fields(json, kBadWire);
    Founded out;
    out.chain = fields.bytes<32>("chain");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(out.promise, read_promise_of(json));
    return out;
}

object to_json(const ChainInfo& info) {
    return {{"chain", hex_member(info.chain.bytes)},
            {"account", hex_member(info.account.bytes)},
            {"inbox", hex_member(info.inbox.bytes)},
            {"height", info.heads.height},
            {"heads", list_member(info.heads.heads,
                                  [](const Hash32& head) { return hex_member(head.bytes); })},
            {"time", info.heads.time}};
}

Result<ChainInfo> read_chain_info(const object& json) {
    Fields fields(json, kBadWire);
    ChainInfo out;
    out.chain = fields.bytes<32>("chain");
    out.account = fields.bytes<20>("account");
    out.inbox = fields.bytes<33>("inbox");
    out.heads.height = fields.number("height");
    out.heads.time = fields.number("time");
    out.heads.heads = hex_list<32>(fields, "heads");
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const BlockPage& page) {
    object out{{"blocks", list_member(page.blocks, block_member)}};
    if (page.next) out["next"] = hex_member(page.next->bytes);
    return out;
}

Result<BlockPage> read_block_page(const object& json) {
    Fields fields(json, kBadWire);
    BlockPage out;
    Status good = ok_status();
    each_text(fields, "blocks", [&](std::string_view text) {
        const auto bytes = codec::base64_decode(text);
        if (!bytes.ok()) return false;
        auto block = ledger::decode_block(*bytes);
        if (!block.ok() && good.ok()) good = block.error();
        if (block.ok()) out.blocks.push_back(std::move(*block));
        return true;
    });
    if (fields.has("next")) out.next = fields.bytes<32>("next");
    SALUS_TRY(fields.fault());
    SALUS_TRY(good);
    return out;
}

object append_json(const ledger::Block& block, std::span<const vault::NewRecord> records,
                   std::string_view purpose) {
    const auto one = [](const vault::NewRecord& record) {
        object out{{"id", uuid_member(record.id)}, {"box", base64_member(encode(record.box))}};
        if (record.upload) out["upload"] = hex_member(record.upload->bytes);
        return out;
    };
    return {{"block", block_member(block)},
            {"records", list_member(records, one)},
            {"purpose", purpose}};
}

namespace {

Result<vault::NewRecord> read_record(const object& from) {
    Fields fields(from, kBadWire);
    const vault::RecordId id = uuid_field(fields, "id");
    const Bytes bytes = base64_field(fields, "box");
    std::optional<vault::UploadId> upload;
    if (fields.has("upload")) upload = fields.bytes<16>("upload");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::decode_box(bytes));
    return vault::NewRecord{id, std::move(box), upload};
}

template <typename T, typename Read>
Result<std::vector<T>> read_all(Fields& fields, std::string_view key, Read read) {
    std::vector<T> out;
    for (const codec::Json& one : fields.list(key)) {
        const std::string where = std::string(key) + "[" + std::to_string(out.size()) + "]";
        SALUS_TRY_ASSIGN(T value, read_object(one, where, read));
        out.push_back(std::move(value));
    }
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace

Result<AppendRequest> read_append(const object& json) {
    Fields fields(json, kBadWire);
    AppendRequest out;
    if (fields.has("purpose")) out.purpose = fields.text("purpose");
    SALUS_TRY_ASSIGN(out.block, read_block(fields));
    if (!fields.has("records")) return out;
    SALUS_TRY_ASSIGN(out.records, read_all<vault::NewRecord>(fields, "records", read_record));
    return out;
}

object promise_json(const ledger::Promise& promise) {
    return {{"promise", ledger::to_json(promise)}};
}

Result<ledger::Promise> read_promised(const object& json) {
    return read_promise_of(json);
}

object to_json(const ListRequest& request) {
    object out{{"purpose", request.purpose}, {"after", request.after}, {"most", request.most}};
    if (!request.keys.empty()) {
        out["keys"] = list_member(
            request.keys, [](const consent::FolderKey& key) { return hex_member(key.bytes); });
    }
    if (!request.records.empty()) out["records"] = list_member(request.records, uuid_member);
    return out;
}

Result<ListRequest> read_list_request(const object& json) {
    Fields fields(json, kBadWire);
    ListRequest out;
    out.purpose = fields.text("purpose");
    if (fields.has("keys")) out.keys = hex_list<33>(fields, "keys");
    if (fields.has("records")) out.records = uuid_list(fields, "records");
    if (fields.has("after")) out.after = fields.number("after");
    if (fields.has("most")) out.most = fields.number("most");
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const ListAnswer& answer) {
    object out{{"records", list_member(answer.records, info_json)}, {"total", answer.total}};
    if (answer.next) out["next"] = *answer.next;
    return out;
}

Result<ListAnswer> read_list_answer(const ledger::PrivateChainId& chain, const object& json) {
    Fields fields(json, kBadWire);
    ListAnswer out;
    out.total = fields.number("total");
    if (fields.has("next")) out.next = fields.number("next");
    const auto read = [&](const object& from) { return read_info(chain, from); };
    SALUS_TRY_ASSIGN(out.records, read_all<vault::RecordInfo>(fields, "records", read));
    return out;
}

object to_json(const ReadRequest& request) {
    return {{"purpose", request.purpose}, {"records", list_member(request.records, uuid_member)}};
}

Result<ReadRequest> read_read_request(const object& json) {
    Fields fields(json, kBadWire);
    ReadRequest out;
    out.purpose = fields.text("purpose");
    out.records = uuid_list(fields, "records");
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const ReadAnswer& answer) {
    const auto one = [](const ReadRecord& record) {
        object out{{"info", info_json(record.info)}};
        if (record.box) out["box"] = base64_member(encode(*record.box));
        if (!record.document.is_zero()) out["document"] = hex_member(record.document.bytes);
        if (record.fragment) out["fragment"] = base64_member(record.fragment->bytes().bytes);
        return out;
    };
    object out{{"records", list_member(answer.records, one)}};
    if (!answer.left.empty()) out["left"] = list_member(answer.left, uuid_member);
    return out;
}

namespace {

Result<ReadRecord> read_read_record(const ledger::PrivateChainId& chain, const object& from) {
    const codec::Json* info = codec::json_find(from, "info");
    if (info == nullptr) return Error(kBadWire, "info");
    ReadRecord out;
    const auto read = [&](const object& inner) { return read_info(chain, inner); };
    SALUS_TRY_ASSIGN(out.info, read_object(*info, "info", read));
    Fields fields(from, kBadWire);
    if (fields.has("document")) out.document = fields.bytes<32>("document");
    Bytes box, fragment;
    if (fields.has("box")) box = base64_field(fields, "box");
    if (fields.has("fragment")) fragment = base64_field(fields, "fragment");
    SALUS_TRY(fields.fault());
    if (fields.has("box")) {
        SALUS_TRY_ASSIGN(out.box, vault::decode_box(box));
    }
    if (fields.has("fragment")) {
        SALUS_TRY_ASSIGN(out.fragment, crypto::umbral::CapsuleFragment::from_bytes(fragment));
    }
    return out;
}

} // namespace

Result<ReadAnswer> read_read_answer(const ledger::PrivateChainId& chain, const object& json) {
    Fields fields(json, kBadWire);
    ReadAnswer out;
    if (fields.has("left")) out.left = uuid_list(fields, "left");
    const auto read = [&](const object& from) { return read_read_record(chain, from); };
    SALUS_TRY_ASSIGN(out.records, read_all<ReadRecord>(fields, "records", read));
    return out;
}

object info_json(const vault::RecordInfo& info) {
    object out{{"id", uuid_member(info.id)},
               {"number", info.number},
               {"key", hex_member(info.folder.bytes)},
               {"digest", hex_member(info.digest.bytes)},
               {"size", info.size},
               {"writer", hex_member(info.writer.bytes)},
               {"block", hex_member(info.block.bytes)},
               {"time", info.time},
               {"erased", info.erased}};
    if (info.object) {
        out["object"] = object{{"root", hex_member(info.object->root.bytes)},
                               {"chunks", info.object->chunks},
                               {"size", info.object->size}};
    }
    return out;
}

namespace {

Result<vault::ObjectSummary> read_summary(const object& from) {
    Fields fields(from, kBadWire);
    vault::ObjectSummary out;
    out.root = fields.bytes<32>("root");
    out.chunks = static_cast<std::uint32_t>(fields.number("chunks", vault::kMaxChunks));
    out.size = fields.number("size");
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace

Result<vault::RecordInfo> read_info(const ledger::PrivateChainId& chain, const object& json) {
    Fields fields(json, kBadWire);
    vault::RecordInfo out;
    out.chain = chain;
    out.id = uuid_field(fields, "id");
    out.number = fields.number("number");
    out.folder = fields.bytes<33>("key");
    out.digest = fields.bytes<32>("digest");
    out.size = fields.number("size");
    out.writer = fields.bytes<20>("writer");
    out.block = fields.bytes<32>("block");
    out.time = fields.number("time");
    const codec::Json* erased = codec::json_find(json, "erased");
    if (erased == nullptr || !erased->is_bool()) fields.note("erased");
    SALUS_TRY(fields.fault());
    out.erased = erased->get_bool();
    if (const codec::Json* found = codec::json_find(json, "object")) {
        SALUS_TRY_ASSIGN(out.object, read_object(*found, "object", read_summary));
    }
    return out;
}

} // namespace salus::records
