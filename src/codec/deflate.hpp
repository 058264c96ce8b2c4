#pragma once
// zlib (RFC 1950) and raw deflate (RFC 1951), on zlib. Output is bounded by the caller, so that a
// small input cannot fill the memory.

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadDeflate{"deflate.malformed", "RFC 1950 2.2, RFC 1951 3.2"};
inline constexpr ErrorKind kDeflateTruncated{"deflate.truncated", "RFC 1951 3.2.3: final block"};
inline constexpr ErrorKind kDeflateTrailing{"deflate.trailing_bytes", "nothing after the stream"};
inline constexpr ErrorKind kInflateTooLarge{"deflate.too_large", "size limit of this output"};

enum class Deflate { zlib, raw };

Bytes deflate(ByteView plain, Deflate format); // best compression
// At most `max_output` bytes; what would give more is refused with kInflateTooLarge.
Result<Bytes> inflate(ByteView compressed, Deflate format, std::size_t max_output);

} // namespace salus::codec
