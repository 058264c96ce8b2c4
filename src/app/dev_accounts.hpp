#pragma once
// The accounts of the mnemonic that every Ethereum development tool uses ("test … junk"): anybody
// has their keys. For --dev alone.

#include <array>

#include "crypto/secret.hpp"

namespace salus::app {

struct DevAccount {
    Address address;
    crypto::SecretKey32 key;
};

inline constexpr std::string_view kDevMnemonic =
    "test test test test test test test test test test test junk";

// By index: 0 the authority, 1 the hospital, 2 to 9 free. Derived on first use (BIP-39, BIP-32).
const std::array<DevAccount, 10>& dev_accounts();

} // namespace salus::app
