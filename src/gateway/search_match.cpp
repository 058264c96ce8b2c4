#include <algorithm>
#include <charconv>
#include <cmath>

#include "fhir/elements.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/search.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

std::string_view view_of(const Json& text) {
    return {text.get_string().data(), text.get_string().size()};
}

// ---- tokens

// A code or a system that an element may have, each maybe absent.
struct Token {
    std::string system, code;
};

// `code` where it is asked for; a code's case does not count
// (https://hl7.org/fhir/R4/search.html#token).
bool token_fits(const Token& token, const SearchValue& value) {
    if (value.system && *value.system != token.system) return false;
    return (value.text.empty() && value.system && !value.system->empty()) ||
           folded(token.code) == folded(value.text);
}

bool token_fits(const Json& element, const SearchValue& value) {
    if (element.is_bool()) return value.text == (element.get_bool() ? "true" : "false");
    if (element.is_string()) { // a code: its system is the binding's, which is not looked at
        return folded(view_of(element)) == folded(value.text);
    }
    if (!element.is_object()) return false;
    const json::object& object = element.get_object();
    if (const Json* codings = codec::json_find(object, "coding")) {
        if (!codings->is_array()) return false;
        const json::array& list = codings->get_array();
        return std::any_of(list.begin(), list.end(),
                           [&](const Json& one) { return token_fits(one, value); });
    }
    const std::string code = fhir::text_of(object, "code");
    const std::string given = code.empty() ? fhir::text_of(object, "value") : code;
    return token_fits(Token{fhir::text_of(object, "system"), given}, value);
}

// What people read of a token: CodeableConcept.text, Coding.display, Identifier.type.text.
bool text_fits(const Json& element, const std::string& wanted) {
    if (!element.is_object()) return false;
    const json::object& object = element.get_object();
    for (const char* key : {"text", "display"}) {
        if (folded(fhir::text_of(object, key)).find(wanted) != std::string::npos) return true;
    }
    const Json* type = codec::json_find(object, "type");
    if (type != nullptr && text_fits(*type, wanted)) return true;
    const json::array& codings = fhir::array_of(object, "coding");
    return std::any_of(codings.begin(), codings.end(),
                       [&](const Json& one) { return text_fits(one, wanted); });
}

// ---- texts

bool string_fits(std::string_view text, const SearchFilter& filter, const SearchValue& value) {
    if (filter.modifier == Modifier::exact) return text == value.text;
    const std::string here = folded(text), wanted = folded(value.text);
    return filter.modifier == Modifier::contains ? here.find(wanted) != here.npos
                                                 : here.starts_with(wanted);
}

// A text, or any part of a HumanName or Address.
bool string_fits(const Json& element, const SearchFilter& filter, const SearchValue& value) {
    if (element.is_string()) return string_fits(view_of(element), filter, value);
    if (const json::array* items = element.if_array()) {
        return std::any_of(items->begin(), items->end(),
                           [&](const Json& item) { return string_fits(item, filter, value); });
    }
    const json::object* object = element.if_object();
    if (object == nullptr) return false;
    constexpr std::string_view kParts[] = {"text",   "family",     "given",  "prefix",
                                           "suffix", "line",       "city",   "district",
                                           "state",  "postalCode", "country"};
    return std::any_of(std::begin(kParts), std::end(kParts), [&](std::string_view key) {
        const Json* part = codec::json_find(*object, key);
        return part != nullptr && string_fits(*part, filter, value);
    });
}

bool uri_fits(std::string_view here, const SearchFilter& filter, const SearchValue& value) {
    if (filter.modifier == Modifier::below) return here.starts_with(value.text);
    if (filter.modifier == Modifier::above) return value.text.starts_with(here);
    return here == value.text;
}

// ---- order (https://hl7.org/fhir/R4/search.html#prefix)

bool time_fits(const TimeRange& here, const SearchValue& value, std::int64_t now) {
    TimeRange wanted = *value.time;
    const bool within = wanted.low <= here.low && here.high <= wanted.high;
    switch (value.prefix) {
    case Prefix::eq: return within;
    case Prefix::ne: return !within;
    case Prefix::gt: return here.high > wanted.high;
    case Prefix::lt: return here.low < wanted.low;
    case Prefix::ge: return within || here.high > wanted.high;
    case Prefix::le: return within || here.low < wanted.low;
    case Prefix::sa: return here.low >= wanted.high;
    case Prefix::eb: return here.high <= wanted.low;
    case Prefix::ap: break;
    }
    const std::int64_t slack = (now > wanted.low ? now - wanted.low : wanted.low - now) / 10;
    return here.high > wanted.low - slack && here.low < wanted.high + slack;
}

bool number_fits(double here, const SearchValue& value) {
    const Number& wanted = *value.number;
    const bool within = wanted.low <= here && here < wanted.high;
    switch (value.prefix) {
    case Prefix::eq: return within;
    case Prefix::ne: return !within;
    case Prefix::gt:
    case Prefix::sa: return here > wanted.exact;
    case Prefix::lt:
    case Prefix::eb: return here < wanted.exact;
    case Prefix::ge: return here >= wanted.exact;
    case Prefix::le: return here <= wanted.exact;
    case Prefix::ap: break;
    }
    return std::abs(here - wanted.exact) <= std::abs(wanted.exact) / 10;
}

std::optional<double> double_of(const Json& element) {
    const auto text = number_text(element);
    if (!text) return std::nullopt;
    double out = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), out);
    return read.ec == std::errc{} ? std::optional(out) : std::nullopt;
}

bool quantity_fits(const Json& element, const SearchValue& value) {
    const json::object* object = element.if_object();
    const Json* amount = object == nullptr ? nullptr : codec::json_find(*object, "value");
    const auto number = amount == nullptr ? std::nullopt : double_of(*amount);
    if (!number || !number_fits(*number, value)) return false;
    if (value.system && fhir::text_of(*object, "system") != *value.system) return false;
    return value.text.empty() || fhir::text_of(*object, "code") == value.text ||
           (!value.system && fhir::text_of(*object, "unit") == value.text);
}

// ---- references

bool reference_fits(const Json& element, const SearchFilter& filter, const SearchValue& value,
                    std::string_view target) {
    if (element.is_string()) return view_of(element) == value.text; // canonical, uri
    const json::object* object = element.if_object();
    if (object == nullptr) return false;
    if (filter.modifier == Modifier::identifier) {
        const Json* identifier = codec::json_find(*object, "identifier");
        return identifier != nullptr && token_fits(*identifier, value);
    }
    std::string here = fhir::text_of(*object, "reference");
    here.resize(std::min(here.size(), here.find("/_history/")));
    const std::size_t slash = here.rfind('/');
    const std::string type = slash == here.npos ? "" : here.substr(0, slash);
    if (!target.empty() && type != target && !type.ends_with("/" + std::string(target))) {
        return false;
    }
    if (filter.modifier == Modifier::of_type) return here == filter.of_type + "/" + value.text;
    if (value.text.find('/') != value.text.npos || value.text.starts_with("urn:")) {
        return here == value.text;
    }
    // An id alone: of a resource of this server, hence a relative reference.
    return slash != here.npos && type.find('/') == type.npos &&
           here.substr(slash + 1) == value.text;
}

// ---- one element

bool element_fits(const Json& element, const SearchFilter& filter, const SearchValue& value,
                  std::int64_t now) {
    switch (filter.parameter->kind) {
    case ParameterKind::token:
        return filter.modifier == Modifier::text ? text_fits(element, folded(value.text))
                                                 : token_fits(element, value);
    case ParameterKind::string: return string_fits(element, filter, value);
    case ParameterKind::uri:
        return element.is_string() && uri_fits(view_of(element), filter, value);
    case ParameterKind::reference:
        return reference_fits(element, filter, value, filter.parameter->target);
    case ParameterKind::quantity: return quantity_fits(element, value);
    case ParameterKind::number: {
        const auto number = double_of(element);
        return number && number_fits(*number, value);
    }
    case ParameterKind::date: {
        const auto range = time_range_of(element);
        return range && time_fits(*range, value, now);
    }
    }
    return false;
}

} // namespace

bool fits(const json::object& resource, const SearchFilter& filter, std::int64_t now) {
    bool any = false, present = false;
    for_each_at(resource, filter.parameter->path, [&](const Json& element) {
        present = true;
        any = any ||
              (filter.modifier != Modifier::missing &&
               std::any_of(filter.any.begin(), filter.any.end(), [&](const SearchValue& value) {
                   return element_fits(element, filter, value, now);
               }));
    });
    if (filter.modifier == Modifier::missing) {
        return std::any_of(filter.any.begin(), filter.any.end(), [&](const SearchValue& value) {
            return present == (value.text == "false");
        });
    }
    return filter.modifier == Modifier::negated ? !any : any;
}

bool fits(const json::object& resource, const SearchQuery& query, std::int64_t now) {
    return std::all_of(query.filters.begin(), query.filters.end(),
                       [&](const SearchFilter& filter) { return fits(resource, filter, now); });
}

} // namespace salus::gateway
