#pragma once
// Card revocation lists of SMART Health Cards 1.4 ("Revocation"): /.well-known/crl/<kid>.json with
// {kid, method "rid", ctr, rids}. An entry "rid.timestamp" revokes what began before that second.

#include <optional>
#include <string>
#include <unordered_map>

#include "envelope/jwk.hpp"

namespace salus::passport {

inline constexpr ErrorKind kShcCrl{"shc.crl_malformed", "SMART Health Cards 1.4, Revocation"};
inline constexpr ErrorKind kShcCrlTooLarge{"shc.crl_too_large", "size limit of a revocation list"};
inline constexpr ErrorKind kShcCrlMethod{"shc.crl_method",
                                         "SMART Health Cards 1.4, Revocation: method rid"};
inline constexpr ErrorKind kShcCrlCounter{"shc.crl_counter",
                                          "SMART Health Cards 1.4, Revocation: ctr, from 1"};
inline constexpr ErrorKind kShcCrlEntry{
    "shc.crl_entry",
    "SMART Health Cards 1.4, Revocation: base64url of at most 24, perhaps a timestamp"};
inline constexpr ErrorKind kShcCrlTwice{"shc.crl_entry_twice", "one entry for each rid"};
inline constexpr ErrorKind kShcCrlKey{"shc.crl_of_another_key",
                                      "SMART Health Cards 1.4, Revocation: kid"};
inline constexpr ErrorKind kShcCrlVersion{"shc.crl_version",
                                          "SMART Health Cards 1.4, Revocation: crlVersion is ctr"};
inline constexpr ErrorKind kShcCrlRollback{"shc.crl_rollback",
                                           "SMART Health Cards 1.4, Revocation: ctr goes up"};

inline constexpr std::size_t kMaxCrlBytes = 64 * 1024 * 1024;

struct ShcRevocations {
    std::string kid;
    std::uint64_t counter = 1;
    // rid → what began before this is revoked (Unix seconds); nothing: all of it.
    std::unordered_map<std::string, std::optional<std::int64_t>> entries;

    bool revokes(const std::string& rid, double not_before) const;
    friend bool operator==(const ShcRevocations&, const ShcRevocations&) = default;
};

Result<ShcRevocations> shc_crl_parse(std::string_view text);
std::string shc_crl_print(const ShcRevocations& list); // entries in their order

// The list is that of the key, at the version that the key names where it names one.
Status check_crl_of_key(const ShcRevocations& list, const envelope::Jwk& key);
// `next` may replace `old`: of the same key, of a higher counter, or the very same list.
Status check_crl_successor(const ShcRevocations& old, const ShcRevocations& next);

} // namespace salus::passport
