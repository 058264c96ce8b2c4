#pragma once
// A Bundle's entries, and what references inside it mean
// (https://hl7.org/fhir/R4/bundle.html#references).

#include <unordered_map>

#include "codec/json.hpp"
#include "fhir/issue.hpp"

namespace salus::fhir {

struct Entry {
    std::size_t index = 0;
    std::string full_url;
    std::string type; // resourceType; empty where there is no resource
    std::string id;
    const codec::Json* resource = nullptr;
    std::string path() const; // Bundle.entry[7].resource
};

class BundleIndex {
public:
    // Reads the entries of a Bundle and puts what breaks a rule of Bundle into `findings`: bdl-1,
    // 3, 4, 5, 7, 8, bundle.type, bundle.method, bundle.too_many_entries.
    BundleIndex(const codec::json::object& bundle, Findings& findings);

    const std::vector<Entry>& entries() const { return entries_; }
    // An entry that has a resource: by fullUrl, by "Type/id", or by "Type?identifier=system|value"
    // where just one entry has it.
    const Entry* resolve(std::string_view reference) const;

private:
    void read(const codec::json::object& entry, std::size_t index, std::string_view type,
              Findings& findings);

    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::size_t> by_url_, by_id_;
};

} // namespace salus::fhir
