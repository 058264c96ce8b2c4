#include "gateway/search_parameters.hpp"

#include <algorithm>
#include <array>

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;
using Use = std::function<void(const Json&)>;

const SearchParameter* find_exact(std::string_view type, std::string_view name) {
    const auto all = search_parameters();
    const auto found = std::lower_bound(
        all.begin(), all.end(), std::pair(type, name),
        [](const auto& row, const auto& key) { return std::pair(row.type, row.name) < key; });
    const bool here = found != all.end() && found->type == type && found->name == name;
    return here ? &*found : nullptr;
}

// "telecom(system=phone)": the member's name and what an item must have.
struct Step {
    std::string_view name, key, value;
};

Step step_of(std::string_view text) {
    const std::size_t open = text.find('(');
    if (open == text.npos) return {text, {}, {}};
    const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    const std::size_t equals = inside.find('=');
    return {text.substr(0, open), inside.substr(0, equals), inside.substr(equals + 1)};
}

bool fits(const Step& step, const Json& item) {
    if (step.key.empty()) return true;
    if (!item.is_object()) return false;
    const Json* value = codec::json_find(item.get_object(), step.key);
    return value != nullptr && value->is_string() &&
           std::string_view(value->get_string()) == step.value;
}

void walk(const json::object& object, std::string_view path, const Use& use);

void take_item(const Json& item, const Step& step, std::string_view rest, const Use& use) {
    if (!fits(step, item)) return;
    if (rest.empty()) return use(item);
    if (const json::object* object = item.if_object()) walk(*object, rest, use);
}

void walk(const json::object& object, std::string_view path, const Use& use) {
    const std::size_t point = path.find('.');
    const Step step = step_of(path.substr(0, point));
    const std::string_view rest = point == path.npos ? "" : path.substr(point + 1);
    const Json* member = codec::json_find(object, step.name);
    if (member == nullptr) return;
    if (const json::array* items = member->if_array()) {
        for (const Json& item : *items) take_item(item, step, rest, use);
    } else {
        take_item(*member, step, rest, use);
    }
}

} // namespace

std::string_view kind_name(ParameterKind kind) {
    constexpr std::array<std::string_view, 7> kNames{"number",    "date",     "string", "token",
                                                     "reference", "quantity", "uri"};
    return kNames[static_cast<std::size_t>(kind)];
}

const SearchParameter* find_parameter(std::string_view type, std::string_view name) {
    const SearchParameter* own = find_exact(type, name);
    return own != nullptr ? own : find_exact("*", name);
}

std::vector<const SearchParameter*> parameters_of(std::string_view type) {
    std::vector<const SearchParameter*> out;
    for (const SearchParameter& row : search_parameters()) {
        if (row.type == "*" || row.type == type) out.push_back(&row);
    }
    return out;
}

void for_each_at(const json::object& resource, std::string_view path, const Use& use) {
    while (!path.empty()) {
        const std::size_t bar = path.find('|');
        walk(resource, path.substr(0, bar), use);
        path = bar == path.npos ? "" : path.substr(bar + 1);
    }
}

} // namespace salus::gateway
