// Section 7.1, step 3: digests found, disclosures put in their places, and where each one went.
#include "envelope/sd_jwt_process.hpp"

#include <algorithm>

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kDigests = "_sd";
constexpr std::string_view kElement = "...";
constexpr std::string_view kAlgorithm = "_sd_alg";

std::string escaped(std::string_view name) { // RFC 6901 section 3
    std::string out;
    for (const char c : name) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

Status check_algorithm(const json::object& payload) {
    const Json* algorithm = codec::json_find(payload, kAlgorithm);
    if (algorithm == nullptr) return ok_status(); // sha-256
    const bool known =
        algorithm->is_string() && std::string_view(algorithm->get_string()) == "sha-256";
    return known ? ok_status() : Status(Error(kSdJwtHash));
}

} // namespace

SdProcessor::SdProcessor(const std::vector<std::string>& disclosures)
    : texts_(disclosures), used_(disclosures.size(), false) {}

Status SdProcessor::read() {
    disclosures_.reserve(texts_.size());
    for (std::size_t i = 0; i < texts_.size(); ++i) {
        SALUS_TRY_ASSIGN(Disclosure disclosure, sd_read_disclosure(texts_[i]));
        disclosures_.push_back(std::move(disclosure));
        by_digest_.emplace(sd_digest(texts_[i]), i);
    }
    return ok_status();
}

Result<json::object> SdProcessor::run(const json::object& payload) {
    SALUS_TRY(read());
    SALUS_TRY(check_algorithm(payload));
    json::object out = payload;
    out.erase(kAlgorithm);
    SALUS_TRY(visit_object(out, Place{}));
    for (const bool used : used_) {
        if (!used) return Error(kSdJwtUnreferenced);
    }
    return out;
}

Status SdProcessor::visit_value(Json& value, const Place& place) {
    if (place.depth > kMaxSdJwtDepth) return Error(kSdJwtTooLong, "nested too deep");
    if (json::object* members = value.if_object()) return visit_object(*members, place);
    if (json::array* items = value.if_array()) return visit_array(*items, place);
    return ok_status();
}

Result<std::vector<std::string>> SdProcessor::take_digests(json::object& object) {
    std::vector<std::string> out;
    const Json* digests = codec::json_find(object, kDigests);
    if (digests == nullptr) return out;
    const json::array* list = digests->if_array();
    if (list == nullptr) return Error(kSdJwtDigests, "_sd is no array");
    out.reserve(list->size());
    for (const Json& digest : *list) {
        if (!digest.is_string()) return Error(kSdJwtDigests, "_sd holds what is no digest");
        out.emplace_back(digest.get_string());
    }
    object.stable_erase(kDigests);
    return out;
}

Status SdProcessor::visit_object(json::object& object, const Place& place) {
    if (object.contains(kElement)) return Error(kSdJwtDigests, "... within an object");
    if (object.contains(kAlgorithm)) return Error(kSdJwtHashPlace);
    SALUS_TRY_ASSIGN(const auto digests, take_digests(object));
    for (auto& member : object) {
        const std::string_view name(member.key());
        SALUS_TRY(visit_value(member.value(), place.below(escaped(name))));
    }
    for (const std::string& digest : digests) SALUS_TRY(property(object, digest, place));
    return ok_status();
}

// Counts the digest; its disclosure where there is one.
Result<std::optional<std::size_t>> SdProcessor::meet(const std::string& digest) {
    if (!met_.insert(digest).second) return Error(kSdJwtDigestTwice);
    const auto found = by_digest_.find(digest);
    if (found == by_digest_.end()) return std::optional<std::size_t>();
    used_[found->second] = true;
    return std::optional<std::size_t>(found->second);
}

Status SdProcessor::property(json::object& object, const std::string& digest, const Place& place) {
    SALUS_TRY_ASSIGN(const auto index, meet(digest));
    if (!index) return ok_status();
    const Disclosure& disclosure = disclosures_[*index];
    if (!disclosure.name) return Error(kSdJwtProperty);
    const std::string& name = *disclosure.name;
    if (name == kDigests || name == kElement) return Error(kSdJwtReserved);
    if (name == kAlgorithm) return Error(kSdJwtHashPlace);
    if (object.contains(name)) return Error(kSdJwtExists);
    const Place here = place.below(escaped(name)).within(*index);
    outline_.push_back({here.path, *index, place.holder});
    Json content = disclosure.value;
    SALUS_TRY(visit_value(content, here));
    object.emplace(name, std::move(content));
    return ok_status();
}

Status SdProcessor::visit_array(json::array& array, const Place& place) {
    json::array out;
    for (Json& item : array) {
        json::object* members = item.if_object();
        if (members == nullptr || !members->contains(kElement)) {
            SALUS_TRY(visit_value(item, place.below(std::to_string(out.size()))));
            out.push_back(std::move(item));
            continue;
        }
        const Json& digest = members->at(kElement);
        if (members->size() != 1 || !digest.is_string()) {
            return Error(kSdJwtDigests, "... is not alone, or no digest");
        }
        SALUS_TRY(element(out, std::string(digest.get_string()), place));
    }
    array = std::move(out);
    return ok_status();
}

Status SdProcessor::element(json::array& into, const std::string& digest, const Place& place) {
    SALUS_TRY_ASSIGN(const auto index, meet(digest));
    if (!index) return ok_status(); // not disclosed: left out
    const Disclosure& disclosure = disclosures_[*index];
    if (disclosure.name) return Error(kSdJwtElement);
    const Place here = place.below(std::to_string(into.size())).within(*index);
    outline_.push_back({here.path, *index, place.holder});
    Json content = disclosure.value;
    SALUS_TRY(visit_value(content, here));
    into.push_back(std::move(content));
    return ok_status();
}

Result<json::object> sd_process(const json::object& payload,
                                const std::vector<std::string>& disclosures) {
    return SdProcessor(disclosures).run(payload);
}

} // namespace salus::envelope
