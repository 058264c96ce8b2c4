// Every FHIR R4 resource type has a folder, and sensitive codes win wherever they stand.
#include "consent/folder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "consent/folder_tables.hpp"
#include "support/archives.hpp"

namespace salus::consent {
namespace {

using codec::Json;

// https://hl7.org/fhir/R4/valueset-resource-types.html, without the abstract Resource and
// DomainResource.
constexpr std::string_view kR4Types =
    "Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment "
    "AppointmentResponse AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure "
    "Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition "
    "Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest "
    "CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage "
    "CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device "
    "DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport "
    "DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint "
    "EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence "
    "EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal "
    "GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization "
    "ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan "
    "Invoice Library Linkage List Location Measure MeasureReport Media Medication "
    "MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest "
    "MedicationStatement MedicinalProduct MedicinalProductAuthorization "
    "MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient "
    "MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged "
    "MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition "
    "MessageHeader MolecularSequence NamingSystem NutritionOrder Observation "
    "ObservationDefinition OperationDefinition OperationOutcome Organization "
    "OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation Person "
    "PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire "
    "QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition "
    "ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment "
    "RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen "
    "SpecimenDefinition StructureDefinition StructureMap Subscription Substance "
    "SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation "
    "SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task "
    "TerminologyCapabilities TestReport TestScript ValueSet VerificationResult "
    "VisionPrescription";

Json resource(std::string_view text) {
    return codec::parse_json(text).value();
}
FolderChoice choice(std::string_view text) {
    return folder_of(resource(text));
}
Folder folder(std::string_view text) {
    return choice(text).folder;
}
Folder condition(std::string_view system, std::string_view code) {
    return folder(R"({"resourceType":"Condition","code":{"coding":[{"system":")" +
                  std::string(system) + R"(","code":")" + std::string(code) + R"("}]}})");
}
constexpr std::string_view kSnomed = "http://snomed.info/sct";
constexpr std::string_view kIcd10Cm = "http://hl7.org/fhir/sid/icd-10-cm";

TEST(Folders, AreNamedBothWays) {
    std::set<std::string_view> names;
    for (const Folder one : all_folders()) {
        EXPECT_TRUE(names.insert(folder_name(one)).second);
        EXPECT_EQ(folder_by_name(folder_name(one)), one);
    }
    EXPECT_EQ(names.size(), kFolderCount);
    EXPECT_EQ(folder_by_name("psychiatry"), std::nullopt);
    EXPECT_EQ(folder_name(Folder::substance_use), "substance-use");
    EXPECT_EQ(folder_name(Folder::audit), "audit");
    EXPECT_TRUE(is_sensitive(Folder::genetics));
    EXPECT_FALSE(is_sensitive(Folder::particulars));
}

TEST(Folders, HaveAPlaceForEveryResourceType) {
    std::istringstream names{std::string(kR4Types)};
    std::vector<std::string> expected;
    for (std::string name; names >> name;) expected.push_back(name);
    ASSERT_EQ(expected.size(), 146U);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), resource_types().begin(),
                           resource_types().end()));
    for (const std::string& name : expected) {
        const FolderChoice one = choice(R"({"resourceType":")" + name + R"("})");
        EXPECT_EQ(one.reason, "type " + name);
    }
}

TEST(Folders, TakeWhatIsUnknownForTheMostSensitive) {
    for (const char* text : {R"({"resourceType":"Horoscope"})", R"({"resourceType":"observation"})",
                             R"({"resourceType":7})", "{}", "[]", "null", R"("Patient")"}) {
        EXPECT_EQ(choice(text), (FolderChoice{Folder::substance_use, "unknown type"})) << text;
    }
}

TEST(Folders, TellKindsOfATypeApart) {
    const auto observation = [](std::string_view category) {
        return folder(R"({"resourceType":"Observation","category":[{"coding":[{"system":)"
                      R"("http://terminology.hl7.org/CodeSystem/observation-category","code":")" +
                      std::string(category) + R"("}]}]})");
    };
    EXPECT_EQ(observation("vital-signs"), Folder::vitals);
    EXPECT_EQ(observation("laboratory"), Folder::laboratory);
    EXPECT_EQ(observation("imaging"), Folder::imaging);
    EXPECT_EQ(observation("survey"), Folder::conditions);
    EXPECT_EQ(observation("none such"), Folder::laboratory);
    EXPECT_EQ(folder(R"({"resourceType":"Observation","code":{"coding":[{"system":)"
                     R"("http://loinc.org","code":"8867-4"}]}})"),
              Folder::vitals);
    EXPECT_EQ(folder(R"({"resourceType":"DiagnosticReport","category":[{"coding":[{"system":)"
                     R"("http://terminology.hl7.org/CodeSystem/v2-0074","code":"RAD"}]}]})"),
              Folder::imaging);
}

TEST(Folders, KnowIcd10InEveryEdition) {
    for (const char* system :
         {"http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm",
          "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "urn:oid:2.16.840.1.113883.6.90"}) {
        EXPECT_EQ(condition(system, "F10.20"), Folder::substance_use) << system;
        EXPECT_EQ(condition(system, "F19"), Folder::substance_use);
        EXPECT_EQ(condition(system, "f2000"), Folder::mental_health);
        EXPECT_EQ(condition(system, "F99"), Folder::mental_health);
        EXPECT_EQ(condition(system, "B20"), Folder::sexual_health);
        EXPECT_EQ(condition(system, "B24.9"), Folder::sexual_health);
        EXPECT_EQ(condition(system, "B25"), Folder::conditions);
        EXPECT_EQ(condition(system, "B19"), Folder::conditions);
        EXPECT_EQ(condition(system, "O80"), Folder::reproductive);
        EXPECT_EQ(condition(system, "Q90.9"), Folder::genetics);
        EXPECT_EQ(condition(system, "J45.909"), Folder::conditions);
        EXPECT_EQ(condition(system, "F"), Folder::conditions); // no code
        EXPECT_EQ(condition(system, ""), Folder::conditions);
    }
    // Within a chapter the finer row wins by sensitivity: sexual dysfunction is not mental health.
    EXPECT_EQ(condition(kIcd10Cm, "F52.0"), Folder::sexual_health);
    EXPECT_EQ(condition(kIcd10Cm, "F64.0"), Folder::sexual_health);
    EXPECT_EQ(condition("http://hl7.org/fhir/sid/icd-9-cm", "F10"), Folder::conditions);
}

TEST(Folders, KnowCodesOfTheOtherSystems) {
    EXPECT_EQ(condition(kSnomed, "86406008"), Folder::sexual_health);
    EXPECT_EQ(condition(kSnomed, "58214004"), Folder::mental_health);
    EXPECT_EQ(condition(kSnomed, "44054006"), Folder::conditions); // diabetes
    EXPECT_EQ(condition("http://loinc.org", "44261-6"), Folder::mental_health);
    EXPECT_EQ(condition("http://www.whocc.no/atc", "N07BC02"), Folder::substance_use);
    EXPECT_EQ(condition("http://www.whocc.no/atc", "J05AR10"), Folder::sexual_health);
    EXPECT_EQ(condition("http://www.whocc.no/atc", "A10BA02"), Folder::conditions);
    EXPECT_EQ(condition("http://www.nlm.nih.gov/research/umls/rxnorm", "6813"),
              Folder::substance_use);
    EXPECT_EQ(condition("urn:other", "86406008"), Folder::conditions);
}

TEST(Folders, ObeySecurityLabels) {
    const auto labelled = [](std::string_view code) {
        return folder(R"({"resourceType":"Observation","meta":{"security":[{"system":)"
                      R"("http://terminology.hl7.org/CodeSystem/v3-ActCode","code":")" +
                      std::string(code) + R"("}]}})");
    };
    EXPECT_EQ(labelled("PSY"), Folder::mental_health);
    EXPECT_EQ(labelled("ETH"), Folder::substance_use);
    EXPECT_EQ(labelled("HIV"), Folder::sexual_health);
    EXPECT_EQ(labelled("GDIS"), Folder::genetics);
    EXPECT_EQ(labelled("EMP"), Folder::laboratory);
}

TEST(Folders, TakeTheMostSensitiveOfSeveralCodings) {
    constexpr std::string_view several =
        R"({"resourceType":"Condition","code":{"coding":[
            {"system":"http://snomed.info/sct","code":"44054006"},
            {"system":"http://snomed.info/sct","code":"72892002"},
            {"system":"http://hl7.org/fhir/sid/icd-10","code":"F32.1"}]}})";
    EXPECT_EQ(choice(several),
              (FolderChoice{Folder::mental_health,
                            "code ICD-10|F20-F51 Mental and behavioural disorders"}));
}

TEST(Folders, LookIntoContainedResourcesAndBundles) {
    EXPECT_EQ(folder(R"({"resourceType":"MedicationRequest","contained":[{"resourceType":
        "Medication","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm",
        "code":"6813"}]}}]})"),
              Folder::substance_use);
    EXPECT_EQ(folder(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}},
        {"resource":{"resourceType":"Condition","code":{"coding":[{"system":
        "http://snomed.info/sct","code":"72892002"}]}}}]})"),
              Folder::reproductive);
    EXPECT_EQ(folder(R"({"resourceType":"Claim","diagnosis":[{"diagnosisCodeableConcept":{"coding":
        [{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F33.1"}]}}]})"),
              Folder::mental_health);
}

TEST(Folders, KnowWordsWhereTheCodeIsNot) {
    const auto said = [](std::string_view text) {
        return folder(
            R"({"resourceType":"MedicationRequest","medicationCodeableConcept":{"text":")" +
            std::string(text) + R"("}})");
    };
    EXPECT_EQ(said("Methadone Hydrochloride 10 MG"), Folder::substance_use);
    EXPECT_EQ(said("24 HR venlafaxine"), Folder::mental_health);
    EXPECT_EQ(said("NuvaRing (etonogestrel)"), Folder::reproductive);
    EXPECT_EQ(said("HIV-1 test"), Folder::sexual_health);
    EXPECT_EQ(said("shivering"), Folder::medication); // whole words alone
    EXPECT_EQ(said("Amoxicillin"), Folder::medication);
    EXPECT_EQ(folder(R"({"resourceType":"Encounter","reasonCode":[{"coding":[{"display":
        "Psychiatry consultation"}]}]})"),
              Folder::mental_health);
}

TEST(Folders, NeverTellTheResourcesOwnWords) {
    const FolderChoice one = choice(R"({"resourceType":"Condition","code":{"text":
        "Ada Example has syphilis"}})");
    EXPECT_EQ(one, (FolderChoice{Folder::sexual_health, "word syphilis"}));
}

TEST(FolderTables, PutCodesIntoSensitiveFoldersAlone) {
    EXPECT_GT(code_rows().size(), 300U);
    EXPECT_GT(pattern_rows().size(), 100U);
    for (const CodeRow& row : code_rows()) EXPECT_TRUE(is_sensitive(row.folder)) << row.code;
    for (const PatternRow& row : pattern_rows()) {
        EXPECT_TRUE(is_sensitive(row.folder)) << row.first;
        EXPECT_LE(row.first, row.last);
    }
    // What refines a type never makes it less sensitive than its type.
    for (const KindRow& row : kind_rows()) EXPECT_FALSE(is_sensitive(row.folder)) << row.code;
}

TEST(FolderTables, FindEveryRowByItsCode) {
    for (const CodeRow& row : code_rows()) {
        if (row.system == kWord) continue;
        EXPECT_LE(condition(row.system, row.code), row.folder) << row.code;
    }
    for (const PatternRow& row : pattern_rows()) {
        const std::string_view system =
            row.system == kIcd10 ? std::string_view("http://hl7.org/fhir/sid/icd-10") : row.system;
        EXPECT_LE(condition(system, row.first), row.folder) << row.first;
        EXPECT_LE(condition(system, row.last), row.folder) << row.last;
        EXPECT_LE(condition(system, std::string(row.last) + "1"), row.folder) << row.last;
    }
}

TEST(FolderCorpus, OfSyntheaIsSorted) {
    const auto folder = test::data_path("fhir/synthea-r4");
    if (!folder) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    std::map<std::string, int> count;
    for (const auto& file : test::files_below(*folder, ".json")) {
        const Json bundle = codec::parse_json(test::read_file(file)).value();
        for (const Json& entry : bundle.at("entry").as_array()) {
            const FolderChoice one = folder_of(entry.at("resource"));
            EXPECT_NE(one.reason, "unknown type");
            ++count[std::string(folder_name(one.folder))];
        }
    }
    for (const auto& [name, number] : count) RecordProperty(name, number);
    // The corpus has pregnancies, contraception and a child with attention deficit disorder.
    EXPECT_GT(count["reproductive"], 20);
    EXPECT_GT(count["mental-health"], 5);
    EXPECT_EQ(count["vaccinations"], 278);
    EXPECT_GT(count["vitals"], 500);
    EXPECT_GT(count["laboratory"], 100);
    EXPECT_GT(count["claims"], 300);
    EXPECT_GT(count["particulars"], 18);
}

} // namespace
} // namespace salus::consent
