#include "state/json_fields.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace salus::state {

using codec::Json;
using codec::json::object;

namespace {

Error bad(std::string_view key, const Error& error) {
    return Error(kBadField, std::string(key) + ": " + error.text());
}

// A field that is there and not null.
const Json* find(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

Result<uint256> number_from_text(std::string_view text) {
    if (text.empty() || text == "0x") return uint256();
    return uint256_from_text(text);
}

Status parse_storage(const object& slots, AccountChange& account) {
    for (const auto& slot : slots) {
        auto key = number_from_text(slot.key());
        if (!key) return bad(slot.key(), key.error());
        auto value = json_number(slot.value());
        if (!value) return bad(slot.key(), value.error());
        if (*value) account.storage.insert_or_assign(*key, *value);
    }
    return ok_status();
}

// A misspelt field would otherwise be an account that is not what its author meant.
Status check_account_keys(const object& fields) {
    constexpr std::array<std::string_view, 6> kKeys{"balance", "wei",     "nonce",
                                                    "code",    "storage", "secretKey"};
    for (const auto& field : fields) {
        const std::string_view key = field.key();
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
            return Error(kBadField, std::string(key) + ": not a field of an account");
        }
    }
    return ok_status();
}

Result<AccountChange> parse_account(const object& fields, StateChanges& state) {
    SALUS_TRY(check_account_keys(fields));
    AccountChange out;
    SALUS_TRY_ASSIGN(out.nonce, number64_field_or(fields, "nonce", 0));
    const char* balance = find(fields, "balance") != nullptr ? "balance" : "wei"; // its old name
    SALUS_TRY_ASSIGN(out.balance, number_field_or(fields, balance, uint256()));
    SALUS_TRY_ASSIGN(const Bytes code, bytes_field_or(fields, "code", {}));
    if (!code.empty()) {
        out.code_hash = crypto::keccak256(code);
        state.code.insert_or_assign(out.code_hash, code);
    }
    const Json* storage = find(fields, "storage");
    if (storage != nullptr) {
        if (!storage->is_object()) return Error(kBadField, "storage: not an object");
        SALUS_TRY(parse_storage(storage->get_object(), out));
    }
    return out;
}

} // namespace

Result<uint256> json_number(const Json& value) {
    if (value.is_int64() && value.get_int64() >= 0) {
        return uint256(static_cast<std::uint64_t>(value.get_int64()));
    }
    if (value.is_uint64()) return uint256(value.get_uint64());
    if (!value.is_string()) return Error(kBadField, "neither number nor text");
    return number_from_text(std::string_view(value.get_string()));
}

Result<std::uint64_t> json_number64(const Json& value) {
    SALUS_TRY_ASSIGN(const uint256 number, json_number(value));
    if (!number.fits_u64()) return Error(kBadField, "more than 64 bits");
    return number.low64();
}

Result<Bytes> json_bytes(const Json& value) {
    if (!value.is_string()) return Error(kBadField, "not text");
    return from_hex(std::string_view(value.get_string()));
}

Result<uint256> number_field(const object& fields, std::string_view key) {
    const Json* value = find(fields, key);
    if (value == nullptr) return Error(kBadField, std::string(key) + ": missing");
    auto number = json_number(*value);
    if (!number) return bad(key, number.error());
    return number;
}

Result<uint256> number_field_or(const object& fields, std::string_view key, const uint256& other) {
    return find(fields, key) == nullptr ? Result<uint256>(other) : number_field(fields, key);
}

Result<std::uint64_t> number64_field_or(const object& fields, std::string_view key,
                                        std::uint64_t other) {
    SALUS_TRY_ASSIGN(const uint256 number, number_field_or(fields, key, uint256(other)));
    if (!number.fits_u64()) return Error(kBadField, std::string(key) + ": more than 64 bits");
    return number.low64();
}

Result<Bytes> bytes_field_or(const object& fields, std::string_view key, Bytes other) {
    const Json* value = find(fields, key);
    if (value == nullptr) return other;
    auto bytes = json_bytes(*value);
    if (!bytes) return bad(key, bytes.error());
    return bytes;
}

Result<StateChanges> parse_alloc(const object& alloc) {
    StateChanges out;
    for (const auto& item : alloc) {
        auto at = address_from_hex(item.key());
        if (!at) return bad(item.key(), at.error());
        if (!item.value().is_object()) {
            return Error(kBadField, std::string(item.key()) + ": not an object");
        }
        auto account = parse_account(item.value().get_object(), out);
        if (!account) return bad(item.key(), account.error());
        out.accounts.insert_or_assign(*at, std::move(account).value());
    }
    return out;
}

} // namespace salus::state
