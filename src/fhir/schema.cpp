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

constexpr Codes kObservationCodes[] = {"registered", "preliminary", "final",   "amended",
                                       "corrected",  "cancelled",   "unknown", "entered-in-error"};
constexpr Codes kReportCodes[] = {"registered", "partial",         "preliminary", "final",
                                  "amended",    "corrected",       "appended",    "cancelled",
                                  "unknown",    "entered-in-error"};

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
constexpr Binding kObservationStatus{"observation-status", kObservationCodes};
constexpr Binding kReportStatus{"diagnostic-report-status", kReportCodes};

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
constexpr Element kRange[] = {{"low", "Quantity"}, {"high", "Quantity"}};
constexpr Element kRatio[] = {{"numerator", "Quantity"}, {"denominator", "Quantity"}};
constexpr Element kSampledData[] = {{"origin", "Quantity", 1}, {"period", "decimal", 1},
                                    {"factor", "decimal"},     {"lowerLimit", "decimal"},
                                    {"upperLimit", "decimal"}, {"dimensions", "positiveInt", 1},
                                    {"data", "string"}};
constexpr Element kTiming[] = {
    {"event", "dateTime", 0, kMany}, {"repeat", "Any"}, {"code", "CodeableConcept"}};
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

// ---- Observation, DiagnosticReport, Condition

constexpr std::string_view kObservationValue =
    "Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|Period";
constexpr Element kObservation[] = {{"identifier", "Identifier", 0, kMany},
                                    {"basedOn", "Reference", 0, kMany},
                                    {"partOf", "Reference", 0, kMany},
                                    {"status", "code", 1, false, &kObservationStatus},
                                    {"category", "CodeableConcept", 0, kMany},
                                    {"code", "CodeableConcept", 1},
                                    {"subject", "Reference"},
                                    {"focus", "Reference", 0, kMany},
                                    {"encounter", "Reference"},
                                    {"effective", "dateTime|Period|Timing|instant"},
                                    {"issued", "instant"},
                                    {"performer", "Reference", 0, kMany},
                                    {"value", kObservationValue},
                                    {"dataAbsentReason", "CodeableConcept"},
                                    {"interpretation", "CodeableConcept", 0, kMany},
                                    {"note", "Annotation", 0, kMany},
                                    {"bodySite", "CodeableConcept"},
                                    {"method", "CodeableConcept"},
                                    {"specimen", "Reference"},
                                    {"device", "Reference"},
                                    {"referenceRange", "Observation.referenceRange", 0, kMany},
                                    {"hasMember", "Reference", 0, kMany},
                                    {"derivedFrom", "Reference", 0, kMany},
                                    {"component", "Observation.component", 0, kMany}};
constexpr Element kObservationRange[] = {{"low", "Quantity"},
                                         {"high", "Quantity"},
                                         {"type", "CodeableConcept"},
                                         {"appliesTo", "CodeableConcept", 0, kMany},
                                         {"age", "Range"},
                                         {"text", "string"}};
constexpr Element kObservationComponent[] = {
    {"code", "CodeableConcept", 1},
    {"value", kObservationValue},
    {"dataAbsentReason", "CodeableConcept"},
    {"interpretation", "CodeableConcept", 0, kMany},
    {"referenceRange", "Observation.referenceRange", 0, kMany}};
constexpr Element kDiagnosticReport[] = {{"identifier", "Identifier", 0, kMany},
                                         {"basedOn", "Reference", 0, kMany},
                                         {"status", "code", 1, false, &kReportStatus},
                                         {"category", "CodeableConcept", 0, kMany},
                                         {"code", "CodeableConcept", 1},
                                         {"subject", "Reference"},
                                         {"encounter", "Reference"},
                                         {"effective", "dateTime|Period"},
                                         {"issued", "instant"},
                                         {"performer", "Reference", 0, kMany},
                                         {"resultsInterpreter", "Reference", 0, kMany},
                                         {"specimen", "Reference", 0, kMany},
                                         {"result", "Reference", 0, kMany},
                                         {"imagingStudy", "Reference", 0, kMany},
                                         {"media", "DiagnosticReport.media", 0, kMany},
                                         {"conclusion", "string"},
                                         {"conclusionCode", "CodeableConcept", 0, kMany},
                                         {"presentedForm", "Attachment", 0, kMany}};
constexpr Element kReportMedia[] = {{"comment", "string"}, {"link", "Reference", 1}};
constexpr std::string_view kOnset = "dateTime|Age|Period|Range|string";
constexpr Element kCondition[] = {{"identifier", "Identifier", 0, kMany},
                                  {"clinicalStatus", "CodeableConcept"},
                                  {"verificationStatus", "CodeableConcept"},
                                  {"category", "CodeableConcept", 0, kMany},
                                  {"severity", "CodeableConcept"},
                                  {"code", "CodeableConcept"},
                                  {"bodySite", "CodeableConcept", 0, kMany},
                                  {"subject", "Reference", 1},
                                  {"encounter", "Reference"},
                                  {"onset", kOnset},
                                  {"abatement", kOnset},
                                  {"recordedDate", "dateTime"},
                                  {"recorder", "Reference"},
                                  {"asserter", "Reference"},
                                  {"stage", "Condition.stage", 0, kMany},
                                  {"evidence", "Condition.evidence", 0, kMany},
                                  {"note", "Annotation", 0, kMany}};
constexpr Element kConditionStage[] = {{"summary", "CodeableConcept"},
                                       {"assessment", "Reference", 0, kMany},
                                       {"type", "CodeableConcept"}};
constexpr Element kConditionEvidence[] = {{"code", "CodeableConcept", 0, kMany},
                                          {"detail", "Reference", 0, kMany}};

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
    {"Age", Kind::datatype, kQuantity},
    {"Range", Kind::datatype, kRange},
    {"Ratio", Kind::datatype, kRatio},
    {"SampledData", Kind::datatype, kSampledData},
    {"Timing", Kind::backbone, kTiming},
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
    {"Observation", Kind::resource, kObservation},
    {"Observation.referenceRange", Kind::backbone, kObservationRange},
    {"Observation.component", Kind::backbone, kObservationComponent},
    {"DiagnosticReport", Kind::resource, kDiagnosticReport},
    {"DiagnosticReport.media", Kind::backbone, kReportMedia},
    {"Condition", Kind::resource, kCondition},
    {"Condition.stage", Kind::backbone, kConditionStage},
    {"Condition.evidence", Kind::backbone, kConditionEvidence},
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
