// Letters on each engine: kept, fetched, bounded.
#include "records/grants_world_test.hpp"
#include "records/letters.hpp"
#include "store/sql_world_test.hpp"

namespace salus::records::test {
namespace {

class Letters : public store::Sql {
protected:
    void SetUp() override {
        store::Sql::SetUp();
        if (IsSkipped()) return;
        commits_ = std::make_unique<store::GroupCommit>(*db_);
        open();
    }
    void open(const LetterBounds& bounds = {}) {
        box_ = must(LetterBox::open({*db_, *commits_, clock_}, bounds));
    }
    NewLetter letter(Byte number, std::string_view text = "a grant") {
        const FixedBytes<16> id{{number}};
        return {bob_.account, id,
                must(vault::seal(view(text), bob_.key, letter_place(id), world_.random))};
    }
    std::vector<Byte> fetched(const Address& of) {
        std::vector<Byte> out;
        for (const Letter& one : must(box_->fetch(of, 0, 100)).letters) out.push_back(one.id[0]);
        return out;
    }

    ManualClock clock_{kNow};
    PatientWorld world_;
    Grantee bob_ = world_.grantee(2);
    Address alice_ = world_.grantee(1).account, eve_ = world_.grantee(3).account;
    std::unique_ptr<store::GroupCommit> commits_;
    std::unique_ptr<LetterBox> box_;
};

TEST_P(Letters, WaitForTheirReceiverUntilTheyAreDeleted) {
    const NewLetter one = letter(1, "hello");
    must(box_->send(alice_, one, true));
    must(box_->send(alice_, one, true)); // again
    must(box_->send(alice_, letter(2), true));
    open(); // a restart
    const LetterPage page = must(box_->fetch(bob_.account, 0, 1));
    ASSERT_EQ(page.letters.size(), 1U);
    const Letter& first = page.letters[0];
    EXPECT_EQ(first.from, alice_);
    EXPECT_EQ(first.time, static_cast<std::uint64_t>(kNow));
    EXPECT_EQ(to_string(must(vault::open(first.sealed, bob_.secret, letter_place(first.id)))),
              "hello");
    ASSERT_TRUE(page.next);
    const LetterPage rest = must(box_->fetch(bob_.account, *page.next, 10));
    ASSERT_EQ(rest.letters.size(), 1U);
    EXPECT_EQ(rest.letters[0].id[0], 2);
    EXPECT_FALSE(rest.next);
    EXPECT_TRUE(fetched(alice_).empty());
    EXPECT_EQ(why(box_->remove(alice_, one.id)), "letters.unknown");
    must(box_->remove(bob_.account, one.id));
    EXPECT_EQ(why(box_->remove(bob_.account, one.id)), "letters.unknown");
    EXPECT_EQ(fetched(bob_.account), std::vector<Byte>{2});
}

TEST_P(Letters, AnIdIsUsedOnce) {
    must(box_->send(alice_, letter(1), true));
    EXPECT_EQ(why(box_->send(alice_, letter(1, "another"), true)), "letters.id_taken");
    EXPECT_EQ(why(box_->send(eve_, letter(1), true)), "letters.id_taken");
}

TEST_P(Letters, AreBounded) {
    EXPECT_EQ(why(box_->send(alice_, letter(1, std::string(kMaxLetter, 'x')), true)),
              "letters.too_large");
    open({.of_receiver = 4,
          .of_strangers = 2,
          .of_sender = 3,
          .of_stranger = 1,
          .of_all_strangers = 2});
    must(box_->send(eve_, letter(1), false));
    EXPECT_EQ(why(box_->send(eve_, letter(2), false)), "letters.too_many");
    must(box_->send(world_.grantee(9).account, letter(2), false));
    EXPECT_EQ(why(box_->send(world_.grantee(8).account, letter(3), false)),
              "letters.receiver_full");
    NewLetter to_another = letter(3);
    to_another.to = alice_;
    EXPECT_EQ(why(box_->send(world_.grantee(8).account, to_another, false)), "letters.too_many")
        << "of all strangers";
    must(box_->send(alice_, letter(3), true)); // strangers do not keep the known out
    must(box_->send(alice_, letter(4), true));
    EXPECT_EQ(why(box_->send(alice_, letter(5), true)), "letters.receiver_full");
    to_another.to = eve_;
    must(box_->send(alice_, to_another, true));
    EXPECT_EQ(why(box_->send(alice_, letter(5), true)), "letters.too_many");
}

TEST_P(Letters, GoAfterAWhile) {
    must(box_->send(alice_, letter(1), true));
    clock_.advance(std::chrono::hours(24 * 90) + std::chrono::seconds(1));
    EXPECT_TRUE(fetched(bob_.account).empty());
    must(box_->send(alice_, letter(1, "its id is free"), true));
    EXPECT_EQ(fetched(bob_.account), std::vector<Byte>{1});
}

INSTANTIATE_TEST_SUITE_P(Engines, Letters,
                         testing::Values(store::Backend::sqlite, store::Backend::postgres),
                         testing::PrintToStringParamName());

} // namespace
} // namespace salus::records::test
