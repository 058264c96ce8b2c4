// Revoking on a real chain: one, many, a transaction's worth; with cards and one-time credentials.

#include <gtest/gtest.h>

#include <map>

#include "eth/contracts/vaccine_passport.hpp"
#include "network.hpp"
#include "passport/presentation_book.hpp"

namespace salus::passport::testing {
namespace {

namespace accreditation = eth::contracts::accreditation;
namespace contract = eth::contracts::vaccine_passport;

std::vector<Hash32> issue(Network& network, std::size_t count, std::size_t from = 0) {
    std::vector<fhir::Vaccination> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(vaccination(from + i));
    std::vector<Hash32> out;
    for (auto& one : network.issuer->issue(list)) out.push_back(must(std::move(one)).commitment);
    return out;
}

CommitmentState state_of(Network& network, const Hash32& commitment) {
    return must(ChainCommitments(*network.eth, network.contracts.vaccine_passport)
                    .state(network.profile().account, commitment));
}

std::uint64_t sent_by_hospital(Network& network) {
    return must(network.eth->transaction_count(network.profile().account, {}));
}

// Of which certificate how many credentials were issued; fails where it is told to.
class Book final : public PresentationBook {
public:
    std::vector<Result<std::size_t>> revoke(std::span<const Hash32> certificates,
                                            std::uint8_t) override {
        std::vector<Result<std::size_t>> out;
        for (const Hash32& one : certificates) {
            if (broken) {
                out.emplace_back(Error(eth::kUnreachable, "broken for a test"));
            } else {
                out.emplace_back(std::exchange(issued[one], 0));
            }
        }
        return out;
    }
    Result<std::optional<std::size_t>> revoke_anchor(const Hash32& root, std::uint8_t) override {
        return root == anchor ? std::optional<std::size_t>(7) : std::nullopt;
    }

    std::map<Hash32, std::size_t> issued;
    Hash32 anchor{{9}};
    bool broken = false;
};

void start_with(Network& network, Book& book) {
    network.stop();
    network.hospital = network.sender_of(1, *network.journal);
    const IssuerTools tools{
        network.data_key, *network.database, *network.eth,     *network.hospital,
        network.clock,    network.random,    network.executor, &book};
    network.issuer = std::make_unique<Issuer>(network.profile(), network.key.copy(), tools);
    network.corrector = std::make_unique<Corrector>(*network.issuer, tools);
}

TEST(Revoke, ManyInOneTransactionAndAgainChangesNothing) {
    Network network;
    const std::vector<Hash32> all = issue(network, 20);
    const std::uint64_t before = sent_by_hospital(network);
    const auto revoked = network.issuer->revoke(all, 4);
    ASSERT_EQ(revoked.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_TRUE(revoked[i].ok()) << revoked[i].error().text();
        EXPECT_EQ(revoked[i]->commitment, all[i]);
        EXPECT_EQ(revoked[i]->transaction_hash, revoked[0]->transaction_hash);
        EXPECT_FALSE(revoked[i]->before);
        EXPECT_EQ(state_of(network, all[i]).reason, 4);
    }
    EXPECT_EQ(sent_by_hospital(network), before + 1);
    EXPECT_EQ(must(network.issuer->counts()).revoked, all.size());
    for (const auto& again : network.issuer->revoke(all, 1)) {
        ASSERT_TRUE(again.ok()) << again.error().text();
        EXPECT_TRUE(again->before);
    }
    EXPECT_EQ(sent_by_hospital(network), before + 1);
    const auto one = must(network.issuer->revoke(all[3], 1));
    EXPECT_EQ(one.transaction_hash, revoked[0]->transaction_hash);
    EXPECT_EQ(state_of(network, all[3]).reason, 4);
}

// More than fit a transaction: as many as are needed.
TEST(Revoke, ManyMoreTakeMoreTransactions) {
    Network network;
    const std::vector<Hash32> all = issue(network, 1'001);
    const std::uint64_t before = sent_by_hospital(network);
    for (const auto& one : network.issuer->revoke(all, 4)) {
        ASSERT_TRUE(one.ok()) << one.error().text();
    }
    EXPECT_EQ(sent_by_hospital(network), before + 2);
    EXPECT_EQ(must(network.issuer->counts()).revoked, all.size());
    EXPECT_NE(state_of(network, all.back()).revoked_at, 0U);
}

TEST(Revoke, OthersAreRevokedThoughOneIsUnknownAndOneWasRevokedBefore) {
    Network network;
    std::vector<Hash32> all = issue(network, 3);
    network.as_authority(contract::encode_revoke(network.profile().account, all[1], 3),
                         network.contracts.vaccine_passport);
    all.push_back(Hash32{{1}});
    all.push_back(all[0]); // named twice
    const auto revoked = network.issuer->revoke(all, 4);
    ASSERT_TRUE(revoked[0].ok() && revoked[1].ok() && revoked[2].ok() && revoked[4].ok());
    EXPECT_FALSE(revoked[0]->before);
    EXPECT_TRUE(revoked[1]->before);
    EXPECT_FALSE(revoked[1]->transaction_hash.is_zero());
    EXPECT_FALSE(revoked[2]->before);
    ASSERT_FALSE(revoked[3].ok());
    EXPECT_EQ(revoked[3].error().kind(), kUnknownCertificate);
    EXPECT_EQ(state_of(network, all[1]).reason, 3);
    EXPECT_EQ(state_of(network, all[2]).reason, 4);
    EXPECT_EQ(must(network.issuer->counts()).revoked, 3U);
}

TEST(Revoke, ASuspendedHospitalRevokesNothingAndSaysSo) {
    Network network;
    const std::vector<Hash32> all = issue(network, 2);
    network.as_authority(accreditation::encode_suspend(network.profile().account));
    for (const auto& one : network.issuer->revoke(all, 4)) {
        ASSERT_FALSE(one.ok());
        EXPECT_NE(one.error().text().find("NotAccredited"), std::string::npos)
            << one.error().text();
    }
    EXPECT_EQ(must(network.issuer->counts()).revoked, 0U);
    network.as_authority(accreditation::encode_reinstate(network.profile().account));
    for (const auto& one : network.issuer->revoke(all, 4)) EXPECT_TRUE(one.ok());
    EXPECT_EQ(must(network.issuer->counts()).revoked, 2U);
}

TEST(Revoke, TheCardGoesWithItsCertificateInOneTransaction) {
    Network network;
    const std::vector<Hash32> all = issue(network, 1);
    const Hash32 card{{42}};
    const Companion companion{all[0], card, "a card's text"};
    ASSERT_TRUE(network.issuer->accompany({&companion, 1})[0].ok());
    const std::uint64_t before = sent_by_hospital(network);
    EXPECT_TRUE(network.issuer->revoke(all[0], 1).ok());
    EXPECT_EQ(sent_by_hospital(network), before + 1);
    EXPECT_NE(state_of(network, card).revoked_at, 0U);
    EXPECT_NE(state_of(network, all[0]).revoked_at, 0U);
    EXPECT_EQ(must(network.issuer->counts()).revoked, 2U);
}

TEST(Revoke, ABatchIsWhatOneTransactionIssued) {
    Network network;
    auto issued = network.issuer->issue({vaccination(1), vaccination(2), vaccination(3)});
    const Hash32 transaction = must(std::move(issued[0])).transaction_hash;
    const std::vector<Hash32> others = issue(network, 1, 9);
    const auto batch = must(network.issuer->revoke_batch(transaction, 4));
    ASSERT_EQ(batch.certificates.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(batch.certificates[i].ok());
        EXPECT_EQ(state_of(network, batch.commitments[i]).reason, 4);
    }
    EXPECT_EQ(state_of(network, others[0]).revoked_at, 0U);
    const auto unknown = network.issuer->revoke_batch(Hash32{{9}}, 4);
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().kind(), kUnknownBatch);
    Book book;
    start_with(network, book);
    EXPECT_EQ(must(network.issuer->revoke_batch(book.anchor, 4)).presentations, 7U);
}

TEST(Revoke, OneTimeCredentialsGoWithTheirCertificateAndWhatFailedIsDoneLater) {
    Network network;
    Book book;
    start_with(network, book);
    const std::vector<Hash32> all = issue(network, 2);
    book.issued[all[0]] = 3;
    book.broken = true;
    const auto first = must(network.issuer->revoke(all[0], 1));
    ASSERT_TRUE(first.presentations_fault);
    EXPECT_EQ(first.presentations_fault->kind(), eth::kUnreachable);
    EXPECT_NE(state_of(network, all[0]).revoked_at, 0U);
    book.broken = false;
    const auto again = network.issuer->revoke(all, 1);
    ASSERT_TRUE(again[0].ok() && again[1].ok());
    EXPECT_TRUE(again[0]->before);
    EXPECT_EQ(again[0]->presentations, 3U);
    EXPECT_FALSE(again[0]->presentations_fault);
    EXPECT_EQ(again[1]->presentations, 0U);
}

TEST(Revoke, ACorrectedCertificateTakesItsOneTimeCredentialsAlong) {
    Network network;
    Book book;
    start_with(network, book);
    const std::vector<Hash32> all = issue(network, 1);
    book.issued[all[0]] = 3;
    book.broken = true;
    fhir::Vaccination right = vaccination(0);
    right.lot = "RIGHT";
    EXPECT_FALSE(network.corrector->correct(all[0], right).ok());
    EXPECT_NE(state_of(network, all[0]).revoked_at, 0U); // the new one was issued before
    book.broken = false;
    const Corrected corrected = must(network.corrector->correct(all[0], right));
    EXPECT_EQ(book.issued[all[0]], 0U);
    EXPECT_EQ(network.verify(corrected.certificate.hcert).overall, Overall::valid);
}

TEST(Revoke, WhatThisHospitalNeverIssuedIsUnknown) {
    Network network;
    const auto unknown = network.issuer->revoke(Hash32{{1}}, 1);
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().kind(), kUnknownCertificate);
}

TEST(ChangedKey, SignsFromThenOnAndTheOldOneGoesOnBeingValid) {
    Network network;
    const auto before = must(std::move(network.issuer->issue({vaccination(1)})[0]));
    const FixedBytes<8> old_kid = network.profile().kid;
    network.make_credential();
    const Hospital clinic{network.profile().account, "Demonstration Clinic", "DE",
                          &network.credential};
    ASSERT_TRUE(ensure_accredited(*network.eth, *network.authority, network.contracts, clinic,
                                  network.clock.unix_seconds())
                    .ok());
    network.clock.advance(std::chrono::seconds(600));
    network.issuer->change_key(network.key.copy(), network.credential);
    EXPECT_NE(network.issuer->profile().kid, old_kid);
    const auto after = must(std::move(network.issuer->issue({vaccination(2)})[0]));
    EXPECT_EQ(to_hex(must(decode_hcert(after.hcert)).message.kid),
              to_hex(kid_of(network.credential).bytes));
    EXPECT_EQ(network.verify(after.hcert).overall, Overall::valid);
    EXPECT_EQ(network.verify(before.hcert).overall, Overall::valid);
    EXPECT_TRUE(must(std::move(network.issuer->issue({vaccination(1)})[0])).already_issued);
}

TEST(ChangedKey, OneThatTheChainDoesNotKnowSignsNothing) {
    Network network;
    network.make_credential();
    network.issuer->change_key(network.key.copy(), network.credential);
    const auto refused = network.issuer->issue({vaccination(1)});
    ASSERT_FALSE(refused[0].ok());
    EXPECT_EQ(refused[0].error().kind(), kKeyUnknown);
}

} // namespace
} // namespace salus::passport::testing
