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

fhir::Vaccination yellow_fever() {
    fhir::Vaccination out = testing::covid_vaccination();
    out.vaccine = {{std::string(fhir::kCvxSystem), "37", "Yellow fever"}};
    out.protocols[0].target_diseases.clear();
    out.protocols[0].dose_number = "1";
    out.occurrence = "2026-09-15T10:00:00+02:00";
    out.lot = "YF7";
    out.manufacturer.name = "Institut Pasteur de Dakar";
    out.performer = "Dr. Beispiel";
    return out;
}
const DccContext kContext{"DE", "St. Example", Hash32{{1}}};

TEST(Icvp, HoldsWhatTheRegulationsAskFor) {
    const auto icvp = make_icvp(yellow_fever(), kContext);
    ASSERT_TRUE(icvp);
    EXPECT_TRUE(icvp_faults(icvp->content).empty());
    EXPECT_EQ(*codec::canonical_json(Json(icvp->content)),
              R"({"dob":"1990-05-17","n":"Ærøskøbing Zoë Müßig-Ångström","s":"F","v":{"bo":"YF7",)"
              R"("cn":"Dr. Beispiel","dn":"1","dt":"2026-09-15","is":"St. Example",)"
              R"("ma":"Institut Pasteur de Dakar","tg":"1D47","vls":"2026-09-25","vp":"XM0N24"}})");
    EXPECT_EQ(icvp->valid_from, 1'790'294'400); // 2026-09-25T00:00:00Z
}

TEST(Icvp, TakesTheRecordsOwnCodes) {
    fhir::Vaccination shot = yellow_fever();
    shot.vaccine.push_back({std::string(fhir::kIcd11System), "XM3418", ""});
    shot.vaccine.push_back({std::string(kPrequalifiedSystem), "YellowFeverProduct1", ""});
    const auto icvp = make_icvp(shot, kContext);
    EXPECT_EQ(icvp->content.at("v").at("vp"), Json("XM3418"));
    EXPECT_EQ(icvp->content.at("v").at("mp"), Json("YellowFeverProduct1"));
}

TEST(Icvp, NotOfOtherVaccinationsNorWithoutBatchOrDay) {
    EXPECT_FALSE(make_icvp(testing::flu_vaccination(), kContext));
    fhir::Vaccination shot = yellow_fever();
    shot.lot.clear();
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot = yellow_fever();
    shot.occurrence = "2026-09";
    EXPECT_FALSE(make_icvp(shot, kContext));
    shot = yellow_fever();
    shot.subpotent = true;
    EXPECT_FALSE(make_icvp(shot, kContext));
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
    EXPECT_EQ(shown.at("vaccine"), "yellow fever vaccine");
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
