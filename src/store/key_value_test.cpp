#include "store/key_value.hpp"

#include <gmock/gmock.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/testing/faulty.hpp"

namespace salus::store {
namespace {

constexpr Column kFirst = 0;
constexpr Column kSecond = 1;
const std::vector<std::string> kColumns{"first", "second"};

class Directory {
public:
    Directory() {
        std::string name = (std::filesystem::temp_directory_path() / "salus-store-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { std::filesystem::remove_all(path_); }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

Bytes text(std::string_view value) {
    return to_bytes(value);
}
std::string get(const Reader& reader, Column column, std::string_view key) {
    auto value = reader.get(column, view(key));
    if (!value.ok()) return std::string(value.error().name());
    return *value ? to_string(**value) : "(none)";
}
Status put(KeyValue& store, Column column, std::string_view key, std::string_view value) {
    WriteBatch batch;
    batch.put(column, view(key), text(value));
    return store.write(batch, true);
}
std::string keys(const Reader& reader, Column column, std::string_view first) {
    std::string out;
    EXPECT_TRUE(reader
                    .scan(column, view(first),
                          [&](ByteView key, ByteView) {
                              out += to_string(key) + " ";
                              return true;
                          })
                    .ok());
    return out;
}

enum class Engine : std::uint8_t { memory, rocksdb };

// The same contract for every engine.
class KeyValueContract : public testing::TestWithParam<Engine> {
protected:
    void SetUp() override {
        if (GetParam() == Engine::memory) {
            store_ = open_memory(kColumns);
        } else {
            auto opened = open_rocksdb(directory_.path(), kColumns);
            ASSERT_TRUE(opened.ok()) << opened.error().text();
            store_ = std::move(*opened);
        }
    }
    Directory directory_;
    std::unique_ptr<KeyValue> store_;
};

TEST_P(KeyValueContract, GivesBackWhatWasPutAndKeepsColumnsApart) {
    ASSERT_TRUE(put(*store_, kFirst, "k", "one").ok());
    ASSERT_TRUE(put(*store_, kSecond, "k", "two").ok());
    EXPECT_EQ(get(*store_, kFirst, "k"), "one");
    EXPECT_EQ(get(*store_, kSecond, "k"), "two");
    EXPECT_EQ(get(*store_, kFirst, "other"), "(none)");
}

TEST_P(KeyValueContract, TheLastOperationOnAKeyInABatchWins) {
    WriteBatch batch;
    batch.put(kFirst, view("a"), text("1"));
    batch.erase(kFirst, view("a"));
    batch.put(kFirst, view("b"), text("1"));
    batch.put(kFirst, view("b"), text("2"));
    ASSERT_TRUE(store_->write(batch, true).ok());
    EXPECT_EQ(get(*store_, kFirst, "a"), "(none)");
    EXPECT_EQ(get(*store_, kFirst, "b"), "2");
}

TEST_P(KeyValueContract, EmptyKeysAndValuesAreValues) {
    ASSERT_TRUE(put(*store_, kFirst, "", "").ok());
    EXPECT_EQ(get(*store_, kFirst, ""), "");
}

TEST_P(KeyValueContract, ScansInByteOrderFromTheFirstKeyUntilToldToStop) {
    WriteBatch batch;
    for (const char* key : {"b", "a", "ab", "c", "\xff"}) batch.put(kFirst, view(key), text("v"));
    ASSERT_TRUE(store_->write(batch, true).ok());
    EXPECT_EQ(keys(*store_, kFirst, ""), "a ab b c \xff ");
    EXPECT_EQ(keys(*store_, kFirst, "aa"), "ab b c \xff ");
    int seen = 0;
    ASSERT_TRUE(store_->scan(kFirst, {}, [&](ByteView, ByteView) { return ++seen < 2; }).ok());
    EXPECT_EQ(seen, 2);
}

TEST_P(KeyValueContract, ASnapshotDoesNotSeeLaterWrites) {
    ASSERT_TRUE(put(*store_, kFirst, "k", "old").ok());
    ASSERT_TRUE(put(*store_, kFirst, "gone", "here").ok());
    const auto before = store_->snapshot();
    ASSERT_TRUE(put(*store_, kFirst, "k", "new").ok());
    ASSERT_TRUE(put(*store_, kFirst, "later", "x").ok());
    WriteBatch erase;
    erase.erase(kFirst, view("gone"));
    ASSERT_TRUE(store_->write(erase, true).ok());
    EXPECT_EQ(get(*before, kFirst, "k"), "old");
    EXPECT_EQ(get(*before, kFirst, "gone"), "here");
    EXPECT_EQ(keys(*before, kFirst, ""), "gone k ");
    EXPECT_EQ(keys(*store_, kFirst, ""), "k later ");
}

TEST_P(KeyValueContract, SnapshotsOfSeveralAgesEachSeeTheirOwn) {
    std::vector<std::unique_ptr<Snapshot>> ages;
    for (const char* value : {"0", "1", "2", "3"}) {
        ASSERT_TRUE(put(*store_, kFirst, "k", value).ok());
        ages.push_back(store_->snapshot());
    }
    ages.erase(ages.begin() + 1);
    ASSERT_TRUE(put(*store_, kFirst, "k", "4").ok());
    EXPECT_EQ(get(*ages[0], kFirst, "k"), "0");
    EXPECT_EQ(get(*ages[1], kFirst, "k"), "2");
    EXPECT_EQ(get(*ages[2], kFirst, "k"), "3");
    EXPECT_EQ(get(*store_, kFirst, "k"), "4");
}

INSTANTIATE_TEST_SUITE_P(Engines, KeyValueContract,
                         testing::Values(Engine::memory, Engine::rocksdb),
                         [](const testing::TestParamInfo<Engine>& tested) {
                             return tested.param == Engine::memory ? "memory" : "rocksdb";
                         });

class RocksDb : public testing::Test {
protected:
    std::unique_ptr<KeyValue> open() {
        auto opened = open_rocksdb(directory_.path(), kColumns);
        SALUS_ASSERT(opened.ok());
        return std::move(*opened);
    }
    // What lies on the disk now, as a crash would leave it; the store is closed.
    void crash(std::unique_ptr<KeyValue> store) const {
        const Directory image;
        std::filesystem::copy(directory_.path(), image.path());
        store.reset();
        std::filesystem::remove_all(directory_.path());
        std::filesystem::copy(image.path(), directory_.path());
    }
    std::uintmax_t log_bytes() const {
        std::uintmax_t out = 0;
        for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
            if (entry.path().extension() == ".log") out += entry.file_size();
        }
        return out;
    }
    // Flips one bit in the middle of each file with this ending; how many there were.
    int damage(const std::string& ending) const {
        int files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
            if (entry.path().extension() != ending || entry.file_size() < 64) continue;
            std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
            const auto middle = static_cast<std::streamoff>(entry.file_size() / 2);
            file.seekg(middle);
            const int byte = file.get();
            file.seekp(middle);
            file.put(static_cast<char>(byte ^ 0x10));
            ++files;
        }
        return files;
    }
    Directory directory_;
};

TEST_F(RocksDb, KeepsWhatWasWrittenWhenOpenedAgain) {
    ASSERT_TRUE(put(*open(), kSecond, "k", "kept").ok());
    EXPECT_EQ(get(*open(), kSecond, "k"), "kept");
}

TEST_F(RocksDb, AStopLeavesNoLogToBeReadAgain) {
    auto store = open();
    const std::string value(100'000, 'v');
    for (const Column column : {kFirst, kSecond}) {
        for (int i = 0; i < 20; ++i)
            ASSERT_TRUE(put(*store, column, std::to_string(i), value).ok());
    }
    EXPECT_GT(log_bytes(), 4'000'000U);
    store.reset();
    EXPECT_EQ(log_bytes(), 0U);
    EXPECT_EQ(get(*open(), kSecond, "19"), value);
}

TEST_F(RocksDb, AfterACrashTheLogIsRead) {
    auto store = open();
    ASSERT_TRUE(put(*store, kSecond, "k", "kept").ok());
    crash(std::move(store));
    EXPECT_GT(log_bytes(), 0U);
    EXPECT_EQ(get(*open(), kSecond, "k"), "kept");
}

TEST_F(RocksDb, ASecondOpeningIsRefusedWithAdvice) {
    const auto first = open();
    auto second = open_rocksdb(directory_.path(), kColumns);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind(), kStoreLocked);
    EXPECT_THAT(second.error().detail(), testing::HasSubstr("another process"));
}

TEST_F(RocksDb, AFileWhereTheDirectoryShouldBeIsAnIoError) {
    const std::string path = directory_.path() + "/file";
    std::ofstream(path) << "not a directory";
    auto opened = open_rocksdb(path, kColumns);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind(), kStoreIo);
}

TEST_F(RocksDb, AFlippedBitInTheLogIsFoundOnOpening) {
    auto store = open();
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(put(*store, kFirst, "key " + std::to_string(i), std::string(100, 'v')).ok());
    }
    crash(std::move(store));
    ASSERT_GT(damage(".log"), 0);
    auto opened = open_rocksdb(directory_.path(), kColumns);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind(), kStoreCorrupt) << opened.error().text();
}

// A database whose log holds five records: small, 20 kB, small, `last_size`, and how long the log
// was before the last.
class TornLog : public RocksDb {
protected:
    void write(std::size_t last_size) {
        auto store = open();
        ASSERT_TRUE(put(*store, kFirst, "a", "1").ok());
        ASSERT_TRUE(put(*store, kFirst, "b", std::string(20'000, 'b')).ok());
        ASSERT_TRUE(put(*store, kFirst, "c", "3").ok());
        before_last_ = std::filesystem::file_size(log());
        ASSERT_TRUE(put(*store, kFirst, "last", std::string(last_size, 'l')).ok());
        crash(std::move(store));
    }
    std::filesystem::path log() const {
        std::filesystem::path newest;
        for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
            if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
        }
        return newest;
    }
    void overwrite(std::size_t at, const std::string& bytes) const {
        std::fstream file(log(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at));
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    void lose_page(std::size_t page) const { overwrite(page * 4096, std::string(4096, '\0')); }
    void expect_all_but_the_last() {
        const auto store = open();
        EXPECT_EQ(keys(*store, kFirst, ""), "a b c ");
        ASSERT_TRUE(put(*store, kFirst, "next", "5").ok());
    }
    std::size_t before_last_ = 0;
};

TEST_F(TornLog, APageLostInTheLastRecordDropsThatRecordAlone) {
    write(20'000);
    lose_page(before_last_ / 4096 + 2);
    expect_all_but_the_last();
    EXPECT_EQ(keys(*open(), kFirst, ""), "a b c next ");
}

TEST_F(TornLog, ALastRecordOfManyBlocksMayLoseItsFirstOrAMiddlePage) {
    for (const std::size_t page : {1U, 20U, 40U}) {
        SCOPED_TRACE(page);
        write(200'000);
        lose_page(before_last_ / 4096 + page);
        expect_all_but_the_last();
        std::filesystem::remove_all(directory_.path());
    }
}

TEST_F(TornLog, APageLostWithARecordBehindItIsDamage) {
    write(100);
    lose_page(2); // of the 20 kB, acknowledged before the others
    auto opened = open_rocksdb(directory_.path(), kColumns);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind(), kStoreCorrupt);
}

TEST_F(TornLog, AFlippedBitInTheLastRecordIsDamage) {
    write(20'000);
    overwrite(before_last_ + 10'000, "x");
    auto opened = open_rocksdb(directory_.path(), kColumns);
    ASSERT_FALSE(opened.ok()) << "no page is missing: it may have been acknowledged";
    EXPECT_EQ(opened.error().kind(), kStoreCorrupt);
}

TEST_F(TornLog, AWholeLogIsWhole) {
    write(200'000);
    EXPECT_EQ(keys(*open(), kFirst, ""), "a b c last ");
}

class Faulty : public testing::Test {
protected:
    std::shared_ptr<KeyValue> disk_ = open_memory(kColumns);
};

TEST_F(Faulty, FailsAtTheToldWriteAndStaysBroken) {
    FaultyKeyValue store(disk_);
    ASSERT_TRUE(put(store, kFirst, "a", "1").ok());
    store.fail_at(2, Fault::lost);
    EXPECT_TRUE(put(store, kFirst, "b", "1").ok());
    EXPECT_EQ(put(store, kFirst, "c", "1").error().kind(), kStoreIo);
    EXPECT_EQ(put(store, kFirst, "d", "1").error().kind(), kStoreIo);
    EXPECT_EQ(get(store, kFirst, "a"), "store.io");
    EXPECT_EQ(keys(*disk_, kFirst, ""), "a b ");
}

TEST_F(Faulty, CanKeepTheWriteWhoseAnswerIsLost) {
    FaultyKeyValue store(disk_);
    store.fail_at(1, Fault::kept_but_error);
    EXPECT_EQ(put(store, kFirst, "a", "1").error().kind(), kStoreIo);
    EXPECT_EQ(get(*disk_, kFirst, "a"), "1");
}

} // namespace
} // namespace salus::store
