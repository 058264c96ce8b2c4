#include "gateway/search_query.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "consent/folder.hpp"
#include "fhir/primitive.hpp"

namespace salus::gateway {

namespace {

constexpr std::size_t kMaxParameters = 100, kMaxValues = 100;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

// The parts between `separator`, a backslash keeping one from being one.
std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> out(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            out.back() += text.substr(i, 2);
            ++i;
        } else if (text[i] == separator) {
            out.emplace_back();
        } else {
            out.back().push_back(text[i]);
        }
    }
    return out;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        out.push_back(text[i]);
    }
    return out;
}

struct PrefixRow {
    std::string_view text;
    Prefix prefix;
};
constexpr PrefixRow kPrefixes[] = {
    {"eq", Prefix::eq}, {"ne", Prefix::ne}, {"gt", Prefix::gt},
    {"lt", Prefix::lt}, {"ge", Prefix::ge}, {"le", Prefix::le},
    {"sa", Prefix::sa}, {"eb", Prefix::eb}, {"ap", Prefix::ap},
};

Prefix take_prefix(std::string_view& text) {
    for (const PrefixRow& row : kPrefixes) {
        if (!text.starts_with(row.text)) continue;
        text.remove_prefix(2);
        return row.prefix;
    }
    return Prefix::eq;
}

// Half a unit of the last digit that was given, either way.
std::optional<Number> read_number(std::string_view text) {
    Number out;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, out.exact);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end || !std::isfinite(out.exact)) {
        return std::nullopt;
    }
    const std::size_t mark = text.find_first_of("eE");
    const std::string_view digits = text.substr(0, mark);
    const std::size_t point = digits.find('.');
    int exponent = point == digits.npos ? 0 : -static_cast<int>(digits.size() - point - 1);
    if (mark != text.npos) {
        std::string_view power = text.substr(mark + 1);
        if (power.starts_with('+')) power.remove_prefix(1);
        int value = 0;
        std::from_chars(power.data(), power.data() + power.size(), value);
        exponent += value;
    }
    const double half = 0.5 * std::pow(10.0, exponent);
    out.low = out.exact - half;
    out.high = out.exact + half;
    return out;
}

Error bad_value(const SearchParameter& parameter) {
    return Error(kBadValue, std::string(parameter.name) + " takes a value of type " +
                                std::string(kind_name(parameter.kind)));
}

void put_token(SearchValue& out, std::string_view text) {
    const auto parts = split(text, '|');
    if (parts.size() < 2) {
        out.text = unescaped(text);
        return;
    }
    out.system = unescaped(parts[0]);
    out.text = unescaped(parts[1]);
}

Result<SearchValue> read_date(const SearchParameter& parameter, std::string_view text) {
    SearchValue out;
    out.prefix = take_prefix(text);
    std::string moment(text); // a '+' that nobody escaped has become a blank
    if (moment.find('T') != moment.npos) std::replace(moment.begin(), moment.end(), ' ', '+');
    out.time = time_range(moment);
    if (!out.time) return bad_value(parameter);
    out.text = moment;
    return out;
}

Result<SearchValue> read_quantity(const SearchParameter& parameter, std::string_view text) {
    SearchValue out;
    out.prefix = take_prefix(text);
    const auto parts = split(text, '|');
    if (parts.size() != 1 && parts.size() != 3) return bad_value(parameter);
    out.number = read_number(parts[0]);
    if (!out.number) return bad_value(parameter);
    if (parts.size() == 1) return out;
    if (!parts[1].empty()) out.system = unescaped(parts[1]);
    out.text = unescaped(parts[2]);
    return out;
}

Result<SearchValue> read_value(const SearchFilter& filter, std::string_view text,
                               const QueryRules& rules) {
    const SearchParameter& parameter = *filter.parameter;
    if (filter.modifier == Modifier::missing) {
        if (text != "true" && text != "false") {
            return Error(kBadValue, std::string(parameter.name) + ":missing takes true or false");
        }
        return SearchValue{.text = std::string(text), .system = {}, .time = {}, .number = {}};
    }
    SearchValue out;
    if (text.empty()) return bad_value(parameter);
    switch (parameter.kind) {
    case ParameterKind::date: return read_date(parameter, text);
    case ParameterKind::quantity: return read_quantity(parameter, text);
    case ParameterKind::number:
        out.prefix = take_prefix(text);
        out.number = read_number(text);
        if (!out.number) return bad_value(parameter);
        return out;
    case ParameterKind::token:
        if (filter.modifier == Modifier::text) {
            out.text = unescaped(text);
        } else {
            put_token(out, text);
        }
        return out;
    case ParameterKind::reference:
        if (filter.modifier == Modifier::identifier) {
            put_token(out, text);
            return out;
        }
        out.text = unescaped(text);
        if (!rules.base.empty() && out.text.starts_with(rules.base + "/")) {
            out.text.erase(0, rules.base.size() + 1);
        }
        return out;
    default: out.text = unescaped(text); return out;
    }
}

struct ModifierRow {
    std::string_view text;
    Modifier modifier;
    std::string_view kinds; // initials of the kinds that know it; '*': all
};
constexpr ModifierRow kModifiers[] = {
    {"missing", Modifier::missing, "*"},        {"exact", Modifier::exact, "string"},
    {"contains", Modifier::contains, "string"}, {"text", Modifier::text, "token"},
    {"not", Modifier::negated, "token"},        {"identifier", Modifier::identifier, "reference"},
    {"below", Modifier::below, "uri"},          {"above", Modifier::above, "uri"},
};

Status read_modifier(SearchFilter& filter, std::string_view text) {
    const std::string_view kind = kind_name(filter.parameter->kind);
    for (const ModifierRow& row : kModifiers) {
        if (row.text != text || (row.kinds != "*" && row.kinds != kind)) continue;
        filter.modifier = row.modifier;
        return ok_status();
    }
    const auto types = consent::resource_types();
    if (filter.parameter->kind == ParameterKind::reference &&
        std::find(types.begin(), types.end(), text) != types.end()) {
        filter.modifier = Modifier::of_type;
        filter.of_type = text;
        return ok_status();
    }
    return Error(kBadModifier, "this modifier is not known for " +
                                   std::string(filter.parameter->name) + ", of type " +
                                   std::string(kind));
}

// Reads one query into `out_`.
class QueryReader {
public:
    QueryReader(std::string_view type, const QueryRules& rules) : rules_(rules) {
        out_.type = type;
    }

    Result<SearchQuery> read(const Form& form) {
        if (form.size() > kMaxParameters) return Error(kTooManyParameters);
        for (const auto& [name, value] : form) {
            if (value.empty()) continue; // an empty field of a form asks for nothing
            SALUS_TRY_ASSIGN(const bool known, take(name, value));
            if (known) {
                out_.used.emplace_back(name, value);
            } else if (rules_.strict) {
                return Error(kUnknownParameter, "a parameter of this search is not known for " +
                                                    out_.type + ": see the CapabilityStatement");
            } else {
                out_.ignored.push_back(name);
            }
        }
        return std::move(out_);
    }

private:
    Result<bool> take(const std::string& name, const std::string& value) {
        if (name == "_format" || name == "_pretty") return true;
        if (name == "_count") return take_count(value);
        if (name == "_sort") return take_sort(value);
        if (name == "_summary") return take_summary(value);
        if (name == "_total") return take_total(value);
        if (name == "_include" || name == "_revinclude") return take_include(name, value);
        if (name.find('.') != name.npos || name.starts_with("_has:")) {
            return Error(kNotSupported, "chained parameters");
        }
        return take_filter(name, value);
    }
    Result<bool> take_count(const std::string& value) {
        std::size_t count = 0;
        const char* end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, count);
        if (read.ec != std::errc{} || read.ptr != end) {
            return Error(kBadValue, "_count takes a whole number");
        }
        out_.count = std::min(count, kMaxCount);
        if (count == 0) out_.summary = Summary::count;
        return true;
    }
    Result<bool> take_sort(const std::string& value) {
        for (std::string& one : split(value, ',')) {
            const bool descending = one.starts_with('-');
            const SearchParameter* parameter =
                find_parameter(out_.type, std::string_view(one).substr(descending ? 1 : 0));
            if (parameter == nullptr) return Error(kUnknownParameter, "_sort names no parameter");
            out_.sort.push_back({parameter, descending});
        }
        return true;
    }
    Result<bool> take_summary(const std::string& value) {
        if (value == "count") {
            out_.summary = Summary::count;
        } else if (value == "data") {
            out_.summary = Summary::data;
        } else if (value == "text") {
            out_.summary = Summary::text;
        } else if (value != "false") {
            return value == "true" ? Result<bool>(false)
                                   : Error(kBadValue, "_summary takes count, data, text or false");
        }
        return true;
    }
    Result<bool> take_total(const std::string& value) {
        if (value != "none" && value != "estimate" && value != "accurate") {
            return Error(kBadValue, "_total takes none, estimate or accurate");
        }
        out_.total = value != "none";
        return true;
    }
    Result<bool> take_include(const std::string& name, const std::string& value) {
        const auto parts = split(value, ':');
        const bool reverse = name == "_revinclude";
        if (parts.size() < 2 || parts.size() > 3) return Error(kBadValue, name + " is Type:name");
        Include out{nullptr, parts[0], parts.size() == 3 ? parts[2] : ""};
        if (parts[1] != "*") {
            out.parameter = find_parameter(parts[0], parts[1]);
            if (out.parameter == nullptr || out.parameter->kind != ParameterKind::reference) {
                return false;
            }
        }
        (reverse ? out_.reverse_includes : out_.includes).push_back(std::move(out));
        return true;
    }
    Result<bool> take_filter(const std::string& name, const std::string& value) {
        const std::size_t colon = name.find(':');
        SearchFilter filter;
        filter.parameter = find_parameter(out_.type, name.substr(0, colon));
        if (filter.parameter == nullptr) return false;
        if (colon != name.npos) SALUS_TRY(read_modifier(filter, name.substr(colon + 1)));
        const auto values = split(value, ',');
        if (values.size() > kMaxValues) return Error(kTooManyParameters);
        for (const std::string& one : values) {
            SALUS_TRY_ASSIGN(SearchValue read, read_value(filter, one, rules_));
            filter.any.push_back(std::move(read));
        }
        out_.filters.push_back(std::move(filter));
        return true;
    }

    const QueryRules& rules_;
    SearchQuery out_;
};

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view kPlain = "-._~:/,";
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (const char c : text) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (word || kPlain.find(c) != kPlain.npos) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
    }
}

} // namespace

Result<Form> read_form(std::string_view text) {
    Form out;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text = end == text.npos ? "" : text.substr(end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = decode(pair.substr(0, equals));
        auto value = equals == pair.npos ? std::string() : decode(pair.substr(equals + 1));
        if (!name || !value) return Error(kBadValue, "percent-encoding (RFC 3986 2.1)");
        out.emplace_back(std::move(*name), std::move(*value));
        if (out.size() > kMaxParameters) return Error(kTooManyParameters);
    }
    return out;
}

Result<SearchQuery> read_query(std::string_view type, const Form& form, const QueryRules& rules) {
    const auto types = consent::resource_types();
    if (std::find(types.begin(), types.end(), type) == types.end()) return Error(kUnknownType);
    return QueryReader(type, rules).read(form);
}

std::string print_form(const Form& form) {
    std::string out;
    for (const auto& [name, value] : form) {
        if (!out.empty()) out += '&';
        append_escaped(out, name);
        out += '=';
        append_escaped(out, value);
    }
    return out;
}

} // namespace salus::gateway
