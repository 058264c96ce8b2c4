#pragma once
// What the extraction of facts reads alike from resources of several types.

#include <functional>

#include "fhir/issue.hpp"
#include "fhir/vaccination.hpp"

namespace salus::fhir {

// What a Reference.reference points at; nullptr where it is not at hand.
using Resolve = std::function<const codec::json::object*(std::string_view reference)>;

// The name that a certificate shows; both parts empty where none is recorded.
PersonName select_name(const codec::json::object& patient);
void read_person(const codec::json::object& patient, Subject& out); // all but the identity
std::string identity_of(const codec::json::object& resource, std::string_view full_url);

std::vector<Coding> codings_of(const codec::json::object& concept_object);
std::string number_or_text(const codec::json::object& object, const std::string& name);
// The resource that the Reference `key` of `owner` points at; nullptr where it is not at hand.
const codec::json::object* follow(const codec::json::object& owner, std::string_view key,
                                  const Resolve& resolve);
// The name of who is referred to: as the reference shows it, else from the resource itself.
std::string referred_name(const codec::json::object& owner, std::string_view key,
                          const Resolve& resolve);
std::string identifier_value(const codec::json::object& owner, std::string_view key,
                             const Resolve& resolve);
// Of an Address, which may be nullptr: ISO 3166-1 alpha-2, else empty.
std::string country_in(const codec::json::object* address);

// Collects why there is no certificate, as information under rules certificate.*.
class Reasons {
public:
    Reasons(std::string path, Findings& findings) : path_(std::move(path)), findings_(findings) {}
    void require(bool holds, std::string_view where, std::string_view rule, const char* message);
    void require_person(const Subject& subject, std::string_view where);
    bool any() const { return any_; }

private:
    std::string path_;
    Findings& findings_;
    bool any_ = false;
};

} // namespace salus::fhir
