#pragma once
// What an expression evaluates to, without copying: strings, arrays and objects are views of the
// data, of the expression, or of the evaluation's own memory, and live no longer than those.

#include <cstdint>
#include <string_view>

#include "codec/json.hpp"
#include "rules/date_time.hpp"

namespace salus::rules {

struct Member;

class Value {
public:
    enum class Kind : std::uint8_t {
        null,
        boolean,
        integer,
        number, // with a fraction, or beyond 64 bits
        string,
        time,
        list,        // items that were evaluated
        json_array,  // items of the data or of a literal
        json_object, // an object of the data
        frame,       // an object made of members: the data of a rule, of a reduction's lambda
    };

    Value() : kind_(Kind::null), integer_(0) {}
    static Value boolean(bool value);
    static Value integer(std::int64_t value);
    static Value string(std::string_view value);
    static Value time(Instant value);
    static Value list(const Value* items, std::size_t size);
    static Value frame(const Member* members, std::size_t size);
    static Value of(const codec::Json& json); // 7.0 is the integer 7

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    bool is_null() const { return kind_ == Kind::null; }
    bool is_array() const { return kind_ == Kind::list || kind_ == Kind::json_array; }
    bool is_object() const { return kind_ == Kind::json_object || kind_ == Kind::frame; }

    // Each only of its kind.
    bool as_boolean() const { return boolean_; }
    std::int64_t as_integer() const { return integer_; }
    double as_number() const { return number_; }
    std::string_view as_string() const { return {text_, size_}; }
    Instant as_time() const { return Instant{integer_}; }
    const codec::json::array& as_json_array() const { return *array_; }
    const codec::json::object& as_json_object() const { return *object_; }
    const Member* members() const { return members_; } // of a frame, size() of them
    // Of an array; `index` is less than size().
    Value item(std::size_t index) const;
    // Of a string, an array or an object.
    std::size_t size() const { return size_; }

    // The member of an object, the item of an array where `index` is not kNoIndex; nullptr for what
    // is not there. Of a frame or list the one, of what is JSON the other.
    static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);
    const Value* own_child(std::string_view name, std::size_t index) const;
    const codec::Json* json_child(std::string_view name, std::size_t index) const;
    bool is_json() const { return kind_ == Kind::json_array || kind_ == Kind::json_object; }

private:
    explicit Value(Kind kind, std::size_t size = 0) : kind_(kind), size_(size), integer_(0) {}

    Kind kind_;
    std::size_t size_ = 0;
    union {
        bool boolean_;
        std::int64_t integer_;
        double number_;
        const char* text_;
        const Value* items_;
        const Member* members_;
        const codec::json::array* array_;
        const codec::json::object* object_;
    };
};

struct Member {
    std::string_view name;
    Value value;
};

// As json_child of the Value of `json`.
const codec::Json* child_of(const codec::Json& json, std::string_view name, std::size_t index);

// None for what is neither: date-times.
enum class Truth : std::uint8_t { falsy, truthy, neither };
Truth truth_of(const Value& value);

// Equal without conversion. None where the specification leaves it open: two arrays, two objects,
// two date-times.
std::optional<bool> equal(const Value& a, const Value& b);

} // namespace salus::rules
