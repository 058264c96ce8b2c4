#include "gateway/search.hpp"

#include <gtest/gtest.h>

#include "gateway/exact_json.hpp"

namespace salus::gateway {
namespace {

namespace json = codec::json;

constexpr std::int64_t kNow = 1'790'000'000'000;

SearchQuery query(std::string_view type, std::string_view text) {
    return read_query(type, read_form(text).value(), {true, "https://h.example/fhir/R4"}).value();
}

bool found(std::string_view resource, std::string_view text) {
    const auto read = parse_exact(resource).value();
    const std::string type(read.at("resourceType").as_string());
    return fits(read.get_object(), query(type, text), kNow);
}

constexpr std::string_view kObservation = R"({
  "resourceType": "Observation", "id": "o1", "status": "final",
  "category": [{"coding": [{"system": "http://c", "code": "vital-signs", "display": "Vital Signs"}]}],
  "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}, {"code": "own"}],
           "text": "Body Height"},
  "subject": {"reference": "Patient/p1"},
  "encounter": {"reference": "Encounter/e1/_history/2"},
  "performer": [{"identifier": {"system": "urn:x", "value": "42"}}],
  "effectiveDateTime": "2013-01-14T10:00:00+02:00",
  "valueQuantity": {"value": 5.40, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"}
})";

TEST(Search, Tokens) {
    for (const char* good :
         {"code=8302-2", "code=http://loinc.org|8302-2", "code=http://loinc.org|", "code=|own",
          "code=a,8302-2", "code=OWN", "category=vital-signs", "status=final", "code:not=1-1",
          "code:text=height", "category:text=vital", "_id=o1", "status:missing=false",
          "value-concept:missing=true", "code=8302-2&status=final"}) {
        EXPECT_TRUE(found(kObservation, good)) << good;
    }
    for (const char* bad : {"code=8302", "code=http://snomed.info/sct|8302-2", "code=|8302-2",
                            "code:not=own", "status=preliminary", "_id=o2", "code:text=weight",
                            "status:missing=true", "code=8302-2&status=amended"}) {
        EXPECT_FALSE(found(kObservation, bad)) << bad;
    }
}

TEST(Search, References) {
    for (const char* good :
         {"patient=p1", "patient=Patient/p1", "subject=Patient/p1", "subject:Patient=p1",
          "subject=https://h.example/fhir/R4/Patient/p1", "encounter=Encounter/e1", "encounter=e1",
          "performer:identifier=urn:x|42"}) {
        EXPECT_TRUE(found(kObservation, good)) << good;
    }
    for (const char* bad :
         {"patient=p2", "patient=Group/p1", "subject:Group=p1", "subject=https://x/Patient/p1",
          "encounter=e2", "performer:identifier=urn:x|43", "performer=42"}) {
        EXPECT_FALSE(found(kObservation, bad)) << bad;
    }
    const std::string_view elsewhere =
        R"({"resourceType":"Observation","subject":{"reference":"https://x.example/Patient/p1"}})";
    EXPECT_FALSE(found(elsewhere, "patient=p1"));
    EXPECT_TRUE(found(elsewhere, "patient=https://x.example/Patient/p1"));
}

// The instant is 2013-01-14T08:00:00Z.
TEST(Search, Dates) {
    for (const char* good :
         {"date=2013", "date=2013-01", "date=2013-01-14", "date=2013-01-14T08:00Z",
          "date=2013-01-14T10:00:00%2B02:00", "date=2013-01-14T10:00:00+02:00", "date=ne2012",
          "date=gt2012", "date=ge2013", "date=le2013", "date=lt2014", "date=sa2012", "date=eb2014",
          "date=ge2013-01-14T08:00:00Z", "date=ap2013", "date=ge2013&date=lt2014",
          "date=2011,2013"}) {
        EXPECT_TRUE(found(kObservation, good)) << good;
    }
    for (const char* bad : {"date=2012", "date=ne2013", "date=gt2013", "date=lt2013", "date=sa2013",
                            "date=eb2013", "date=gt2013-01-14T08:00:00Z", "date=2013-01-14T08:01Z",
                            "date=ge2013&date=lt2013-01", "date=ap2025"}) {
        EXPECT_FALSE(found(kObservation, bad)) << bad;
    }
}

// The table of https://hl7.org/fhir/R4/search.html#prefix about periods.
TEST(Search, Periods) {
    const std::string_view open = R"({"resourceType":"Encounter","period":{"start":"2013-03-10"}})";
    const std::string_view closed =
        R"({"resourceType":"Encounter","period":{"start":"2013-01-21","end":"2013-02-05"}})";
    EXPECT_TRUE(found(open, "date=ge2013-03-14"));
    EXPECT_TRUE(found(open, "date=gt2030"));
    EXPECT_FALSE(found(open, "date=lt2013-03-10"));
    EXPECT_FALSE(found(open, "date=le2013-03-10")); // nothing of it lies before that day
    EXPECT_TRUE(found(open, "date=le2013-03-11"));
    EXPECT_FALSE(found(open, "date=2013"));
    EXPECT_TRUE(found(closed, "date=2013"));
    EXPECT_FALSE(found(closed, "date=2013-01"));
    EXPECT_TRUE(found(closed, "date=ge2013-02-01"));
    EXPECT_TRUE(found(closed, "date=sa2013-01-20"));
    EXPECT_TRUE(found(closed, "date=eb2013-02-06"));
    EXPECT_FALSE(found(closed, "date=eb2013-02-05"));
    const std::string_view timing =
        R"({"resourceType":"Observation","effectiveTiming":{"event":["2013-01-02","2013-01-05"]}})";
    EXPECT_TRUE(found(timing, "date=2013-01"));
    EXPECT_FALSE(found(timing, "date=2013-01-02"));
}

TEST(Search, Quantities) {
    for (const char* good :
         {"value-quantity=5.4", "value-quantity=5.40", "value-quantity=5",
          "value-quantity=5.4|http://unitsofmeasure.org|cm", "value-quantity=5.4||cm",
          "value-quantity=gt5.3", "value-quantity=le5.4", "value-quantity=ap5.6",
          "value-quantity=ne6", "value-quantity=54e-1"}) {
        EXPECT_TRUE(found(kObservation, good)) << good;
    }
    for (const char* bad : {"value-quantity=5.3", "value-quantity=5.41", "value-quantity=gt5.4",
                            "value-quantity=5.4|http://unitsofmeasure.org|mm",
                            "value-quantity=5.4|urn:x|cm", "value-quantity=ap7"}) {
        EXPECT_FALSE(found(kObservation, bad)) << bad;
    }
}

constexpr std::string_view kPatient = R"({
  "resourceType": "Patient", "id": "p1", "active": true, "gender": "female",
  "birthDate": "1994-02-01",
  "identifier": [{"system": "urn:mrn", "value": "AB1"}],
  "name": [{"family": "Fønseca-Ordóñez", "given": ["Agustín", "Éva"], "prefix": ["Mr."]}],
  "address": [{"line": ["1 Main St"], "city": "Łódź", "postalCode": "90-001", "use": "home"}],
  "telecom": [{"system": "phone", "value": "555"}, {"system": "email", "value": "a@b.example"}]
})";

TEST(Search, TextsWithoutCaseAndAccents) {
    for (const char* good :
         {"name=agus", "family=fonseca-ordonez", "family=FØNSECA", "given=eva", "name=mr.",
          "name:contains=ordo", "family:exact=F%C3%B8nseca-Ord%C3%B3%C3%B1ez", "address=lodz",
          "address-city=%C5%82%C3%93", "address-postalcode=90", "phone=555", "email=A@b.example",
          "active=true", "birthdate=1994-02-01", "gender=female", "identifier=urn:mrn|AB1",
          "identifier=AB1", "address-use=home", "telecom=555"}) {
        EXPECT_TRUE(found(kPatient, good)) << good;
    }
    for (const char* bad : {"name=gustin", "family:exact=fonseca", "phone=a@b.example", "email=555",
                            "address=home", "active=false", "identifier=urn:x|AB1"}) {
        EXPECT_FALSE(found(kPatient, bad)) << bad;
    }
    EXPECT_EQ(folded("ÀÖØÞßæœ Ÿž ΑΩ ЁЯ e\xcc\x81 ×"), "aooþsao yz αω ёя e ×");
}

TEST(Search, RefusesByName) {
    const auto refused = [](std::string_view type, std::string_view text, const ErrorKind& kind) {
        const auto form = read_form(text);
        const auto read =
            form.ok() ? read_query(type, *form, {true, ""}) : Result<SearchQuery>(form.error());
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().kind(), kind) << text << read.error().text();
    };
    refused("Observations", "", kUnknownType);
    refused("Observation", "colour=red", kUnknownParameter);
    refused("Observation", "_sort=colour", kUnknownParameter);
    refused("Observation", "_include=Observation:colour", kUnknownParameter);
    refused("Observation", "_summary=true", kUnknownParameter);
    refused("Observation", "code:above=1", kBadModifier);
    refused("Observation", "date:exact=2013", kBadModifier);
    refused("Observation", "subject:Alien=1", kBadModifier);
    refused("Observation", "date=yesterday", kBadValue);
    refused("Observation", "date=2013-02-30", kBadValue);
    refused("Observation", "date=2013-01-14T25:00Z", kBadValue);
    refused("Observation", "value-quantity=many", kBadValue);
    refused("Observation", "value-quantity=1|2", kBadValue);
    refused("Observation", "status:missing=maybe", kBadValue);
    refused("Observation", "status=final,", kBadValue);
    refused("Observation", "_count=-1", kBadValue);
    refused("Observation", "_summary=short", kBadValue);
    refused("Observation", "_total=some", kBadValue);
    refused("Observation", "_include=Observation", kBadValue);
    refused("Observation", "status=%zz", kBadValue);
    refused("Observation", "subject.name=peter", kNotSupported);
    refused("Observation", "_has:Provenance:target:agent=1", kNotSupported);
    std::string many, values = "status=a";
    for (int i = 0; i < 101; ++i) {
        many += "&status=a";
        values += ",a";
    }
    refused("Observation", many, kTooManyParameters);
    refused("Observation", values, kTooManyParameters);
}

TEST(Search, WhatIsNotKnownIsToldUnlessStrict) {
    const auto read = read_query("Observation",
                                 read_form("colour=red&status=final&_summary=true&x=").value(), {});
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->ignored, (std::vector<std::string>{"colour", "_summary"}));
    EXPECT_EQ(print_form(read->used), "status=final");
    EXPECT_EQ(print_form({{"code", "a|b c"}, {"n", "ü&="}}), "code=a%7Cb%20c&n=%C3%BC%26%3D");
}

TEST(Search, CountsAndSummaries) {
    EXPECT_EQ(query("Patient", "_count=5").count, 5U);
    EXPECT_EQ(query("Patient", "_count=99999").count, kMaxCount);
    EXPECT_EQ(query("Patient", "_count=0").summary, Summary::count);
    EXPECT_EQ(query("Patient", "_summary=count").summary, Summary::count);
    EXPECT_FALSE(query("Patient", "_total=none").total);
}

struct Shelf {
    std::vector<codec::Json> all;
    std::vector<const json::object*> pointers() const {
        std::vector<const json::object*> out;
        for (const auto& one : all) out.push_back(&one.get_object());
        return out;
    }
};

std::string names(const std::vector<const json::object*>& resources) {
    std::string out;
    for (const auto* one : resources) out += name_of(*one) + " ";
    return out;
}

TEST(Search, Orders) {
    Shelf shelf;
    for (const char* text :
         {R"({"resourceType":"Patient","id":"b","birthDate":"1990","name":[{"family":"Zoë"}]})",
          R"({"resourceType":"Patient","id":"a","birthDate":"1990","name":[{"family":"anna"}]})",
          R"({"resourceType":"Patient","id":"c","birthDate":"1980-05","name":[{"family":"Émil"}]})",
          R"({"resourceType":"Patient","id":"d"})"}) {
        shelf.all.push_back(parse_exact(text).value());
    }
    const auto sorted = [&](const char* text) {
        auto resources = shelf.pointers();
        sort_resources(resources, query("Patient", text));
        return names(resources);
    };
    EXPECT_EQ(sorted("_sort=birthdate"), "Patient/c Patient/a Patient/b Patient/d ");
    EXPECT_EQ(sorted("_sort=-birthdate"), "Patient/a Patient/b Patient/c Patient/d ");
    EXPECT_EQ(sorted("_sort=name"), "Patient/a Patient/c Patient/b Patient/d ");
    EXPECT_EQ(sorted("_sort=birthdate,-name"), "Patient/c Patient/b Patient/a Patient/d ");
    EXPECT_EQ(sorted("_sort=-_id"), "Patient/d Patient/c Patient/b Patient/a ");
}

TEST(Search, Includes) {
    Shelf shelf;
    for (
        const char* text :
        {R"({"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e/_history/3"}})",
         R"({"resourceType":"Patient","id":"p"})", R"({"resourceType":"Patient","id":"q"})",
         R"({"resourceType":"Encounter","id":"e"})",
         R"({"resourceType":"Provenance","id":"v","target":[{"reference":"Observation/o/_history/1"}]})"}) {
        shelf.all.push_back(parse_exact(text).value());
    }
    const auto all = shelf.pointers();
    const auto brought = [&](const char* text) {
        return names(included({all[0]}, all, query("Observation", text)));
    };
    EXPECT_EQ(brought(""), "");
    EXPECT_EQ(brought("_include=Observation:subject"), "Patient/p ");
    EXPECT_EQ(brought("_include=Observation:patient"), "Patient/p ");
    EXPECT_EQ(brought("_include=Observation:subject:Group"), "");
    EXPECT_EQ(brought("_include=Observation:*"), "Patient/p Encounter/e ");
    EXPECT_EQ(brought("_include=Condition:subject"), "");
    EXPECT_EQ(brought("_revinclude=Provenance:target"), "Provenance/v ");
    EXPECT_EQ(brought("_include=Observation:encounter&_revinclude=Provenance:target"),
              "Encounter/e Provenance/v ");
}

TEST(SearchParameters, AreSortedAndTheirPathsAreReadable) {
    const auto all = search_parameters();
    EXPECT_GT(all.size(), 700U);
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_LT(std::pair(all[i - 1].type, all[i - 1].name), std::pair(all[i].type, all[i].name));
    }
    for (const SearchParameter& one : all) {
        EXPECT_EQ(one.path.find_first_of(" []"), one.path.npos) << one.path;
        EXPECT_EQ(find_parameter(one.type, one.name), &one);
        EXPECT_TRUE(one.target.empty() || one.kind == ParameterKind::reference) << one.name;
    }
    EXPECT_EQ(find_parameter("Observation", "colour"), nullptr);
    EXPECT_EQ(find_parameter("Observation", "_id")->type, "*");
}

} // namespace
} // namespace salus::gateway
