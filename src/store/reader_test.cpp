#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "store/key_value.hpp"

namespace salus::store {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kColumns{"first", "second"};

class RocksFolder : public ::testing::Test {
public:
    ~RocksFolder() override { fs::remove_all(path_); }

protected:
    RocksFolder() {
        std::string name = (fs::temp_directory_path() / "salus-store-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    std::unique_ptr<KeyValue> open() {
        auto store = open_rocksdb(path_.string(), kColumns);
        SALUS_ASSERT(store.ok());
        return std::move(*store);
    }
    static void put(KeyValue& store, std::size_t first, std::size_t count, std::size_t bytes) {
        WriteBatch batch;
        for (std::size_t i = first; i < first + count; ++i) {
            batch.put(0, view(std::to_string(i)), Bytes(bytes, static_cast<Byte>(i * 31)));
        }
        SALUS_ASSERT(store.write(batch, true).ok());
    }
    static std::size_t count(const Reader& reader) {
        std::size_t out = 0;
        const Status scanned = reader.scan(0, {}, [&](ByteView, ByteView) { return ++out, true; });
        SALUS_ASSERT(scanned.ok());
        return out;
    }
    fs::path path_;
};

TEST_F(RocksFolder, AReaderSeesWhatWasDurableWhileTheWriterGoesOn) {
    const auto writer = open();
    put(*writer, 0, 100, 100);
    const auto reader = open_rocksdb_reader(path_.string(), kColumns);
    ASSERT_TRUE(reader.ok()) << reader.error().text();
    EXPECT_EQ(count(**reader), 100u);
    for (std::size_t i = 1; i <= 60; ++i) put(*writer, i * 100, 100, 20'000); // flushes, compacts
    EXPECT_EQ(count(**reader), 100u);
    EXPECT_EQ((*reader)->get(0, view("7"))->value().size(), 100u);
    const auto later = open_rocksdb_reader(path_.string(), kColumns);
    ASSERT_TRUE(later.ok());
    EXPECT_EQ(count(**later), 6100u);
    EXPECT_EQ(count(*writer), 6100u);
}

TEST_F(RocksFolder, AReaderOfNothingSaysSo) {
    const auto reader = open_rocksdb_reader((path_ / "none").string(), kColumns);
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().kind(), kStoreIo);
    EXPECT_FALSE(fs::exists(path_ / "none"));
}

TEST_F(RocksFolder, ALogIsSalvagedBeforeAndAfterItsDamage) {
    const fs::path image = path_.string() + "-image"; // a stop would leave no log
    {
        const auto writer = open();
        for (std::size_t i = 0; i < 20; ++i) put(*writer, i * 10, 10, 1000);
        fs::copy(path_, image);
    }
    fs::remove_all(path_);
    fs::rename(image, path_);
    fs::path log;
    for (const auto& entry : fs::directory_iterator(path_)) {
        if (entry.path().extension() == ".log" && entry.file_size() > 0) log = entry.path();
    }
    ASSERT_FALSE(log.empty());
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(log) / 2));
    file.write("damage", 6);
    file.close();
    EXPECT_EQ(open_rocksdb(path_.string(), kColumns).error().kind(), kStoreCorrupt);
    ASSERT_TRUE(salvage_rocksdb(path_.string(), kColumns).ok());
    const std::size_t left = count(*open());
    EXPECT_EQ(left % 10, 0u) << "whole writes alone";
    EXPECT_GE(left, 120u) << "a block of the log is lost";
    EXPECT_LT(left, 200u);
}

TEST_F(RocksFolder, WhatCanBeReadOfADamagedStoreIsSalvaged) {
    {
        const auto writer = open();
        for (std::size_t i = 0; i < 30; ++i) put(*writer, i * 100, 100, 20'000);
    }
    std::vector<fs::path> manifests;
    for (const auto& entry : fs::directory_iterator(path_)) {
        if (entry.path().filename().string().starts_with("MANIFEST")) {
            manifests.push_back(entry.path());
        }
    }
    ASSERT_EQ(manifests.size(), 1u);
    fs::resize_file(manifests[0], 10);
    const auto broken = open_rocksdb(path_.string(), kColumns);
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().kind(), kStoreCorrupt);
    ASSERT_TRUE(salvage_rocksdb(path_.string(), kColumns).ok());
    EXPECT_EQ(count(*open()), 3000u);
}

} // namespace
} // namespace salus::store
