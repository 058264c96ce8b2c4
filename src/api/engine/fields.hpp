#pragma once
// Strict reading of the objects of the Engine API. Internal to api/engine.

#include "api/eth/params.hpp"

namespace salus::api::engine {

using codec::Json;
namespace json = boost::json;

// execution-apis, src/engine/common.md: 0x0, or no leading zeros.
Result<uint256> read_strict_quantity(const Json& value);
Result<std::uint64_t> read_strict_u64(const Json& value);

template <std::size_t N>
Result<FixedBytes<N>> read_fixed(const Json& value) {
    SALUS_TRY_ASSIGN(const Bytes bytes, eth::read_data(value));
    if (bytes.size() != N) return Error(eth::kInvalidParams, std::to_string(N) + " bytes of hex");
    return right_aligned<N>(bytes);
}

template <typename T>
Result<std::vector<T>> read_array(const Json& value, Result<T> (*read)(const Json&)) {
    if (!value.is_array()) return Error(eth::kInvalidParams, "must be an array");
    std::vector<T> out;
    out.reserve(value.get_array().size());
    for (const Json& item : value.get_array()) {
        SALUS_TRY_ASSIGN(T one, read(item));
        out.push_back(std::move(one));
    }
    return out;
}

// Reads the fields of one object; finish() refuses those that nobody asked for. The first error
// stays: later reads do nothing.
class Fields {
public:
    explicit Fields(const Json& value) {
        if (value.is_object()) {
            object_ = &value.get_object();
        } else {
            error_.emplace(eth::kInvalidParams, "must be an object");
        }
    }

    bool has(std::string_view name) const {
        const Json* value = error_ ? nullptr : codec::json_find(*object_, name);
        return value != nullptr && !value->is_null();
    }
    template <typename T, typename Out>
    void take(std::string_view name, Result<T> (*read)(const Json&), Out& out) {
        if (error_) return;
        const Json* value = codec::json_find(*object_, name);
        if (value == nullptr || value->is_null()) {
            error_.emplace(eth::kInvalidParams, "missing field " + std::string(name));
            return;
        }
        ++taken_;
        auto result = read(*value);
        if (result.ok()) {
            out = std::move(*result);
        } else {
            error_.emplace(std::move(result).error().at(name));
        }
    }
    Status finish() const {
        if (error_) return *error_;
        std::size_t given = 0;
        for (const auto& field : *object_) given += field.value().is_null() ? 0 : 1;
        if (given != taken_) return Error(eth::kInvalidParams, "fields of another version");
        return ok_status();
    }

private:
    const json::object* object_ = nullptr;
    std::optional<Error> error_;
    std::size_t taken_ = 0;
};

} // namespace salus::api::engine
