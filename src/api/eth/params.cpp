#include "api/eth/params.hpp"

#include <cmath>

#include <fmt/format.h>

namespace salus::api::eth {
namespace {

Error bad(std::string_view what) {
    return Error(kInvalidParams, std::string(what));
}

Result<std::string_view> hex_digits(const Json& value) {
    if (!value.is_string()) return bad("must be a hex string");
    const std::string_view text(value.get_string().data(), value.get_string().size());
    if (!text.starts_with("0x") && !text.starts_with("0X")) return bad("hex string without 0x");
    return text.substr(2);
}

Result<const json::object*> object_of(const Json& value) {
    if (!value.is_object()) return bad("must be an object");
    return &value.get_object();
}

const Json* field(const json::object& object, std::string_view name) {
    const Json* found = codec::json_find(object, name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

// Reads object[name] into `out` where it is there.
template <typename T, typename Out>
Status take(const json::object& object, std::string_view name, Result<T> (*read)(const Json&),
            Out& out) {
    const Json* value = field(object, name);
    if (value == nullptr) return ok_status();
    auto result = read(*value);
    if (!result.ok()) return std::move(result).error().at(name);
    out = *std::move(result);
    return ok_status();
}

template <typename T>
Result<std::vector<T>> read_list(const Json& value, Result<T> (*read)(const Json&)) {
    if (!value.is_array()) return bad("must be an array");
    std::vector<T> out;
    for (const Json& item : value.get_array()) {
        SALUS_TRY_ASSIGN(T one, read(item));
        out.push_back(std::move(one));
    }
    return out;
}

template <std::size_t N>
Result<FixedBytes<N>> read_fixed(const Json& value) {
    SALUS_TRY_ASSIGN(const std::string_view digits, hex_digits(value));
    if (digits.size() != 2 * N) return bad(fmt::format("must be {} bytes of hex", N));
    const auto out = fixed_from_hex<N>(digits);
    if (!out.ok()) return bad("invalid hex");
    return *out;
}

Result<uint256> key_of(const Json& value) {
    SALUS_TRY_ASSIGN(const Hash32 hash, read_hash(value));
    return load_be(hash);
}

Result<state::AccessEntry> read_access_entry(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    state::AccessEntry out;
    SALUS_TRY(take(*object, "address", read_address, out.address));
    if (const Json* keys = field(*object, "storageKeys")) {
        SALUS_TRY_ASSIGN(out.keys, read_list(*keys, key_of));
    }
    return out;
}

Result<state::Authorization> read_authorization(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    state::Authorization out;
    std::uint64_t parity = 0;
    SALUS_TRY(take(*object, "chainId", read_quantity, out.chain_id));
    SALUS_TRY(take(*object, "address", read_address, out.address));
    SALUS_TRY(take(*object, "nonce", read_u64, out.nonce));
    SALUS_TRY(take(*object, "yParity", read_u64, parity));
    SALUS_TRY(take(*object, "r", read_quantity, out.r));
    SALUS_TRY(take(*object, "s", read_quantity, out.s));
    if (parity > 1) return bad("yParity must be 0 or 1");
    out.y_parity = static_cast<Byte>(parity);
    return out;
}

Result<std::vector<state::AccessEntry>> read_access_list(const Json& value) {
    return read_list(value, read_access_entry);
}
Result<std::vector<state::Authorization>> read_authorizations(const Json& value) {
    return read_list(value, read_authorization);
}
Result<std::vector<Hash32>> read_hashes(const Json& value) {
    return read_list(value, read_hash);
}

Result<chain::BlockId> read_block_text(std::string_view text, const Json& value) {
    if (text == "latest") return chain::BlockId(chain::Tag::latest);
    if (text == "earliest") return chain::BlockId(chain::Tag::earliest);
    if (text == "pending") return chain::BlockId(chain::Tag::pending);
    if (text == "safe") return chain::BlockId(chain::Tag::safe);
    if (text == "finalized") return chain::BlockId(chain::Tag::finalized);
    if (text.size() == 66) {
        SALUS_TRY_ASSIGN(const Hash32 hash, read_hash(value));
        return chain::BlockId(hash);
    }
    SALUS_TRY_ASSIGN(const std::uint64_t number, read_u64(value));
    return chain::BlockId(number);
}

} // namespace

Result<uint256> read_quantity(const Json& value) {
    SALUS_TRY_ASSIGN(const std::string_view digits, hex_digits(value));
    if (digits.empty() || digits.size() > 64) return bad("must be a quantity of at most 256 bits");
    std::string even = digits.size() % 2 == 0 ? std::string() : std::string("0");
    even += digits;
    const auto bytes = from_hex(even);
    if (!bytes.ok()) return bad("invalid hex");
    return load_be(ByteView(*bytes));
}

Result<std::uint64_t> read_u64(const Json& value) {
    if (value.is_int64() && value.get_int64() >= 0) {
        return static_cast<std::uint64_t>(value.get_int64());
    }
    if (value.is_uint64()) return value.get_uint64();
    SALUS_TRY_ASSIGN(const uint256 quantity, read_quantity(value));
    if (!quantity.fits_u64()) return bad("does not fit in 64 bits");
    return quantity.low64();
}

Result<Bytes> read_data(const Json& value) {
    SALUS_TRY_ASSIGN(const std::string_view digits, hex_digits(value));
    auto bytes = from_hex(digits);
    if (!bytes.ok()) return bad("invalid hex data");
    return *std::move(bytes);
}

Result<Address> read_address(const Json& value) {
    return read_fixed<20>(value);
}

Result<Hash32> read_hash(const Json& value) {
    return read_fixed<32>(value);
}

Result<uint256> read_storage_key(const Json& value) {
    if (value.is_string() && value.get_string().size() > 66) {
        return bad("storage key too long (want at most 32 bytes)");
    }
    const auto key = read_quantity(value);
    if (!key.ok()) return bad("invalid hex in storage key");
    return *key;
}

Result<chain::BlockId> read_block(const Json& value) {
    if (value.is_string()) {
        const std::string_view text(value.get_string().data(), value.get_string().size());
        return read_block_text(text, value);
    }
    if (value.is_number()) {
        SALUS_TRY_ASSIGN(const std::uint64_t number, read_u64(value));
        return chain::BlockId(number);
    }
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value)); // EIP-1898
    const Json* number = field(*object, "blockNumber");
    const Json* hash = field(*object, "blockHash");
    if ((number == nullptr) == (hash == nullptr)) return bad("either blockNumber or blockHash");
    if (number != nullptr) return read_block(*number);
    SALUS_TRY_ASSIGN(const Hash32 block_hash, read_hash(*hash));
    return chain::BlockId(block_hash);
}

Result<state::SimulationRequest> read_call(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    state::SimulationRequest out;
    std::optional<Bytes> data;
    std::optional<Bytes> input;
    uint256 fee_cap;
    SALUS_TRY(take(*object, "from", read_address, out.from));
    SALUS_TRY(take(*object, "to", read_address, out.to));
    SALUS_TRY(take(*object, "gas", read_u64, out.gas));
    SALUS_TRY(take(*object, "value", read_quantity, out.value));
    SALUS_TRY(take(*object, "gasPrice", read_quantity, out.gas_price));
    SALUS_TRY(take(*object, "maxFeePerGas", read_quantity, fee_cap));
    SALUS_TRY(take(*object, "data", read_data, data));
    SALUS_TRY(take(*object, "input", read_data, input));
    SALUS_TRY(take(*object, "accessList", read_access_list, out.access_list));
    SALUS_TRY(take(*object, "authorizationList", read_authorizations, out.authorizations));
    SALUS_TRY(take(*object, "blobVersionedHashes", read_hashes, out.blob_hashes));
    SALUS_TRY(take(*object, "maxPriorityFeePerGas", read_quantity, out.priority_fee));
    const bool priced = field(*object, "gasPrice") != nullptr;
    if (priced && (field(*object, "maxFeePerGas") != nullptr || out.priority_fee)) {
        return bad("both gasPrice and maxFeePerGas or maxPriorityFeePerGas specified");
    }
    if (!priced) {
        out.gas_price = fee_cap;
        if (!out.priority_fee) out.priority_fee = uint256();
    }
    if (data && input && *data != *input) return bad("\"data\" and \"input\" differ");
    if (input || data) out.input = input ? *std::move(input) : *std::move(data);
    return out;
}

namespace {

Status read_slots(const Json& value, std::map<uint256, uint256>& out) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    for (const auto& [key, word] : *object) {
        SALUS_TRY_ASSIGN(const uint256 slot, read_storage_key(Json(key)));
        SALUS_TRY_ASSIGN(out[slot], read_quantity(word));
    }
    return ok_status();
}

Result<chain::AccountOverride> read_override(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    chain::AccountOverride out;
    SALUS_TRY(take(*object, "nonce", read_u64, out.nonce));
    SALUS_TRY(take(*object, "balance", read_quantity, out.balance));
    SALUS_TRY(take(*object, "code", read_data, out.code));
    SALUS_TRY(take(*object, "movePrecompileToAddress", read_address, out.move_precompile_to));
    const Json* all = field(*object, "state");
    const Json* some = field(*object, "stateDiff");
    if (all != nullptr && some != nullptr) return bad("both state and stateDiff");
    if (all != nullptr) SALUS_TRY(read_slots(*all, out.state.emplace()));
    if (some != nullptr) SALUS_TRY(read_slots(*some, out.state_diff));
    return out;
}

constexpr std::size_t kMostAlternatives = 1000; // each is compared with each log

// null, one value, or a list of them.
template <typename T>
Result<std::vector<T>> read_any_of(const Json& value, Result<T> (*read)(const Json&)) {
    if (value.is_null()) return std::vector<T>();
    if (value.is_array() && value.get_array().size() > kMostAlternatives) {
        return bad(
            fmt::format("at most {} addresses, or topics of one position", kMostAlternatives));
    }
    if (value.is_array()) return read_list(value, read);
    SALUS_TRY_ASSIGN(T one, read(value));
    return std::vector<T>{std::move(one)};
}

Result<std::vector<Hash32>> read_topic(const Json& value) {
    return read_any_of(value, read_hash);
}

} // namespace

Result<chain::StateOverrides> read_overrides(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    chain::StateOverrides out;
    for (const auto& [key, account] : *object) {
        SALUS_TRY_ASSIGN(const Address address, read_address(Json(key)));
        SALUS_TRY_ASSIGN(out[address], read_override(account));
    }
    return out;
}

namespace {

Result<state::Withdrawal> read_withdrawal(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    state::Withdrawal out;
    SALUS_TRY(take(*object, "index", read_u64, out.index));
    SALUS_TRY(take(*object, "validatorIndex", read_u64, out.validator_index));
    SALUS_TRY(take(*object, "address", read_address, out.address));
    SALUS_TRY(take(*object, "amount", read_u64, out.amount_gwei));
    return out;
}

} // namespace

Result<std::vector<state::Withdrawal>> read_withdrawals(const Json& value) {
    return read_list(value, read_withdrawal);
}

Result<chain::BlockOverrides> read_block_overrides(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    chain::BlockOverrides out;
    SALUS_TRY(take(*object, "number", read_u64, out.number));
    SALUS_TRY(take(*object, "time", read_u64, out.time));
    SALUS_TRY(take(*object, "gasLimit", read_u64, out.gas_limit));
    SALUS_TRY(take(*object, "feeRecipient", read_address, out.coinbase));
    SALUS_TRY(take(*object, "prevRandao", read_hash, out.prev_randao));
    SALUS_TRY(take(*object, "baseFeePerGas", read_quantity, out.base_fee));
    SALUS_TRY(take(*object, "blobBaseFee", read_quantity, out.blob_base_fee));
    SALUS_TRY(take(*object, "beaconRoot", read_hash, out.parent_beacon_root));
    SALUS_TRY(take(*object, "withdrawals", read_withdrawals, out.withdrawals));
    return out;
}

Result<chain::CallOptions> read_call_overrides(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    chain::CallOptions out;
    SALUS_TRY(take(*object, "stateOverrides", read_overrides, out.state));
    SALUS_TRY(take(*object, "blockOverrides", read_block_overrides, out.block));
    return out;
}

Result<LogRequest> read_log_request(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    LogRequest out;
    SALUS_TRY(take(*object, "blockHash", read_hash, out.block_hash));
    SALUS_TRY(take(*object, "fromBlock", read_block, out.from));
    SALUS_TRY(take(*object, "toBlock", read_block, out.to));
    if (out.block_hash && (out.from || out.to)) {
        return bad("cannot specify both BlockHash and FromBlock/ToBlock");
    }
    if (const Json* address = field(*object, "address")) {
        SALUS_TRY_ASSIGN(out.filter.addresses, read_any_of(*address, read_address));
    }
    if (const Json* topics = field(*object, "topics")) {
        if (topics->is_array() && topics->get_array().size() > 4) {
            return bad("at most four topics");
        }
        SALUS_TRY_ASSIGN(out.filter.topics, read_list(*topics, read_topic));
    }
    return out;
}

std::string Params::place(std::size_t i) {
    return fmt::format("invalid argument {}", i);
}

const Json* Params::at(std::size_t i) const {
    return i >= values_.size() || values_[i].is_null() ? nullptr : &values_[i];
}

Result<const Json*> Params::need(std::size_t i) const {
    const Json* value = at(i);
    if (value == nullptr) return bad(fmt::format("missing value for required argument {}", i));
    return value;
}

Result<bool> Params::boolean_or_false(std::size_t i) const {
    const Json* value = at(i);
    if (value == nullptr) return false;
    if (!value->is_bool()) return bad(place(i) + ": must be a boolean");
    return value->get_bool();
}

} // namespace salus::api::eth
