#include "records/grants.hpp"

#include <algorithm>
#include <map>

#include "codec/wire.hpp"
#include "records/shelf_rows.hpp"

namespace salus::records {
namespace {

namespace umbral = crypto::umbral;

constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE records_document (
    hash        BLOB PRIMARY KEY,
    kind        INTEGER NOT NULL,
    chain       BLOB NOT NULL,
    account     BLOB NOT NULL,
    grantee     BLOB NOT NULL,
    ends        INTEGER NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE INDEX records_document_of ON records_document(chain, kind, grantee);

CREATE TABLE records_fragment (
    document    BLOB NOT NULL,
    key         BLOB NOT NULL,
    receiver    BLOB NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (document, key, receiver)
) STRICT;

CREATE TABLE records_withdrawal (
    account     BLOB NOT NULL,
    document    BLOB NOT NULL,
    message     TEXT NOT NULL,
    time        INTEGER NOT NULL,
    count       INTEGER NOT NULL,
    known       INTEGER NOT NULL,
    forgotten   INTEGER NOT NULL,
    PRIMARY KEY (account, document)
) STRICT;

CREATE TABLE records_closed (
    chain       BLOB NOT NULL,
    key         BLOB NOT NULL,
    time        INTEGER NOT NULL,
    signature   BLOB NOT NULL,
    PRIMARY KEY (chain, key)
) STRICT;
)sql"},
};

// A fragment as it will lie here.
struct Stored {
    FolderKey key;
    Address receiver;
    Bytes sealed;
};

// What every fragment must be.
struct Expected {
    vault::BoxPlace place;
    FolderKey key;
    FolderKey receiving, verifying;
};

// Opened, read and checked under all three keys.
Result<umbral::Verified<umbral::KeyFragment>> check_fragment(const vault::SealedBox& sealed,
                                                             const umbral::SecretKey& node,
                                                             const Expected& expected) {
    auto plain = vault::open(sealed, node, expected.place);
    if (!plain.ok()) return Error(kFragmentSealed, std::string(plain.error().name()));
    auto fragment = umbral::KeyFragment::from_bytes(*plain);
    crypto::wipe(*plain);
    if (!fragment.ok()) return std::move(fragment).error();
    if (!fragment->names_delegating || !fragment->names_receiving) return Error(kFragmentUnbound);
    SALUS_TRY_ASSIGN(const auto delegating, umbral::PublicKey::from_bytes(expected.key.bytes));
    SALUS_TRY_ASSIGN(const auto receiving, umbral::PublicKey::from_bytes(expected.receiving.bytes));
    SALUS_TRY_ASSIGN(const auto verifying, umbral::PublicKey::from_bytes(expected.verifying.bytes));
    return umbral::verify(*fragment, verifying, delegating, receiving);
}

Bytes bound_of(const DocumentRow& row) {
    return concat({Bytes{static_cast<Byte>(row.kind)}, row.hash.bytes});
}

Bytes document_bytes(const DocumentRow& row) {
    return codec::WireWriter().sized(view(row.text)).sized(row.vouch).take();
}

constexpr std::string_view kColumns =
    "SELECT hash, kind, chain, account, grantee, ends, sealed FROM records_document ";

// A row as it was written: what stands in its columns is in the sealed document too.
Result<DocumentRow> read_row(const store::Statement& from, const crypto::SecretKey32& key,
                             const Address& node) {
    DocumentRow out;
    SALUS_TRY_ASSIGN(out.hash, from.fixed<32>(0));
    out.kind = static_cast<DocumentKind>(from.integer(1));
    SALUS_TRY_ASSIGN(out.chain, from.fixed<32>(2));
    SALUS_TRY_ASSIGN(out.account, from.fixed<20>(3));
    SALUS_TRY_ASSIGN(out.grantee, from.fixed<20>(4));
    out.ends = static_cast<std::uint64_t>(from.integer(5));
    SALUS_TRY_ASSIGN(const Bytes plain,
                     open_at_rest(key, kDocumentAtRest, node, bound_of(out), from.blob(6)));
    codec::WireReader in(plain);
    out.text = to_string(in.sized(1 << 20));
    out.vouch = to_bytes(in.sized(1 << 20));
    SALUS_TRY(in.finish());
    return out;
}

Status same(bool good) {
    return good ? ok_status() : Status(Error(kFragmentTampered, "a column of a document"));
}

Result<ShelvedGrant> grant_of(const DocumentRow& row, const consent::Place& place) {
    ShelvedGrant out;
    out.hash = row.hash;
    SALUS_TRY_ASSIGN(out.grant, consent::parse_grant(row.text));
    const consent::Grant& grant = out.grant;
    SALUS_TRY(same(grant.patient == row.chain && grant.grantor == row.account &&
                   grant.grantee == row.grantee && grant.until == row.ends));
    out.vouched = !grant.guardian.is_zero() &&
                  consent::signed_by(grant.guardian, vouch_digest(place, row.hash), row.vouch);
    return out;
}

Result<ShelvedEmergency> emergency_of(const DocumentRow& row) {
    ShelvedEmergency out;
    out.hash = row.hash;
    SALUS_TRY_ASSIGN(out.document, consent::parse_emergency(row.text));
    SALUS_TRY(same(out.document.patient == row.chain && out.document.account == row.account));
    return out;
}

Status check_room(store::Database& database, const DocumentRow& row, const ShelfBounds& bounds) {
    SALUS_TRY_ASSIGN(const auto rows,
                     database.query("SELECT COUNT(*) FROM records_document"
                                    " WHERE chain = ?1 AND kind = ?2 AND hash <> ?3",
                                    row.chain, row.kind, row.hash));
    SALUS_TRY(rows->step());
    const std::size_t most = row.kind == DocumentKind::grant ? bounds.grants : bounds.emergencies;
    if (static_cast<std::size_t>(rows->integer(0)) < most) return ok_status();
    return Error(kTooManyGrants);
}

Status write(store::Database& database, const DocumentRow& row, ByteView sealed,
             const std::vector<Stored>& fragments, const ShelfBounds& bounds) {
    SALUS_TRY_ASSIGN(const bool withdrawn, is_withdrawn(database, row.account, row.hash));
    if (withdrawn) return Error(kGrantRevoked);
    SALUS_TRY(check_room(database, row, bounds));
    SALUS_TRY(database.run("INSERT INTO records_document(hash, kind, chain, account, grantee, ends,"
                           " sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                           " ON CONFLICT(hash) DO UPDATE SET sealed = excluded.sealed",
                           row.hash, row.kind, row.chain, row.account, row.grantee, row.ends,
                           sealed));
    if (fragments.empty()) return ok_status();
    SALUS_TRY(database.run("DELETE FROM records_fragment WHERE document = ?1", row.hash));
    for (const Stored& one : fragments) {
        SALUS_TRY(database.run("INSERT INTO records_fragment(document, key, receiver, sealed)"
                               " VALUES (?1, ?2, ?3, ?4)",
                               row.hash, one.key, one.receiver, one.sealed));
    }
    return ok_status();
}

Stored stored(const umbral::KeyFragment& fragment, const Hash32& document, const FolderKey& key,
              const Address& receiver, const crypto::SecretKey32& at_rest,
              const GrantShelf::Parts& parts) {
    const auto plain = fragment.bytes();
    return {key, receiver,
            seal_at_rest(at_rest, kFragmentAtRest, parts.node.address(),
                         fragment_bound(document, key, receiver), plain.expose().bytes,
                         parts.random)};
}

// Fragments are of keys of the grant, one each, where it lets read.
Status check_keys(const Delivery& delivery) {
    const consent::Grant& grant = delivery.grant;
    std::set<FolderKey> keys;
    for (const consent::GrantedFolder& folder : grant.folders) keys.insert(folder.key);
    const bool reads = grant.access != consent::Access::write;
    for (const SealedFragment& one : delivery.fragments) {
        if (!reads || keys.erase(one.key) == 0) return Error(kFragmentKey);
    }
    return ok_status();
}

DocumentRow row_of(const consent::Grant& grant, const Hash32& hash, Bytes vouch) {
    return {hash,          DocumentKind::grant, grant.patient,     grant.grantor,
            grant.grantee, grant.until,         grant_text(grant), std::move(vouch)};
}

} // namespace

Bytes seal_at_rest(const crypto::SecretKey32& key, std::string_view what, const Address& node,
                   ByteView bound, ByteView plain, Random& random) {
    const crypto::AeadNonce nonce = random.bytes<24>();
    const Bytes associated = concat({view(what), Bytes{0}, node.bytes, bound});
    return concat({nonce.bytes, crypto::aead_seal(key, nonce, plain, associated)});
}

Result<Bytes> open_at_rest(const crypto::SecretKey32& key, std::string_view what,
                           const Address& node, ByteView bound, ByteView sealed) {
    crypto::AeadNonce nonce;
    if (sealed.size() < nonce.size()) return Error(kFragmentTampered);
    std::copy_n(sealed.begin(), nonce.size(), nonce.begin());
    const Bytes associated = concat({view(what), Bytes{0}, node.bytes, bound});
    auto out = crypto::aead_open(key, nonce, sealed.subspan(nonce.size()), associated);
    if (!out.ok()) return Error(kFragmentTampered);
    return out;
}

Bytes fragment_bound(const Hash32& document, const FolderKey& key, const Address& receiver) {
    return concat({document.bytes, key.bytes, receiver.bytes});
}

Result<std::int64_t> count_of(store::Database& database, std::string_view sql) {
    SALUS_TRY_ASSIGN(const auto rows, database.query(sql));
    SALUS_TRY(rows->step());
    return rows->integer(0);
}

Result<bool> is_withdrawn(store::Database& database, const Address& account,
                          const Hash32& document) {
    SALUS_TRY_ASSIGN(const auto rows, database.query("SELECT 1 FROM records_withdrawal"
                                                     " WHERE account = ?1 AND document = ?2",
                                                     account, document));
    return rows->step();
}

Result<std::unique_ptr<GrantShelf>> GrantShelf::open(const Parts& parts, Keys keys) {
    SALUS_TRY(parts.database.migrate(kMigrations, "grants"));
    return std::unique_ptr<GrantShelf>(new GrantShelf(parts, std::move(keys)));
}

Status GrantShelf::put(const ledger::PrivateChainId& chain, const Hash32& hash,
                       const Delivery& delivery) {
    const consent::Grant grant = without_names(delivery.grant);
    SALUS_TRY(consent::check_grant(grant));
    if (grant.patient != chain || grant_hash(grant) != hash) return Error(kOtherGrant);
    if (static_cast<std::uint64_t>(parts_.clock.unix_seconds()) > grant.until) {
        return Error(kGrantEnded);
    }
    if (!grant.guardian.is_zero() &&
        !consent::signed_by(grant.guardian, vouch_digest(parts_.place, hash), delivery.vouch)) {
        return Error(kVouchMissing);
    }
    SALUS_TRY(check_keys(delivery));
    std::vector<Stored> fragments;
    for (const SealedFragment& one : delivery.fragments) {
        if (!delivery.verifying) return Error(kFragmentKey, "the signer's key is missing");
        const Expected expected{fragment_place(chain, hash), one.key, grant.grantee_key,
                                *delivery.verifying};
        SALUS_TRY_ASSIGN(const auto checked, check_fragment(one.sealed, keys_.umbral, expected));
        fragments.push_back(stored(*checked, hash, one.key, grant.grantee, keys_.at_rest, parts_));
    }
    const DocumentRow row =
        row_of(grant, hash, grant.guardian.is_zero() ? Bytes() : delivery.vouch);
    const Bytes sealed = seal_at_rest(keys_.at_rest, kDocumentAtRest, node(), bound_of(row),
                                      document_bytes(row), parts_.random);
    return parts_.commits.run([&](store::Database& database) {
        return write(database, row, sealed, fragments, parts_.bounds);
    });
}

Status GrantShelf::put(const ledger::PrivateChainId& chain, const Hash32& hash,
                       const EmergencyDelivery& delivery) {
    const consent::EmergencyDocument& document = delivery.document;
    SALUS_TRY(consent::check_faults(consent::kBadEmergency, consent::emergency_faults(document)));
    if (document.patient != chain || emergency_hash(document) != hash) return Error(kOtherGrant);
    const bool custodian = std::ranges::binary_search(document.custodians, node());
    if (!delivery.fragments.empty() && (!custodian || !delivery.verifying)) {
        return Error(kFragmentKey, "this node is no custodian, or the signer's key is missing");
    }
    std::vector<Stored> fragments;
    for (const InstitutionFragment& one : delivery.fragments) {
        const Expected expected{fragment_place(chain, hash), document.key, one.receiving,
                                *delivery.verifying};
        SALUS_TRY_ASSIGN(const auto checked, check_fragment(one.sealed, keys_.umbral, expected));
        fragments.push_back(
            stored(*checked, hash, document.key, one.institution, keys_.at_rest, parts_));
    }
    const DocumentRow row{hash,
                          DocumentKind::emergency,
                          chain,
                          document.account,
                          {},
                          consent::kMaxTime,
                          emergency_text(document),
                          {}};
    const Bytes sealed = seal_at_rest(keys_.at_rest, kDocumentAtRest, node(), bound_of(row),
                                      document_bytes(row), parts_.random);
    return parts_.commits.run([&](store::Database& database) {
        return write(database, row, sealed, fragments, parts_.bounds);
    });
}

Status GrantShelf::complete(std::vector<ShelvedGrant>& grants) const {
    for (ShelvedGrant& one : grants) {
        SALUS_TRY_ASSIGN(one.revocation_received,
                         is_withdrawn(parts_.database, one.grant.grantor, one.hash));
        SALUS_TRY_ASSIGN(const auto rows, parts_.database.query("SELECT key FROM records_fragment"
                                                                " WHERE document = ?1 ORDER BY key",
                                                                one.hash));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            SALUS_TRY_ASSIGN(const FolderKey key, rows->fixed<33>(0));
            one.fragments.push_back(key);
        }
    }
    return ok_status();
}

Result<std::vector<ShelvedGrant>> GrantShelf::grants(const ledger::PrivateChainId& chain) const {
    return read_grants(parts_.database.query(
        std::string(kColumns) + "WHERE chain = ?1 AND kind = 0 ORDER BY hash", chain));
}

Result<std::vector<ShelvedGrant>> GrantShelf::grants(const ledger::PrivateChainId& chain,
                                                     const Address& grantee) const {
    return read_grants(parts_.database.query(
        std::string(kColumns) + "WHERE chain = ?1 AND kind = 0 AND grantee = ?2 ORDER BY hash",
        chain, grantee));
}

Result<std::vector<ShelvedGrant>>
GrantShelf::read_grants(Result<std::unique_ptr<store::Statement>> query) const {
    std::vector<ShelvedGrant> out;
    {
        SALUS_TRY_ASSIGN(const auto rows, std::move(query));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            SALUS_TRY_ASSIGN(const DocumentRow row, read_row(*rows, keys_.at_rest, node()));
            SALUS_TRY_ASSIGN(ShelvedGrant one, grant_of(row, parts_.place));
            out.push_back(std::move(one));
        }
    }
    SALUS_TRY(complete(out));
    return out;
}

Result<std::vector<ShelvedEmergency>>
GrantShelf::emergencies(const ledger::PrivateChainId& chain) const {
    std::vector<ShelvedEmergency> out;
    {
        SALUS_TRY_ASSIGN(const auto rows,
                         parts_.database.query(std::string(kColumns) +
                                                   "WHERE chain = ?1 AND kind = 1 ORDER BY hash",
                                               chain));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            SALUS_TRY_ASSIGN(const DocumentRow row, read_row(*rows, keys_.at_rest, node()));
            SALUS_TRY_ASSIGN(ShelvedEmergency one, emergency_of(row));
            out.push_back(std::move(one));
        }
    }
    for (ShelvedEmergency& one : out) {
        SALUS_TRY_ASSIGN(one.opt_out_received,
                         is_withdrawn(parts_.database, one.document.account, one.hash));
    }
    return out;
}

Result<std::optional<ledger::PrivateChainId>> GrantShelf::chain_of(const Hash32& document) const {
    SALUS_TRY_ASSIGN(
        const auto rows,
        parts_.database.query("SELECT chain FROM records_document WHERE hash = ?1", document));
    SALUS_TRY_ASSIGN(const bool found, rows->step());
    if (!found) return std::optional<ledger::PrivateChainId>();
    SALUS_TRY_ASSIGN(const Hash32 chain, rows->fixed<32>(0));
    return std::optional(chain);
}

Result<std::vector<std::optional<umbral::CapsuleFragment>>>
GrantShelf::reencrypt(const Hash32& document, const Address& receiver,
                      std::span<const KeyedCapsuleView> capsules) const {
    std::map<FolderKey, std::optional<umbral::Verified<umbral::KeyFragment>>> held;
    std::vector<std::optional<umbral::CapsuleFragment>> out;
    for (const KeyedCapsuleView& one : capsules) {
        auto found = held.find(one.key);
        if (found == held.end()) {
            SALUS_TRY_ASSIGN(auto fragment, this->fragment(document, one.key, receiver));
            found = held.emplace(one.key, std::move(fragment)).first;
        }
        if (!found->second) {
            out.emplace_back();
            continue;
        }
        SALUS_TRY_ASSIGN(auto made, umbral::reencrypt(one.capsule, *found->second, parts_.random));
        out.emplace_back(std::move(made));
    }
    return out;
}

Result<std::optional<umbral::Verified<umbral::KeyFragment>>>
GrantShelf::fragment(const Hash32& document, const FolderKey& key, const Address& receiver) const {
    Bytes sealed;
    {
        SALUS_TRY_ASSIGN(const auto rows, parts_.database.query(
                                              "SELECT sealed FROM records_fragment"
                                              " WHERE document = ?1 AND key = ?2 AND receiver = ?3",
                                              document, key, receiver));
        SALUS_TRY_ASSIGN(const bool there, rows->step());
        if (!there) return std::optional<umbral::Verified<umbral::KeyFragment>>();
        sealed = rows->blob(0);
    }
    SALUS_TRY_ASSIGN(Bytes plain, open_at_rest(keys_.at_rest, kFragmentAtRest, node(),
                                               fragment_bound(document, key, receiver), sealed));
    auto fragment = umbral::KeyFragment::from_bytes(plain);
    crypto::wipe(plain);
    if (!fragment.ok()) return Error(kFragmentTampered);
    return std::optional(umbral::Verified<umbral::KeyFragment>::trusted(std::move(*fragment)));
}

} // namespace salus::records
