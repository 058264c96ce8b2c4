#include "passport/dose_history.hpp"

#include <gtest/gtest.h>

#include "passport/dcc.hpp"
#include "passport/passport_world_test.hpp"
#include "passport/shc_bundle.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;

constexpr const char* kComirnaty = "EU/1/20/1528";
constexpr const char* kJcovden = "EU/1/20/1525";
constexpr const char* kCovid = "840539006";

// A dose against COVID-19; a test states what differs.
DoseStatement shot(const std::string& date, const std::string& stated = "",
                   const std::string& product = kComirnaty) {
    DoseStatement out;
    out.source = date + " " + stated;
    out.person = {"Example", "Ada", "EXAMPLE", "ADA", "1990-05-17"};
    out.diseases = {kCovid};
    out.product = product;
    out.vaccine = product;
    out.date = date;
    if (!stated.empty()) {
        out.dose = stated[0] - '0';
        out.series = stated.size() > 2 ? stated[2] - '0' : 0;
    }
    return out;
}
DoseStatement other_shot(const std::string& disease, const std::string& date,
                         const std::string& stated = "") {
    DoseStatement out = shot(date, stated, "");
    out.diseases = {disease};
    return out;
}

// "1/2 2/2* b1": places in their order, '*' where something is remarked.
std::string places(const DiseaseHistory& history) {
    std::string out;
    for (const Dose& dose : history.doses) {
        out += out.empty() ? "" : " ";
        out += dose.role == DoseRole::booster ? "b" + std::to_string(dose.number)
               : dose.number == 0             ? "?"
                                  : std::to_string(dose.number) + "/" + std::to_string(dose.of);
        out += dose.remarks.empty() ? "" : "*";
    }
    return out + (history.complete ? "." : "");
}
DiseaseHistory only(std::vector<DoseStatement> doses) {
    DoseHistory history = dose_history(doses);
    EXPECT_EQ(history.diseases.size(), 1U);
    return history.diseases.empty() ? DiseaseHistory{} : std::move(history.diseases[0]);
}
std::string places(std::vector<DoseStatement> doses) {
    return places(only(std::move(doses)));
}
bool has(const std::vector<DoseRemark>& remarks, std::string_view code) {
    return std::any_of(remarks.begin(), remarks.end(),
                       [&](const DoseRemark& one) { return one.code == code; });
}

TEST(DoseHistory, CoursesAndBoosters) {
    EXPECT_EQ(places({shot("2021-01-10", "1/2"), shot("2021-02-20", "2/2")}), "1/2 2/2.");
    EXPECT_EQ(places({shot("2021-02-20", "2/2"), shot("2021-01-10", "1/2")}), "1/2 2/2.");
    EXPECT_EQ(places({shot("2021-01-10", "1/2")}), "1/2");
    EXPECT_EQ(places({shot("2021-01-10", "1/1", kJcovden), shot("2021-09-10", "2/1")}), "1/1 b1.");
    EXPECT_EQ(places({shot("2021-01-10", "1/2"), shot("2021-02-20", "2/2"),
                      shot("2021-11-20", "3/3"), shot("2022-09-01", "4/4")}),
              "1/2 2/2 b1 b2.");
    EXPECT_EQ(
        places({shot("2021-01-10", "1/2"), shot("2021-02-20", "2/2"), shot("2021-11-20", "1/1")}),
        "1/2 2/2 b1.");
    // One dose after an infection is a course where the certificate says so.
    EXPECT_EQ(places({shot("2021-06-01", "1/1"), shot("2022-01-01", "2/1")}), "1/1 b1.");
    // 3/3 of other diseases is the third dose of three.
    EXPECT_EQ(places({other_shot("66071002", "2020-01-01", "1/3"),
                      other_shot("66071002", "2020-02-01", "2/3"),
                      other_shot("66071002", "2020-07-01", "3/3")}),
              "1/3 2/3 3/3.");
}

TEST(DoseHistory, CountingGoesOverProviders) {
    const DiseaseHistory anew = only({shot("2021-01-10", "1/2"), shot("2021-02-20", "1/2")});
    EXPECT_EQ(places(anew), "1/2 2/2*.");
    EXPECT_TRUE(has(anew.doses[1].remarks, "counted_anew"));
    EXPECT_EQ(anew.doses[1].days_since, 41);
    // The issue's own: 1/2, 2/2, then 1/2 of another hospital.
    const DiseaseHistory later =
        only({shot("2021-01-10", "1/2"), shot("2021-02-20", "2/2"), shot("2021-12-01", "1/2")});
    EXPECT_EQ(places(later), "1/2 2/2 b1*.");
    EXPECT_TRUE(has(later.doses[2].remarks, "counted_anew"));
    const DiseaseHistory longer = only(
        {other_shot("66071002", "2020-01-01", "1/2"), other_shot("66071002", "2020-02-01", "2/3")});
    EXPECT_EQ(places(longer), "1/2 2/3*");
    EXPECT_TRUE(has(longer.doses[1].remarks, "series_differs"));
}

TEST(DoseHistory, WhatNoCertificateTellsIsNamed) {
    const DiseaseHistory second = only({shot("2021-02-20", "2/2")});
    EXPECT_EQ(places(second), "2/2*.");
    EXPECT_EQ(second.doses[0].remarks[0].text, "no certificate tells of dose 1");
    const DiseaseHistory booster = only({shot("2021-11-20", "3/3")});
    EXPECT_EQ(places(booster), "b1*.");
    EXPECT_EQ(booster.doses[0].remarks[0].text, "no certificate tells of doses 1 to 2");
    EXPECT_EQ(only({shot("2021-11-20", "2/1", kJcovden)}).doses[0].remarks[0].text,
              "no certificate tells of dose 1");
    EXPECT_EQ(places({shot("2021-01-10", "1/2"), shot("2021-11-20", "3/3")}), "1/2 b1*.");
    EXPECT_EQ(places({other_shot("16541001", "2019-01-01")}), "?");
    EXPECT_EQ(places({shot("2021-01-10", "1/2"), shot("2021-02-20")}), "1/2 2/2.");
}

TEST(DoseHistory, OneEventToldTwiceIsOneDose) {
    DoseStatement dcc = shot("2021-01-10", "1/2");
    dcc.country = "DE";
    DoseStatement card = shot("2021-01-10");
    card.lot = "EX1";
    const DiseaseHistory both = only({dcc, card, shot("2021-02-20", "2/2")});
    EXPECT_EQ(places(both), "1/2 2/2.");
    EXPECT_EQ(both.doses[0].sources.size(), 2U);
    EXPECT_EQ(both.doses[0].told.lot, "EX1");
    EXPECT_EQ(both.doses[0].told.country, "DE");
    // A month tells of the one event in it; of which of two it tells nobody knows.
    EXPECT_EQ(places({dcc, shot("2021-01")}), "1/2");
    const DiseaseHistory unclear = only({dcc, shot("2021-01-31", "2/2"), shot("2021-01")});
    EXPECT_EQ(unclear.doses.size(), 3U);
    // A group of vaccines agrees with each of its products.
    DoseStatement group = shot("2021-01-10", "", "");
    group.code = "http://snomed.info/sct 1119349007";
    group.group = true;
    EXPECT_EQ(places({group, dcc}), "1/2");
    const DiseaseHistory numbers = only({dcc, shot("2021-01-10", "2/2")});
    EXPECT_EQ(numbers.doses.size(), 1U);
    EXPECT_TRUE(has(numbers.doses[0].remarks, "dose_number_differs"));
}

TEST(DoseHistory, WhatDiffersIsAnotherEvent) {
    const DoseStatement first = shot("2021-01-10", "1/2");
    DoseStatement lot = first, lot2 = first, abroad = first, home = first;
    lot.lot = "A";
    lot2.lot = "B";
    home.country = "DE";
    abroad.country = "FR";
    EXPECT_EQ(only({lot, lot2}).doses.size(), 2U);
    EXPECT_EQ(only({home, abroad}).doses.size(), 2U);
    EXPECT_EQ(only({first, shot("2021-01-10", "1/2", kJcovden)}).doses.size(), 2U);
    EXPECT_EQ(only({first, shot("2021-01-11", "1/2")}).doses.size(), 2U);
}

TEST(DoseHistory, ContradictionsAreNamed) {
    const DoseStatement first = shot("2021-01-10", "1/2");
    EXPECT_TRUE(
        has(only({first, shot("2021-01-10", "1/2", kJcovden)}).doses[1].remarks, "same_day"));
    EXPECT_TRUE(has(only({first, shot("2021-01-12", "1/2")}).doses[1].remarks, "date_differs"));
    EXPECT_TRUE(has(only({first, shot("2021-01-19", "2/2")}).doses[1].remarks, "too_close"));
    EXPECT_TRUE(has(only({shot("1989-01-01", "1/2")}).doses[0].remarks, "before_birth"));
    EXPECT_TRUE(has(only({shot("2021", "1/2")}).doses[0].remarks, "date_unclear"));
    EXPECT_TRUE(has(only({shot("", "1/2")}).doses[0].remarks, "date_unclear"));
    DoseStatement other = shot("2021-02-20", "2/2");
    other.person.birth = "1991-05-17";
    EXPECT_TRUE(has(dose_history(std::vector{first, other}).remarks, "person_differs"));
    other.person = first.person;
    other.person.family_mrz = "SAMPLE";
    EXPECT_TRUE(has(dose_history(std::vector{first, other}).remarks, "person_differs"));
    EXPECT_TRUE(dose_history(std::vector{first, shot("2021-02-20", "2/2")}).remarks.empty());
}

TEST(DoseHistory, InfluenzaIsGivenAnewEachSeason) {
    const DiseaseHistory seasons = only({other_shot("6142004", "2019-10-01", "1/1"),
                                         other_shot("6142004", "2020-10-05", "1/1"),
                                         other_shot("6142004", "2021-09-20", "1/1")});
    EXPECT_EQ(places(seasons), "1/1 1/1 1/1.");
    EXPECT_EQ(seasons.doses[2].course, 3);
}

TEST(DoseHistory, ACombinedVaccineIsADoseOfEachDisease) {
    DoseStatement combined = shot("2020-01-01", "1/3", "EU/1/00/152");
    combined.diseases = {"76902006", "397430003"};
    const DoseHistory history =
        dose_history(std::vector{combined, other_shot("76902006", "2020-03-01", "2/3")});
    ASSERT_EQ(history.diseases.size(), 2U);
    EXPECT_EQ(history.diseases[0].name, "Diphtheria");
    EXPECT_EQ(places(history.diseases[0]), "1/3");
    EXPECT_EQ(history.diseases[1].name, "Tetanus");
    EXPECT_EQ(places(history.diseases[1]), "1/3 2/3");
}

// The same vaccination as EU certificate, as FHIR facts and as SMART Health Card.
TEST(DoseHistory, ReadsEveryFormat) {
    fhir::Vaccination shot = testing::covid_vaccination();
    shot.protocols[0].dose_number = "1";
    shot.lot = "EX1";
    Certificate dcc;
    dcc.kind = ContentKind::dcc;
    dcc.content = *make_dcc(shot, {"DE", "St. Example", {}});
    Certificate facts;
    facts.kind = ContentKind::facts;
    facts.content = fhir::facts_json(shot);
    SmartCard card;
    card.card.bundle = *make_shc_bundle({&shot, 1}, "Dr. Sample");
    envelope::VdsNc seal;
    seal.message = *codec::parse_json(
        R"({"pid":{"n":"Müßig-Ångström Zoë","dob":"1990-05-17"},"ve":[{"des":"XM68M6",)"
        R"("nam":"Comirnaty","dis":"RA01.0","vd":[{"dvc":"2021-06-01","seq":1,"ctr":"DE",)"
        R"("adm":"RIVM","lot":"EX1"},{"dvc":"2021-07-13","seq":2,"ctr":"DE"}]}]})");
    std::vector<DoseStatement> all;
    for (const auto& [document, source] : {std::pair<Document, std::string>{dcc, "dcc"},
                                           {facts, "facts"},
                                           {card, "card"},
                                           {seal, "seal"}}) {
        for (DoseStatement& one : doses_of(document, source)) all.push_back(std::move(one));
    }
    ASSERT_EQ(all.size(), 5U);
    const DoseHistory history = dose_history(all);
    ASSERT_EQ(history.diseases.size(), 1U);
    EXPECT_EQ(places(history.diseases[0]), "1/2 2/2.");
    EXPECT_EQ(history.diseases[0].name, "COVID-19");
    EXPECT_EQ(history.diseases[0].doses[0].sources,
              (std::vector<std::string>{"dcc", "facts", "card", "seal"}));
    EXPECT_EQ(history.diseases[0].doses[0].told.vaccine, "Comirnaty");

    const json::object told = history_json(history);
    const json::object& dose = told.at("diseases").at(0).at("doses").at(1).as_object();
    EXPECT_EQ(dose.at("place"), "dose 2 of 2");
    EXPECT_EQ(dose.at("daysSince"), 42);
    EXPECT_EQ(dose.at("sources"), json::array{"seal"});
    const std::string text = history_text(history);
    EXPECT_NE(text.find("COVID-19: course complete"), std::string::npos) << text;
    EXPECT_NE(text.find("42 days after"), std::string::npos) << text;
    EXPECT_NE(text.find("from dcc, facts, card, seal"), std::string::npos) << text;
}

TEST(DoseHistory, NothingOutOfNothing) {
    EXPECT_TRUE(dose_history({}).diseases.empty());
    EXPECT_TRUE(doses_of(Certificate{}, "x").empty());
    Certificate odd;
    odd.kind = ContentKind::dcc;
    odd.content = *codec::parse_json(R"({"v":[{"dn":"x","sd":-1,"dt":"01.02.2021"}]})");
    const auto doses = doses_of(odd, "odd");
    ASSERT_EQ(doses.size(), 1U);
    EXPECT_EQ(doses[0].dose, 0);
    EXPECT_EQ(doses[0].date, "");
}

} // namespace
} // namespace salus::passport
