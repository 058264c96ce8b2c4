#include "passport/revocation_list.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/thread_pool.hpp"
#include "passport/revocation_keeper.hpp"
#include "passport/trust_world_test.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using testing::refusal;

class RevocationListTest : public ::testing::Test {
protected:
    RevocationListTest() {
        head_.chain_id = 73127;
        head_.accreditation = address("0x00000000000000000000000000000000000000aa");
        head_.vaccine_passport = address("0x00000000000000000000000000000000000000cc");
        head_.point = {9, Hash32{{9}}, testing::kNow};
        head_.keys = {{issuer_, Kid{{1}}, 20, 10}};
    }

    static Hash32 commitment(std::uint64_t number) {
        Hash32 out;
        for (std::size_t i = 0; i < 8; ++i) out[24 + i] = static_cast<Byte>(number >> (56 - 8 * i));
        return out;
    }
    std::vector<std::uint64_t> entries(std::uint64_t from, std::uint64_t to) {
        const RevocationKeys keys(head_.chain_id, head_.vaccine_passport);
        std::vector<std::uint64_t> out;
        out.reserve(to - from);
        for (std::uint64_t i = from; i < to; ++i) {
            out.push_back(keys.of_commitment(issuer_, commitment(i)));
        }
        return out;
    }
    std::string file(const std::vector<std::uint64_t>& of) {
        return export_revocations(head_, of, pool_, world_.list_key).value();
    }
    RevocationSet opened(const std::string& text) { return open_revocations(text, {}).value(); }
    static std::string head_line(const std::string& text) {
        return text.substr(0, text.find('\n'));
    }

    testing::TrustWorld world_;
    Address issuer_ = address("0x00000000000000000000000000000000000000bb");
    RevocationHead head_;
    ThreadPool pool_{2};
};

TEST_F(RevocationListTest, WhatIsRevokedIsAlwaysFound) {
    auto all = entries(0, 20'000);
    all.push_back(all.front()); // a revocation that was read twice
    const RevocationSet set = opened(file(all));
    EXPECT_EQ(set.head().count, 20'000U);
    EXPECT_EQ(set.signer(), world_.list_key.address());
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        ASSERT_TRUE(set.probably_revoked(issuer_, commitment(i)));
    }
    // 1 in 65,536: of 200,000 others 3, give or take 1.7.
    std::size_t taken = 0;
    for (std::uint64_t i = 20'000; i < 220'000; ++i) {
        taken += set.probably_revoked(issuer_, commitment(i)) ? 1 : 0;
    }
    EXPECT_LT(taken, 15U);
}

TEST_F(RevocationListTest, AnEntryIsOfItsIssuerContractAndChain) {
    const RevocationKeys keys(1, issuer_);
    const std::uint64_t one = keys.of_commitment(issuer_, commitment(1));
    EXPECT_NE(one, keys.of_commitment(head_.accreditation, commitment(1)));
    EXPECT_NE(one, keys.of_commitment(issuer_, commitment(2)));
    EXPECT_NE(one, keys.of_batch(issuer_, commitment(1)));
    EXPECT_NE(one, RevocationKeys(2, issuer_).of_commitment(issuer_, commitment(1)));
    EXPECT_NE(one, RevocationKeys(1, head_.accreditation).of_commitment(issuer_, commitment(1)));
}

// The documented key, computed here from its description.
TEST_F(RevocationListTest, TheKeyOfAnEntryIsAsDocumented) {
    Bytes text = to_bytes("salus/revoked/1");
    append(text, hex("0000000000011da7")); // 73127
    append(text, head_.vaccine_passport.bytes);
    append(text, issuer_.bytes);
    append(text, commitment(5).bytes);
    const Hash32 digest = crypto::sha256(text);
    std::uint64_t wanted = 0;
    for (std::size_t i = 0; i < 8; ++i) wanted = (wanted << 8) | digest[i];
    EXPECT_EQ(RevocationKeys(73127, head_.vaccine_passport).of_commitment(issuer_, commitment(5)),
              wanted);
}

TEST_F(RevocationListTest, BatchesAndKeysAreFound) {
    const RevocationKeys keys(head_.chain_id, head_.vaccine_passport);
    const RevocationSet set = opened(file({keys.of_batch(issuer_, commitment(1))}));
    EXPECT_TRUE(set.probably_revoked_batch(issuer_, commitment(1)));
    EXPECT_FALSE(set.probably_revoked(issuer_, commitment(1)));
    ASSERT_NE(set.revoked_key(issuer_, Kid{{1}}), nullptr);
    EXPECT_EQ(set.revoked_key(issuer_, Kid{{1}})->revoked_from, 10U);
    EXPECT_EQ(set.revoked_key(issuer_, Kid{{2}}), nullptr);
    EXPECT_EQ(set.revoked_key(head_.accreditation, Kid{{1}}), nullptr);
    EXPECT_FALSE(opened(file({})).probably_revoked(issuer_, commitment(1)));
}

TEST_F(RevocationListTest, TheFileSaysHowOftenItIsWrong) {
    EXPECT_NE(head_line(file({})).find(R"("falsePositives":"1/65536")"), std::string::npos);
}

TEST_F(RevocationListTest, Refusals) {
    const std::string good = file(entries(0, 100));
    TrustPins pins;
    pins.list_key = world_.list_key.address();
    const auto refused = [&](const std::string& text) {
        return refusal(open_revocations(text, pins));
    };
    EXPECT_EQ(refused(good), "");
    EXPECT_EQ(refused(""), "revocations.malformed");
    EXPECT_EQ(refused(head_line(good)), "revocations.malformed"); // no line end
    EXPECT_EQ(refused("{}\n"), "revocations.malformed");
    EXPECT_EQ(refused(good + "x"), "revocations.piece_damaged");
    EXPECT_EQ(refused(good.substr(0, good.size() - 1)), "revocations.piece_damaged");
    std::string flipped = good;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    EXPECT_EQ(refused(flipped), "revocations.piece_damaged");
    std::string renumbered = good;
    renumbered.replace(renumbered.find("\"number\":9"), 10, "\"number\":8");
    EXPECT_EQ(refused(renumbered), "revocations.signature_wrong");
    pins.list_key = issuer_;
    EXPECT_EQ(refused(good), "revocations.signature_wrong");
    pins = {};
    pins.chain_id = 1;
    EXPECT_EQ(refused(good), "revocations.wrong_pin");
    pins = {};
    pins.vaccine_passport = issuer_;
    EXPECT_EQ(refused(good), "revocations.wrong_pin");
}

TEST_F(RevocationListTest, HeadsThatAreMalformed) {
    json::object file_head = codec::parse_json(head_line(file({})))->get_object();
    const auto refused = [&](const char* field, const codec::Json& value) {
        json::object other = file_head;
        other["revocations"].as_object()[field] = value;
        return refusal(open_revocations(codec::print_json(other) + "\n", {}));
    };
    EXPECT_EQ(refused("version", 2), "revocations.malformed");
    EXPECT_EQ(refused("count", "a"), "revocations.malformed");
    EXPECT_EQ(refused("pieces", 5), "revocations.malformed");
    EXPECT_EQ(refused("pieces", json::array{json::object{{"size", std::uint64_t{1} << 40},
                                                         {"sha256", std::string(64, '0')}}}),
              "revocations.malformed");
    EXPECT_EQ(refused("keys", json::array{5}), "revocations.malformed");
    EXPECT_EQ(refused("block", json::object{}), "revocations.malformed");
}

// Two sets of as many parts: of the parts in which nothing changed the bytes are the same.
TEST_F(RevocationListTest, OnlyThePiecesThatDifferAreFetched) {
    auto all = entries(0, 600'000);
    const std::string old = file(all);
    const auto extra = entries(1'000'000, 1'000'001);
    all.push_back(extra[0]);
    head_.point.block_number = 10;
    const std::string next = file(all);
    const auto pieces = revocation_pieces(head_line(next), old);
    ASSERT_EQ(refusal(pieces), "");
    ASSERT_EQ(pieces->size(), 5U); // the filter's head and four parts
    std::size_t fetched = 0;
    std::string built = head_line(next) + "\n";
    for (const RevocationPiece& piece : *pieces) {
        EXPECT_EQ(piece.offset, built.size());
        fetched += piece.mine ? 0 : 1;
        built += piece.mine ? old.substr(*piece.mine, piece.size)
                            : next.substr(piece.offset, piece.size);
    }
    EXPECT_EQ(fetched, 2U); // the head with its count, and one part
    EXPECT_EQ(built, next);
    EXPECT_EQ(refusal(revocation_pieces("{}", old)), "revocations.malformed");
    EXPECT_EQ(refusal(revocation_pieces(head_line(next), old.substr(0, old.size() - 1))),
              "revocations.piece_damaged");
}

TEST_F(RevocationListTest, RollbackIsRefused) {
    TrustMark mark = mark_of(
        open_trust_list(export_trust_list(world_.list(), world_.list_key).value(), {}).value());
    const std::string good = file(entries(0, 100));
    const auto accepted = accept_revocations(mark, opened(good));
    ASSERT_EQ(refusal(accepted), "");
    EXPECT_EQ(accepted->revoked, 100U);
    const auto kept = read_trust_mark(print_trust_mark(*accepted));
    ASSERT_EQ(refusal(kept), "");
    EXPECT_EQ(kept->revocations->block_number, 9U);
    head_.point.block_number = 8;
    EXPECT_EQ(refusal(accept_revocations(*kept, opened(file(entries(0, 100))))),
              "trust_refresh.rollback");
    head_.point.block_number = 9;
    head_.point.block_hash = Hash32{{8}};
    EXPECT_EQ(refusal(accept_revocations(*kept, opened(file(entries(0, 100))))),
              "trust_refresh.another_block");
    head_.point.block_number = 10;
    EXPECT_EQ(refusal(accept_revocations(*kept, opened(file(entries(0, 99))))),
              "trust_refresh.fewer_revocations");
    head_.chain_id = 5;
    EXPECT_EQ(refusal(accept_revocations(*kept, opened(file({})))), "trust_refresh.other_chain");
    mark.list_key = issuer_;
    EXPECT_EQ(refusal(accept_revocations(mark, opened(good))), "trust_refresh.other_list_key");
}

TEST_F(RevocationListTest, RevokedKeysAreThoseOfTheTrustList) {
    TrustList list = world_.list();
    EXPECT_TRUE(revoked_keys(list).empty());
    list.hospitals[0].keys[0].revoked_at = 50;
    list.hospitals[0].keys[0].revoked_from = 40;
    const auto keys = revoked_keys(list);
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0],
              (RevokedKey{list.hospitals[0].account, list.hospitals[0].keys[0].kid, 50, 40}));
}

} // namespace
} // namespace salus::passport
