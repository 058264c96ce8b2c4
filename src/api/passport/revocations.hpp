#pragma once
// GET /api/v1/revocations: the whole signed file; with part=head its first line; with
// head=<SHA-256 of that line>&from=<byte>&size=<bytes> a piece of the file that it names.

#include "api/hospital.hpp"
#include "http/message.hpp"

namespace salus::api::passport {

inline constexpr ErrorKind kOtherRevocations{"api.other_revocations",
                                             "the head must be asked for again"};

http::Response revocations(const Parts& parts, const http::Request& request);

} // namespace salus::api::passport
