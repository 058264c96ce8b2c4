#include "http/static_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace salus::http {
namespace {

namespace fs = std::filesystem;

struct StaticFilesTest : ::testing::Test {
    fs::path root = fs::path(::testing::TempDir()) /
                    ("static_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name());
    Handler handler;

    StaticFilesTest() {
        write("index.html", "<page>");
        write("assets/app-1234.js", "code");
        write(".secret", "hidden");
        fs::create_symlink("/etc/hostname", root / "link.txt");
        handler = static_files(root).value();
    }
    ~StaticFilesTest() override { fs::remove_all(root); }

    void write(const std::string& name, const std::string& content) {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << content;
    }
    Response get(const std::string& path, const std::string& if_none_match = {}) {
        Request request;
        request.method = "GET";
        request.path = path;
        if (!if_none_match.empty()) request.headers.add("If-None-Match", if_none_match);
        return handler(request);
    }
};

TEST_F(StaticFilesTest, ServesFilesWithTypeAndCaching) {
    const Response page = get("/");
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(*page.shared_body, "<page>");
    EXPECT_EQ(page.headers.get("Cache-Control"), "no-cache");
    const Response code = get("/assets/app-1234.js");
    EXPECT_EQ(code.content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(code.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, AnswersAKnownETagWith304) {
    const Response page = get("/index.html");
    const Response same = get("/index.html", std::string(page.headers.get("ETag")));
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.shared_body, nullptr);
    EXPECT_EQ(get("/index.html", "\"other\"").status, 200);
}

TEST_F(StaticFilesTest, ClientSideRoutesGetThePage) {
    EXPECT_EQ(*get("/verify/now").shared_body, "<page>");
    EXPECT_EQ(get("/missing.js").status, 404);
}

TEST_F(StaticFilesTest, NothingElseIsReachable) {
    EXPECT_EQ(get("/.secret").status, 404);
    EXPECT_EQ(get("/link.txt").status, 404);
    EXPECT_EQ(get("/../static.txt").status, 404);
    EXPECT_EQ(get("/assets/../../etc/passwd.txt").status, 404);
}

TEST(StaticFiles, RefusesByName) {
    const auto missing = static_files("/nonexistent/salus");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().kind(), kNoDirectory);
}

} // namespace
} // namespace salus::http
