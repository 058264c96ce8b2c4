#include "crypto/secp256k1_account.hpp"

#include <gtest/gtest.h>

#include "crypto/secp256k1.hpp"

namespace salus::crypto::secp256k1 {
namespace {

TEST(Secp256k1Account, IsThatOfTheSecretKey) {
    SeededRandom random{5};
    for (int i = 0; i < 20; ++i) {
        const Scalar scalar = Scalar::random(random);
        EXPECT_EQ(account_of(generate(scalar)), address_of(scalar.secret()).value());
    }
}

TEST(Secp256k1Account, OfTheGeneratorIsTheWellKnownOne) {
    // The account of the secret key 1, as every client of Ethereum computes it.
    EXPECT_EQ(account_of(generate(Scalar::small(1))),
              address("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"));
}

} // namespace
} // namespace salus::crypto::secp256k1
