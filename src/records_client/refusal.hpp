#pragma once
// Refusals of a node (RFC 9457, as api/problem writes them) as Errors that carry the node's own
// name and detail.

#include "http/message.hpp"

namespace salus::records_client {

inline constexpr ErrorKind kUnreachable{"node.unreachable", "a running node at this address"};
inline constexpr ErrorKind kBadAnswer{"node.bad_answer", "docs/records-api.md"};
inline constexpr ErrorKind kRefused{"node.refused", "what the node answered"};

// An answer of another status than 2xx. Its kind has the node's name where that is one, else it is
// kRefused.
Error refusal_of(const http::Response& answer);

// Whether a node refused with this kind, or it happened here: names are compared, for the kinds of
// refusals are made as they come.
bool is(const Error& error, const ErrorKind& kind);
// The HTTP status of a node's refusal; 0 where the error is none.
int status_of(const Error& error);
// Whether the same call may succeed at another node or a little later: no connection, no answer in
// time, 429 or 5xx.
bool is_passing(const Error& error);

} // namespace salus::records_client
