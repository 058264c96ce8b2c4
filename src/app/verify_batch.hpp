#pragma once
// `salus verify --batch`: many certificates on all cores, a line of JSON each in the order of the
// input, and a summary on standard error.

#include "app/judge.hpp"

namespace salus::app {

// Offline. Without --full a line says nothing of the person: {source, line, overall, format,
// issuer, codes: of the checks that did not pass, entry?, person?}. 0: all pass, else 2; 1 where
// an input cannot be read or standard output is closed.
int verify_batch(const VerifyOptions& options, const Judge& judge);

} // namespace salus::app
