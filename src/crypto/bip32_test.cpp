#include "crypto/bip32.hpp"

#include <gtest/gtest.h>

#include "crypto/secp256k1.hpp"

namespace salus::crypto::bip32 {
namespace {

constexpr std::string_view kJunk = "test test test test test test test test test test test junk";

// The accounts that anvil and hardhat print when they start.
TEST(Bip32, DerivesTheAccountsOfDevelopmentTools) {
    const auto account = [](const char* path) {
        return *secp256k1::address_of(*derive(kJunk, path));
    };
    EXPECT_EQ(account("m/44'/60'/0'/0/0"), address("f39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
    EXPECT_EQ(account("m/44'/60'/0'/0/1"), address("70997970c51812dc3a010c7d01b50e0d17dc79c8"));
    EXPECT_EQ(account("m/44h/60h/0h/0/9"), address("a0ee7a142d267c1f36714e4a8f75612f20a79720"));
}

TEST(Bip32, APassphraseGivesAnotherWallet) {
    EXPECT_NE(derive(kJunk, "m", "x")->expose(), derive(kJunk, "m")->expose());
}

TEST(Bip32, RefusesMalformedPaths) {
    for (const char* path :
         {"", "44'", "m/", "m/x", "m//1", "m/1/", "m/2147483648", "m/-1", "m 1"}) {
        EXPECT_EQ(derive(kJunk, path).error().kind(), kBadPath) << path;
    }
}

} // namespace
} // namespace salus::crypto::bip32
