#pragma once
// The search parameters of FHIR R4 that the gateway knows, made at build time from
// src/gateway/search/parameters.csv (https://hl7.org/fhir/R4/searchparameter-registry.html).

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "codec/json.hpp"

namespace salus::gateway {

enum class ParameterKind : std::uint8_t { number, date, string, token, reference, quantity, uri };
std::string_view kind_name(ParameterKind kind); // "token"

struct SearchParameter {
    std::string_view type; // "*": of every type
    std::string_view name;
    ParameterKind kind;
    // Where the value stands: members by '.', of lists all items; '(key=value)' takes the objects
    // with that member; alternatives by '|'.
    std::string_view path;
    std::string_view target; // of a reference: the one type that it may point at; empty: any
};

std::span<const SearchParameter> search_parameters(); // by type, then name
// Of the type, or of every type; nullptr: not known.
const SearchParameter* find_parameter(std::string_view type, std::string_view name);
std::vector<const SearchParameter*> parameters_of(std::string_view type);

// Calls `use` with every element at the path.
void for_each_at(const codec::json::object& resource, std::string_view path,
                 const std::function<void(const codec::Json&)>& use);

} // namespace salus::gateway
