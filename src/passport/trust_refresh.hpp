#pragma once
// When a newer trust list or revocation list takes the place of the one that a verifier has. The
// old one stays until the new one was verified; time never runs backwards; and a list that lost
// most of its issuers at once is a mistake until somebody says that it is none.
//
// The mark is what a verifier remembers of the newest that it has seen, in a file of its own: a
// list put back from a backup, or by somebody else, is known by it.

#include "passport/trust_list.hpp"
#include "passport/trust_source.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadTrustMark{"trust_refresh.bad_mark", "Salus trust mark, version 1"};
inline constexpr ErrorKind kTrustOtherChain{"trust_refresh.other_chain",
                                            "the chain and contracts of the list that is in use"};
inline constexpr ErrorKind kTrustOtherKey{"trust_refresh.other_list_key",
                                          "the list key of the list that is in use"};
inline constexpr ErrorKind kTrustRollback{"trust_refresh.rollback",
                                          "never older than the newest that was seen"};
inline constexpr ErrorKind kTrustForked{"trust_refresh.another_block",
                                        "one block of each number: the chain was rewritten"};
inline constexpr ErrorKind kTrustShrinks{"trust_refresh.shrinks",
                                         "half of the issuers, at least, stay"};
inline constexpr ErrorKind kRevocationsFewer{"trust_refresh.fewer_revocations",
                                             "VaccinePassport: revoked for ever"};

// Of a list, or a revocation list: where in the chain it stands.
struct TrustPoint {
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    std::int64_t exported_at = 0;
};

struct TrustMark {
    std::uint64_t chain_id = 0;
    Address accreditation, vaccine_passport, list_key;
    TrustPoint list;
    std::optional<TrustPoint> revocations; // none were seen yet
    std::uint64_t revoked = 0;             // entries of those
};
std::string print_trust_mark(const TrustMark& mark);
Result<TrustMark> read_trust_mark(std::string_view text); // kBadTrustMark

TrustMark mark_of(const SignedTrustList& list);

// `next` stands at `seen` or after it: kTrustRollback, kTrustForked. Of two of one block the later
// export is newer. The time of export counts for nothing else: a node's clock may have been wrong.
Status check_forward(const TrustPoint& seen, const TrustPoint& next);
// The list may be used beside the mark: kTrustOtherChain, kTrustOtherKey, and as check_forward.
// `list_key`: pinned anew, because the authority has changed it on chain.
Status check_against_mark(const TrustMark& mark, const SignedTrustList& list,
                          const std::optional<Address>& list_key = {});
// Hospitals that are accredited and have a key that is neither suspended nor revoked.
std::size_t good_issuers(const TrustList& list);
// kTrustShrinks where less than half is left.
Status check_shrinking(std::size_t before, std::size_t after, std::string_view what);

struct AcceptedTrust {
    SignedTrustList list;
    TrustMark mark; // to be written after the list
};
// The whole decision about a file that was fetched. `mark` and `current`: of the verifier's own, if
// any. `force`: a list that shrinks is meant so; nothing else can be forced. open_trust_list, and
// as above.
Result<AcceptedTrust> accept_trust_list(std::string_view text, const TrustPins& pins,
                                        const std::optional<TrustMark>& mark,
                                        const TrustList* current, bool force);

// A foreign source of that name, imported anew. kTrustRollback where it was fetched before the old
// one; kShcCrlRollback where an issuer's revocations went back or away, by their counters;
// kTrustOtherKey where it is no longer signed by the signer pinned, and kTrustShrinks: these two
// can be forced.
Status check_source_successor(const TrustSource& old, const TrustSource& next, bool force);

} // namespace salus::passport
