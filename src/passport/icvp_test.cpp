// The WHO's certificate of vaccination: made for yellow fever, read, shown.

#include "passport/icvp.hpp"

#include <gtest/gtest.h>

#include "codec/canonical_json.hpp"
#include "fhir/covid.hpp"
#include "passport/document.hpp"
#include "passport/passport_world_test.hpp"

namespace salus::passport {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kStamaril = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0";

fhir::Vaccination yellow_fever() {
    fhir::Vaccination out = testing::covid_vaccination();
    out.vaccine = {{std::string(fhir::kCvxSystem), "37", "Yellow fever"},
                   {std::string(fhir::kPrequalifiedSystem), std::string(kStamaril), ""}};
    out.protocols[0].target_diseases.clear();
    out.occurrence = "2026-09-15T10:00:00+02:00";
    out.lot = "YF7";
    out.performer = "Dr. Beispiel";
    return out;
}
const DccContext kContext{"DE", "St. Example", Hash32{{1}}};

// ICVPMin of SMART ICVP 0.3.0.
TEST(Icvp, HoldsWhatTheWhosModelAsksFor) {
    const auto icvp = make_icvp(yellow_fever(), kContext);
    ASSERT_TRUE(icvp);
    EXPECT_TRUE(icvp_faults(icvp->content).empty());
    EXPECT_EQ(*codec::canonical_json(Json(icvp->content)),
              R"({"dob":"1990-05-17","n":"Ærøskøbing Zoë Müßig-Ångström","s":"female",)"
              R"("v":{"bo":"YF7","cn":"Dr. Beispiel","dt":"2026-09-15","vls":"2026-09-25",)"
              R"("vp":"YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"}})");
    EXPECT_EQ(icvp->valid_from, 1'790'294'400); // 2026-09-25T00:00:00Z
}

// must-have-issuer-or-clinician-name; `is` is an id, not a name.
TEST(Icvp, NamesTheClinicianOrTheAuthority) {
    fhir::Vaccination shot = yellow_fever();
    shot.performer.clear();
    auto icvp = make_icvp(shot, kContext);
    EXPECT_EQ(icvp->content.at("v").at("cn"), Json("St. Example"));
    EXPECT_FALSE(icvp->content.at("v").as_object().contains("is"));
    icvp = make_icvp(yellow_fever(), {"DE", "hospital-7", Hash32{{1}}});
    EXPECT_EQ(icvp->content.at("v").at("is"), Json("hospital-7"));
    EXPECT_FALSE(make_icvp(shot, {"DE", "", Hash32{{1}}}));
}

// Annex 6: "valid only if the vaccine used has been approved by the World Health Organization".
TEST(Icvp, OnlyOfAProductOfTheWhosList) {
    fhir::Vaccination shot = yellow_fever();
    shot.vaccine.pop_back();
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot.vaccine.push_back({std::string(fhir::kIcd11System), "XM0N24", ""});
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot.vaccine.push_back({std::string(fhir::kPrequalifiedSystem), "YellowFeverProduct1", ""});
    EXPECT_FALSE(make_icvp(shot, kContext));
}

TEST(Icvp, NotOfOtherVaccinationsNorWithoutBatchOrDay) {
    EXPECT_FALSE(make_icvp(testing::flu_vaccination(), kContext));
    fhir::Vaccination shot = yellow_fever();
    shot.vaccine.push_back({std::string(fhir::kCvxSystem), "03", "MMR"});
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot = yellow_fever();
    shot.lot.clear();
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot = yellow_fever();
    shot.occurrence = "2026-09";
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot = yellow_fever();
    shot.subpotent = true;
    EXPECT_FALSE(make_icvp(shot, kContext));
}

json::object parsed(std::string_view text) {
    return codec::parse_json(text).value().as_object();
}

TEST(Icvp, TheModelOf2024IsRead) {
    const auto content = parsed(
        R"({"n":"A B","dob":"1990-01-01","ntl":"CL","nid":"7","v":{"dn":"1","tg":"1D47",)"
        R"("vp":"XM0N24","ma":"X","dt":"2024-01-02","bo":"L","is":"i","vle":"2034-01-02"}})");
    EXPECT_TRUE(icvp_faults(content).empty());
    const auto shot = icvp_shot(content);
    EXPECT_EQ(shot->disease, fhir::kYellowFever);
    EXPECT_EQ(shot->system, fhir::kIcd11System);
    EXPECT_EQ(shot->vaccine, "yellow fever vaccine");
    EXPECT_EQ(shot->dose, "1");
    EXPECT_EQ(shot->to, "2034-01-02");
    // A vaccine that no table has: by its disease, and as ICD-11.
    const auto other = icvp_shot(parsed(R"({"v":{"tg":"1C81","vp":"XM9999","dt":"2024-01-02"}})"));
    EXPECT_EQ(other->disease, "398102009");
    EXPECT_EQ(other->vaccine, "XM9999");
    EXPECT_EQ(other->system, fhir::kIcd11System);
}

TEST(Icvp, TheModelOf2026IsRead) {
    const auto content = parsed(
        R"({"n":"A B","dob":"1990-01-01","s":"male","nt":"CHL","id":"7","dt":"PPN","v":"1",)"
        R"("vx":{"vp":"YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0","dv":"2026-04-02",)"
        R"("bo":"L","cn":"Dr. A"}})");
    EXPECT_TRUE(icvp_faults(content).empty());
    json::object shown;
    put_icvp(shown, content);
    EXPECT_EQ(shown.at("nationality"), "CHL");
    EXPECT_EQ(shown.at("documentNumber"), "7");
    EXPECT_EQ(shown.at("disease"), "Yellow fever");
    EXPECT_EQ(shown.at("date"), "2026-04-02");
    EXPECT_EQ(icvp_faults(parsed(R"({"n":"A","dob":"1990","v":"1","vx":{"vp":"x"}})")),
              (std::vector<std::string>{"$.vx.bo is missing", "$.vx.dv is no day"}));
}

TEST(Icvp, IsReadVerifiedAndShown) {
    testing::World world;
    auto icvp = make_icvp(yellow_fever(), kContext);
    world.content.kind = ContentKind::icvp;
    world.content.content = icvp->content;
    const auto document = read_document(world.text());
    ASSERT_TRUE(document.ok()) << document.error().text();
    EXPECT_EQ(statement_of(*document), DccKind::vaccination);
    const codec::json::object shown = document_json(*document);
    EXPECT_EQ(shown.at("kind"), "icvp");
    EXPECT_EQ(shown.at("name"), "Ærøskøbing Zoë Müßig-Ångström");
    EXPECT_EQ(shown.at("disease"), "Yellow fever");
    EXPECT_EQ(shown.at("vaccine"),
              "yellow fever vaccine, Sanofi Pasteur (STAMARIL, vial and ampoule of 10 doses)");
    EXPECT_EQ(shown.at("lot"), "YF7");
    EXPECT_EQ(shown.at("validFrom"), "2026-09-25");
    EXPECT_FALSE(shown.contains("validUntil"));
    EXPECT_EQ(world.online().overall, Overall::valid);
    world.content.not_before = testing::kNow + 4 * 86'400;
    EXPECT_EQ(world.online().check("validity").code, "validity.not_yet_valid");
    world.content.not_before.reset();
    world.content.content["v"].as_object().erase("bo");
    EXPECT_EQ(world.online().check("content").code, "content.schema");
    EXPECT_EQ(icvp_faults({{"n", "A"}}),
              (std::vector<std::string>{"$.dob is missing", "$.v is missing"}));
}

} // namespace
} // namespace salus::passport
