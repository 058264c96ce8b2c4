#pragma once
// A patient with two folders, a hospital that writes, a ledger and a vault, on each engine.

#include <unistd.h>

#include <filesystem>
#include <ostream>

#include <gtest/gtest.h>

#include "ledger/world_test.hpp"
#include "support/postgres.hpp"
#include "vault/upload.hpp"

namespace salus::vault::test {

enum class Backend { sqlite, postgres };

inline std::ostream& operator<<(std::ostream& out, Backend backend) {
    return out << (backend == Backend::sqlite ? "sqlite" : "postgres");
}

struct Node { // what a process has open
    std::unique_ptr<store::Database> database, shred_database;
    std::unique_ptr<store::GroupCommit> commits;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<Vault> vault;
};

class VaultWorld : public testing::TestWithParam<Backend> {
public:
    ~VaultWorld() override {
        node_ = {};
        std::filesystem::remove_all(directory_);
        for (const char* suffix : {"", "_shred"}) {
            if (admin_) (void)admin_->execute("DROP DATABASE " + name_ + suffix);
        }
    }

protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "salus-vault-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(name.data()) != nullptr);
        directory_ = name;
        if (GetParam() == Backend::postgres) {
            server_ = salus::test::postgres_url();
            if (!server_)
                GTEST_SKIP()
                    << "PostgreSQL is absent: no server runs that ctest's postgres.start made";
            name_ = "salus_vault_" + std::to_string(getpid());
            admin_ = store::open_postgres(*server_).value();
            for (const char* suffix : {"", "_shred"}) {
                SALUS_ASSERT(admin_->execute("CREATE DATABASE " + name_ + suffix).ok());
            }
        }
        reopen();
        tip_ = ledger::genesis();
        chain_ = ledger::chain_of(tip_.header);
        SALUS_ASSERT(node_.ledger->append(tip_, ledger::kNow).ok());
    }
    std::unique_ptr<store::Database> open_database(const std::string& suffix) const {
        auto opened = GetParam() == Backend::sqlite
                          ? store::open_sqlite((directory_ / ("node" + suffix)).string())
                          : store::open_postgres(*server_ + " dbname=" + name_ + suffix);
        SALUS_ASSERT(opened.ok());
        return std::move(*opened);
    }
    Result<std::unique_ptr<Vault>> open_vault() {
        return Vault::open({*node_.database, *node_.commits, *node_.shred_database, *node_.ledger,
                            random_, clock_});
    }
    void reopen() {
        node_ = {};
        node_.database = open_database("");
        node_.shred_database = open_database("_shred");
        node_.commits = std::make_unique<store::GroupCommit>(*node_.database);
        node_.ledger = ledger::Ledger::open(*node_.database, ledger::kDomain).value();
        node_.vault = open_vault().value();
    }

    BoxPlace place(Byte record) const { return {chain_, {{record}}}; }
    NewRecord record(Byte id, std::string_view text = "systolic 120 mmHg") {
        return {place(id).record, seal(view(text), folder_, place(id), random_).value(), {}};
    }
    static ledger::Entry entry(ledger::EntryKind kind, const Hash32& digest) {
        return {kind, digest, to_bytes("sealed fact")};
    }
    // The next block of the chain, with these entries.
    ledger::Block next(std::vector<ledger::Entry> entries) const {
        ledger::Header header;
        header.chain = chain_;
        header.time = ledger::kNow;
        header.parents = {ledger::hash_of(tip_.header)};
        header.height = tip_.header.height + 1;
        return ledger::seal(header, std::move(entries), ledger::key(2), ledger::kDomain).value();
    }
    ledger::Block adding(std::span<const NewRecord> records) const {
        std::vector<ledger::Entry> entries;
        for (const NewRecord& one : records) {
            entries.push_back(entry(ledger::EntryKind::record_added, digest_of(one.box)));
        }
        return next(std::move(entries));
    }
    Status put(std::span<const NewRecord> records, const ledger::Block& block) {
        SALUS_TRY(vault().put(records, block));
        tip_ = block;
        return ok_status();
    }
    Status put(const std::vector<NewRecord>& records) { return put(records, adding(records)); }
    Result<std::string> read(Byte id) {
        SALUS_TRY_ASSIGN(const Record found, vault().get(place(id)));
        SALUS_TRY_ASSIGN(const Bytes plain, open(found.box, folder_secret_, place(id)));
        return to_string(plain);
    }
    Vault& vault() { return *node_.vault; }
    template <typename T>
    static void expect_refused(const Result<T>& result, const ErrorKind& kind) {
        ASSERT_FALSE(result.ok()) << "due was " << kind.name;
        EXPECT_EQ(result.error().kind(), kind) << result.error().text();
    }
    std::int64_t count(store::Database& database, const std::string& what) {
        auto rows = database.prepare("SELECT count(*) FROM " + what);
        SALUS_ASSERT(rows.ok() && (*rows)->step().value());
        return (*rows)->integer(0);
    }

    SeededRandom random_{5};
    ManualClock clock_{static_cast<std::int64_t>(ledger::kNow / 1000)};
    crypto::umbral::SecretKey folder_secret_ = crypto::secp256k1::Scalar::random(random_);
    FolderKey folder_ = crypto::secp256k1::generate(folder_secret_);
    std::filesystem::path directory_;
    std::optional<std::string> server_;
    std::string name_;
    std::unique_ptr<store::Database> admin_;
    Node node_;
    ledger::Block tip_;
    ledger::PrivateChainId chain_;
};

} // namespace salus::vault::test
