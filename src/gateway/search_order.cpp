#include <algorithm>
#include <charconv>
#include <set>

#include "fhir/elements.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/search.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;
using Resources = std::vector<const json::object*>;

// What a resource is ordered by.
struct Rank {
    bool present = false;
    double number = 0;
    std::int64_t time = 0;
    std::string text;
    auto key() const { return std::tie(time, number, text); }
};

std::string text_in(const Json& element) {
    if (element.is_string()) return folded(std::string_view(element.get_string()));
    if (const json::array* items = element.if_array()) {
        return items->empty() ? "" : text_in((*items)[0]);
    }
    const json::object* object = element.if_object();
    if (object == nullptr) return {};
    std::string out;
    for (const char* key :
         {"family", "given", "text", "city", "coding", "code", "value", "reference", "display"}) {
        const Json* part = codec::json_find(*object, key);
        if (part != nullptr) out += text_in(*part) + ' ';
    }
    return out;
}

std::optional<Rank> rank_of(const Json& element, const SortKey& key) {
    Rank out;
    out.present = true;
    switch (key.parameter->kind) {
    case ParameterKind::date: {
        const auto range = time_range_of(element);
        if (!range) return std::nullopt;
        out.time = key.descending ? range->high : range->low;
        return out;
    }
    case ParameterKind::number:
    case ParameterKind::quantity: {
        const Json* value =
            element.is_object() ? codec::json_find(element.get_object(), "value") : &element;
        const auto text = value == nullptr ? std::nullopt : number_text(*value);
        if (!text) return std::nullopt;
        std::from_chars(text->data(), text->data() + text->size(), out.number);
        return out;
    }
    default: out.text = text_in(element); return out;
    }
}

// Of several values the first in the order that is asked for.
Rank rank_of(const json::object& resource, const SortKey& key) {
    Rank best;
    for_each_at(resource, key.parameter->path, [&](const Json& element) {
        const auto rank = rank_of(element, key);
        if (!rank) return;
        const bool better =
            !best.present || (key.descending ? best.key() < rank->key() : rank->key() < best.key());
        if (better) best = *rank;
    });
    return best;
}

struct Ranked {
    const json::object* resource = nullptr;
    std::vector<Rank> ranks;
    std::string name;
};

bool before(const Ranked& a, const Ranked& b, const std::vector<SortKey>& keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const Rank &x = a.ranks[i], &y = b.ranks[i];
        if (x.present != y.present) return x.present;
        if (x.key() != y.key()) return (x.key() < y.key()) != keys[i].descending;
    }
    return a.name < b.name;
}

// What `from` refers to by an include's parameter, where it is of its type.
void collect(std::set<std::string>& out, const json::object& from, const Include& include) {
    if (fhir::text_of(from, "resourceType") != include.type) return;
    const auto take = [&](const SearchParameter& parameter) {
        if (parameter.kind != ParameterKind::reference) return;
        for (std::string& name : references_at(from, parameter)) {
            if (include.target.empty() || name.starts_with(include.target + "/")) {
                out.insert(std::move(name));
            }
        }
    };
    if (include.parameter != nullptr) return take(*include.parameter);
    for (const SearchParameter* one : parameters_of(include.type)) take(*one);
}

} // namespace

std::string name_of(const json::object& resource) {
    return fhir::text_of(resource, "resourceType") + "/" + fhir::text_of(resource, "id");
}

void sort_resources(Resources& resources, const SearchQuery& query) {
    std::vector<SortKey> keys = query.sort;
    if (keys.empty()) keys.push_back({find_parameter("*", "_lastUpdated"), true});
    std::vector<Ranked> ranked;
    for (const json::object* resource : resources) {
        Ranked one{resource, {}, name_of(*resource)};
        for (const SortKey& key : keys) one.ranks.push_back(rank_of(*resource, key));
        ranked.push_back(std::move(one));
    }
    std::sort(ranked.begin(), ranked.end(),
              [&](const Ranked& a, const Ranked& b) { return before(a, b, keys); });
    std::transform(ranked.begin(), ranked.end(), resources.begin(),
                   [](const Ranked& one) { return one.resource; });
}

std::vector<std::string> references_at(const json::object& resource,
                                       const SearchParameter& parameter) {
    std::vector<std::string> out;
    for_each_at(resource, parameter.path, [&](const Json& element) {
        if (!element.is_object()) return;
        std::string text = fhir::text_of(element.get_object(), "reference");
        text.resize(std::min(text.size(), text.find("/_history/")));
        const bool fitting =
            parameter.target.empty() || text.starts_with(std::string(parameter.target) + "/");
        if (!text.empty() && fitting) out.push_back(std::move(text));
    });
    return out;
}

Resources included(const Resources& matches, const Resources& among, const SearchQuery& query) {
    Resources out;
    if (query.includes.empty() && query.reverse_includes.empty()) return out;
    std::set<std::string> own, wanted;
    for (const json::object* match : matches) {
        own.insert(name_of(*match));
        for (const Include& include : query.includes) collect(wanted, *match, include);
    }
    for (const json::object* candidate : among) {
        const std::string name = name_of(*candidate);
        if (own.contains(name)) continue;
        std::set<std::string> named;
        for (const Include& include : query.reverse_includes) collect(named, *candidate, include);
        const bool back = std::any_of(named.begin(), named.end(),
                                      [&](const std::string& one) { return own.contains(one); });
        if (back || wanted.contains(name)) out.push_back(candidate);
    }
    return out;
}

} // namespace salus::gateway
