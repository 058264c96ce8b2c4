#pragma once
// An account as the state trie holds it (Yellow Paper 4.1).

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "crypto/hash.hpp"

namespace salus::state {

struct Account {
    std::uint64_t nonce = 0;
    uint256 balance;
    Hash32 code_hash = crypto::kEmptyCodeHash;
    Hash32 storage_root = crypto::kEmptyTrieRoot;

    bool has_code() const { return code_hash != crypto::kEmptyCodeHash; }
    bool is_empty() const { return nonce == 0 && !balance && !has_code(); } // EIP-161
    friend bool operator==(const Account&, const Account&) = default;
};

Bytes encode(const Account& account);
Result<Account> decode_account(ByteView raw);

} // namespace salus::state
