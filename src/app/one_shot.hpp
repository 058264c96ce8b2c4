#pragma once
// What subcommands need that sign a few transactions themselves and end.

#include "app/key_ring.hpp"
#include "eth/chain.hpp"
#include "eth/sender.hpp"
#include "passport/setup.hpp"

namespace salus::app {

inline constexpr ErrorKind kBadStatus{"node.bad_status", "GET /api/v1/status"};

// The key ring of a data directory, for the authority's commands.
Result<KeyRing> authority_keys(const std::filesystem::path& datadir,
                               const std::string& password_file, bool dev, const Clock& clock,
                               Random& random, bool make = false);

// A Sender whose reverts are told by the contracts' own names.
Result<std::unique_ptr<eth::Sender>> make_sender(eth::Chain& chain, const crypto::SecretKey32& key,
                                                 eth::SenderJournal& journal, const Clock& clock);

// Where a running node's contracts stand.
Result<passport::Contracts> contracts_of_node(const std::string& node);

} // namespace salus::app
