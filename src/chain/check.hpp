#pragma once
// Whether a stored chain is whole: every block, every root, every index, every byte that carries a
// checksum. For `salus chain check`, and to find what can be kept of a damaged one.

#include "chain/records.hpp"

namespace salus::chain {

struct Fault {
    std::string where; // "block 17", "state", "journal"
    std::string what;
};

struct CheckReport {
    std::uint64_t head = 0; // its number
    Hash32 head_hash;
    std::optional<std::uint64_t> last_good; // blocks 0 to this are whole; none: not even genesis
    bool state_good = true;                 // flat state, tries, code, and what was before
    std::vector<Fault> faults;              // the first kMostFaults
    std::uint64_t fault_count = 0;
    std::uint64_t transactions = 0, accounts = 0, slots = 0, nodes = 0;
    std::uint64_t log_items = 0; // of the log index

    bool good() const { return fault_count == 0; }
};
inline constexpr std::size_t kMostFaults = 50;

// Told now and then; `total` 0: not known.
using CheckProgress =
    std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)>;

// Reads everything once. An error is one of the store itself; what does not fit together is in the
// report. kOtherFormat; kOtherGenesis where `genesis` is given and is another one.
Result<CheckReport> check_store(const store::Reader& reader, const std::optional<Hash32>& genesis,
                                const CheckProgress& progress);

// For a store that an earlier version wrote: what is kept of it when its blocks run again, without
// a look at each. kOtherFormat for a later version's, kOtherGenesis, kDamaged.
Result<CheckReport> look_at_older_format(const store::Reader& reader, const Hash32& genesis);

} // namespace salus::chain
