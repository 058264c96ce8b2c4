#pragma once
// What an evaluator keeps in files: its share, or the seed of a key generation, encrypted.

#include <filesystem>

#include "crypto/oprf.hpp"
#include "passport/nullifier.hpp"

namespace salus::app {

// "evaluator-2.json"
std::string share_file(std::uint32_t evaluator);
// Web3 Secret Storage, mode 0600. `dev`: at the cost of a test.
Status write_share(const std::filesystem::path& file, const crypto::oprf::SecretScalar& secret,
                   std::string_view password, bool dev, Random& random);
// envelope::kBadKeystore where it is no share.
Result<crypto::oprf::SecretScalar> read_share(const std::filesystem::path& file,
                                              std::string_view password);

// The chain behind a node and its Accreditation; without a key yet.
Result<passport::NullifierKey> key_of_node(const std::string& node);

} // namespace salus::app
