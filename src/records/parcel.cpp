#include "records/parcel.hpp"

#include "records/json_fields.hpp"

namespace salus::records {

using consent::Fields;
using json::object;

object to_json(const Feed& feed) {
    const auto one = [](const ledger::LogBlock& block) -> object {
        return {{"index", block.index},
                {"chain", hex_member(block.chain.bytes)},
                {"block", hex_member(block.hash.bytes)}};
    };
    return {{"size", feed.size}, {"blocks", list_member(feed.blocks, one)}};
}

Result<Feed> read_feed(const object& json) {
    Fields fields(json, kBadWire);
    Feed out;
    out.size = fields.number("size");
    for (const codec::Json& one : fields.list("blocks")) {
        if (!one.is_object()) return Error(kBadWire, "blocks");
        Fields block(one.get_object(), kBadWire);
        out.blocks.push_back(
            {block.number("index"), block.bytes<32>("chain"), block.bytes<32>("block")});
        SALUS_TRY(block.fault());
    }
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const Parcel& parcel) {
    object out = append_json(parcel.block, parcel.records);
    const auto block = [](const ledger::Block& one) { return base64_member(ledger::encode(one)); };
    out["objects"] = list_member(parcel.objects, info_json);
    out["erased"] = list_member(parcel.erased, info_json);
    out["erasures"] = list_member(parcel.erasures, block);
    return out;
}

Result<Parcel> read_parcel(const object& json) {
    SALUS_TRY_ASSIGN(AppendRequest request, read_append(json));
    Parcel out{std::move(request.block), std::move(request.records), {}, {}, {}};
    Fields fields(json, kBadWire);
    const ledger::PrivateChainId chain = ledger::chain_of(out.block.header);
    const auto infos = [&](std::string_view key, std::vector<vault::RecordInfo>& into) -> Status {
        for (const codec::Json& one : fields.list(key)) {
            SALUS_TRY_ASSIGN(vault::RecordInfo info,
                             read_object(one, std::string(key), [&](const object& from) {
                                 return read_info(chain, from);
                             }));
            into.push_back(std::move(info));
        }
        return ok_status();
    };
    SALUS_TRY(infos("objects", out.objects));
    SALUS_TRY(infos("erased", out.erased));
    Status good = ok_status();
    each_text(fields, "erasures", [&](std::string_view text) {
        const auto bytes = codec::base64_decode(text);
        if (!bytes.ok()) return false;
        auto block = ledger::decode_block(*bytes);
        if (!block.ok()) good = block.error();
        if (block.ok()) out.erasures.push_back(std::move(*block));
        return block.ok();
    });
    SALUS_TRY(good);
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace salus::records
