#include "ledger/audit.hpp"

#include <random>

#include <fmt/format.h>

#include "ledger/engines_test.hpp"

namespace salus::ledger {
namespace {

const Address kLog = crypto::secp256k1::address_of(key(9)).value();

class AuditTest : public OnBothEngines {
protected:
    void SetUp() override {
        OnBothEngines::SetUp();
        if (IsSkipped()) return;
        write(*ledger_, 3, 12);
        anchor(7);
        anchor(20);
        anchor(ledger_->log_size().value());
    }

    // Chains that fork and come together again.
    static void write(Ledger& ledger, Byte patients, int rounds, std::string_view what = "one") {
        for (Byte patient = 1; patient <= patients; ++patient) {
            std::vector<Block> heads{genesis(patient)};
            take(ledger, heads[0]);
            for (int i = 0; i < rounds; ++i) {
                const std::string text = std::string(what) + std::to_string(i);
                const Block left = child(heads, text + "left", 2);
                take(ledger, left);
                if (i % 3 == 0) {
                    const Block right = child(heads, text + "right", 3);
                    take(ledger, right);
                    heads = {left, right};
                } else {
                    heads = {left};
                }
            }
        }
    }
    static void take(Ledger& ledger, const Block& block) {
        SALUS_ASSERT(ledger.append(block, kNow).ok());
    }

    // As the chain would have it.
    void anchor(std::uint64_t size) {
        const std::uint64_t index = anchors_.size();
        const Anchor made{index, size, ledger_->log_root(size).value(), 1'790'000'000 + index,
                          100 + index};
        const AnchorPlace place{crypto::sha256(view(fmt::format("block {}", index))),
                                crypto::sha256(view(fmt::format("transaction {}", index)))};
        anchors_.push_back({made, place});
        SALUS_ASSERT(db_->run("INSERT INTO ledger_anchor VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                              index, size, made.root, made.time, made.block, place.block_hash,
                              place.transaction)
                         .ok());
    }
    AuditOptions options() const {
        AuditOptions out;
        out.domain = kDomain;
        out.anchors = anchors_;
        return out;
    }
    AuditReport report() { return audit(*db_, options()).value(); }
    static bool names(const AuditReport& report, std::string_view table, std::string_view what) {
        return std::ranges::any_of(report.findings, [&](const Finding& one) {
            return one.table == table && one.what.find(what) != std::string::npos;
        });
    }
    static std::string text(const AuditReport& report) {
        std::string out;
        for (const Finding& one : report.findings) {
            out += fmt::format("{} | {} | {} | {}\n", one.table, one.row, one.column, one.what);
        }
        return out;
    }
    std::vector<AnchorRow> anchors_;
};

TEST_P(AuditTest, AWholeLedgerIsGood) {
    const AuditReport got = report();
    EXPECT_TRUE(got.good()) << text(got);
    EXPECT_EQ(got.blocks, ledger_->log_size().value());
    EXPECT_EQ(got.log_root, ledger_->log_root(got.blocks).value());
    EXPECT_EQ(got.chains, 3U);
    EXPECT_EQ(got.anchors, 3U);
    EXPECT_EQ(got.anchored, got.blocks);
}

TEST_P(AuditTest, WhatComesMeanwhileIsVerifiedAsWell) {
    AuditOptions asked = options();
    bool once = false;
    asked.progress = [&](std::uint64_t, std::uint64_t) {
        if (!once) take(*ledger_, genesis(77));
        once = true;
    };
    const std::uint64_t before = ledger_->log_size().value();
    const AuditReport got = audit(*db_, asked).value();
    EXPECT_TRUE(got.good()) << text(got);
    EXPECT_EQ(got.blocks, before + 1);
}

// ---- 500 random bits

struct Column {
    const char *table, *name;
    bool blob;
    std::vector<const char*> keys; // integers but for ledger_head
};
const std::vector<Column> kColumns{
    {"ledger_block", "place", false, {"place"}},
    {"ledger_block", "hash", true, {"place"}},
    {"ledger_block", "chain", true, {"place"}},
    {"ledger_block", "height", false, {"place"}},
    {"ledger_block", "time", false, {"place"}},
    {"ledger_block", "author", true, {"place"}},
    {"ledger_block", "block", true, {"place"}},
    {"ledger_block", "block", true, {"place"}},
    {"ledger_head", "chain", true, {"hash"}},
    {"ledger_head", "hash", true, {"chain"}},
    {"ledger_node", "level", false, {"level", "place"}},
    {"ledger_node", "place", false, {"level", "place"}},
    {"ledger_node", "hash", true, {"level", "place"}},
    {"ledger_anchor", "place", false, {"place"}},
    {"ledger_anchor", "size", false, {"place"}},
    {"ledger_anchor", "root", true, {"place"}},
    {"ledger_anchor", "time", false, {"place"}},
    {"ledger_anchor", "block", false, {"place"}},
    {"ledger_anchor", "block_hash", true, {"place"}},
    {"ledger_anchor", "transaction_hash", true, {"place"}},
};

struct Flip {
    std::string row, row_after; // as an audit may name it
    Bytes before, after;        // of a BLOB
    std::int64_t number = 0, number_after = 0;
};

class Flipper {
public:
    Flipper(store::Database& database, std::uint64_t seed) : database_(database), random_(seed) {}

    // One bit of one row; nothing where the table would not have it.
    std::optional<Flip> flip(const Column& column) {
        const std::string table = column.table;
        const bool head = table == "ledger_head";
        const std::string order = head                      ? "chain, hash"
                                  : column.keys.size() == 2 ? "level, place"
                                                            : "place";
        const std::int64_t count = number("SELECT count(*) FROM " + table);
        const auto offset =
            static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(count));
        const auto row =
            database_
                .query(fmt::format("SELECT {}, {}{} FROM {} ORDER BY {} LIMIT 1 OFFSET ?1",
                                   column.name, column.keys[0],
                                   column.keys.size() == 2 ? ", place" : "", table, order),
                       offset)
                .value();
        SALUS_ASSERT(row->step().value());
        Flip out;
        change(column, *row, out);
        key_blob_ = head ? row->blob(1) : Bytes();
        key_ = head ? 0 : row->integer(1);
        second_ = column.keys.size() == 2 ? row->integer(2) : 0;
        name(column, out);
        return out;
    }
    // Sets the flipped value where it was, or back.
    Status set(const Column& column, const Flip& flip, bool back) {
        const std::string name = column.name;
        std::int64_t key = key_, second = second_;
        if (back && name == column.keys[0]) key = flip.number_after;
        if (back && column.keys.size() == 2 && name == "place") second = flip.number_after;
        const std::string update =
            fmt::format("UPDATE {} SET {} = ?1 WHERE {} = ?2", column.table, name, column.keys[0]);
        if (!key_blob_.empty()) {
            return database_.run(update + fmt::format(" AND {} = ?3", name),
                                 back ? flip.before : flip.after, key_blob_,
                                 back ? flip.after : flip.before);
        }
        const std::string both =
            column.keys.size() == 2 ? update + " AND place = ?3" : update + " AND ?3 = 0";
        const std::int64_t third = column.keys.size() == 2 ? second : 0;
        if (column.blob) return database_.run(both, back ? flip.before : flip.after, key, third);
        return database_.run(both, back ? flip.number : flip.number_after, key, third);
    }

private:
    std::int64_t number(const std::string& query) {
        const auto row = database_.prepare(query).value();
        SALUS_ASSERT(row->step().value());
        return row->integer(0);
    }
    void change(const Column& column, const store::Statement& row, Flip& out) {
        if (column.blob) {
            out.before = out.after = row.blob(0);
            const std::size_t bit = random_() % (out.after.size() * 8);
            out.after[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        } else {
            out.number = row.integer(0);
            out.number_after = static_cast<std::int64_t>(static_cast<std::uint64_t>(out.number) ^
                                                         (std::uint64_t{1} << (random_() % 64)));
        }
    }
    void name(const Column& column, Flip& out) const {
        const std::string changed = column.name;
        const auto text = [&](std::int64_t first, std::int64_t second) {
            return column.keys.size() == 2 ? fmt::format("level {}, place {}", first, second)
                                           : fmt::format("place {}", first);
        };
        if (!key_blob_.empty()) {
            const auto head = [&](const Bytes& value) {
                return changed == "chain"
                           ? fmt::format("chain {}, hash {}", to_hex0x(value), to_hex0x(key_blob_))
                           : fmt::format("chain {}, hash {}", to_hex0x(key_blob_), to_hex0x(value));
            };
            out.row = head(out.before);
            out.row_after = head(out.after);
            return;
        }
        out.row = text(key_, second_);
        out.row_after = out.row;
        if (changed == column.keys[0]) out.row_after = text(out.number_after, second_);
        if (column.keys.size() == 2 && changed == "place") {
            out.row_after = text(key_, out.number_after);
        }
    }

    store::Database& database_;
    std::mt19937_64 random_;
    Bytes key_blob_;
    std::int64_t key_ = 0, second_ = 0;
};

TEST_P(AuditTest, FindsEachOfFiveHundredFlippedBitsAndNamesItsPlace) {
    const std::uint64_t seed = 20'261'123;
    Flipper flipper(*db_, seed);
    std::mt19937_64 choose(seed + 1);
    std::size_t flipped = 0;
    while (flipped < 500) {
        const Column& column = kColumns[choose() % kColumns.size()];
        const auto flip = flipper.flip(column);
        const Status done = flipper.set(column, *flip, false);
        if (!done.ok()) { // the row that it would become is there already
            ASSERT_EQ(done.error().kind(), store::kSqlUnique);
            continue;
        }
        ++flipped;
        const AuditReport got = report();
        const std::string place = fmt::format("{}.{} {}", column.table, column.name, flip->row);
        EXPECT_FALSE(got.good()) << place;
        for (const Finding& one : got.findings) {
            EXPECT_EQ(one.table, column.table) << place << ": " << text(got);
            EXPECT_TRUE(one.row == flip->row || one.row == flip->row_after)
                << place << ": " << text(got);
            const bool key = one.column.empty() || one.column == "place" || one.column == "level";
            EXPECT_TRUE(key || one.column == column.name ||
                        std::string_view(column.table) == "ledger_head")
                << place << ": " << text(got);
        }
        ASSERT_TRUE(flipper.set(column, *flip, true).ok());
        if (HasFailure()) break;
    }
    EXPECT_TRUE(report().good()) << "every bit was set back";
}

// ---- histories that agree with themselves

// The blocks of another history, with all hashes and signatures as they should be, put in place.
TEST_P(AuditTest, ARewrittenHistoryIsFoundThroughTheAnchor) {
    for (const char* table : {"ledger_block", "ledger_head", "ledger_node"}) {
        ASSERT_TRUE(db_->execute(std::string("DELETE FROM ") + table).ok());
    }
    const auto other = Ledger::open(*db_, kDomain).value();
    write(*other, 1, 12); // the first patient's history is left as it was
    const std::uint64_t same = other->log_size().value();
    write(*other, 3, 12, "another story");
    ASSERT_GE(other->log_size().value(), anchors_.back().anchor.size);
    AuditOptions alone = options();
    alone.anchors.reset();
    EXPECT_TRUE(audit(*db_, alone).value().good()) << "it agrees with itself";
    const AuditReport got = report();
    EXPECT_TRUE(names(got, "log", "rewritten history: anchor 1 in block 101")) << text(got);
    EXPECT_LT(same, 20U);
    EXPECT_EQ(got.anchored, 7U);
    EXPECT_EQ(got.findings.at(0).row, "places 7 to 19");
}

TEST_P(AuditTest, AShrunkLogIsFoundThroughTheAnchor) {
    const auto size = static_cast<std::int64_t>(anchors_.back().anchor.size);
    std::vector<Block> blocks;
    for (std::int64_t i = 0; i < size - 1; ++i) {
        const auto row = db_->query("SELECT block FROM ledger_block WHERE place = ?1", i).value();
        ASSERT_TRUE(row->step().value());
        blocks.push_back(decode_block(row->blob(0)).value());
    }
    for (const char* table : {"ledger_block", "ledger_head", "ledger_node"}) {
        ASSERT_TRUE(db_->execute(std::string("DELETE FROM ") + table).ok());
    }
    const auto other = Ledger::open(*db_, kDomain).value();
    for (const Block& block : blocks) take(*other, block);
    const AuditReport got = report();
    EXPECT_EQ(got.found, 1U) << text(got);
    EXPECT_TRUE(names(got, "log", "shrunk log")) << text(got);
}

TEST_P(AuditTest, AForkedLogIsFoundByWhatAClientRemembers) {
    AuditOptions asked = options();
    asked.known.push_back({11, crypto::sha256(view("another log")), "the tree head of a client"});
    const AuditReport got = audit(*db_, asked).value();
    EXPECT_EQ(got.found, 1U) << text(got);
    EXPECT_TRUE(names(got, "log", "the tree head of a client has the root")) << text(got);
}

TEST_P(AuditTest, OneChainIsAuditedAlone) {
    AuditOptions asked = options();
    asked.chain = chain_of(genesis(2).header);
    const AuditReport good = audit(*db_, asked).value();
    EXPECT_TRUE(good.good()) << text(good);
    EXPECT_EQ(good.chains, 1U);
    EXPECT_EQ(good.blocks, ledger_->history(*asked.chain, 1000).value().size());
    ASSERT_TRUE(db_->run("UPDATE ledger_block SET author = ?1 WHERE place = 0", Address{}).ok());
    EXPECT_TRUE(audit(*db_, asked).value().good()) << "that is another chain";
    const std::uint64_t place = ledger_->index_of(*asked.chain).value();
    ASSERT_TRUE(
        db_->run("UPDATE ledger_block SET author = ?1 WHERE place = ?2", Address{}, place).ok());
    const AuditReport bad = audit(*db_, asked).value();
    EXPECT_EQ(bad.found, 1U) << text(bad);
    EXPECT_EQ(bad.findings.at(0).row, fmt::format("place {}", place));
    EXPECT_EQ(bad.findings.at(0).column, "author");
    asked.chain = Hash32{};
    EXPECT_FALSE(audit(*db_, asked).value().good());
}

TEST_P(AuditTest, BlocksOfAnotherDomainAreNobodysWork) {
    AuditOptions asked = options();
    asked.domain.chain_id += 1;
    const AuditReport got = audit(*db_, asked).value();
    EXPECT_EQ(got.found, got.blocks);
    EXPECT_TRUE(names(got, "ledger_block", "ledger.author"));
}

// design.md, section 7: the operator of an embedded chain rewrites log and chain together.
TEST_P(AuditTest, SaysSelfAnchoredUnlessSomebodyElseCoSigned) {
    const AuditReport got = report();
    EXPECT_NE(vouching_text(got, {}).find("self-anchored"), std::string::npos);
    EXPECT_NE(vouching_text(got, {true, {}}).find("a follower or an outside network keeps"),
              std::string::npos);
    const auto signed_ = co_sign(kLog, anchors_[1].anchor, key(5), kDomain).value();
    const std::string text = vouching_text(got, {false, {signed_}});
    EXPECT_NE(text.find("co-signed up to 20 blocks"), std::string::npos) << text;
    AuditOptions alone = options();
    alone.anchors.reset();
    EXPECT_NE(vouching_text(audit(*db_, alone).value(), {}).find("not anchored"),
              std::string::npos);
}

ON_BOTH_ENGINES(AuditTest);

} // namespace
} // namespace salus::ledger
