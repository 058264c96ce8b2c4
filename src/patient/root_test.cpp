#include "patient/root.hpp"

#include <set>

#include <gtest/gtest.h>

#include "patient/phrase.hpp"

namespace salus::patient {
namespace {

Root some_root() {
    SeededRandom random(1);
    return Root::generate(random);
}

TEST(Root, OfThirtyTwoBytesThatAreNotZero) {
    EXPECT_EQ(Root::from_bytes(Bytes(31, 1)).error().kind(), kBadRoot);
    EXPECT_EQ(Root::from_bytes(Bytes(33, 1)).error().kind(), kBadRoot);
    EXPECT_EQ(Root::from_bytes(Bytes(32, 0)).error().kind(), kBadRoot);
    EXPECT_TRUE(Root::from_bytes(Bytes(32, 1)).ok());
}

TEST(Root, FolderNamesAreBounded) {
    for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("Mental"),
                                    std::string("a b"), std::string("a/b")}) {
        EXPECT_EQ(check_folder_name(name).error().kind(), kBadFolderName) << name;
        EXPECT_EQ(some_root().folder_key(name, 0).error().kind(), kBadFolderName) << name;
        EXPECT_EQ(some_root().index_key(name, 0).error().kind(), kBadFolderName) << name;
    }
    EXPECT_TRUE(check_folder_name(std::string(64, '-')).ok());
}

// Purposes, folders, epochs and grantees: no two keys are alike.
TEST(Root, NoTwoKeysAreAlike) {
    const Root root = some_root();
    std::set<FixedBytes<32>> seen;
    std::size_t made = 0;
    const auto take = [&](const FixedBytes<32>& key) {
        seen.insert(key);
        ++made;
    };
    take(root.ledger_key().expose());
    take(root.inbox_key().expose());
    for (const char* name : {"laboratory", "laborator", "y"}) {
        for (const std::uint64_t epoch : {0, 1, 256}) {
            take(root.folder_key(name, epoch)->expose());
            take(root.index_key(name, epoch)->expose());
        }
    }
    for (Byte i = 0; i < 4; ++i) {
        Address grantee;
        grantee[0] = i;
        take(root.grantee_key(grantee).expose());
        Hash32 salt;
        salt[0] = i;
        take(root.grant_key(salt).expose());
    }
    EXPECT_EQ(seen.size(), made);
}

TEST(Phrase, OfNinetySixBits) {
    SeededRandom random(3);
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const std::string phrase = generate_phrase(random);
        EXPECT_EQ(phrase.size(), 35u);
        EXPECT_TRUE(is_generated(phrase)) << phrase;
        seen.insert(phrase);
    }
    EXPECT_EQ(seen.size(), 200u);
}

TEST(Phrase, IsReadHoweverItIsTyped) {
    EXPECT_EQ(to_string(plain_phrase("  Lusab-BABAD,\tgutih ")), "lusab babad gutih");
    EXPECT_TRUE(is_generated("LUSAB babad-gutih tugad mudof sakat"));
    for (const char* other :
         {"", "lusab babad gutih tugad mudof", "correct horse battery staple",
          "lusab babad gutih tugad mudof sakae", "lusab babad gutih tugad mudof sakat lusab"}) {
        EXPECT_FALSE(is_generated(other)) << other;
    }
}

TEST(RecoveryCode, ReadsBackWithItsCheckSymbol) {
    SeededRandom random(4);
    for (int i = 0; i < 200; ++i) {
        const auto code = random.bytes<16>();
        const std::string text = code_text(code);
        ASSERT_EQ(text.size(), 27u + 6u) << text;
        EXPECT_EQ(read_code(text)->expose(), code);
    }
    EXPECT_EQ(code_text({}), "0000-0000-0000-0000-0000-0000-000");
}

TEST(RecoveryCode, LettersThatLookAlikeAreOne) {
    FixedBytes<16> code;
    code[15] = 0x20; // …10, and 32 modulo 37 is '*'
    EXPECT_EQ(code_text(code), "0000-0000-0000-0000-0000-0000-10*");
    EXPECT_EQ(read_code("oOoo 0000 0000 0000 0000 0000 IO*")->expose(), code);
    EXPECT_EQ(read_code("00000000000000000000000000000000000").error().kind(), kBadCode);
    EXPECT_EQ(read_code("").error().kind(), kBadCode);
    EXPECT_EQ(read_code("8000-0000-0000-0000-0000-0000-000").error().kind(), kBadCode);
    EXPECT_EQ(read_code("0u00-0000-0000-0000-0000-0000-000").error().kind(), kBadCode);
}

// Every single misreading and every exchange of neighbours is found.
TEST(RecoveryCode, MisreadingsAreNamed) {
    SeededRandom random(5);
    std::string text = code_text(random.bytes<16>());
    std::erase(text, '-');
    constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (std::size_t at = 1; at < 26; ++at) {
        for (const char symbol : kSymbols) {
            std::string misread = text;
            misread[at] = symbol;
            if (misread == text) continue;
            EXPECT_EQ(read_code(misread).error().kind(), kCodeCheck) << misread;
        }
        std::string exchanged = text;
        std::swap(exchanged[at], exchanged[at - 1]);
        if (exchanged != text) {
            EXPECT_FALSE(read_code(exchanged).ok()) << exchanged;
        }
    }
}

} // namespace
} // namespace salus::patient
