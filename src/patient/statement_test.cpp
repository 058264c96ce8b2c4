#include "patient/statement.hpp"

#include <gtest/gtest.h>

namespace salus::patient {
namespace {

struct World {
    SeededRandom random{7};
    Root root = Root::generate(random);
    ledger::Domain domain{31337, address("0x5FbDB2315678afecb367f032d93F642f64180aa3")};
    SignedStatement made =
        make_statement(root, {2, 1'700'000'000, {{"vaccinations", 3}, {"laboratory", 0}}}, domain,
                       random)
            .value();
    Expected expected{root.ledger_account(), digest_of(made.statement), 2};

    PublicKeyBytes key(std::string_view folder, std::uint64_t epoch) const {
        return root.folder_public(folder, epoch)->bytes();
    }
    void refused(const SignedStatement& statement, const ErrorKind& kind) const {
        const Status status = verify(statement, expected, domain);
        ASSERT_FALSE(status.ok());
        EXPECT_EQ(status.error().kind(), kind) << status.error().text();
    }
};

TEST(Statement, HoldsTheKeysOfTheRoot) {
    const World world;
    const Statement& statement = world.made.statement;
    EXPECT_TRUE(verify(world.made, world.expected, world.domain).ok());
    EXPECT_EQ(statement.inbox, world.root.inbox_public().bytes());
    ASSERT_EQ(statement.folders.size(), 2u);
    EXPECT_EQ(statement.folders[0].name, "laboratory");
    EXPECT_EQ(statement.folders[1].key, world.key("vaccinations", 3));
    EXPECT_EQ(statement.folders[1].successor, world.key("vaccinations", 4));
}

TEST(Statement, ReadsBack) {
    const World world;
    const std::string text = codec::print_json(statement_json(world.made));
    const auto read = read_statement(text);
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(*read, world.made);
}

TEST(Statement, MalformedTextsAreRefused) {
    const World world;
    const codec::json::object good = statement_json(world.made);
    const auto refused = [](const codec::json::object& object) {
        const auto read = read_statement(codec::print_json(object));
        ASSERT_FALSE(read.ok());
        EXPECT_EQ(read.error().kind(), kBadStatement) << read.error().text();
    };
    for (const auto& [key, value] : good) {
        codec::json::object less = good;
        less.erase(key);
        refused(less);
        codec::json::object other = good;
        other[key] = nullptr;
        refused(other);
    }
    codec::json::object more = good;
    more["extra"] = 1;
    refused(more);
    codec::json::object twice = good;
    twice["folders"].as_array().push_back(good.at("folders").as_array()[0]);
    refused(twice);
    codec::json::object off_curve = good;
    off_curve["inbox"] = "0x02" + std::string(64, 'f');
    refused(off_curve);
    EXPECT_EQ(read_statement("[]").error().kind(), kBadStatement);
}

// design.md, section 7: the operator substitutes a patient's published folder or inbox key.
TEST(Statement, TheOperatorSubstitutesAPatientsPublishedFolderOrInboxKey) {
    const World world;
    const PublicKeyBytes operators = world.key("operators", 9);
    SignedStatement inbox = world.made;
    inbox.statement.inbox = operators;
    world.refused(inbox, kKeysSubstituted);
    SignedStatement folder = world.made;
    folder.statement.folders[0].key = operators;
    world.refused(folder, kKeysSubstituted);
    SignedStatement successor = world.made;
    successor.statement.folders[1].successor = operators;
    world.refused(successor, kKeysSubstituted);
    SignedStatement renamed = world.made; // one folder's records under the key of another
    std::swap(renamed.statement.folders[0].key, renamed.statement.folders[1].key);
    world.refused(renamed, kKeysSubstituted);
}

// Nor does it help to write its digest on chain: it is the patient's account that signs.
TEST(Statement, WithItsDigestOnChainTheSignatureIsStillThePatients) {
    World world;
    SignedStatement forged = world.made;
    forged.statement.inbox = world.key("operators", 9);
    world.expected.digest = digest_of(forged.statement);
    world.refused(forged, kKeysSignature);
    const Root other = Root::generate(world.random);
    const auto theirs = make_statement(other, {2, 0, {}}, world.domain, world.random).value();
    world.expected.digest = digest_of(theirs.statement);
    world.refused(theirs, kKeysOtherPatient);
}

TEST(Statement, OfAnotherChainOrContractIsRefused) {
    World world;
    world.domain.chain_id = 1;
    world.refused(world.made, kKeysSignature);
    world.domain.chain_id = 31337;
    world.domain.anchor[0] ^= 1;
    world.refused(world.made, kKeysSignature);
}

TEST(Statement, AnOlderOneIsRefused) {
    World world;
    world.expected.sequence = 3;
    world.refused(world.made, kKeysOld);
}

// Two statements of the same keys have digests that nobody links or guesses.
TEST(Statement, DigestsAreSalted) {
    World world;
    const auto again =
        make_statement(world.root, {2, 1'700'000'000, {{"vaccinations", 3}, {"laboratory", 0}}},
                       world.domain, world.random)
            .value();
    EXPECT_NE(digest_of(again.statement), digest_of(world.made.statement));
}

// design.md, section 7, the writer's side of: a former grantee with colluding proxies reads what
// is written after revocation or expiry.
TEST(Statement, WritersRefuseAClosedEpochAndGoOnWithItsSuccessor) {
    const World world;
    const Statement& statement = world.made.statement;
    EXPECT_EQ(write_key(statement, "vaccinations", {})->key, world.key("vaccinations", 3));
    const ClosedKeys closed{world.key("vaccinations", 3)};
    const auto next = write_key(statement, "vaccinations", closed);
    ASSERT_TRUE(next.ok());
    EXPECT_EQ(next->key, world.key("vaccinations", 4));
    EXPECT_EQ(next->epoch, 4u);
    EXPECT_EQ(check_write(statement, world.key("vaccinations", 3), closed).error().kind(),
              kEpochClosed);
    EXPECT_TRUE(check_write(statement, world.key("vaccinations", 4), closed).ok());
    EXPECT_EQ(write_key(statement, "laboratory", closed)->key, world.key("laboratory", 0));
}

TEST(Statement, WithBothEpochsClosedAPatientIsAskedForANewStatement) {
    const World world;
    const ClosedKeys closed{world.key("vaccinations", 3), world.key("vaccinations", 4)};
    EXPECT_EQ(write_key(world.made.statement, "vaccinations", closed).error().kind(), kEpochClosed);
}

TEST(Statement, NothingIsWrittenToOtherKeys) {
    const World world;
    const Statement& statement = world.made.statement;
    EXPECT_TRUE(check_write(statement, statement.inbox, {}).ok());
    EXPECT_TRUE(check_write(statement, world.key("laboratory", 0), {}).ok());
    EXPECT_EQ(check_write(statement, world.key("laboratory", 1), {}).error().kind(),
              kNotAKeyOfPatient); // before its time
    EXPECT_EQ(check_write(statement, world.key("vaccinations", 2), {}).error().kind(),
              kNotAKeyOfPatient);
    EXPECT_EQ(write_key(statement, "imaging", {}).error().kind(), kNoSuchFolder);
}

TEST(Statement, PlansOfAFolderTwiceAreRefused) {
    World world;
    const StatementPlan plan{1, 0, {{"laboratory", 0}, {"laboratory", 1}}};
    EXPECT_EQ(make_statement(world.root, plan, world.domain, world.random).error().kind(),
              kBadStatement);
}

} // namespace
} // namespace salus::patient
