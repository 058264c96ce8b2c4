#include <gtest/gtest.h>

#include "fhir/covid.hpp"
#include "fhir/submission_world_test.hpp"

namespace salus::fhir::testing {
namespace {

TEST(Submission, TakesTheFacts) {
    World world;
    world.immunization_more =
        R"(,"lotNumber":"AB1","manufacturer":{"display":"Biontech"},"primarySource":true,)"
        R"("protocolApplied":[{"targetDisease":[{"coding":[{"system":"http://snomed.info/sct",)"
        R"("code":"840539006"}]}],"doseNumberPositiveInt":2,"seriesDosesPositiveInt":2}])";
    world.patient_more = R"(,"gender":"female")";
    const Submission submission = read(world);
    EXPECT_TRUE(submission.conforms) << described(submission.issues);
    ASSERT_EQ(submission.candidates.size(), 1U);
    ASSERT_TRUE(submission.candidates[0].vaccination());
    const Vaccination& facts = *submission.candidates[0].vaccination();
    EXPECT_EQ(facts.name, (PersonName{"Example", "Ada Maria"}));
    EXPECT_EQ(facts.identity, "urn:uuid:22222222-2222-4222-8222-222222222222");
    EXPECT_EQ(facts.birth_date, "1990-05-17");
    EXPECT_EQ(facts.gender, "female");
    EXPECT_EQ(facts.lot, "AB1");
    EXPECT_EQ(facts.manufacturer.name, "Biontech");
    ASSERT_EQ(facts.protocols.size(), 1U);
    EXPECT_EQ(facts.protocols[0].dose_number, "2");
    EXPECT_EQ(classify_covid(facts).product->code, "EU/1/20/1528");
    EXPECT_EQ(codec::print_json(facts_json(facts)),
              R"({"patient":{"name":{"family":"Example","given":"Ada Maria"},)"
              R"("birthDate":"1990-05-17","gender":"female"},"vaccine":{"coding":[{"system":)"
              R"("http://hl7.org/fhir/sid/cvx","code":"208"}]},"occurrence":"2021-06-01",)"
              R"("lotNumber":"AB1","manufacturer":{"name":"Biontech"},"protocol":[{)"
              R"("targetDisease":[{"system":"http://snomed.info/sct","code":"840539006"}],)"
              R"("doseNumber":"2","seriesDoses":"2"}],"primarySource":true})");
}

TEST(Submission, RequiredElements) {
    World world;
    world.status = R"("lotNumber":"1")";
    expect_fault(world, at(kShot, ".status"), "element.required");
    world = {};
    world.occurrence = R"("lotNumber":"1")";
    expect_fault(world, at(kShot, ".occurrence"), "element.required");
    world = {};
    world.vaccine = R"("lotNumber":"1")";
    expect_fault(world, at(kShot, ".vaccineCode"), "element.required");
    world = {};
    world.patient_reference = R"("lotNumber":"1")";
    expect_fault(world, at(kShot, ".patient"), "element.required");
    world = {};
    world.immunization_more = R"(,"protocolApplied":[{"series":"a"}])";
    expect_fault(world, at(kShot, ".protocolApplied[0].doseNumber"), "element.required");
}

TEST(Submission, BindingsAndFormats) {
    World world;
    world.patient_more = R"(,"gender":"f")";
    expect_fault(world, at(kPatient, ".gender"), "binding.required");
    world = {};
    world.status = R"("status":"done")";
    expect_fault(world, at(kShot, ".status"), "binding.required");
    world = {};
    world.patient_birth = R"("birthDate":"1990-02-30")";
    expect_fault(world, at(kPatient, ".birthDate"), "primitive.format");
    world = {};
    world.occurrence = R"("occurrenceDateTime":"2021-06-01T10:00")";
    expect_fault(world, at(kShot, ".occurrence"), "primitive.format");
    world = {};
    world.immunization_more = R"(,"primarySource":"true")";
    expect_fault(world, at(kShot, ".primarySource"), "primitive.format");
    world = {};
    world.immunization_more = R"(,"id":"no_underscores")";
    expect_fault(world, at(kShot, ".id"), "primitive.format");
    world = {};
    world.immunization_more = R"(,"lotNumber":"")";
    expect_fault(world, at(kShot, ".lotNumber"), "primitive.format");
}

TEST(Submission, Structure) {
    World world;
    world.immunization_more = R"(,"vaccine":"x")";
    expect_fault(world, kShot, "element.unknown");
    world = {};
    world.immunization_more = R"(,"occurrenceString":"June")";
    expect_fault(world, at(kShot, ".occurrence"), "element.choice");
    world = {};
    world.immunization_more = R"(,"lotNumber":["a"])";
    expect_fault(world, at(kShot, ".lotNumber"), "element.cardinality");
    world = {};
    world.immunization_more = R"(,"note":{"text":"a"})";
    expect_fault(world, at(kShot, ".note"), "json.array");
    world = {};
    world.immunization_more = R"(,"note":[])";
    expect_fault(world, at(kShot, ".note"), "json.empty-array");
    world = {};
    world.immunization_more = R"(,"site":{})";
    expect_fault(world, at(kShot, ".site"), "ele-1");
    world = {};
    world.immunization_more = R"(,"modifierExtension":[{"url":"http://a","valueBoolean":true}])";
    expect_fault(world, at(kShot, ".modifierExtension"), "extension.modifier");
    world = {};
    world.immunization_more = R"(,"implicitRules":"http://a")";
    expect_fault(world, at(kShot, ".implicitRules"), "resource.implicit-rules");
}

TEST(Submission, Invariants) {
    World world;
    world.patient_more = R"(,"contact":[{"gender":"male"}])";
    expect_fault(world, at(kPatient, ".contact[0]"), "pat-1");
    world = {};
    world.patient_more = R"(,"telecom":[{"value":"1"}])";
    expect_fault(world, at(kPatient, ".telecom[0]"), "cpt-2");
    world = {};
    world.patient_more = R"(,"extension":[{"url":"http://a"}])";
    expect_fault(world, at(kPatient, ".extension[0]"), "ext-1");
    world = {};
    world.patient_more = R"(,"identifier":[{"value":"1","period":{"start":"2020","end":"2010"}}])";
    expect_fault(world, at(kPatient, ".identifier[0].period"), "per-1");
    world = {};
    world.immunization_more = R"(,"education":[{"publicationDate":"2020"}])";
    expect_fault(world, at(kShot, ".education[0]"), "imm-1");
}

TEST(Submission, Bundles) {
    World world;
    world.bundle = R"("type":"message")";
    expect_fault(world, "Bundle.type", "bundle.type");
    world = {};
    world.bundle = R"("type":"collection")";
    expect_fault(world, "Bundle.entry[1]", "bdl-3");
    world = {};
    world.request = R"("search":{"mode":"match"})";
    expect_fault(world, "Bundle.entry[1]", "bdl-3");
    world = {};
    world.request = R"("request":{"method":"DELETE","url":"Immunization/1"})";
    expect_fault(world, "Bundle.entry[1].request.method", "bundle.method");
    world = {};
    world.bundle = R"("type":"transaction","total":2)";
    expect_fault(world, "Bundle", "bdl-1");
}

TEST(Submission, References) {
    World world;
    world.patient_reference = R"("patient":{"reference":"Patient/p2"})";
    expect_fault(world, at(kShot, ".patient"), "reference.unresolved");
    world.patient_reference = R"("patient":{"display":"Ada"})";
    expect_fault(world, at(kShot, ".patient"), "reference.literal");
    world.patient_reference =
        R"("patient":{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"})";
    expect_fault(world, at(kShot, ".patient"), "reference.type");
    world.patient_reference = R"("patient":{"reference":"Patient/p1"})";
    EXPECT_TRUE(read(world).candidates[0].vaccination());
    world.patient_more = R"(,"identifier":[{"system":"http://h","value":"7"}])";
    world.patient_reference = R"("patient":{"reference":"Patient?identifier=http://h|7"})";
    EXPECT_TRUE(read(world).candidates[0].vaccination());
}

TEST(Submission, DatesMakeSense) {
    World world;
    world.occurrence = R"("occurrenceDateTime":"2030-01-01")";
    expect_fault(world, at(kShot, ".occurrence"), "date.future");
    world.occurrence = R"("occurrenceDateTime":"1990-05-15")";
    expect_fault(world, at(kShot, ".occurrence"), "date.before-birth");
    world.occurrence = R"("occurrenceDateTime":"1990-05")"; // may be after the birth
    EXPECT_TRUE(read(world).conforms);
    world = {};
    world.patient_more = R"(,"deceasedDateTime":"2020-01-01")";
    expect_fault(world, at(kShot, ".occurrence"), "date.after-death");
    world.patient_more = R"(,"deceasedDateTime":"1980")";
    expect_fault(world, at(kPatient, ".deceased"), "date.death-before-birth");
    world = {};
    world.patient_birth = R"("birthDate":"2030")";
    expect_fault(world, at(kPatient, ".birthDate"), "date.future");
    world = {};
    world.immunization_more = R"(,"expirationDate":"2021-05-01")";
    const Submission expired = read(world);
    EXPECT_TRUE(expired.conforms);
    ASSERT_EQ(expired.issues.size(), 1U);
    EXPECT_EQ(expired.issues[0].rule, "vaccine.expired");
}

void expect_reason(const World& world, std::string_view rule) {
    const Submission submission = read(world);
    EXPECT_TRUE(submission.conforms) << described(submission.issues);
    ASSERT_FALSE(submission.candidates[0].vaccination()) << rule;
    EXPECT_EQ(refusal_of(submission.candidates[0]).rule, rule);
}

TEST(Submission, ReasonsOfSubstance) {
    World world;
    world.status = R"("status":"not-done")";
    expect_reason(world, "certificate.not_done");
    world.status = R"("status":"entered-in-error")";
    expect_reason(world, "certificate.entered_in_error");
    world = {};
    world.occurrence = R"("occurrenceString":"last summer")";
    expect_reason(world, "certificate.no_date");
    world = {};
    world.name = R"("active":true)";
    expect_reason(world, "certificate.no_name");
    world = {};
    world.patient_birth = R"("active":true)";
    expect_reason(world, "certificate.no_birth_date");
    world = {};
    world.immunization_more = R"(,"lotNumber":")" + std::string(300, 'x') + "\"";
    expect_reason(world, "certificate.too_large");
}

// FHIR lets an extension stand for a mandatory value; a certificate must not.
TEST(Submission, AnAbsentStatusIsNotCompleted) {
    const std::string absent =
        R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",)"
        R"("valueCode":"unknown"}]})";
    World world;
    world.status = R"("_status":)" + absent;
    expect_reason(world, "certificate.no_status");
}

TEST(Submission, AVaccineWithoutCodeOrTextIsNotCertified) {
    const std::string absent =
        R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",)"
        R"("valueCode":"unknown"}])";
    World world;
    for (const std::string& code :
         {"{" + absent + "}", std::string(R"({"coding":[{"display":"Influenza"}]})"),
          R"({"coding":[{"_code":{)" + absent + "}}]}",
          std::string(R"({"coding":[{"system":"http://hl7.org/fhir/sid/cvx"}]})")}) {
        world.vaccine = R"("vaccineCode":)" + code;
        expect_reason(world, "certificate.no_vaccine");
    }
    world.vaccine = R"("vaccineCode":{"coding":[{"display":"Influenza"}],"text":"Influenza"})";
    EXPECT_TRUE(read(world).candidates[0].vaccination());
}

TEST(Submission, EveryFaultAtOnce) {
    World world;
    world.patient_birth = R"("birthDate":"1990-13-01")";
    world.patient_more = R"(,"gender":"x")";
    world.status = R"("status":"x")";
    world.occurrence = R"("occurrenceDateTime":"2030-01-01")";
    const Submission submission = read(world);
    expect_error(submission, at(kPatient, ".birthDate"), "primitive.format");
    expect_error(submission, at(kPatient, ".gender"), "binding.required");
    expect_error(submission, at(kShot, ".status"), "binding.required");
    expect_error(submission, at(kShot, ".occurrence"), "date.future");
    EXPECT_EQ(submission.issues.size(), 4U) << described(submission.issues);
}

TEST(Submission, NameSelection) {
    const auto name_of_patient = [](const std::string& names) {
        World world;
        world.name = "\"name\":" + names;
        const Submission submission = read(world);
        const Vaccination* facts = submission.candidates[0].vaccination();
        return facts == nullptr ? PersonName{} : facts->name;
    };
    EXPECT_EQ(name_of_patient(R"([{"use":"maiden","family":"B"},{"use":"usual","family":"C"},)"
                              R"({"use":"official","family":"A","given":["X"],"prefix":["Dr."],)"
                              R"("suffix":["MD","Jr."]}])"),
              (PersonName{"A Jr.", "X"}));
    EXPECT_EQ(name_of_patient(R"([{"family":"B"},{"use":"usual","family":"C"}])"),
              (PersonName{"C", ""}));
    EXPECT_EQ(name_of_patient(R"([{"use":"official","family":"Old","period":{"end":"2010"}},)"
                              R"({"family":"New"}])"),
              (PersonName{"New", ""}));
    EXPECT_EQ(name_of_patient(R"([{"text":"张无忌"}])"), (PersonName{"张无忌", ""}));
    EXPECT_EQ(name_of_patient(R"([{"given":["Mononym"]}])"), (PersonName{"Mononym", ""}));
}

TEST(Submission, OtherRootsAreRefusedByName) {
    expect_error(read("[]"), "$this", "json.object");
    expect_error(read("{}"), "$this", "resource.type");
    expect_error(read(R"({"resourceType":"Encounter"})"), "$this", "resource.type");
}

TEST(Submission, SingleImmunization) {
    const std::string shot =
        R"({"resourceType":"Immunization","id":"i1","status":"completed","vaccineCode":)"
        R"({"text":"Yellow fever"},"occurrenceDateTime":"2019","patient":{"reference":"Patient/p1"}})";
    expect_error(read(shot), "Immunization.patient", "reference.unresolved");
    const auto parsed = codec::parse_json(shot);
    const auto patient = codec::parse_json(
        R"({"resourceType":"Patient","id":"p1","name":[{"family":"A"}],"birthDate":"1970"})");
    const Submission known = read_submission(*parsed, knowing(*patient));
    ASSERT_TRUE(known.candidates[0].vaccination()) << described(known.issues);
    EXPECT_EQ(known.candidates[0].vaccination()->identity, "Immunization/i1");
}

// One record is one certificate, by whichever way it comes.
TEST(Submission, ARecordHasOneIdentityAloneAndInABundle) {
    const codec::Json patient = *codec::parse_json(
        R"({"resourceType":"Patient","id":"p1","name":[{"family":"A"}],"birthDate":"1970"})");
    const auto identity = [&](const std::string& more, bool alone) {
        World world;
        world.immunization_more = more;
        world.patient_reference = R"("patient":{"reference":"Patient/p1"})";
        codec::Json root = *codec::parse_json(world.text());
        if (alone) root = root.at("entry").at(1).at("resource");
        const Submission submission = read_submission(root, knowing(patient));
        const Vaccination* facts = submission.candidates[0].vaccination();
        return facts == nullptr ? std::string() : facts->identity;
    };
    const std::string id = R"(,"id":"i1")";
    const std::string identifier = R"(,"identifier":[{"system":"http://h","value":"7"}])";
    for (const bool alone : {true, false}) {
        EXPECT_EQ(identity(id, alone), "Immunization/i1");
        EXPECT_EQ(identity(id + identifier, alone), "identifier|http://h|7");
    }
    EXPECT_EQ(identity("", false), "urn:uuid:22222222-2222-4222-8222-222222222222");
    EXPECT_EQ(identity("", true), "");
}

TEST(Submission, ManyFaultsStayBounded) {
    std::string notes;
    for (int i = 0; i < 5000; ++i) notes += R"({"text":""},)";
    World world;
    world.immunization_more = ",\"note\":[" + notes + R"({"text":"a"}])";
    const Submission submission = read(world);
    EXPECT_LE(submission.issues.size(), kMaxIssues + 1);
    EXPECT_EQ(submission.issues.back().rule, "issues.too_many");
}

TEST(Submission, ReferencesToEntriesWithoutResource) {
    for (const char* reference : {"?identifier=a|b", "?identifier=", "urn:uuid:0", "", "/"}) {
        const Submission submission =
            read(R"({"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"urn:uuid:0",)"
                 R"("request":{"method":"GET","url":"x"}},{"resource":{"resourceType":)"
                 R"("Immunization","patient":{"reference":")" +
                 std::string(reference) + R"("}},"request":{"method":"POST","url":"x"}}]})");
        ASSERT_EQ(submission.candidates.size(), 1U);
        EXPECT_FALSE(submission.candidates[0].vaccination());
    }
}

// Every subtree of a good Bundle, replaced by something else in turn: always an answer, and always
// a reason for what has no certificate.
void replace_each(codec::Json& root, codec::Json& at, const codec::Json& with, std::size_t& done) {
    const codec::Json kept = at;
    at = with;
    const Submission submission = read_submission(root, Context{kNow, {}});
    for (const Candidate& candidate : submission.candidates) {
        EXPECT_TRUE(candidate.statement || !refusal_of(candidate).rule.empty());
    }
    ++done;
    at = kept;
    if (at.is_object()) {
        for (auto& member : at.get_object()) replace_each(root, member.value(), with, done);
    } else if (at.is_array()) {
        for (codec::Json& item : at.get_array()) replace_each(root, item, with, done);
    }
}

TEST(Submission, AnyDamageIsAnsweredWithAReason) {
    World world;
    world.immunization_more =
        R"(,"identifier":[{"system":"http://h","value":"7"}],"lotNumber":"AB1","manufacturer":)"
        R"({"display":"B"},"location":{"reference":"#l"},"contained":[{"resourceType":"Location",)"
        R"("id":"l","address":{"country":"DE"}}],"performer":[{"actor":{"reference":"#l"}}],)"
        R"("protocolApplied":[{"targetDisease":[{"coding":[{"code":"1"}]}],)"
        R"("doseNumberPositiveInt":2,"seriesDosesString":"two"}])";
    world.patient_more =
        R"(,"contact":[{"name":{"family":"X"}}],"deceasedDateTime":"2024","telecom":[{"system":)"
        R"("phone","value":"1"}])";
    codec::Json root = *codec::parse_json(world.text());
    ASSERT_TRUE(read_submission(root, Context{kNow, {}}).candidates[0].vaccination());
    const codec::Json others[] = {nullptr,
                                  true,
                                  -1,
                                  1e300,
                                  "",
                                  "x",
                                  codec::json::object{},
                                  codec::json::array{},
                                  codec::json::array{nullptr, 1},
                                  codec::json::object{{"resourceType", "Patient"}, {"id", 5}}};
    std::size_t done = 0;
    for (const codec::Json& other : others) replace_each(root, root, other, done);
    EXPECT_GT(done, 600U);
}

} // namespace
} // namespace salus::fhir::testing
