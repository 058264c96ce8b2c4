#pragma once
// What the refusals of ledger, vault and records are in HTTP; for api/problem.

#include <optional>

#include "base/result.hpp"

namespace salus::api::records {

std::optional<int> status_of(const ErrorKind& kind); // none: not of these rooms

} // namespace salus::api::records
