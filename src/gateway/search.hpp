#pragma once
// Searching JSON resources: which fit a query, in which order, and what they bring along. Pure and
// thread-safe; the resources are parse_exact's.

#include "gateway/search_query.hpp"

namespace salus::gateway {

// `now`: milliseconds since 1970, for the prefix ap.
bool fits(const codec::json::object& resource, const SearchFilter& filter, std::int64_t now);
bool fits(const codec::json::object& resource, const SearchQuery& query, std::int64_t now);

// By the query's keys, what lacks one last, and then by type and id. Without keys: the newest
// first (meta.lastUpdated), then by type and id.
void sort_resources(std::vector<const codec::json::object*>& resources, const SearchQuery& query);

// What the Reference at a parameter's path names: "Type/id", without a version; all the same.
std::vector<std::string> references_at(const codec::json::object& resource,
                                       const SearchParameter& parameter);
// "Type/id" of those of `among` that `matches` include, or that include them; each once, in the
// order of `among`, none of `matches`.
std::vector<const codec::json::object*>
included(const std::vector<const codec::json::object*>& matches,
         const std::vector<const codec::json::object*>& among, const SearchQuery& query);

// For comparing texts: lower case, letters without their accents.
std::string folded(std::string_view utf8);

// "Observation/7c1e…" of a resource.
std::string name_of(const codec::json::object& resource);

} // namespace salus::gateway
