#pragma once
// Reads from the chain what was revoked, and keeps the signed file of it.

#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "eth/chain.hpp"
#include "passport/revocation_list.hpp"

namespace salus::passport {

// The entries of all revocations so far. Each block is read once; where the chain was rewritten,
// all are read again. For one thread.
class RevocationReader {
public:
    // `chain` outlives it.
    RevocationReader(eth::Chain& chain, std::uint64_t chain_id, const Address& vaccine_passport)
        : chain_(chain), contract_(vaccine_passport), keys_(chain_id, vaccine_passport) {}

    // Up to and including `head`. Errors: eth.*; the next call then begins anew.
    Status read_to(const eth::Head& head);
    const std::vector<std::uint64_t>& entries() const { return entries_; }

private:
    Status forget_if_rewritten();
    Status read_blocks(std::uint64_t from, std::uint64_t to);
    Status take(const eth::Log& log);

    eth::Chain& chain_;
    Address contract_;
    RevocationKeys keys_;
    std::vector<std::uint64_t> entries_;
    std::uint64_t next_block_ = 0;
    std::optional<Hash32> last_hash_; // of next_block_ − 1
};

class RevocationKeeper {
public:
    // All outlive it.
    RevocationKeeper(eth::Chain& chain, const Address& accreditation,
                     const Address& vaccine_passport, const Clock& clock, Executor& executor,
                     const eth::Signer& list_key)
        : chain_(chain), accreditation_(accreditation), vaccine_passport_(vaccine_passport),
          clock_(clock), executor_(executor), list_key_(list_key) {}

    // The file as of the head; one that is younger than twenty times what it took to make serves
    // again. Thread-safe. Errors: eth.*
    Result<std::shared_ptr<const std::string>> current();

private:
    Result<std::string> make(const eth::Head& head);

    eth::Chain& chain_;
    Address accreditation_, vaccine_passport_;
    const Clock& clock_;
    Executor& executor_;
    const eth::Signer& list_key_;
    std::mutex mutex_;
    std::unique_ptr<RevocationReader> reader_;
    std::shared_ptr<const std::string> file_;
    Hash32 file_head_;
    std::chrono::milliseconds fresh_until_{0};
};

// The keys that are revoked on a trust list.
std::vector<RevokedKey> revoked_keys(const TrustList& list);

} // namespace salus::passport
