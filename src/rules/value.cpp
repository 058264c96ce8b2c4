#include "rules/value.hpp"

#include "rules/validate.hpp"

namespace salus::rules {

using codec::Json;
namespace json = codec::json;

Value Value::boolean(bool value) {
    Value made(Kind::boolean);
    made.boolean_ = value;
    return made;
}

Value Value::integer(std::int64_t value) {
    Value made(Kind::integer);
    made.integer_ = value;
    return made;
}

Value Value::string(std::string_view value) {
    Value made(Kind::string, value.size());
    made.text_ = value.data();
    return made;
}

Value Value::time(Instant value) {
    Value made(Kind::time);
    made.integer_ = value.ms;
    return made;
}

Value Value::list(const Value* items, std::size_t size) {
    Value made(Kind::list, size);
    made.items_ = items;
    return made;
}

Value Value::frame(const Member* members, std::size_t size) {
    Value made(Kind::frame, size);
    made.members_ = members;
    return made;
}

Value Value::of(const Json& json) {
    switch (json.kind()) {
    case json::kind::null: return {};
    case json::kind::bool_: return boolean(json.get_bool());
    case json::kind::int64: return integer(json.get_int64());
    case json::kind::string: return string(json.get_string());
    case json::kind::array: {
        Value made(Kind::json_array, json.get_array().size());
        made.array_ = &json.get_array();
        return made;
    }
    case json::kind::object: {
        Value made(Kind::json_object, json.get_object().size());
        made.object_ = &json.get_object();
        return made;
    }
    case json::kind::uint64:
    case json::kind::double_: break;
    }
    if (const auto whole = integer_of(json)) return integer(*whole);
    Value made(Kind::number);
    made.number_ = json.is_double() ? json.get_double() : static_cast<double>(json.get_uint64());
    return made;
}

Value Value::item(std::size_t index) const {
    return kind_ == Kind::list ? items_[index] : of((*array_)[index]);
}

const Value* Value::own_child(std::string_view name, std::size_t index) const {
    if (kind_ == Kind::list) return index < size_ ? items_ + index : nullptr;
    if (kind_ != Kind::frame) return nullptr;
    for (std::size_t i = 0; i < size_; ++i) {
        if (members_[i].name == name) return &members_[i].value;
    }
    return nullptr;
}

const Json* Value::json_child(std::string_view name, std::size_t index) const {
    if (kind_ == Kind::json_object) return object_->if_contains(name);
    return kind_ == Kind::json_array ? array_->if_contains(index) : nullptr;
}

const Json* child_of(const Json& json, std::string_view name, std::size_t index) {
    if (const json::object* object = json.if_object()) return object->if_contains(name);
    const json::array* array = json.if_array();
    return array == nullptr ? nullptr : array->if_contains(index);
}

Truth truth_of(const Value& value) {
    bool truthy = false;
    switch (value.kind()) {
    case Value::Kind::null: break;
    case Value::Kind::boolean: truthy = value.as_boolean(); break;
    case Value::Kind::integer: truthy = value.as_integer() != 0; break;
    case Value::Kind::number: truthy = true; break; // zero is an integer
    case Value::Kind::time: return Truth::neither;
    case Value::Kind::string:
    case Value::Kind::list:
    case Value::Kind::json_array:
    case Value::Kind::json_object:
    case Value::Kind::frame: truthy = value.size() != 0; break;
    }
    return truthy ? Truth::truthy : Truth::falsy;
}

std::optional<bool> equal(const Value& a, const Value& b) {
    if ((a.is_array() && b.is_array()) || (a.is_object() && b.is_object())) return std::nullopt;
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
    case Value::Kind::null: return true;
    case Value::Kind::boolean: return a.as_boolean() == b.as_boolean();
    case Value::Kind::integer: return a.as_integer() == b.as_integer();
    case Value::Kind::number: return a.as_number() == b.as_number();
    case Value::Kind::string: return a.as_string() == b.as_string();
    default: return std::nullopt; // two date-times
    }
}

} // namespace salus::rules
