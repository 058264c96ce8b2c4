#include "fhir/schema.hpp"

#include <algorithm>
#include <array>

namespace salus::fhir {

namespace {

using Codes = std::string_view;

constexpr Codes kGenderCodes[] = {"male", "female", "other", "unknown"};
constexpr Codes kNameUseCodes[] = {"usual",     "official", "temp",  "nickname",
                                   "anonymous", "old",      "maiden"};
constexpr Codes kIdentifierUseCodes[] = {"usual", "official", "temp", "secondary", "old"};
constexpr Codes kAddressUseCodes[] = {"home", "work", "temp", "old", "billing"};
constexpr Codes kAddressTypeCodes[] = {"postal", "physical", "both"};
constexpr Codes kContactSystemCodes[] = {"phone", "fax", "email", "pager", "url", "sms", "other"};
constexpr Codes kContactUseCodes[] = {"home", "work", "temp", "old", "mobile"};
constexpr Codes kNarrativeCodes[] = {"generated", "extensions", "additional", "empty"};
constexpr Codes kLinkCodes[] = {"replaced-by", "replaces", "refer", "seealso"};
constexpr Codes kImmunizationCodes[] = {"completed", "entered-in-error", "not-done"};
constexpr Codes kComparatorCodes[] = {"<", "<=", ">=", ">"};
constexpr Codes kBundleCodes[] = {
    "document", "message",   "transaction", "transaction-response", "batch", "batch-response",
    "history",  "searchset", "collection"};
constexpr Codes kMethodCodes[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"};
constexpr Codes kSearchModeCodes[] = {"match", "include", "outcome"};

constexpr Binding kGender{"administrative-gender", kGenderCodes};
constexpr Binding kNameUse{"name-use", kNameUseCodes};
constexpr Binding kIdentifierUse{"identifier-use", kIdentifierUseCodes};
constexpr Binding kAddressUse{"address-use", kAddressUseCodes};
constexpr Binding kAddressType{"address-type", kAddressTypeCodes};
constexpr Binding kContactSystem{"contact-point-system", kContactSystemCodes};
constexpr Binding kContactUse{"contact-point-use", kContactUseCodes};
constexpr Binding kNarrativeStatus{"narrative-status", kNarrativeCodes};
constexpr Binding kLinkType{"link-type", kLinkCodes};
constexpr Binding kImmunizationStatus{"immunization-status", kImmunizationCodes};
constexpr Binding kComparator{"quantity-comparator", kComparatorCodes};
constexpr Binding kBundleType{"bundle-type", kBundleCodes};
constexpr Binding kMethod{"http-verb", kMethodCodes};
constexpr Binding kSearchMode{"search-entry-mode", kSearchModeCodes};

constexpr bool kMany = true;

// ---- elements that whole kinds share

constexpr Element kOfDatatype[] = {{"id", "string"}, {"extension", "Extension", 0, kMany}};
constexpr Element kOfBackbone[] = {{"id", "string"},
                                   {"extension", "Extension", 0, kMany},
                                   {"modifierExtension", "Extension", 0, kMany}};
constexpr Element kOfResource[] = {{"id", "id"},
                                   {"meta", "Meta"},
                                   {"implicitRules", "uri"},
                                   {"language", "code"},
                                   {"text", "Narrative"},
                                   {"contained", "Resource", 0, kMany},
                                   {"extension", "Extension", 0, kMany},
                                   {"modifierExtension", "Extension", 0, kMany}};

// ---- datatypes

constexpr Element kIdentifier[] = {{"use", "code", 0, false, &kIdentifierUse},
                                   {"type", "CodeableConcept"},
                                   {"system", "uri"},
                                   {"value", "string"},
                                   {"period", "Period"},
                                   {"assigner", "Reference"}};
constexpr Element kHumanName[] = {{"use", "code", 0, false, &kNameUse},
                                  {"text", "string"},
                                  {"family", "string"},
                                  {"given", "string", 0, kMany},
                                  {"prefix", "string", 0, kMany},
                                  {"suffix", "string", 0, kMany},
                                  {"period", "Period"}};
constexpr Element kContactPoint[] = {{"system", "code", 0, false, &kContactSystem},
                                     {"value", "string"},
                                     {"use", "code", 0, false, &kContactUse},
                                     {"rank", "positiveInt"},
                                     {"period", "Period"}};
constexpr Element kAddress[] = {{"use", "code", 0, false, &kAddressUse},
                                {"type", "code", 0, false, &kAddressType},
                                {"text", "string"},
                                {"line", "string", 0, kMany},
                                {"city", "string"},
                                {"district", "string"},
                                {"state", "string"},
                                {"postalCode", "string"},
                                {"country", "string"},
                                {"period", "Period"}};
constexpr Element kCodeableConcept[] = {{"coding", "Coding", 0, kMany}, {"text", "string"}};
constexpr Element kCoding[] = {{"system", "uri"},
                               {"version", "string"},
                               {"code", "code"},
                               {"display", "string"},
                               {"userSelected", "boolean"}};
constexpr Element kReference[] = {
    {"reference", "string"}, {"type", "uri"}, {"identifier", "Identifier"}, {"display", "string"}};
constexpr Element kPeriod[] = {{"start", "dateTime"}, {"end", "dateTime"}};
constexpr Element kQuantity[] = {{"value", "decimal"},
                                 {"comparator", "code", 0, false, &kComparator},
                                 {"unit", "string"},
                                 {"system", "uri"},
                                 {"code", "code"}};
constexpr Element kAttachment[] = {{"contentType", "code"},  {"language", "code"},
                                   {"data", "base64Binary"}, {"url", "url"},
                                   {"size", "unsignedInt"},  {"hash", "base64Binary"},
                                   {"title", "string"},      {"creation", "dateTime"}};
constexpr Element kAnnotation[] = {
    {"author", "Reference|string"}, {"time", "dateTime"}, {"text", "markdown", 1}};
constexpr Element kMeta[] = {{"versionId", "id"},
                             {"lastUpdated", "instant"},
                             {"source", "uri"},
                             {"profile", "canonical", 0, kMany},
                             {"security", "Coding", 0, kMany},
                             {"tag", "Coding", 0, kMany}};
constexpr Element kNarrative[] = {{"status", "code", 1, false, &kNarrativeStatus},
                                  {"div", "xhtml", 1}};
constexpr Element kExtension[] = {{"url", "uri", 1}}; // value[x] has rules of its own

// ---- Patient

constexpr Element kPatient[] = {{"identifier", "Identifier", 0, kMany},
                                {"active", "boolean"},
                                {"name", "HumanName", 0, kMany},
                                {"telecom", "ContactPoint", 0, kMany},
                                {"gender", "code", 0, false, &kGender},
                                {"birthDate", "date"},
                                {"deceased", "boolean|dateTime"},
                                {"address", "Address", 0, kMany},
                                {"maritalStatus", "CodeableConcept"},
                                {"multipleBirth", "boolean|integer"},
                                {"photo", "Attachment", 0, kMany},
                                {"contact", "Patient.contact", 0, kMany},
                                {"communication", "Patient.communication", 0, kMany},
                                {"generalPractitioner", "Reference", 0, kMany},
                                {"managingOrganization", "Reference"},
                                {"link", "Patient.link", 0, kMany}};
constexpr Element kPatientContact[] = {{"relationship", "CodeableConcept", 0, kMany},
                                       {"name", "HumanName"},
                                       {"telecom", "ContactPoint", 0, kMany},
                                       {"address", "Address"},
                                       {"gender", "code", 0, false, &kGender},
                                       {"organization", "Reference"},
                                       {"period", "Period"}};
constexpr Element kPatientCommunication[] = {{"language", "CodeableConcept", 1},
                                             {"preferred", "boolean"}};
constexpr Element kPatientLink[] = {{"other", "Reference", 1},
                                    {"type", "code", 1, false, &kLinkType}};

// ---- Immunization

constexpr Element kImmunization[] = {{"identifier", "Identifier", 0, kMany},
                                     {"status", "code", 1, false, &kImmunizationStatus},
                                     {"statusReason", "CodeableConcept"},
                                     {"vaccineCode", "CodeableConcept", 1},
                                     {"patient", "Reference", 1},
                                     {"encounter", "Reference"},
                                     {"occurrence", "dateTime|string", 1},
                                     {"recorded", "dateTime"},
                                     {"primarySource", "boolean"},
                                     {"reportOrigin", "CodeableConcept"},
                                     {"location", "Reference"},
                                     {"manufacturer", "Reference"},
                                     {"lotNumber", "string"},
                                     {"expirationDate", "date"},
                                     {"site", "CodeableConcept"},
                                     {"route", "CodeableConcept"},
                                     {"doseQuantity", "Quantity"},
                                     {"performer", "Immunization.performer", 0, kMany},
                                     {"note", "Annotation", 0, kMany},
                                     {"reasonCode", "CodeableConcept", 0, kMany},
                                     {"reasonReference", "Reference", 0, kMany},
                                     {"isSubpotent", "boolean"},
                                     {"subpotentReason", "CodeableConcept", 0, kMany},
                                     {"education", "Immunization.education", 0, kMany},
                                     {"programEligibility", "CodeableConcept", 0, kMany},
                                     {"fundingSource", "CodeableConcept"},
                                     {"reaction", "Immunization.reaction", 0, kMany},
                                     {"protocolApplied", "Immunization.protocolApplied", 0, kMany}};
constexpr Element kImmunizationPerformer[] = {{"function", "CodeableConcept"},
                                              {"actor", "Reference", 1}};
constexpr Element kImmunizationEducation[] = {{"documentType", "string"},
                                              {"reference", "uri"},
                                              {"publicationDate", "dateTime"},
                                              {"presentationDate", "dateTime"}};
constexpr Element kImmunizationReaction[] = {
    {"date", "dateTime"}, {"detail", "Reference"}, {"reported", "boolean"}};
constexpr Element kImmunizationProtocol[] = {{"series", "string"},
                                             {"authority", "Reference"},
                                             {"targetDisease", "CodeableConcept", 0, kMany},
                                             {"doseNumber", "positiveInt|string", 1},
                                             {"seriesDoses", "positiveInt|string"}};

// ---- Bundle

constexpr Element kBundle[] = {{"identifier", "Identifier"},
                               {"type", "code", 1, false, &kBundleType},
                               {"timestamp", "instant"},
                               {"total", "unsignedInt"},
                               {"link", "Bundle.link", 0, kMany},
                               {"entry", "Bundle.entry", 0, kMany},
                               {"signature", "Any"}};
constexpr Element kBundleLink[] = {{"relation", "string", 1}, {"url", "uri", 1}};
constexpr Element kBundleEntry[] = {{"link", "Bundle.link", 0, kMany},
                                    {"fullUrl", "uri"},
                                    {"resource", "Resource"},
                                    {"search", "Bundle.entry.search"},
                                    {"request", "Bundle.entry.request"},
                                    {"response", "Bundle.entry.response"}};
constexpr Element kBundleSearch[] = {{"mode", "code", 0, false, &kSearchMode},
                                     {"score", "decimal"}};
constexpr Element kBundleRequest[] = {
    {"method", "code", 1, false, &kMethod}, {"url", "uri", 1},     {"ifNoneMatch", "string"},
    {"ifModifiedSince", "instant"},         {"ifMatch", "string"}, {"ifNoneExist", "string"}};
constexpr Element kBundleResponse[] = {{"status", "string", 1},
                                       {"location", "uri"},
                                       {"etag", "string"},
                                       {"lastModified", "instant"},
                                       {"outcome", "Any"}};

constexpr Type kTypes[] = {
    {"Identifier", Kind::datatype, kIdentifier},
    {"HumanName", Kind::datatype, kHumanName},
    {"ContactPoint", Kind::datatype, kContactPoint},
    {"Address", Kind::datatype, kAddress},
    {"CodeableConcept", Kind::datatype, kCodeableConcept},
    {"Coding", Kind::datatype, kCoding},
    {"Reference", Kind::datatype, kReference},
    {"Period", Kind::datatype, kPeriod},
    {"Quantity", Kind::datatype, kQuantity},
    {"Attachment", Kind::datatype, kAttachment},
    {"Annotation", Kind::datatype, kAnnotation},
    {"Meta", Kind::datatype, kMeta},
    {"Narrative", Kind::datatype, kNarrative},
    {"Extension", Kind::datatype, kExtension},
    {"Patient", Kind::resource, kPatient},
    {"Patient.contact", Kind::backbone, kPatientContact},
    {"Patient.communication", Kind::backbone, kPatientCommunication},
    {"Patient.link", Kind::backbone, kPatientLink},
    {"Immunization", Kind::resource, kImmunization},
    {"Immunization.performer", Kind::backbone, kImmunizationPerformer},
    {"Immunization.education", Kind::backbone, kImmunizationEducation},
    {"Immunization.reaction", Kind::backbone, kImmunizationReaction},
    {"Immunization.protocolApplied", Kind::backbone, kImmunizationProtocol},
    {"Bundle", Kind::resource, kBundle},
    {"Bundle.link", Kind::backbone, kBundleLink},
    {"Bundle.entry", Kind::backbone, kBundleEntry},
    {"Bundle.entry.search", Kind::backbone, kBundleSearch},
    {"Bundle.entry.request", Kind::backbone, kBundleRequest},
    {"Bundle.entry.response", Kind::backbone, kBundleResponse},
};

constexpr std::string_view kPrimitives[] = {
    "boolean", "integer",  "unsignedInt", "positiveInt", "decimal",      "string", "markdown",
    "code",    "id",       "uri",         "url",         "canonical",    "oid",    "uuid",
    "date",    "dateTime", "instant",     "time",        "base64Binary", "xhtml"};

} // namespace

const Type* find_type(std::string_view name) {
    const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                     [name](const Type& type) { return type.name == name; });
    return found == std::end(kTypes) ? nullptr : found;
}

bool is_primitive(std::string_view type) {
    return std::find(std::begin(kPrimitives), std::end(kPrimitives), type) != std::end(kPrimitives);
}

std::span<const Element> common_elements(Kind kind) {
    switch (kind) {
    case Kind::primitive: break;
    case Kind::datatype: return kOfDatatype;
    case Kind::backbone: return kOfBackbone;
    case Kind::resource: return kOfResource;
    }
    return {};
}

} // namespace salus::fhir
