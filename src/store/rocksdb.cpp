#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/key_value.hpp"
#include "store/write_ahead_log.hpp"

namespace salus::store {
namespace {

constexpr std::chrono::seconds kFlushLimit{10}; // of a stop

rocksdb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
ByteView bytes_of(const rocksdb::Slice& slice) {
    return view(std::string_view(slice.data(), slice.size()));
}

Error error_of(const rocksdb::Status& status) {
    if (status.IsNoSpace()) return Error(kStoreFull, status.ToString());
    return Error(status.IsCorruption() ? kStoreCorrupt : kStoreIo, status.ToString());
}

class RocksKeyValue;

class RocksSnapshot final : public Snapshot {
public:
    RocksSnapshot(const RocksKeyValue& owner, const rocksdb::Snapshot* snapshot)
        : owner_(owner), snapshot_(snapshot) {}
    RocksSnapshot(const RocksSnapshot&) = delete;
    RocksSnapshot& operator=(const RocksSnapshot&) = delete;
    ~RocksSnapshot() override;
    Result<std::optional<Bytes>> get(Column column, ByteView key) const override;
    Status scan(Column column, ByteView first, const Visit& visit) const override;

private:
    const RocksKeyValue& owner_;
    const rocksdb::Snapshot* snapshot_;
};

class RocksKeyValue final : public KeyValue {
public:
    RocksKeyValue(std::unique_ptr<rocksdb::DB> db,
                  std::vector<rocksdb::ColumnFamilyHandle*> columns)
        : db_(std::move(db)), columns_(std::move(columns)) {}
    RocksKeyValue(const RocksKeyValue&) = delete;
    RocksKeyValue& operator=(const RocksKeyValue&) = delete;
    ~RocksKeyValue() override {
        flush();
        for (rocksdb::ColumnFamilyHandle* column : columns_) {
            db_->DestroyColumnFamilyHandle(column);
        }
        db_->Close();
    }

    Result<std::optional<Bytes>> get(Column column, ByteView key) const override {
        return get(column, key, rocksdb::ReadOptions());
    }
    Status scan(Column column, ByteView first, const Visit& visit) const override {
        return scan(column, first, visit, rocksdb::ReadOptions());
    }
    Status write(const WriteBatch& batch, bool durable) override;
    std::unique_ptr<Snapshot> snapshot() const override {
        return std::make_unique<RocksSnapshot>(*this, db_->GetSnapshot());
    }

    Result<std::optional<Bytes>> get(Column column, ByteView key,
                                     const rocksdb::ReadOptions& options) const;
    Status scan(Column column, ByteView first, const Visit& visit,
                const rocksdb::ReadOptions& options) const;
    void release(const rocksdb::Snapshot* snapshot) const { db_->ReleaseSnapshot(snapshot); }

private:
    void flush();
    std::uint64_t number_of(const std::string& property) const {
        std::uint64_t out = 0;
        return db_->GetAggregatedIntProperty(property, &out) ? out : 0;
    }

    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> columns_;
    std::atomic<bool> failed_ = false; // a write did: the disk is not to be waited for
};

// So that the next start has no log to read. All is in the log already: where this fails or takes
// too long, nothing is lost but that start's time.
void RocksKeyValue::flush() {
    using Properties = rocksdb::DB::Properties;
    const std::uint64_t errors = number_of(Properties::kBackgroundErrors);
    rocksdb::FlushOptions options;
    options.wait = false;
    options.allow_write_stall = true;
    // One that only reads has nothing to flush, and says so.
    if (failed_ || !db_->Flush(options, columns_).ok()) return;
    const auto end = std::chrono::steady_clock::now() + kFlushLimit;
    while (number_of(Properties::kNumImmutableMemTable) != 0 &&
           number_of(Properties::kBackgroundErrors) == errors &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

Result<std::optional<Bytes>> RocksKeyValue::get(Column column, ByteView key,
                                                const rocksdb::ReadOptions& options) const {
    SALUS_ASSERT(column < columns_.size());
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db_->Get(options, columns_[column], slice(key), &value);
    if (status.IsNotFound()) return std::optional<Bytes>();
    if (!status.ok()) return error_of(status);
    return std::optional<Bytes>(to_bytes(bytes_of(value)));
}

Status RocksKeyValue::scan(Column column, ByteView first, const Visit& visit,
                           const rocksdb::ReadOptions& options) const {
    SALUS_ASSERT(column < columns_.size());
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, columns_[column]));
    for (it->Seek(slice(first)); it->Valid(); it->Next()) {
        if (!visit(bytes_of(it->key()), bytes_of(it->value()))) return ok_status();
    }
    if (!it->status().ok()) return error_of(it->status());
    return ok_status();
}

// By column and key, those of one key as they came: the memory table then finds the place of each
// from the place of the one before.
std::vector<const WriteBatch::Operation*> in_order(const WriteBatch& batch) {
    std::vector<const WriteBatch::Operation*> out;
    out.reserve(batch.operations().size());
    for (const WriteBatch::Operation& operation : batch.operations()) out.push_back(&operation);
    std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
        if (a->column != b->column) return a->column < b->column;
        return std::lexicographical_compare(a->key.begin(), a->key.end(), b->key.begin(),
                                            b->key.end());
    });
    return out;
}

Status RocksKeyValue::write(const WriteBatch& batch, bool durable) {
    rocksdb::WriteBatch out;
    for (const WriteBatch::Operation* ordered : in_order(batch)) {
        const WriteBatch::Operation& operation = *ordered;
        SALUS_ASSERT(operation.column < columns_.size());
        rocksdb::ColumnFamilyHandle* column = columns_[operation.column];
        const rocksdb::Status added =
            operation.value ? out.Put(column, slice(operation.key), slice(*operation.value))
                            : out.Delete(column, slice(operation.key));
        if (!added.ok()) return error_of(added);
    }
    rocksdb::WriteOptions options;
    options.sync = durable;
    options.memtable_insert_hint_per_batch = true;
    rocksdb::Status status = db_->Write(options, &out);
    // After a full disk it writes again when it is told to. Writing the same twice does no harm.
    if (status.IsNoSpace() && db_->Resume().ok()) status = db_->Write(options, &out);
    failed_ = !status.ok();
    if (!status.ok()) return error_of(status);
    return ok_status();
}

RocksSnapshot::~RocksSnapshot() {
    owner_.release(snapshot_);
}
Result<std::optional<Bytes>> RocksSnapshot::get(Column column, ByteView key) const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return owner_.get(column, key, options);
}
Status RocksSnapshot::scan(Column column, ByteView first, const Visit& visit) const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return owner_.scan(column, first, visit, options);
}

// Indexes and filters grow with the data: in parts, they share the cache with it, so that the
// memory is bounded whatever the size of the store.
std::shared_ptr<rocksdb::TableFactory> tables() {
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    table.checksum = rocksdb::kXXH3;
    table.block_cache = rocksdb::NewLRUCache(std::size_t{128} << 20);
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(table));
}

rocksdb::ColumnFamilyOptions column_options() {
    rocksdb::ColumnFamilyOptions options;
    options.table_factory = tables();
    // What one block after the other changes at one place is written out once.
    options.write_buffer_size = std::size_t{64} << 20;
    // Nine tenths of the data are on the last level; what is above it is soon written again.
    options.compression = rocksdb::kNoCompression;
    options.bottommost_compression = rocksdb::kLZ4Compression;
    options.memtable_prefix_bloom_size_ratio = 0.01; // most of what is asked for is not there
    options.memtable_whole_key_filtering = true;
    // Keys are hashes for the most part: files of a level would be written again for each that
    // comes from above. Sorted runs are merged with runs of about their size instead, and all of
    // them once the newer ones are as large as the oldest.
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
    options.compaction_options_universal.max_size_amplification_percent = 100;
    options.compaction_options_universal.allow_trivial_move = true;
    options.level0_file_num_compaction_trigger = 8;
    options.level0_slowdown_writes_trigger = 40;
    options.level0_stop_writes_trigger = 60;
    options.force_consistency_checks = true;
    return options;
}

rocksdb::DBOptions database_options() {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.paranoid_checks = true;
    // What a crash cut off at the end of the log was never acknowledged; on damage in it opening
    // fails, and only_torn() has the last word.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.db_write_buffer_size = std::size_t{128} << 20; // of all columns together
    options.max_total_wal_size = std::uint64_t{128} << 20; // what a start after a crash reads
    options.max_background_jobs = 3; // a flush, a merge of much, a merge of little
    options.bytes_per_sync = std::uint64_t{1} << 20;
    options.keep_log_file_num = 4;
    options.max_open_files = 512;
    return options;
}

Error open_error(const rocksdb::Status& status, const std::string& directory) {
    const std::string text = status.ToString();
    if (status.IsIOError() && text.find("lock") != std::string::npos) {
        return Error(kStoreLocked, "another process holds this data directory: stop it, or "
                                   "choose another directory")
            .at(directory);
    }
    return error_of(status).at(directory);
}

LogState log_state(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    return file.bad() ? LogState::damaged : examine_log(view(bytes));
}

// Whether all that is wrong with the logs is that a crash tore the very last record, which then
// was never acknowledged.
bool only_torn(const std::string& directory) {
    std::error_code failed;
    std::map<std::uint64_t, std::filesystem::path> logs; // oldest first
    for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) {
        const std::filesystem::path& path = entry.path();
        if (path.extension() != ".log") continue;
        logs[std::strtoull(path.stem().c_str(), nullptr, 10)] = path;
    }
    if (failed || logs.empty()) return false;
    const std::filesystem::path newest = logs.rbegin()->second;
    logs.erase(std::prev(logs.end()));
    return log_state(newest) == LogState::torn &&
           std::all_of(logs.begin(), logs.end(),
                       [](const auto& log) { return log_state(log.second) == LogState::whole; });
}

struct Opened {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
};

rocksdb::Status open(const rocksdb::DBOptions& options, const std::string& directory,
                     const std::vector<rocksdb::ColumnFamilyDescriptor>& families, Opened& out) {
    rocksdb::DB* raw = nullptr;
    out.handles.clear();
    rocksdb::Status status = rocksdb::DB::Open(options, directory, families, &out.handles, &raw);
    out.db.reset(raw);
    return status;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of(const std::vector<std::string>& columns) {
    std::vector<rocksdb::ColumnFamilyDescriptor> out;
    out.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    const rocksdb::ColumnFamilyOptions options = column_options(); // one block cache for all
    for (const std::string& name : columns) out.emplace_back(name, options);
    return out;
}

std::unique_ptr<RocksKeyValue> wrap(Opened opened) {
    opened.db->DestroyColumnFamilyHandle(opened.handles.front()); // the default one is not used
    opened.handles.erase(opened.handles.begin());
    return std::make_unique<RocksKeyValue>(std::move(opened.db), std::move(opened.handles));
}

// A folder for the log of an instance that only reads.
class ScratchFolder {
public:
    ScratchFolder()
        : path_((std::filesystem::temp_directory_path() / "salus-reader-XXXXXX").string()) {
        if (mkdtemp(path_.data()) == nullptr) path_.clear();
    }
    ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

class RocksReader final : public Reader {
public:
    RocksReader(ScratchFolder scratch, std::unique_ptr<RocksKeyValue> store)
        : scratch_(std::move(scratch)), store_(std::move(store)) {}
    Result<std::optional<Bytes>> get(Column column, ByteView key) const override {
        return store_->get(column, key);
    }
    Status scan(Column column, ByteView first, const Visit& visit) const override {
        return store_->scan(column, first, visit);
    }

private:
    ScratchFolder scratch_; // outlives the store
    std::unique_ptr<RocksKeyValue> store_;
};

} // namespace

Result<std::unique_ptr<KeyValue>> open_rocksdb(const std::string& directory,
                                               const std::vector<std::string>& columns) {
    const auto families = families_of(columns);
    Opened opened;
    rocksdb::DBOptions chosen = database_options();
    rocksdb::Status status = open(chosen, directory, families, opened);
    if (status.IsCorruption() && only_torn(directory)) {
        chosen.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
        status = open(chosen, directory, families, opened);
    }
    if (!status.ok()) return open_error(status, directory);
    return std::unique_ptr<KeyValue>(wrap(std::move(opened)));
}

Result<std::unique_ptr<Reader>> open_rocksdb_reader(const std::string& directory,
                                                    const std::vector<std::string>& columns) {
    ScratchFolder scratch;
    rocksdb::DBOptions options = database_options();
    options.create_if_missing = false;
    options.create_missing_column_families = false;
    options.max_open_files = -1; // files that the writer removes stay readable
    Opened opened;
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenAsSecondary(
        options, directory, scratch.path(), families_of(columns), &opened.handles, &raw);
    opened.db.reset(raw);
    if (!status.ok()) return open_error(status, directory);
    return std::unique_ptr<Reader>(
        std::make_unique<RocksReader>(std::move(scratch), wrap(std::move(opened))));
}

Status salvage_rocksdb(const std::string& directory, const std::vector<std::string>& columns) {
    // Where only the log is damaged, all whole writes before and after the damage are kept.
    Opened opened;
    rocksdb::DBOptions options = database_options();
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    if (open(options, directory, families_of(columns), opened).ok()) {
        wrap(std::move(opened)); // closes it: what was read is written anew
        return ok_status();
    }
    const rocksdb::Status status =
        rocksdb::RepairDB(directory, database_options(), families_of(columns));
    if (!status.ok()) return error_of(status).at(directory);
    return ok_status();
}

} // namespace salus::store
