#pragma once
// The shelf's rows, for its own files.

#include "records/grants.hpp"

namespace salus::records {

enum class DocumentKind : std::uint8_t { grant = 0, emergency = 1 };

struct DocumentRow {
    Hash32 hash;
    DocumentKind kind = DocumentKind::grant;
    ledger::PrivateChainId chain;
    Address account; // on chain: the grantor's, or the one for emergencies
    Address grantee; // zero: of an emergency
    std::uint64_t ends = consent::kMaxTime;
    std::string text; // canonical
    Bytes vouch;
};

// At rest: nonce 24 ‖ XChaCha20-Poly1305. Bound: what it is ‖ 0 ‖ node ‖ the rest.
Bytes seal_at_rest(const crypto::SecretKey32& key, std::string_view what, const Address& node,
                   ByteView bound, ByteView plain, Random& random);
Result<Bytes> open_at_rest(const crypto::SecretKey32& key, std::string_view what,
                           const Address& node, ByteView bound,
                           ByteView sealed); // kFragmentTampered

// Of a fragment: document ‖ key ‖ receiver.
Bytes fragment_bound(const Hash32& document, const FolderKey& key, const Address& receiver);
inline constexpr std::string_view kFragmentAtRest = "salus/v1/shelf/fragment";
inline constexpr std::string_view kDocumentAtRest = "salus/v1/shelf/document";

Result<std::int64_t> count_of(store::Database& database, std::string_view sql);
Result<bool> is_withdrawn(store::Database& database, const Address& account,
                          const Hash32& document);

} // namespace salus::records
