#include "consent/purpose.hpp"

#include <algorithm>

namespace salus::consent {
namespace {

// The expansion in FHIR R4 (v3-PurposeOfUse): 59 codes below PurposeOfUse.
constexpr Purpose kPurposes[] = {
    {"HMARKT", "healthcare marketing", ""},
    {"HOPERAT", "healthcare operations", ""},
    {"CAREMGT", "care management", "HOPERAT"},
    {"DONAT", "donation", "HOPERAT"},
    {"FRAUD", "fraud", "HOPERAT"},
    {"GOV", "government", "HOPERAT"},
    {"HACCRED", "health accreditation", "HOPERAT"},
    {"HCOMPL", "health compliance", "HOPERAT"},
    {"HDECD", "decedent", "HOPERAT"},
    {"HDIRECT", "directory", "HOPERAT"},
    {"HDM", "healthcare delivery management", "HOPERAT"},
    {"HLEGAL", "legal", "HOPERAT"},
    {"HOUTCOMS", "health outcome measure", "HOPERAT"},
    {"HPRGRP", "health program reporting", "HOPERAT"},
    {"HQUALIMP", "health quality improvement", "HOPERAT"},
    {"HSYSADMIN", "health system administration", "HOPERAT"},
    {"LABELING", "labeling", "HOPERAT"},
    {"METAMGT", "metadata management", "HOPERAT"},
    {"MEMADMIN", "member administration", "HOPERAT"},
    {"MILCDM", "military command", "HOPERAT"},
    {"PATADMIN", "patient administration", "HOPERAT"},
    {"PATSFTY", "patient safety", "HOPERAT"},
    {"PERFMSR", "performance measure", "HOPERAT"},
    {"RECORDMGT", "records management", "HOPERAT"},
    {"SYSDEV", "system development", "HOPERAT"},
    {"HTEST", "test health data", "SYSDEV"},
    {"TRAIN", "training", "HOPERAT"},
    {"HPAYMT", "healthcare payment", ""},
    {"CLMATTCH", "claim attachment", "HPAYMT"},
    {"COVAUTH", "coverage authorization", "HPAYMT"},
    {"COVERAGE", "coverage under policy or program", "HPAYMT"},
    {"ELIGDTRM", "eligibility determination", "COVERAGE"},
    {"ELIGVER", "eligibility verification", "COVERAGE"},
    {"ENROLLM", "enrollment", "COVERAGE"},
    {"MILDCRG", "military discharge", "COVERAGE"},
    {"REMITADV", "remittance advice", "HPAYMT"},
    {"HRESCH", "healthcare research", ""},
    {"BIORCH", "biomedical research", "HRESCH"},
    {"CLINTRCH", "clinical trial research", "HRESCH"},
    {"CLINTRCHNPC", "clinical trial research without patient care", "CLINTRCH"},
    {"CLINTRCHPC", "clinical trial research with patient care", "CLINTRCH"},
    {"PRECLINTRCH", "preclinical trial research", "CLINTRCH"},
    {"DSRCH", "disease specific healthcare research", "HRESCH"},
    {"POARCH", "population origins or ancestry healthcare research", "HRESCH"},
    {"TRANSRCH", "translational healthcare research", "HRESCH"},
    {"PATRQT", "patient requested", ""},
    {"FAMRQT", "family requested", "PATRQT"},
    {"PWATRNY", "power of attorney", "PATRQT"},
    {"SUPNWK", "support network", "PATRQT"},
    {"PUBHLTH", "public health", ""},
    {"DISASTER", "disaster", "PUBHLTH"},
    {"THREAT", "threat", "PUBHLTH"},
    {"TREAT", "treatment", ""},
    {"CLINTRL", "clinical trial", "TREAT"},
    {"COC", "coordination of care", "TREAT"},
    {"ETREAT", "Emergency Treatment", "TREAT"},
    {"BTG", "break the glass", "ETREAT"},
    {"ERTREAT", "emergency room treatment", "ETREAT"},
    {"POPHLTH", "population health", "TREAT"},
};

bool is_below(const Purpose* purpose, std::string_view ancestor) {
    while (purpose != nullptr && purpose->code != ancestor) purpose = find_purpose(purpose->parent);
    return purpose != nullptr;
}

} // namespace

std::span<const Purpose> purposes() {
    return kPurposes;
}

const Purpose* find_purpose(std::string_view code) {
    const auto* at = std::find_if(std::begin(kPurposes), std::end(kPurposes),
                                  [&](const Purpose& one) { return one.code == code; });
    return at == std::end(kPurposes) ? nullptr : at;
}

bool is_emergency(std::string_view code) {
    return is_below(find_purpose(code), kEmergencyTreatment);
}

bool purpose_covers(std::string_view granted, std::string_view asked) {
    const Purpose* purpose = find_purpose(asked);
    return purpose != nullptr && !is_emergency(asked) && is_below(purpose, granted);
}

} // namespace salus::consent
