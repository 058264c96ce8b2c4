#include "app/files.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/bulk_journal.hpp"
#include "app/terminal.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
protected:
    Files()
        : folder_(fs::path(::testing::TempDir()) / ("salus-files-" + std::to_string(::getpid()))) {
        fs::create_directories(folder_);
    }
    ~Files() override { fs::remove_all(folder_); }

    fs::path put(const char* name, std::string_view content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }
    std::string refusal(const fs::path& journal) const {
        const auto opened = BulkJournal::open(journal, {{"salusBulk", 1}, {"inputs", "a"}});
        return opened.ok() ? "" : std::string(opened.error().name());
    }

    fs::path folder_;
};

TEST_F(Files, WhatIsNoFileIsWrittenToAndStays) {
    fs::create_symlink("/dev/null", folder_ / "null");
    ASSERT_TRUE(write_file(folder_ / "null", "secret", true).ok());
    EXPECT_TRUE(fs::is_symlink(folder_ / "null"));
    EXPECT_FALSE(fs::exists(folder_ / "null.new"));
}

TEST_F(Files, WhatFailsLeavesNothingBehind) {
    fs::create_directory(folder_ / "out");
    EXPECT_EQ(write_file(folder_ / "out", "text").error().kind(), kCannotWrite);
    EXPECT_FALSE(fs::exists(folder_ / "out.new"));
}

TEST_F(Files, ASecretDoesNotTakeTheRightsOfALeftover) {
    fs::permissions(put("key.new", "half"), fs::perms::all);
    ASSERT_TRUE(write_file(folder_ / "key", "whole", true).ok());
    struct stat about {};
    ASSERT_EQ(::stat((folder_ / "key").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(Files, AJournalIsOneProcesssAlone) {
    const fs::path path = folder_ / "a.journal";
    {
        const auto first = BulkJournal::open(path, {{"salusBulk", 1}, {"inputs", "a"}});
        ASSERT_TRUE(first.ok());
        EXPECT_EQ(refusal(path), "bulk.runs");
    }
    EXPECT_EQ(refusal(path), "");
}

TEST_F(Files, WhatIsNoJournalIsLeftAlone) {
    for (const char* content : {"id,family\n1,Example\n", "\n", "{\"salus\n", "{}", "x"}) {
        const fs::path path = put("table.csv", content);
        EXPECT_EQ(refusal(path), "bulk.no_journal") << content;
        EXPECT_EQ(read_file(path).value(), content);
    }
    for (const char* torn : {"", "{\"sal", "{\"salusBulk\":1,\"inp", "{\"salusBulk\":2}\n"}) {
        EXPECT_EQ(refusal(put("torn.journal", torn)), "") << torn;
    }
}

TEST(Terminal, WhatOthersWroteIsOneLineThatSteersNothing) {
    EXPECT_EQ(plain("Zoë Müßig 孔明 محمد 😀"), "Zoë Müßig 孔明 محمد 😀");
    EXPECT_EQ(plain("a\033[2J\nb\r\x7f"), "a\ufffd[2J\ufffdb\ufffd\ufffd");
    EXPECT_EQ(plain("\u009b31m\u202e\u2066\u2028x"), "\ufffd31m\ufffd\ufffd\ufffdx");
    EXPECT_EQ(plain("\u2027\u202f\u2065\u206a\u00a0"), "\u2027\u202f\u2065\u206a\u00a0");
    EXPECT_EQ(plain("\xc2"), "\xc2");
    EXPECT_EQ(plain(""), "");
}

} // namespace
} // namespace salus::app
