#pragma once
// Small changes of seeds, the same for the same random numbers: what libFuzzer does without
// coverage, for the short run in every `make test`.

#include <random>
#include <span>

#include "base/bytes.hpp"

namespace salus::fuzz {

// One of `seeds` (not empty) after one to eight changes: bits, bytes, pieces lost, doubled, moved
// or taken from another seed. At most `most` bytes.
Bytes mutate(std::span<const Bytes> seeds, std::mt19937_64& random, std::size_t most);

} // namespace salus::fuzz
