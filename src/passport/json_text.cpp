#include "passport/json_text.hpp"

#include <chrono>
#include <fmt/format.h>

namespace salus::passport {

namespace json = codec::json;
using codec::Json;
using codec::json_find;

std::string text_at(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr) return {};
    if (value->is_string()) return {value->get_string().data(), value->get_string().size()};
    return value->is_number() ? codec::print_json(*value) : std::string();
}

std::string words_at(const json::object& object, std::string_view key) {
    const Json* list = json_find(object, key);
    if (list == nullptr || !list->is_array()) return {};
    std::string out;
    for (const Json& word : list->get_array()) {
        if (!word.is_string()) continue;
        if (!out.empty()) out += ' ';
        out += std::string_view(word.get_string());
    }
    return out;
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    return value == nullptr ? nullptr : value->if_object();
}

const json::object* first_at(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr || !value->is_array() || value->get_array().empty()) return nullptr;
    return value->get_array()[0].if_object();
}

const json::object* resource_at(const json::object& bundle, std::string_view type) {
    const Json* entries = json_find(bundle, "entry");
    if (entries == nullptr || !entries->is_array()) return nullptr;
    for (const Json& entry : entries->get_array()) {
        const json::object* one = entry.if_object();
        const json::object* resource = one == nullptr ? nullptr : object_at(*one, "resource");
        if (resource != nullptr && text_at(*resource, "resourceType") == type) return resource;
    }
    return nullptr;
}

void put_text(json::object& out, std::string_view key, const std::string& value) {
    if (!value.empty()) out[key] = value;
}

std::string time_text(std::int64_t unix_seconds) {
    using namespace std::chrono;
    constexpr std::int64_t kLast = 253402300799; // 9999-12-31
    if (unix_seconds < 0 || unix_seconds > kLast) return std::to_string(unix_seconds);
    const sys_seconds at{std::chrono::seconds(unix_seconds)};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

} // namespace salus::passport
