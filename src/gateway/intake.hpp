#pragma once
// What a hospital's systems post, as resources to be written: ids given, references within a Bundle
// resolved, each with the patient whose it is. Pure but for the lookup of patients.

#include <map>

#include "fhir/issue.hpp"
#include "gateway/patient_book.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kNotAResource{"fhir.not_a_resource",
                                         "https://hl7.org/fhir/R4/resource.html"};
inline constexpr ErrorKind kOtherType{"fhir.other_type", "the URL's resource type"};
inline constexpr ErrorKind kOtherId{"fhir.other_id", "https://hl7.org/fhir/R4/http.html#update"};
inline constexpr ErrorKind kIdNotUuid{
    "gateway.id_not_uuid", "docs/records-api.md: ids that a client gives are UUIDs, so that no "
                           "two hospitals give one to two resources of a patient"};
inline constexpr ErrorKind kNotConforming{"fhir.not_conforming", "FHIR R4 (4.0.1)"};
inline constexpr ErrorKind kBadBundle{"bundle.malformed", "https://hl7.org/fhir/R4/bundle.html"};
inline constexpr ErrorKind kBundleMethod{"bundle.method",
                                         "docs/records-api.md: POST and PUT of resources"};
inline constexpr ErrorKind kConditional{"bundle.conditional",
                                        "docs/records-api.md: no conditional create or update"};
inline constexpr ErrorKind kDangling{"bundle.reference",
                                     "https://hl7.org/fhir/R4/bundle.html#references"};
inline constexpr ErrorKind kTwice{"bundle.resource_twice",
                                  "https://hl7.org/fhir/R4/http.html#trules: one entry a resource"};
inline constexpr ErrorKind kWhichPatient{
    "gateway.which_patient", "docs/records-api.md: a reference to an enrolled Patient, or the "
                             "header X-Salus-Patient with the chain"};
inline constexpr ErrorKind kOtherPatient{"gateway.other_patient",
                                         "docs/records-api.md: one call, one patient"};

inline constexpr std::size_t kMaxBundle = 100'000; // entries

struct Incoming {
    std::size_t entry = 0; // of the Bundle
    std::string type, id;
    bool update = false;                 // PUT
    std::optional<std::string> if_match; // the version that it replaces
    codec::json::object resource;        // without meta.versionId and meta.lastUpdated
};

// Which patients there are, and which one the caller named.
struct Direction {
    const EnrolledPatient* named = nullptr;
    std::function<Result<EnrolledPatient>(std::string_view id)> by_id;
    std::string base; // of this server's URLs
};

struct PatientIntake {
    EnrolledPatient patient;
    std::vector<Incoming> resources;
};
struct RefusedEntry {
    std::size_t entry = 0;
    Error error;
};
struct Intake {
    std::string kind; // transaction, batch, collection
    std::size_t entries = 0;
    std::vector<PatientIntake> patients; // one; of a batch also several or none
    std::vector<RefusedEntry> refused;   // of a batch: the others are written all the same
};

// A Bundle of type transaction, batch or collection. Ids: what PUT names; of a POST or a collection
// the resource's own where it is a UUID and the entry's fullUrl says the same, else one that is
// derived from the content. The Bundle's own Patient becomes the enrolled one.
Result<Intake> read_bundle(const codec::json::object& bundle, const Direction& direction,
                           const GatewayKeys& keys);
// One resource. `id`: of PUT; empty: POST.
Result<Intake> read_single(codec::json::object resource, std::string_view type, std::string_view id,
                           const Direction& direction, const GatewayKeys& keys);

// SHA-256 of the resource's text without id and meta's server part.
Hash32 content_of(const codec::json::object& resource);
// What the structure of a resource breaks. kNotAResource, kNotConforming.
Status check_resource(const codec::json::object& resource);

} // namespace salus::gateway
