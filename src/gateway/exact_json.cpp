#include "gateway/exact_json.hpp"

#include <algorithm>

#include "codec/json_text.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

constexpr char kMark = '\x01';
constexpr std::string_view kEscapedMark = "\\u0001";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_of_number(char c) {
    return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Whether the number prints as it was written. What is no number is left to the parser.
bool prints_alike(std::string_view number) {
    const std::string_view digits = number.substr(number.starts_with('-') ? 1 : 0);
    const bool whole = std::all_of(digits.begin(), digits.end(), is_digit);
    if (whole && digits.size() < 18) return number != "-0";
    const auto value = codec::parse_json(number);
    return !value.ok() || codec::print_json(*value) == number;
}

// Writes the text again, numbers that would not survive as marked strings.
class Marker {
public:
    explicit Marker(std::string_view text) : text_(text) { out_.reserve(text.size() + 64); }

    Result<std::string> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                if (text_.substr(at_ + 1).starts_with(kEscapedMark)) {
                    return Error(codec::kBadJson, "a string begins with a control character");
                }
                take_string();
            } else if (is_digit(c) || c == '-') {
                take_number();
            } else {
                out_.push_back(c);
                ++at_;
            }
        }
        return std::move(out_);
    }

private:
    void take_string() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
        end = std::min(end + 1, text_.size());
        out_ += text_.substr(at_, end - at_);
        at_ = end;
    }
    void take_number() {
        std::size_t end = at_;
        while (end < text_.size() && is_of_number(text_[end])) ++end;
        const std::string_view number = text_.substr(at_, end - at_);
        if (prints_alike(number)) {
            out_ += number;
        } else {
            out_ += '"';
            out_ += kEscapedMark;
            out_ += number;
            out_ += '"';
        }
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
};

bool is_marked(const Json& value) {
    return value.is_string() && !value.get_string().empty() && value.get_string()[0] == kMark;
}

void print(std::string& out, const Json& value) {
    if (const auto* object = value.if_object()) {
        out += '{';
        for (const auto& member : *object) {
            if (&member != object->begin()) out += ',';
            codec::append_json_string(out, {member.key().data(), member.key().size()});
            out += ':';
            print(out, member.value());
        }
        out += '}';
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (const auto& item : *array) {
            if (&item != array->begin()) out += ',';
            print(out, item);
        }
        out += ']';
    } else if (is_marked(value)) {
        out += std::string_view(value.get_string()).substr(1);
    } else {
        codec::append_json_scalar(out, value);
    }
}

} // namespace

Result<Json> parse_exact(std::string_view text, const codec::JsonLimits& limits) {
    if (text.size() > limits.bytes) return codec::parse_json(text, limits); // refuses by name
    SALUS_TRY_ASSIGN(const std::string marked, Marker(text).run());
    codec::JsonLimits with_marks = limits;
    with_marks.bytes = std::max(limits.bytes, marked.size());
    return codec::parse_json(marked, with_marks);
}

std::string print_exact(const Json& value) {
    std::string out;
    print(out, value);
    return out;
}

std::optional<std::string> number_text(const Json& value) {
    if (is_marked(value)) return std::string(std::string_view(value.get_string()).substr(1));
    if (value.is_number()) return codec::print_json(value);
    return std::nullopt;
}

} // namespace salus::gateway
