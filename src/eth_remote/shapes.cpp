#include "eth_remote/shapes.hpp"

#include <fmt/format.h>

namespace salus::eth {

namespace json = codec::json;
using codec::Json;

std::string quantity_text(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

Json block_json(const BlockRef& at) {
    if (at.hash) return json::object{{"blockHash", to_hex0x(at.hash->bytes)}}; // EIP-1898
    if (at.number) return Json(quantity_text(*at.number));
    return Json(at.pending ? "pending" : "latest");
}

Json call_json(const CallRequest& request) {
    json::object out{{"from", to_hex0x(request.from.bytes)}};
    if (request.to) out["to"] = to_hex0x(request.to->bytes);
    // Both names: old nodes know `data` alone, execution-apis says `input`.
    if (!request.data.empty()) { // one after the other: an insertion may move the other's place
        const std::string data = to_hex0x(request.data);
        out["data"] = data;
        out["input"] = data;
    }
    if (request.value) out["value"] = to_quantity(request.value);
    if (request.gas) out["gas"] = quantity_text(*request.gas);
    return out;
}

Json filter_json(const LogFilter& filter, std::uint64_t from, std::uint64_t to) {
    json::object out{{"fromBlock", quantity_text(from)}, {"toBlock", quantity_text(to)}};
    json::array addresses;
    for (const Address& address : filter.addresses) {
        addresses.push_back(Json(to_hex0x(address.bytes)));
    }
    if (!addresses.empty()) out["address"] = std::move(addresses);
    json::array topics;
    for (const auto& any_of : filter.topics) {
        json::array position;
        for (const Hash32& topic : any_of) position.push_back(Json(to_hex0x(topic.bytes)));
        topics.push_back(position.empty() ? Json(nullptr) : Json(std::move(position)));
    }
    if (!topics.empty()) out["topics"] = std::move(topics);
    return out;
}

namespace {

Error bad(std::string_view what) {
    return Error(kBadAnswer, std::string(what));
}

Result<std::string_view> text_of(const Json& value) {
    if (!value.is_string()) return bad("not a string");
    return std::string_view(value.get_string().data(), value.get_string().size());
}

Result<const json::object*> object_of(const Json& value) {
    if (!value.is_object()) return bad("not an object");
    return &value.get_object();
}

template <std::size_t N>
Result<FixedBytes<N>> fixed_of(const Json& value) {
    SALUS_TRY_ASSIGN(const std::string_view text, text_of(value));
    const auto out = fixed_from_hex<N>(text);
    if (!out.ok()) return bad(fmt::format("not {} bytes of hex", N));
    return *out;
}

template <typename T>
Status take(const json::object& object, std::string_view name, Result<T> (*read)(const Json&),
            T& out) {
    const Json* value = codec::json_find(object, name);
    if (value == nullptr || value->is_null()) return bad(fmt::format("{} is missing", name));
    auto result = read(*value);
    if (!result.ok()) return std::move(result).error().at(name);
    out = *std::move(result);
    return ok_status();
}

Result<Log> log_of(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    Log out;
    SALUS_TRY(take(*object, "address", fixed_of<20>, out.address));
    SALUS_TRY(take(*object, "data", bytes_of, out.data));
    SALUS_TRY(take(*object, "blockNumber", u64_of, out.block_number));
    SALUS_TRY(take(*object, "blockHash", hash_of, out.block_hash));
    SALUS_TRY(take(*object, "transactionHash", hash_of, out.transaction_hash));
    SALUS_TRY(take(*object, "transactionIndex", u64_of, out.transaction_index));
    SALUS_TRY(take(*object, "logIndex", u64_of, out.log_index));
    const Json* topics = codec::json_find(*object, "topics");
    if (topics == nullptr || !topics->is_array()) return bad("topics is missing");
    for (const Json& topic : topics->get_array()) {
        SALUS_TRY_ASSIGN(const Hash32 hash, hash_of(topic));
        out.topics.push_back(hash);
    }
    return out;
}

} // namespace

Result<uint256> uint256_of(const Json& value) {
    SALUS_TRY_ASSIGN(const std::string_view text, text_of(value));
    if (!text.starts_with("0x")) return bad("not a quantity");
    const auto out = uint256_from_text(text);
    if (!out.ok()) return bad("not a quantity");
    return *out;
}

Result<std::uint64_t> u64_of(const Json& value) {
    SALUS_TRY_ASSIGN(const uint256 wide, uint256_of(value));
    if (!wide.fits_u64()) return bad("does not fit in 64 bits");
    return wide.low64();
}

Result<Bytes> bytes_of(const Json& value) {
    SALUS_TRY_ASSIGN(const std::string_view text, text_of(value));
    auto out = from_hex(text);
    if (!out.ok()) return bad("not hex");
    return *std::move(out);
}

Result<Hash32> hash_of(const Json& value) {
    return fixed_of<32>(value);
}

Result<Head> head_of(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    Head out;
    SALUS_TRY(take(*object, "number", u64_of, out.number));
    SALUS_TRY(take(*object, "hash", hash_of, out.hash));
    SALUS_TRY(take(*object, "parentHash", hash_of, out.parent_hash));
    SALUS_TRY(take(*object, "timestamp", u64_of, out.timestamp));
    SALUS_TRY(take(*object, "gasLimit", u64_of, out.gas_limit));
    const Json* base_fee = codec::json_find(*object, "baseFeePerGas"); // none before London
    if (base_fee != nullptr) SALUS_TRY(take(*object, "baseFeePerGas", uint256_of, out.base_fee));
    return out;
}

Result<Receipt> receipt_of(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    Receipt out;
    std::uint64_t status = 0;
    SALUS_TRY(take(*object, "transactionHash", hash_of, out.transaction_hash));
    SALUS_TRY(take(*object, "status", u64_of, status));
    SALUS_TRY(take(*object, "blockNumber", u64_of, out.block_number));
    SALUS_TRY(take(*object, "blockHash", hash_of, out.block_hash));
    SALUS_TRY(take(*object, "gasUsed", u64_of, out.gas_used));
    SALUS_TRY(take(*object, "logs", logs_of, out.logs));
    out.success = status == 1;
    const Json* created = codec::json_find(*object, "contractAddress");
    if (created != nullptr && !created->is_null()) {
        SALUS_TRY_ASSIGN(out.contract_address, fixed_of<20>(*created));
    }
    return out;
}

Result<std::vector<Log>> logs_of(const Json& value) {
    if (!value.is_array()) return bad("not an array of logs");
    std::vector<Log> out;
    for (const Json& item : value.get_array()) {
        SALUS_TRY_ASSIGN(Log log, log_of(item));
        out.push_back(std::move(log));
    }
    return out;
}

} // namespace salus::eth
