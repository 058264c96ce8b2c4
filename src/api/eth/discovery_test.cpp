#include "api/eth/discovery.hpp"

#include "api/eth/methods.hpp"
#include "api/eth/test_world.hpp"

namespace salus::api::eth {
namespace {

using testing::RpcWorld;

struct Discovery : RpcWorld {
    Discovery() {
        options.testing = true;
        begin();
    }
};

TEST_F(Discovery, NamesEveryMethodOfTheTableOnceAndInOrder) {
    const Json document = result("rpc.discover");
    EXPECT_EQ(document.at("openrpc").as_string(), "1.3.2");
    const json::array& methods = document.at("methods").as_array();
    ASSERT_EQ(methods.size(), Methods::table().size());
    for (std::size_t i = 0; i < methods.size(); ++i) {
        const Methods::Method& method = Methods::table()[i];
        EXPECT_EQ(methods[i].at("name").as_string(), method.name);
        EXPECT_FALSE(methods[i].at("summary").as_string().empty()) << method.name;
        EXPECT_TRUE(i == 0 || Methods::table()[i - 1].name < method.name) << method.name;
    }
}

// Every $ref below `value` names a schema.
void expect_known(const Json& value, const std::string& place) {
    if (value.is_array()) {
        for (const Json& inner : value.as_array()) expect_known(inner, place);
    }
    if (!value.is_object()) return;
    for (const auto& [key, inner] : value.as_object()) {
        if (key != "$ref") {
            expect_known(inner, place);
            continue;
        }
        const std::string name(inner.as_string());
        const std::string prefix = "#/components/schemas/";
        ASSERT_TRUE(name.starts_with(prefix)) << place;
        EXPECT_NE(codec::json_find(schemas(), name.substr(prefix.size())), nullptr)
            << place << ": " << name;
    }
}

TEST_F(Discovery, HasASchemaForAllThatItNames) {
    const Json document = result("rpc.discover");
    for (const Json& method : document.at("methods").as_array()) {
        expect_known(method, std::string(method.at("name").as_string()));
    }
    expect_known(document.at("components"), "components");
}

// Dispatch answers the whole table: with too many arguments each says so, none is unknown.
TEST_F(Discovery, WhatItNamesIsDispatched) {
    for (const Methods::Method& method : Methods::table()) {
        std::string params = "[";
        for (std::size_t i = 0; i <= method.parameters.size(); ++i) params += i == 0 ? "1" : ",1";
        EXPECT_EQ(error_code(method.name, params + "]"), -32602) << method.name;
        if (method.least() == 0) continue;
        EXPECT_EQ(error_code(method.name), -32602) << method.name;
    }
}

TEST_F(Discovery, OptionalParametersComeLastAndErrorsHaveCodes) {
    for (const Methods::Method& method : Methods::table()) {
        bool optional = false;
        for (const auto& parameter : method.parameters) {
            EXPECT_FALSE(optional && parameter.required) << method.name;
            optional = !parameter.required;
        }
        for (const ErrorKind* kind : method.errors) {
            const RpcError error = to_rpc_error(Error(*kind));
            const bool nameless = error.message.starts_with("internal error");
            EXPECT_FALSE(nameless) << method.name << ": " << kind->name;
        }
    }
}

TEST_F(Discovery, HidesTestingMethodsWhereTheyAreOff) {
    options.testing = false;
    begin();
    EXPECT_EQ(error_code("testing_buildBlockV1", "[1,2,3]"), -32601);
    const Json document = result("rpc.discover");
    for (const Json& method : document.at("methods").as_array()) {
        EXPECT_FALSE(std::string_view(method.at("name").as_string()).starts_with("testing_"));
    }
}

} // namespace
} // namespace salus::api::eth
