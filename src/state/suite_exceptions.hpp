#pragma once
// The reasons for refusals as official suites name them, against our own.

#include "base/result.hpp"

namespace salus::state {

// Whether `error` is what `expected` names: one name, or several with "|" between them; with or
// without "TransactionException." and "BlockException.". A name that is in no table says no more
// than that there must be a refusal.
bool is_expected(std::string_view expected, const Error& error);

} // namespace salus::state
