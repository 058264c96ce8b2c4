#pragma once
// What the refusals of the gateway are in HTTP.

#include "base/result.hpp"

namespace salus::api::gateway {

// Of the gateway's own kinds, of what nodes answered, and of api/problem for all others.
int status_of(const Error& error);

} // namespace salus::api::gateway
