#pragma once
// Sign-in with Ethereum (EIP-4361): the text that a wallet shows and signs under EIP-191, read and
// written byte for byte, and what makes it good for one sign-in at one place. That a nonce is used
// once is for whoever issued it.

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kSiweMalformed{"siwe.malformed", "EIP-4361, ABNF message format"};
inline constexpr ErrorKind kSiweDomain{"siwe.domain", "EIP-4361: an RFC 3986 authority"};
inline constexpr ErrorKind kSiweAddress{"siwe.address", "EIP-4361: an address as of EIP-55"};
inline constexpr ErrorKind kSiweUri{"siwe.uri", "EIP-4361: an RFC 3986 URI"};
inline constexpr ErrorKind kSiweVersion{"siwe.version", "EIP-4361: version 1"};
inline constexpr ErrorKind kSiweChainId{"siwe.chain_id", "EIP-4361: an EIP-155 chain id"};
inline constexpr ErrorKind kSiweNonce{"siwe.nonce", "EIP-4361: 8 or more of A-Z a-z 0-9"};
inline constexpr ErrorKind kSiweTime{"siwe.time", "EIP-4361: an RFC 3339 date-time"};

// What verifying refuses beside the above.
inline constexpr ErrorKind kSiweOtherDomain{"siwe.other_domain",
                                            "EIP-4361: the domain is where the user signs in"};
inline constexpr ErrorKind kSiweOtherChain{"siwe.other_chain", "EIP-4361: the session's chain"};
inline constexpr ErrorKind kSiweOtherNonce{"siwe.other_nonce",
                                           "EIP-4361: the nonce that was issued"};
inline constexpr ErrorKind kSiweNotYet{"siwe.not_yet_valid", "EIP-4361: not-before"};
inline constexpr ErrorKind kSiweExpired{"siwe.expired", "EIP-4361: expiration-time"};
inline constexpr ErrorKind kSiweSignature{"siwe.signature_wrong",
                                          "EIP-191: the address signed this message"};

inline constexpr std::size_t kMaxSiwe = 8192; // bytes of a message

struct SiweMessage {
    std::optional<std::string> scheme; // RFC 3986 scheme of the origin
    std::string domain;                // RFC 3986 authority: host, with port where it is not the
                                       // scheme's own
    Address address;
    std::optional<std::string> statement; // for the person; one line
    std::string uri;                      // RFC 3986: what the signing is about
    std::uint64_t chain_id = 0;
    std::string nonce;
    std::string issued_at; // RFC 3339, as written; likewise the next two
    std::optional<std::string> expiration_time, not_before;
    std::optional<std::string> request_id;
    std::optional<std::vector<std::string>> resources; // RFC 3986 URIs
    friend bool operator==(const SiweMessage&, const SiweMessage&) = default;
};

// Refuses by the first eight kinds. The statement may be empty, as the EIP's grammar has it; an
// address that is not in EIP-55's letters is refused (the EIP says SHOULD).
Result<SiweMessage> siwe_parse(std::string_view text);
// The text that parses into it; kinds as above.
Result<std::string> siwe_print(const SiweMessage& message);

struct SiweExpectation {
    std::string domain;
    std::optional<std::string> scheme;     // where set, a message's own must be it, if it has one
    std::optional<std::uint64_t> chain_id; // likewise
    std::optional<std::string> nonce;
    std::int64_t now = 0; // Unix seconds
};

// Whether the message is meant for here and now: kSiweOther…, kSiweNotYet, kSiweExpired.
Status siwe_check(const SiweMessage& message, const SiweExpectation& expected);
// siwe_parse, siwe_check, then the signature (r‖s‖v of an account with a key; contract wallets,
// EIP-1271, are refused): kSiweSignature. Gives what was signed.
Result<SiweMessage> siwe_verify(std::string_view text, ByteView signature,
                                const SiweExpectation& expected);

// EIP-55: 0x and 40 digits, whose capitals are a checksum.
std::string eip55(const Address& address);

} // namespace salus::envelope
