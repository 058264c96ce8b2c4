#include "api/openapi.hpp"

#include <gtest/gtest.h>

#include "codec/json.hpp"

namespace salus::api {
namespace {

// Every "$ref" below `value` must name something in the document.
void expect_references_resolve(const codec::Json& value, const codec::Json& document) {
    if (value.is_array()) {
        for (const codec::Json& item : value.as_array()) expect_references_resolve(item, document);
    }
    if (!value.is_object()) return;
    for (const auto& [key, member] : value.as_object()) {
        if (key == "$ref") {
            std::string pointer(member.as_string());
            ASSERT_TRUE(pointer.starts_with("#/")) << pointer;
            boost::json::error_code failed;
            EXPECT_NE(document.find_pointer(pointer.substr(1), failed), nullptr) << pointer;
        }
        expect_references_resolve(member, document);
    }
}

TEST(OpenApi, IsJsonWhoseReferencesResolve) {
    const auto document = codec::parse_json(openapi_text());
    ASSERT_TRUE(document.ok()) << document.error().text();
    EXPECT_EQ(document->at("openapi"), "3.1.0");
    expect_references_resolve(*document, *document);
}

TEST(OpenApi, IssuingAndRevokingNeedTheToken) {
    const auto document = codec::parse_json(openapi_text());
    for (const char* path :
         {"/api/v1/issue", "/api/v1/issue/bulk", "/api/v1/correct", "/api/v1/revoke",
          "/api/v1/identity/prepare", "/api/v1/identity/cancel"}) {
        EXPECT_TRUE(document->at("paths").at(path).at("post").as_object().contains("security"));
    }
}

} // namespace
} // namespace salus::api
