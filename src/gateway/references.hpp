#pragma once
// References between resources: what a Bundle's full URLs become, and whom a resource is about.
// Pure.

#include <map>
#include <set>
#include <string>

#include "codec/json.hpp"

namespace salus::gateway {

// "urn:uuid:…", a full URL or "Type/id" → "Type/id" of what it became.
struct ReferenceMap {
    const std::map<std::string, std::string>& targets;
    std::string base; // of this server: its own absolute URLs become relative
};

// In every Reference.reference, and in every url and valueUri that names an entry. bundle.reference
// where a urn: points at nothing, bundle.conditional for one that is a search.
Status resolve_references(codec::json::object& resource, const ReferenceMap& map);

// The Patients whom the resource is about, by its subject, patient, beneficiary, for or individual:
// "Patient/7".
std::set<std::string> patients_in(const codec::json::object& resource);

// Takes away what the server sets: meta.versionId, meta.lastUpdated.
void drop_server_meta(codec::json::object& resource);

// The version of an entity tag: W/"3" → 3. Empty where it is none.
std::string version_of_tag(std::string_view tag);

} // namespace salus::gateway
