#include "codec/json_text.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace salus::codec {
namespace {

std::string_view escape_of(char c) {
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\t': return "\\t";
    case '\n': return "\\n";
    case '\f': return "\\f";
    case '\r': return "\\r";
    default: return {};
    }
}

// ECMA-262 Number::toString of the digits d1…dk and the exponent n: value = 0.d1…dk × 10^n.
void append_decimal(std::string& out, std::string_view digits, int n) {
    const int k = static_cast<int>(digits.size());
    if (k <= n && n <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(n - k), '0');
    } else if (0 < n && n <= 21) {
        out += digits.substr(0, static_cast<std::size_t>(n));
        out += '.';
        out += digits.substr(static_cast<std::size_t>(n));
    } else if (-6 < n && n <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-n), '0');
        out += digits;
    } else {
        out += digits[0];
        if (k > 1) {
            out += '.';
            out += digits.substr(1);
        }
        out += fmt::format("e{:+}", n - 1);
    }
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const std::string_view escape = escape_of(c);
        if (!escape.empty()) {
            out += escape;
        } else if (static_cast<Byte>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_json_number(std::string& out, double number) {
    SALUS_ASSERT(std::isfinite(number));
    if (number == 0) {
        out += '0';
        return;
    }
    if (number < 0) out += '-';
    char text[32]; // d.ddde[+-]xx, at most 17 digits
    const auto end =
        std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific);
    const std::string_view all(text, static_cast<std::size_t>(end.ptr - text));
    const std::size_t mark = all.find('e');
    std::string digits(1, all[0]);
    if (mark > 2) digits += all.substr(2, mark - 2);
    const char* exponent_text = text + mark + 1;
    int exponent = 0;
    std::from_chars(*exponent_text == '+' ? exponent_text + 1 : exponent_text, end.ptr, exponent);
    append_decimal(out, digits, exponent + 1);
}

void append_json_scalar(std::string& out, const Json& value) {
    switch (value.kind()) {
    case json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
    case json::kind::int64: out += fmt::format("{}", value.get_int64()); break;
    case json::kind::uint64: out += fmt::format("{}", value.get_uint64()); break;
    case json::kind::double_: append_json_number(out, value.get_double()); break;
    case json::kind::string:
        append_json_string(out, {value.get_string().data(), value.get_string().size()});
        break;
    default: out += "null"; break;
    }
}

} // namespace salus::codec
