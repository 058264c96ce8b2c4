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
    std::string method{};          // of its request
    std::string path() const;      // Bundle.entry[7].resource
    std::string_view base() const; // "https://a/fhir/" of a RESTful fullUrl; empty for any other
};

// `entry` has a resource. Without one, `ambiguous` says that the Bundle has resources of this type
// and id (or identifier), of which none is surely meant: two of them, or one of another server.
struct Resolved {
    const Entry* entry = nullptr;
    bool ambiguous = false;
};

class BundleIndex {
public:
    // Reads the entries of a Bundle and puts what breaks a rule of Bundle into `findings`: bdl-1,
    // 3, 4, 5, 7, 8, bundle.type, bundle.method, bundle.too_many_entries.
    BundleIndex(const codec::json::object& bundle, Findings& findings);

    const std::vector<Entry>& entries() const { return entries_; }
    // True where another entry has this one's type and id.
    bool shared_id(const Entry& entry) const;
    // What `reference`, standing in the entry `from`, points at: a fullUrl; a relative "Type/id" at
    // the base of from's fullUrl, else the one entry of that type and id; or the one that
    // "Type?identifier=system|value" names.
    Resolved resolve(std::string_view reference, const Entry& from) const;

private:
    void read(const codec::json::object& entry, std::size_t index, std::string_view type,
              Findings& findings);
    Resolved by_id(const std::vector<std::size_t>& having_it, const Entry& from) const;
    Resolved by_identifier(std::string_view type, std::string_view identifier) const;

    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::size_t> by_url_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
};

} // namespace salus::fhir
