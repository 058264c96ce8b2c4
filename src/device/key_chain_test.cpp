#include "device/key_chain.hpp"

#include <gtest/gtest.h>

#include "device/card.hpp"

namespace salus::device {
namespace {

using crypto::secp256k1::generate;

struct World {
    SeededRandom random{41};
    patient::Root root = patient::Root::generate(random);
    ledger::Domain domain{1337, address("0x00000000000000000000000000000000000000aa")};
    KeyChain keys{root};

    patient::Statement statement(std::uint64_t epoch) {
        const patient::StatementPlan plan{1, 5, {{"laboratory", epoch}, {"vitals", 0}}};
        return patient::make_statement(root, plan, domain, random).value().statement;
    }
    vault::FolderBytes folder(std::string_view name, std::uint64_t epoch) const {
        return root.folder_public(name, epoch).value().bytes();
    }
};

TEST(KeyChain, KnowsAllEpochsUpToTheSuccessors) {
    World world;
    EXPECT_EQ(world.keys.find(world.folder("laboratory", 0)), nullptr);
    world.keys.add(world.statement(2));
    for (std::uint64_t epoch = 0; epoch <= 3; ++epoch) {
        const KeyChain::Name* name = world.keys.find(world.folder("laboratory", epoch));
        ASSERT_NE(name, nullptr);
        EXPECT_EQ(name->folder, "laboratory");
        EXPECT_EQ(name->epoch, epoch);
        EXPECT_EQ(generate(world.keys.secret(world.folder("laboratory", epoch)).value()).bytes(),
                  world.folder("laboratory", epoch));
    }
    EXPECT_EQ(world.keys.find(world.folder("laboratory", 4)), nullptr);
    world.keys.add(world.statement(4)); // what came in between too
    EXPECT_NE(world.keys.find(world.folder("laboratory", 4)), nullptr);
    EXPECT_NE(world.keys.find(world.folder("laboratory", 5)), nullptr);
}

TEST(KeyChain, OpensBoxesOfInboxFoldersAndGrants) {
    World world;
    const Hash32 salt = world.random.bytes<32>();
    world.keys.add(world.statement(0));
    world.keys.add_grant(salt);
    const vault::BoxPlace place{world.random.bytes<32>(), world.random.bytes<16>()};
    for (const auto& key :
         {world.root.inbox_public(), world.root.folder_public("vitals", 0).value(),
          generate(world.root.grant_key(salt))}) {
        const auto box = vault::seal(view("text"), key, place, world.random).value();
        EXPECT_EQ(to_string(world.keys.open(box, place).value()), "text");
    }
    const auto other = patient::Root::generate(world.random).inbox_public();
    const auto box = vault::seal(view("text"), other, place, world.random).value();
    EXPECT_EQ(world.keys.open(box, place).error().kind(), vault::kBoxOtherKey);
}

TEST(Card, IsReadAsItWasWrittenAndNothingElse) {
    World world;
    const Card card{world.random.bytes<32>(),
                    world.root.ledger_account(),
                    world.root.inbox_public().bytes(),
                    1337,
                    Address{{1}},
                    Address{{2}},
                    {"https://a.example"}};
    const codec::json::object whole = to_json(card);
    EXPECT_EQ(read_card(whole).value(), card);
    for (const auto& member : whole) {
        codec::json::object without = whole;
        without.erase(member.key());
        EXPECT_EQ(read_card(without).error().kind(), kBadCard) << member.key();
    }
    codec::json::object other = whole;
    other["inbox"] = "0x" + std::string(66, '0');
    EXPECT_EQ(read_card(other).error().kind(), kBadCard);
    other = whole;
    other["nodes"] = codec::json::array{};
    EXPECT_EQ(read_card(other).error().kind(), kBadCard);
}

} // namespace
} // namespace salus::device
