#include "records_client/letter_text.hpp"

#include <gtest/gtest.h>

namespace salus::records_client {
namespace {

using crypto::secp256k1::generate;

struct World {
    SeededRandom random{77};
    patient::Root patient = patient::Root::generate(random);
    patient::Root grantee = patient::Root::generate(random);
    ledger::Domain domain{1337, address("0x00000000000000000000000000000000000000aa")};
    consent::Place place{1337, address("0x00000000000000000000000000000000000000cc")};

    consent::Grant grant(std::vector<vault::RecordId> records = {}) {
        consent::Grant out;
        out.patient = random.bytes<32>();
        out.grantor = patient.grantee_account(grantee.ledger_account());
        out.grantee = grantee.ledger_account();
        out.grantee_key = grantee.inbox_public().bytes();
        out.purpose = "TREAT";
        out.folders.push_back(
            consent::granted_folder(consent::Folder::vitals, random.bytes<16>(), 0,
                                    patient.folder_public("vitals", 0).value().bytes()));
        out.records = std::move(records);
        out.from = 1;
        out.until = 2;
        out.salt = random.bytes<32>();
        return out;
    }
    patient::SignedStatement statement() {
        return patient::make_statement(patient, {1, 5, {{"vitals", 0}}}, domain, random).value();
    }
    GrantLetter letter() {
        GrantLetter out;
        out.grant = grant();
        out.statement = statement();
        out.nodes = {{"https://a.example", Address{{1}}}, {"https://b.example", Address{{2}}}};
        out.threshold = 2;
        const auto key = patient.grantee_key(grantee.ledger_account());
        out.verifying =
            generate(crypto::secp256k1::Scalar::from_bytes(key.expose().bytes).value()).bytes();
        out.request = random.bytes<32>();
        return out;
    }
    RequestLetter request() {
        RequestLetter out;
        out.request.id = random.bytes<16>();
        out.request.kind = consent::AskerKind::insurer;
        out.request.asker = grantee.ledger_account();
        out.request.asker_name = "Care";
        out.request.asker_key = grantee.inbox_public().bytes();
        out.request.patient = random.bytes<32>();
        out.request.purpose = "HPAYMT";
        out.request.folders = {consent::Folder::claims};
        out.request.until = 5;
        out.request.reason = "Claim 17";
        out.request.asked_at = 1;
        out.request.expires_at = 3;
        out.signature =
            envelope::wallet_sign(grantee.ledger_key(), consent::ask_digest(place, out.request))
                .value();
        return out;
    }
    std::vector<LetterContent> all() {
        return {letter(),
                KeysLetter{random.bytes<32>(), {{random.bytes<16>(), to_bytes("box")}}},
                StatementLetter{random.bytes<32>(), statement()},
                request(),
                AnswerLetter{random.bytes<32>(), random.bytes<32>(), 9, Address{{3}},
                             envelope::WalletSignature{{4}}},
                RevokedLetter{random.bytes<32>()}};
    }
};

TEST(LetterText, IsReadAsItWasWritten) {
    World world;
    for (const LetterContent& content : world.all()) {
        const auto read = read_letter(letter_json(content));
        ASSERT_TRUE(read.ok()) << read.error().text();
        EXPECT_EQ(*read, content);
    }
}

TEST(LetterText, IsForItsReceiverAlone) {
    World world;
    const LetterContent content = world.letter();
    const auto sealed = seal_letter(content, world.grantee.ledger_account(),
                                    world.grantee.inbox_public(), world.random)
                            .value();
    records::Letter letter{1, sealed.id, Address{}, sealed.to, 0, sealed.sealed};
    EXPECT_EQ(open_letter(letter, world.grantee.inbox_key()).value(), content);
    EXPECT_EQ(open_letter(letter, world.patient.inbox_key()).error().kind(), vault::kBoxOtherKey);
    letter.id.bytes[0] ^= 1;
    EXPECT_EQ(open_letter(letter, world.grantee.inbox_key()).error().kind(),
              vault::kBoxNotAuthentic);
}

TEST(LetterText, AMemberThatIsMissingOrOfAnotherTypeIsRefused) {
    World world;
    for (const LetterContent& content : world.all()) {
        const codec::json::object whole = letter_json(content);
        for (const auto& member : whole) {
            if (member.key() == "request" && whole.at("type") == "grant") continue; // may be absent
            codec::json::object without = whole;
            without.erase(member.key());
            EXPECT_FALSE(read_letter(without).ok()) << member.key();
            codec::json::object other = whole;
            other[member.key()] = codec::json::array{true};
            EXPECT_FALSE(read_letter(other).ok()) << member.key();
        }
    }
    EXPECT_EQ(read_letter({{"type", "another"}}).error().kind(), kBadLetter);
}

TEST(LetterText, AnotherSignersKeyIsRefused) {
    World world;
    GrantLetter letter = world.letter();
    letter.verifying = world.grantee.inbox_public().bytes();
    EXPECT_EQ(read_letter(letter_json(letter)).error().kind(), kBadLetter);
    letter = world.letter();
    letter.threshold = 3;
    EXPECT_EQ(read_letter(letter_json(letter)).error().kind(), kBadLetter);
    letter.threshold = 0;
    EXPECT_EQ(read_letter(letter_json(letter)).error().kind(), kBadLetter);
}

TEST(LetterText, IsBoundedInSize) {
    World world;
    KeysLetter keys{world.random.bytes<32>(), {}};
    for (std::size_t i = 0; i < kKeyBoxesPerLetter; ++i) {
        keys.keys.push_back({world.random.bytes<16>(), Bytes(204, 7)});
    }
    const Address to = world.grantee.ledger_account();
    EXPECT_TRUE(seal_letter(keys, to, world.grantee.inbox_public(), world.random).ok());
    keys.keys[0].box.resize(40'000);
    EXPECT_EQ(seal_letter(keys, to, world.grantee.inbox_public(), world.random).error().kind(),
              kLetterTooLarge);
    keys.keys.push_back(keys.keys.back());
    EXPECT_EQ(read_letter(letter_json(keys)).error().kind(), kBadLetter);
}

} // namespace
} // namespace salus::records_client
