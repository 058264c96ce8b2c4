#pragma once
// A FHIR R4 search as it is asked (https://hl7.org/fhir/R4/search.html), read against the table of
// search_parameters.hpp. Pure.

#include <string>

#include "gateway/fhir_time.hpp"
#include "gateway/search_parameters.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kUnknownType{"fhir.unknown_type",
                                        "https://hl7.org/fhir/R4/resourcelist.html"};
inline constexpr ErrorKind kUnknownParameter{
    "search.unknown_parameter", "https://hl7.org/fhir/R4/search.html#errors, handling=strict"};
inline constexpr ErrorKind kBadModifier{"search.modifier",
                                        "https://hl7.org/fhir/R4/search.html#modifiers"};
inline constexpr ErrorKind kBadValue{"search.value",
                                     "https://hl7.org/fhir/R4/search.html, type of parameter"};
inline constexpr ErrorKind kNotSupported{"fhir.not_supported", "the CapabilityStatement"};
inline constexpr ErrorKind kTooManyParameters{"search.too_many_parameters",
                                              "at most 100 parameters of 100 values"};

inline constexpr std::size_t kDefaultCount = 50; // resources of a page
inline constexpr std::size_t kMaxCount = 1'000;

// Names and values, decoded, in their order.
using Form = std::vector<std::pair<std::string, std::string>>;
// application/x-www-form-urlencoded: a URL's query or the body of _search. kBadValue.
Result<Form> read_form(std::string_view text);

enum class Prefix : std::uint8_t { eq, ne, gt, lt, ge, le, sa, eb, ap };
enum class Modifier : std::uint8_t {
    none,
    missing,
    exact,
    contains,
    text,
    negated, // :not
    identifier,
    of_type, // a reference's :Patient
    below,
    above,
};

// A number with what its digits leave open: 5.4 is [5.35, 5.45).
struct Number {
    double exact = 0, low = 0, high = 0;
};

struct SearchValue {
    Prefix prefix = Prefix::eq;
    std::string text;                  // the code of a token or quantity, the whole of others
    std::optional<std::string> system; // of a token or quantity; empty: expressly none
    std::optional<TimeRange> time;
    std::optional<Number> number;
};

struct SearchFilter {
    const SearchParameter* parameter = nullptr;
    Modifier modifier = Modifier::none;
    std::string of_type;          // of Modifier::of_type
    std::vector<SearchValue> any; // one of them fits
};

struct SortKey {
    const SearchParameter* parameter = nullptr;
    bool descending = false;
};

struct Include {
    const SearchParameter* parameter = nullptr; // a reference; nullptr: all of the type
    std::string type;                           // whose parameter it is
    std::string target;                         // empty: any
};

enum class Summary : std::uint8_t { none, count, data, text };

struct SearchQuery {
    std::string type;
    std::vector<SearchFilter> filters; // all of them fit
    std::vector<SortKey> sort;
    std::vector<Include> includes, reverse_includes;
    std::size_t count = kDefaultCount;
    Summary summary = Summary::none;
    bool total = true;
    Form used;                        // what was heeded, for the self link
    std::vector<std::string> ignored; // names of what was not
};

// `strict`: Prefer handling=strict, whereby what is not known is an error. A modifier that is not
// known is one always. `base`: of this server's own URLs, which reference values may have.
struct QueryRules {
    bool strict = false;
    std::string base;
};
Result<SearchQuery> read_query(std::string_view type, const Form& form, const QueryRules& rules);

// "a=1&b=c%7Cd"
std::string print_form(const Form& form);

} // namespace salus::gateway
