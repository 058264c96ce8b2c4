#include "codec/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include "codec/json_text.hpp"

namespace salus::codec {
namespace {

using json::error_code;

// Finds equal keys of one object while it is read; the texts of all open objects lie in one
// buffer.
class OpenKeys {
public:
    OpenKeys() {
        text_.reserve(256);
        keys_.reserve(16);
        starts_.reserve(8);
    }
    void begin_object() { starts_.push_back(keys_.size()); }
    void add_part(std::string_view part) { text_.append(part); }
    void end_key() {
        const std::size_t start = keys_.empty() ? 0 : keys_.back().second;
        keys_.emplace_back(start, text_.size());
    }
    // True where two keys of the object that ends here are equal.
    bool end_object() {
        const std::size_t first = starts_.back();
        starts_.pop_back();
        const bool twice =
            keys_.size() - first <= kFew ? any_twice(first) : any_twice_sorted(first);
        keys_.resize(first);
        text_.resize(keys_.empty() ? 0 : keys_.back().second);
        return twice;
    }

private:
    static constexpr std::size_t kFew = 12; // compared each with each

    std::string_view key(std::size_t i) const {
        return std::string_view(text_).substr(keys_[i].first, keys_[i].second - keys_[i].first);
    }
    bool any_twice(std::size_t first) const {
        for (std::size_t i = first + 1; i < keys_.size(); ++i) {
            for (std::size_t j = first; j < i; ++j) {
                if (key(i) == key(j)) return true;
            }
        }
        return false;
    }
    bool any_twice_sorted(std::size_t first) const {
        std::vector<std::string_view> keys;
        keys.reserve(keys_.size() - first);
        for (std::size_t i = first; i < keys_.size(); ++i) keys.push_back(key(i));
        std::sort(keys.begin(), keys.end());
        return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
    }

    std::string text_;
    std::vector<std::pair<std::size_t, std::size_t>> keys_; // [start, end) in text_
    std::vector<std::size_t> starts_;                       // index in keys_ of each open object
};

// The events of Boost.JSON's parser, gathered into a value as its own handler does, but with a
// check for equal keys (it would keep the last) and exactly rounded numbers (it may be off by one
// unit in the last place).
struct Builder {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    std::array<unsigned char, 4096> room; // for what is open, before it asks for memory
    json::value_stack stack;
    OpenKeys keys;
    bool duplicate = false;

    Builder()
        : stack({}, room.data(), room.size()) {
    } // NOLINT(cppcoreguidelines-pro-type-member-init): `room` stays as it is, 4 KB are not cleared

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        keys.begin_object();
        return true;
    }
    bool on_object_end(std::size_t n, error_code& ec) {
        if (keys.end_object()) {
            duplicate = true;
            ec = json::error::exception; // any: parse_json looks at `duplicate` first
            return false;
        }
        stack.push_object(n);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t n, error_code&) {
        stack.push_array(n);
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        keys.add_part({part.data(), part.size()});
        stack.push_chars(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        keys.add_part({part.data(), part.size()});
        keys.end_key();
        stack.push_key(part);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, error_code&) {
        stack.push_string(part);
        return true;
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, error_code&) {
        stack.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, json::string_view, error_code&) {
        stack.push_uint64(value);
        return true;
    }
    bool on_double(double value, json::string_view text, error_code& ec) {
        double exact = value;
        const char* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, exact);
        const double number = read.ec == std::errc{} && read.ptr == end ? exact : value;
        if (!std::isfinite(number)) { // JSON cannot print it again
            ec = json::error::exponent_overflow;
            return false;
        }
        stack.push_double(number);
        return true;
    }
    bool on_bool(bool value, error_code&) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(error_code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }
};

Error error_of(const error_code& ec, bool duplicate, std::size_t at) {
    if (duplicate) return Error(kJsonDuplicateKey, fmt::format("object that ends at byte {}", at));
    if (ec == json::error::too_deep) return Error(kJsonTooDeep, fmt::format("byte {}", at));
    return Error(kBadJson, fmt::format("byte {}: {}", at, ec.message()));
}

void print_pretty(std::string& out, const Json& value, std::size_t indent);

template <typename Sequence, typename Each>
void print_lines(std::string& out, const Sequence& items, std::size_t indent, char open, char close,
                 Each&& each) {
    out += open;
    bool first = true;
    for (const auto& item : items) {
        out += first ? "\n" : ",\n";
        first = false;
        out.append(indent + 2, ' ');
        each(item);
    }
    if (!first) {
        out += '\n';
        out.append(indent, ' ');
    }
    out += close;
}

void print_pretty(std::string& out, const Json& value, std::size_t indent) {
    if (const auto* object = value.if_object()) {
        print_lines(out, *object, indent, '{', '}', [&](const auto& member) {
            append_json_string(out, member.key());
            out += ": ";
            print_pretty(out, member.value(), indent + 2);
        });
    } else if (const auto* array = value.if_array()) {
        print_lines(out, *array, indent, '[', ']',
                    [&](const auto& item) { print_pretty(out, item, indent + 2); });
    } else {
        append_json_scalar(out, value);
    }
}

void print_plain(std::string& out, const Json& value) {
    bool first = true;
    const auto comma = [&] {
        if (!first) out += ',';
        first = false;
    };
    if (const auto* object = value.if_object()) {
        out += '{';
        for (const auto& member : *object) {
            comma();
            append_json_string(out, member.key());
            out += ':';
            print_plain(out, member.value());
        }
        out += '}';
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (const auto& item : *array) {
            comma();
            print_plain(out, item);
        }
        out += ']';
    } else {
        append_json_scalar(out, value);
    }
}

Result<const Json*> require(const json::object& object, std::string_view key) {
    const Json* found = json_find(object, key);
    if (found == nullptr) return Error(kJsonMissing, std::string(key));
    return found;
}

Error wrong_type(std::string_view key, std::string_view wanted) {
    return Error(kJsonWrongType, fmt::format("{}: expected {}", key, wanted));
}

} // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) {
        return Error(kJsonTooLarge, fmt::format("{} bytes of {}", text.size(), limits.bytes));
    }
    json::parse_options options;
    options.max_depth = limits.depth;
    json::basic_parser<Builder> parser(options);
    parser.handler().stack.reset();
    error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (ec) return error_of(ec, parser.handler().duplicate, used);
    if (used < text.size()) return error_of(json::error::extra_data, false, used);
    return parser.handler().stack.release();
}

std::string print_json(const Json& value) {
    std::string out;
    print_plain(out, value);
    return out;
}

std::string print_json_pretty(const Json& value) {
    std::string out;
    print_pretty(out, value, 0);
    return out;
}

const Json* json_find(const json::object& object, std::string_view key) {
    return object.if_contains(json::string_view(key.data(), key.size()));
}

Result<std::string> json_string(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const Json* value, require(object, key));
    if (!value->is_string()) return wrong_type(key, "a string");
    return std::string(value->get_string().data(), value->get_string().size());
}

Result<std::uint64_t> json_u64(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const Json* value, require(object, key));
    if (value->is_uint64()) return value->get_uint64();
    if (value->is_int64() && value->get_int64() >= 0) {
        return static_cast<std::uint64_t>(value->get_int64());
    }
    return wrong_type(key, "a whole number of at most 64 bits");
}

Result<const json::object*> json_object(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const Json* value, require(object, key));
    if (!value->is_object()) return wrong_type(key, "an object");
    return value->if_object();
}

Result<const json::array*> json_array(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const Json* value, require(object, key));
    if (!value->is_array()) return wrong_type(key, "an array");
    return value->if_array();
}

} // namespace salus::codec
