#pragma once
// Errors of the Engine API (execution-apis, src/engine/common.md). Their codes stand with all
// others in api/eth/rpc.cpp.

#include "base/result.hpp"

namespace salus::api::engine {

inline constexpr ErrorKind kUnknownPayload{"engine.unknown_payload",
                                           "-38001: the payload is not (any more) available"};
inline constexpr ErrorKind kInvalidForkchoice{
    "engine.invalid_forkchoice", "-38002: safe and finalized are ancestors of the head"};
inline constexpr ErrorKind kInvalidAttributes{"engine.invalid_attributes",
                                              "-38003: PayloadAttributes, later than the head"};
inline constexpr ErrorKind kTooLargeRequest{"engine.too_large", "-38004: limit of one request"};
inline constexpr ErrorKind kUnsupportedFork{"engine.unsupported_fork",
                                            "-38005: the fork has another version of the method"};

} // namespace salus::api::engine
