#include "fhir/bundle.hpp"

#include "fhir/elements.hpp"
#include "fhir/submission.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

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

std::string_view Entry::base() const {
    const std::string_view url = full_url;
    if (!url.starts_with("http://") && !url.starts_with("https://")) return {};
    const std::size_t tail = url.rfind('/');
    const std::string_view before = url.substr(0, tail);
    if (type.empty() || !before.ends_with("/" + type)) return {};
    return before.substr(0, before.size() - type.size());
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
    const Json* request = json_find(entry, "request");
    if (request != nullptr && request->is_object()) {
        out.method = text_of(request->get_object(), "method");
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
    if (!out.id.empty()) by_id_[out.type + "/" + out.id].push_back(position);
    entries_.push_back(std::move(out));
}

bool BundleIndex::shared_id(const Entry& entry) const {
    const auto found = by_id_.find(entry.type + "/" + entry.id);
    return found != by_id_.end() && found->second.size() > 1;
}

// https://hl7.org/fhir/R4/bundle.html#references
Resolved BundleIndex::resolve(std::string_view reference, const Entry& from) const {
    const bool absolute = reference.find(':') != std::string_view::npos;
    const std::string url = std::string(absolute ? "" : from.base()) + std::string(reference);
    if (const auto found = by_url_.find(url); found != by_url_.end()) {
        const Entry& entry = entries_[found->second];
        return {entry.resource == nullptr ? nullptr : &entry, false};
    }
    if (const auto found = by_id_.find(std::string(reference)); found != by_id_.end()) {
        return by_id(found->second, from);
    }
    constexpr std::string_view kCondition = "?identifier=";
    const std::size_t mark = reference.find(kCondition);
    if (mark == std::string_view::npos) return {};
    return by_identifier(reference.substr(0, mark), reference.substr(mark + kCondition.size()));
}

// Beyond the page: an entry without an address is found by its id, where that leaves no doubt.
Resolved BundleIndex::by_id(const std::vector<std::size_t>& having_it, const Entry& from) const {
    const Entry& first = entries_[having_it.front()];
    const bool elsewhere = !from.base().empty() && !first.base().empty();
    if (having_it.size() > 1 || elsewhere) return {nullptr, true};
    return {&first, false};
}

Resolved BundleIndex::by_identifier(std::string_view type, std::string_view identifier) const {
    const std::size_t bar = identifier.find('|');
    const std::string_view system = bar == identifier.npos ? "" : identifier.substr(0, bar);
    const std::string_view value = bar == identifier.npos ? identifier : identifier.substr(bar + 1);
    Resolved out;
    for (const Entry& entry : entries_) {
        if (entry.resource == nullptr || entry.type != type) continue;
        if (!has_identifier(entry.resource->get_object(), system, value)) continue;
        if (out.entry != nullptr) return {nullptr, true};
        out.entry = &entry;
    }
    return out;
}

} // namespace salus::fhir
