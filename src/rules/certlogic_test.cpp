#include "rules/certlogic.hpp"

#include <gtest/gtest.h>

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;

Json parsed(std::string_view text) {
    const auto value = codec::parse_json(text);
    EXPECT_TRUE(value.ok()) << text;
    return value.ok() ? *value : Json();
}

// The result as JSON text, or the error's name.
std::string result(std::string_view expression, std::string_view data = "{}",
                   const EvaluationLimits& limits = {}) {
    const auto program = Program::compile(parsed(expression));
    if (!program.ok()) return std::string(program.error().name());
    const auto value = program->evaluate(parsed(data), limits);
    return value.ok() ? codec::print_json(*value) : std::string(value.error().name());
}

std::string truth(std::string_view value) {
    return result(R"({"if":[{"var":"x"},"truthy","falsy"]})",
                  R"({"x":)" + std::string(value) + '}');
}

TEST(CertLogic, TruthyAndFalsy) {
    for (const char* value : {"false", "null", "\"\"", "0", "0.0", "-0.0", "[]", "{}"}) {
        EXPECT_EQ(truth(value), "\"falsy\"") << value;
    }
    for (const char* value : {"true", "\"0\"", "\" \"", "1", "-1", "0.5", "1e300", "[0]", "[null]",
                              "{\"a\":null}", "18446744073709551615"}) {
        EXPECT_EQ(truth(value), "\"truthy\"") << value;
    }
    EXPECT_EQ(result(R"({"if":[{"var":"absent"},1,2]})"), "2");
}

TEST(CertLogic, DateTimesAreNeitherTruthyNorFalsy) {
    const char* name = "certlogic.neither_truthy_nor_falsy";
    EXPECT_EQ(result(R"({"if":[{"plusTime":["2021-01-01",0,"day"]},1,2]})"), name);
    EXPECT_EQ(result(R"({"!":[{"plusTime":["2021-01-01",0,"day"]}]})"), name);
    EXPECT_EQ(result(R"({"and":[{"dccDateOfBirth":["2021"]},true]})"), name);
    EXPECT_EQ(result(R"({"and":[true,{"dccDateOfBirth":["2021"]}]})"),
              "\"2021-12-31T00:00:00.000Z\"")
        << "the last operand is the result, whatever it is";
}

TEST(CertLogic, AnErrorNamesItsPlaceAndNeverTheData) {
    const auto program = Program::compile(
        parsed(R"({"if":[true,{"and":[true,{"in":["a",{"var":"name"}]}]},false]})"));
    ASSERT_TRUE(program.ok());
    const auto failed = program->evaluate(parsed(R"({"name":"Ada"})"));
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().kind(), kNotArray);
    EXPECT_EQ(failed.error().detail(), "/if/1/and/1 (in)");
}

TEST(CertLogic, EqualityConvertsNothing) {
    EXPECT_EQ(result(R"({"===":[1,"1"]})"), "false");
    EXPECT_EQ(result(R"({"===":[0,false]})"), "false");
    EXPECT_EQ(result(R"({"===":["",{"var":"x"}]})"), "false");
    EXPECT_EQ(result(R"({"===":[{"var":"x"},{"var":"y"}]})"), "true") << "null and null";
    EXPECT_EQ(result(R"({"===":[7,{"var":"x"}]})", R"({"x":7.0})"), "true");
    EXPECT_EQ(result(R"({"===":[{"var":"x"},{"var":"y"}]})", R"({"x":0.5,"y":0.5})"), "true");
    EXPECT_EQ(result(R"({"===":[{"var":"x"},"a"]})", R"({"x":["a"]})"), "false");
    EXPECT_EQ(result(R"({"===":[true,true]})"), "true");
}

TEST(CertLogic, WhatTheSpecificationLeavesOpenIsNotCompared) {
    const char* name = "certlogic.not_comparable";
    EXPECT_EQ(result(R"({"===":[[1],[1]]})"), name);
    EXPECT_EQ(result(R"({"===":[[],[{"var":"x"}]]})"), name);
    EXPECT_EQ(result(R"({"===":[{"var":"x"},{"var":"x"}]})", R"({"x":{}})"), name);
    EXPECT_EQ(result(R"({"in":[{"var":"x"},[{"var":"x"}]]})", R"({"x":{}})"), name);
    EXPECT_EQ(result(R"({"===":[{"plusTime":["2021",0,"day"]},{"plusTime":["2021",0,"day"]}]})"),
              name);
    EXPECT_EQ(result(R"({"===":[{"plusTime":["2021",0,"day"]},"2021-12-31"]})"), "false");
}

TEST(CertLogic, Membership) {
    EXPECT_EQ(result(R"({"in":[7,{"var":"x"}]})", R"({"x":["7",7.0]})"), "true");
    EXPECT_EQ(result(R"({"in":["a",["b",{"var":"x"}]]})", R"({"x":"a"})"), "true");
    EXPECT_EQ(result(R"({"in":["a",{"var":"absent"}]})"), "false");
    EXPECT_EQ(result(R"({"in":["a","abc"]})"), "certlogic.not_an_array");
    EXPECT_EQ(result(R"({"in":["a",{"var":"x"}]})", R"({"x":{"a":1}})"), "certlogic.not_an_array");
}

TEST(CertLogic, IntegersOnly) {
    EXPECT_EQ(result(R"({"+":[7,{"var":"x"}]})", R"({"x":-9})"), "-2");
    EXPECT_EQ(result(R"({"+":[7,{"var":"x"}]})", R"({"x":2.0})"), "9");
    const char* name = "certlogic.not_integers";
    EXPECT_EQ(result(R"({"+":[7,{"var":"x"}]})", R"({"x":2.5})"), name);
    EXPECT_EQ(result(R"({"+":["7",1]})"), name);
    EXPECT_EQ(result(R"({"<":[1,{"var":"x"}]})"), name);
    EXPECT_EQ(result(R"({">=":["a","b"]})"), name);
    EXPECT_EQ(result(R"({"<":[3,2,"x"]})"), name) << "every operand, even where two decide";
    EXPECT_EQ(result(R"({"<":[{"plusTime":["2021",0,"day"]},1]})"), name);
    EXPECT_EQ(result(R"({"+":[9223372036854775807,1]})"), "certlogic.integer_overflow");
    EXPECT_EQ(result(R"({"+":[-9223372036854775808,-1]})"), "certlogic.integer_overflow");
}

TEST(CertLogic, ComparesTwoOrThree) {
    EXPECT_EQ(result(R"({"<":[1,2,3]})"), "true");
    EXPECT_EQ(result(R"({"<":[1,2,2]})"), "false");
    EXPECT_EQ(result(R"({"<=":[1,2,2]})"), "true");
    EXPECT_EQ(result(R"({">":[3,2,1]})"), "true");
    EXPECT_EQ(result(R"({">=":[3,3,4]})"), "false");
}

TEST(CertLogic, ComparesDateTimes) {
    const auto compared = [](std::string_view op, std::string_view a, std::string_view b) {
        return result(R"({")" + std::string(op) + R"(":[{"plusTime":[")" + std::string(a) +
                      R"(",0,"day"]},{"plusTime":[")" + std::string(b) + R"(",0,"day"]}]})");
    };
    EXPECT_EQ(compared("before", "2021-06-01", "2021-06-01T00:00:00.001Z"), "true");
    EXPECT_EQ(compared("after", "2021-06-01T00:00:00-00:30", "2021-06-01"), "true");
    EXPECT_EQ(compared("not-after", "2021-06-01T02:00:00+02:00", "2021-06-01"), "true");
    EXPECT_EQ(compared("not-before", "2021-06-01", "2021-06-01T00:00:00Z"), "true");
    EXPECT_EQ(compared("before", "2021-06-01", "2021-06-01"), "false");
    const char* name = "certlogic.not_date_times";
    EXPECT_EQ(result(R"({"after":["2021-06-02","2021-06-01"]})"), name);
    EXPECT_EQ(result(R"({"before":[{"plusTime":["2021",0,"day"]},{"var":"x"}]})"), name);
}

TEST(CertLogic, ShiftsTime) {
    EXPECT_EQ(result(R"({"plusTime":["2020-02-29",1,"year"]})"), "\"2021-02-28T00:00:00.000Z\"");
    EXPECT_EQ(result(R"({"plusTime":["2021-01-31",1,"month"]})"), "\"2021-02-28T00:00:00.000Z\"");
    EXPECT_EQ(result(R"({"plusTime":[{"var":"x"},0,"day"]})"), "certlogic.not_a_string");
    EXPECT_EQ(result(R"({"plusTime":["yesterday",0,"day"]})"), "certlogic.bad_date");
    EXPECT_EQ(result(R"({"plusTime":["2021-02-30",0,"day"]})"), "certlogic.bad_date");
    EXPECT_EQ(result(R"({"plusTime":["",0,"day"]})"), "certlogic.bad_date");
    EXPECT_EQ(result(R"({"plusTime":["9999",1,"year"]})"), "certlogic.date_out_of_range");
    EXPECT_EQ(result(R"({"plusTime":[{"plusTime":["2021",0,"day"]},0,"day"]})"),
              "certlogic.not_a_string")
        << "a date-time is no string";
}

TEST(CertLogic, DatesOfBirth) {
    EXPECT_EQ(result(R"({"dccDateOfBirth":["1964"]})"), "\"1964-12-31T00:00:00.000Z\"");
    EXPECT_EQ(result(R"({"dccDateOfBirth":["1964-02"]})"), "\"1964-02-29T00:00:00.000Z\"");
    EXPECT_EQ(result(R"({"dccDateOfBirth":["1964-08-12T00:00:00"]})"),
              "\"1964-08-12T00:00:00.000Z\"");
    EXPECT_EQ(result(R"({"dccDateOfBirth":[""]})"), "certlogic.bad_date");
    EXPECT_EQ(result(R"({"dccDateOfBirth":[1964]})"), "certlogic.not_a_string");
}

TEST(CertLogic, PartsOfAnIdentifier) {
    EXPECT_EQ(result(R"({"extractFromUVCI":["URN:UVCI:01:SE:EHM/A#7",3]})"), "\"A\"");
    EXPECT_EQ(result(R"({"extractFromUVCI":["a",9223372036854775807]})"), "null");
    EXPECT_EQ(result(R"({"extractFromUVCI":[7,0]})"), "certlogic.not_a_string");
}

TEST(CertLogic, DataAccess) {
    const char* data = R"({"a":[{"b":1},[2,3]],"0":"zero","s":"text","":{"x":1}})";
    EXPECT_EQ(result(R"({"var":"a.0.b"})", data), "1");
    EXPECT_EQ(result(R"({"var":"a.1.1"})", data), "3");
    EXPECT_EQ(result(R"({"var":"a.01.1"})", data), "3");
    EXPECT_EQ(result(R"({"var":"0"})", data), "\"zero\"");
    for (const char* path : {"a.2", "a.-1", "a.b", "a.99999999999999999999999", "s.0", "s.length",
                             "a.length", "missing.x", "a.0.b.c"}) {
        EXPECT_EQ(result(R"({"var":")" + std::string(path) + R"("})", data), "null") << path;
    }
    EXPECT_EQ(result(R"({"var":""})", "7.0"), "7");
    EXPECT_EQ(result(R"({"var":""})", R"({"x":[1,2.5,null,{"y":"z"}]})"),
              R"({"x":[1,2.5,null,{"y":"z"}]})");
}

TEST(CertLogic, ReductionSeesItsOwnDataAndTheWhole) {
    const char* data = R"({"x":[1,2,3],"z":10})";
    EXPECT_EQ(result(R"({"reduce":[{"var":"x"},{"var":"data.z"},0]})", data), "10");
    EXPECT_EQ(result(R"({"reduce":[{"var":"x"},{"var":"z"},0]})", data), "null");
    EXPECT_EQ(result(R"({"reduce":[{"var":"x"},{"var":""},0]})", R"({"x":[1,2]})"),
              R"({"accumulator":{"accumulator":0,"current":1,"data":{"x":[1,2]}},"current":2,)"
              R"("data":{"x":[1,2]}})");
    EXPECT_EQ(result(R"({"reduce":[{"var":"x"},{"reduce":[{"var":"data.x"},
                       {"+":[{"var":"accumulator"},{"var":"current"}]},
                       {"var":"accumulator"}]},0]})",
                     data),
              "18");
    EXPECT_EQ(result(R"({"reduce":[7,1,0]})"), "certlogic.not_an_array");
    EXPECT_EQ(result(R"({"reduce":[{"var":"z"},1,{"+":["a",1]}]})", data), "certlogic.not_integers")
        << "the start is evaluated first";
}

TEST(CertLogic, WorkIsBounded) {
    const EvaluationLimits few{.work = 8, .depth = 64};
    EXPECT_EQ(result(R"({"+":[1,2]})", "{}", few), "3");
    EXPECT_EQ(result(R"([1,2,3,4,5,6,7,{"var":"x"}])", "{}", few), "certlogic.too_much_work");
    EXPECT_EQ(result(R"({"in":[9,[1,2,3,4,5,6,7,8]]})", "{}", few), "certlogic.too_much_work");
    EXPECT_EQ(result(R"({"var":"a.b.c.d.e.f.g.h"})", "{}", few), "certlogic.too_much_work");
    EXPECT_EQ(result(R"({"reduce":[{"var":"x"},1,1]})", R"({"x":[1,2,3,4,5,6]})", few),
              "certlogic.too_much_work");
    const std::string text = R"({"x":")" + std::string(1000, ':') + R"("})";
    EXPECT_EQ(result(R"({"===":[{"var":"x"},{"var":"x"}]})", text, few), "certlogic.too_much_work");
    EXPECT_EQ(result(R"({"extractFromUVCI":[{"var":"x"},0]})", text, few),
              "certlogic.too_much_work");
    EXPECT_EQ(result(R"({"in":[{"var":"x"},["a"]]})", text, few), "certlogic.too_much_work");
    EXPECT_EQ(result(R"({"var":"x"})", text, few), "certlogic.too_much_work");
}

TEST(CertLogic, ResultsThatGrowAreBounded) {
    std::string items = "[0";
    for (int i = 0; i < 200; ++i) items += ",0";
    items += ']';
    // Two hundred doublings of one value.
    EXPECT_EQ(
        result(R"({"reduce":[{"var":""},[{"var":"accumulator"},{"var":"accumulator"}],1]})", items),
        "certlogic.too_deep");
    EXPECT_EQ(result(R"({"reduce":[{"var":""},[{"var":"accumulator"},{"var":"accumulator"}],1]})",
                     items, {.work = 200'000, .depth = 1000}),
              "certlogic.too_much_work");
    const auto program = Program::compile(
        parsed(R"({"if":[{"reduce":[{"var":""},[{"var":"accumulator"}],1]},true,false]})"));
    EXPECT_EQ(*program->decide(parsed(items)), Decision::yes) << "without JSON it is cheap";
}

TEST(CertLogic, Decides) {
    const auto decided = [](std::string_view expression) {
        return Program::compile(parsed(expression))->decide(parsed("{}"));
    };
    EXPECT_EQ(*decided(R"({"===":[1,1]})"), Decision::yes);
    EXPECT_EQ(*decided(R"({"===":[1,2]})"), Decision::no);
    EXPECT_EQ(*decided(R"({"var":"absent"})"), Decision::undecided);
    EXPECT_EQ(*decided(R"({"+":[1,0]})"), Decision::undecided);
    EXPECT_EQ(decided(R"({"in":[1,1]})").error().kind(), kNotArray);
}

TEST(CertLogic, AProgramOutlivesItsExpression) {
    std::optional<Program> copy;
    {
        Json expression = parsed(R"({"in":[{"var":"some.path"},["a long text of a literal"]]})");
        const auto program = Program::compile(expression);
        expression = nullptr;
        copy = *program;
    }
    EXPECT_EQ(*copy->decide(parsed(R"({"some":{"path":"a long text of a literal"}})")),
              Decision::yes);
}

TEST(CertLogic, FactsAndTheirJsonAreOneThing) {
    External external;
    external.clock = *parse_instant("2021-07-01T10:00:00Z");
    external.issued = parse_instant("2021-06-01");
    external.expires = parse_instant("2022-06-01");
    external.country = "NL";
    external.issuer_country = "AT";
    external.region = "BW";
    external.kid = "AAECAwQFBgc=";
    external.value_sets = std::make_shared<const Json>(parsed(R"({"names":["x","y"]})"));
    const Json payload = parsed(R"({"v":[{"mp":"y"}]})");
    const Facts facts(payload, external);
    const Json data = json::object{{"payload", payload}, {"external", external_json(external)}};
    for (const char* expression :
         {R"({"in":[{"var":"payload.v.0.mp"},{"var":"external.valueSets.names"}]})",
          R"({"===":[{"var":"external.validationClock"},"2021-07-01T10:00:00.000Z"]})",
          R"({"===":[{"var":"external.iat"},"2021-06-01T00:00:00.000Z"]})",
          R"({"===":[{"var":"external.exp"},"2022-06-01T00:00:00.000Z"]})",
          R"({"===":[{"var":"external.countryCode"},"NL"]})",
          R"({"===":[{"var":"external.issuerCountryCode"},"AT"]})",
          R"({"===":[{"var":"external.region"},"BW"]})",
          R"({"===":[{"var":"external.kid"},"AAECAwQFBgc="]})"}) {
        const auto program = Program::compile(parsed(expression));
        EXPECT_EQ(*program->decide(facts), Decision::yes) << expression;
        EXPECT_EQ(*program->decide(data), Decision::yes) << expression;
    }
    EXPECT_EQ(codec::print_json(external_json(External{})),
              R"({"validationClock":"1970-01-01T00:00:00.000Z"})");
}

TEST(ValueSets, EveryFaultHasItsPlace) {
    std::vector<Fault> faults;
    const Json sets = value_sets_of(parsed(R"([7,{},{"valueSetId":"a","valueSetValues":[]},
        {"valueSetId":"b","valueSetValues":{"x":{}}},
        {"valueSetId":"b","valueSetValues":{"y":{}}}])"),
                                    faults);
    EXPECT_EQ(sets, Json(json::object()));
    std::vector<std::string> places;
    for (const Fault& fault : faults) {
        EXPECT_EQ(*fault.kind, kBadValueSet);
        places.push_back(fault.path);
    }
    EXPECT_EQ(places, (std::vector<std::string>{"/0", "/1/valueSetId", "/1/valueSetValues",
                                                "/2/valueSetValues", "/4/valueSetId"}));
    faults.clear();
    EXPECT_EQ(value_sets_of(parsed("{}"), faults), Json(json::object()));
    EXPECT_EQ(faults.size(), 1U);
    faults.clear();
    EXPECT_EQ(codec::print_json(value_sets_of(
                  parsed(R"([{"valueSetId":"b","valueSetValues":{"y":{},"x":{}}}])"), faults)),
              R"({"b":["y","x"]})");
    EXPECT_TRUE(faults.empty());
}

} // namespace
} // namespace salus::rules
