#include "fhir/bundle.hpp"

#include "fhir/submission.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

std::string text_of(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

bool has_identifier(const json::object& resource, std::string_view system, std::string_view value) {
    const Json* list = json_find(resource, "identifier");
    if (list == nullptr || !list->is_array()) return false;
    for (const Json& item : list->get_array()) {
        if (item.is_object() && text_of(item.get_object(), "system") == system &&
            text_of(item.get_object(), "value") == value) {
            return true;
        }
    }
    return false;
}

void check_request(const json::object& entry, std::string_view bundle_type,
                   std::string_view resource_type, const std::string& at, Findings& findings) {
    const bool wants = bundle_type == "transaction" || bundle_type == "batch";
    const Json* request = json_find(entry, "request");
    const bool history = bundle_type == "history";
    if ((wants || history) != (request != nullptr)) {
        findings.error("invariant", at, "bdl-3",
                       "request is mandatory in batch, transaction and history, else prohibited");
    }
    if (json_find(entry, "response") != nullptr && !history && !bundle_type.ends_with("response")) {
        findings.error("invariant", at, "bdl-4", "response is prohibited in a Bundle of this type");
    }
    if (json_find(entry, "resource") == nullptr && request == nullptr &&
        json_find(entry, "response") == nullptr) {
        findings.error("invariant", at, "bdl-5", "an entry has a resource, request or response");
    }
    const bool read = resource_type == "Patient" || resource_type == "Immunization";
    if (!read || request == nullptr || !request->is_object()) return;
    const std::string method = text_of(request->get_object(), "method");
    if (method != "POST" && method != "PUT") {
        findings.error("not-supported", at + ".request.method", "bundle.method",
                       "a Patient or Immunization is taken in with POST or PUT alone");
    }
}

} // namespace

std::string Entry::path() const {
    return "Bundle.entry[" + std::to_string(index) + "].resource";
}

BundleIndex::BundleIndex(const json::object& bundle, Findings& findings) {
    const std::string type = text_of(bundle, "type");
    if (type != "transaction" && type != "batch" && type != "collection") {
        findings.error("not-supported", "Bundle.type", "bundle.type",
                       "only Bundles of type transaction, batch and collection are taken in");
    }
    if (json_find(bundle, "total") != nullptr && type != "searchset" && type != "history") {
        findings.error("invariant", "Bundle", "bdl-1", "total is for searches and histories alone");
    }
    const Json* list = json_find(bundle, "entry");
    if (list == nullptr || !list->is_array()) return;
    const json::array& items = list->get_array();
    if (items.size() > kMaxEntries) {
        findings.error("too-costly", "Bundle.entry", "bundle.too_many_entries",
                       "at most 10,000 entries in one Bundle");
        return;
    }
    entries_.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].is_object()) read(items[i].get_object(), i, type, findings);
    }
}

void BundleIndex::read(const json::object& entry, std::size_t index, std::string_view type,
                       Findings& findings) {
    Entry out;
    out.index = index;
    out.full_url = text_of(entry, "fullUrl");
    const Json* resource = json_find(entry, "resource");
    if (resource != nullptr && resource->is_object()) {
        out.resource = resource;
        out.type = text_of(resource->get_object(), "resourceType");
        out.id = text_of(resource->get_object(), "id");
    }
    const std::string at = "Bundle.entry[" + std::to_string(index) + "]";
    check_request(entry, type, out.type, at, findings);
    const std::size_t position = entries_.size();
    if (!out.full_url.empty()) {
        if (out.full_url.find("/_history/") != std::string::npos) {
            findings.error("invariant", at + ".fullUrl", "bdl-8",
                           "fullUrl cannot be a version specific reference");
        }
        if (!by_url_.emplace(out.full_url, position).second) {
            findings.error("invariant", at + ".fullUrl", "bdl-7",
                           "two entries of the Bundle have this fullUrl");
        }
    }
    if (!out.id.empty()) by_id_.emplace(out.type + "/" + out.id, position);
    entries_.push_back(std::move(out));
}

const Entry* BundleIndex::resolve(std::string_view reference) const {
    for (const auto* index : {&by_url_, &by_id_}) {
        const auto found = index->find(std::string(reference));
        if (found == index->end()) continue;
        const Entry& entry = entries_[found->second];
        return entry.resource == nullptr ? nullptr : &entry;
    }
    constexpr std::string_view kCondition = "?identifier=";
    const std::size_t mark = reference.find(kCondition);
    if (mark == std::string_view::npos) return nullptr;
    const std::string_view wanted = reference.substr(mark + kCondition.size());
    const std::size_t bar = wanted.find('|');
    const std::string_view system = bar == wanted.npos ? "" : wanted.substr(0, bar);
    const std::string_view value = bar == wanted.npos ? wanted : wanted.substr(bar + 1);
    const Entry* only = nullptr;
    for (const Entry& entry : entries_) {
        if (entry.resource == nullptr || entry.type != reference.substr(0, mark)) continue;
        if (!has_identifier(entry.resource->get_object(), system, value)) continue;
        if (only != nullptr) return nullptr;
        only = &entry;
    }
    return only;
}

} // namespace salus::fhir
