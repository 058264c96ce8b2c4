#include "sign_in/desk.hpp"

#include <algorithm>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/date_time.hpp"

namespace salus::sign_in {
namespace {

constexpr store::Migration kMigrations[] = {
    {1, "CREATE TABLE sign_in_nonce(nonce TEXT PRIMARY KEY, expires INTEGER NOT NULL);"
        "CREATE TABLE sign_in_assertion(digest BLOB PRIMARY KEY, expires INTEGER NOT NULL);"
        "CREATE TABLE sign_in_session(token BLOB PRIMARY KEY, account BLOB NOT NULL,"
        " chain_id INTEGER NOT NULL, client TEXT NOT NULL, clinician TEXT NOT NULL,"
        " opened INTEGER NOT NULL, expires INTEGER NOT NULL);"
        "CREATE INDEX sign_in_session_of ON sign_in_session(account, client);"},
    {2, "CREATE TABLE sign_in_key(id INTEGER PRIMARY KEY, nonces BLOB NOT NULL);"
        "ALTER TABLE sign_in_session ADD COLUMN scope TEXT NOT NULL DEFAULT '';"},
};

constexpr std::size_t kTokenCharacters = 43; // 32 bytes in base64url

// A nonce: when it ends (seconds, u64) ‖ 8 random bytes ‖ 16 bytes of HMAC-SHA256 over both, in
// hex.
constexpr std::size_t kNonceBody = 16, kNonceMac = 16;

FixedBytes<kNonceMac> nonce_mac(const crypto::SecretKey32& key, ByteView body) {
    const Hash32 whole = crypto::hmac_sha256(key.expose().bytes, body);
    FixedBytes<kNonceMac> out;
    std::memcpy(out.data(), whole.data(), out.size());
    return out;
}

Bytes u64_bytes(std::uint64_t value) {
    Bytes out;
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(value >> shift));
    return out;
}

// The first process that opens the database draws it.
Result<crypto::SecretKey32> nonce_key(store::Database& database, Random& random) {
    SALUS_TRY(database.run("INSERT INTO sign_in_key(id, nonces) VALUES (1, ?1)"
                           " ON CONFLICT(id) DO NOTHING",
                           random.bytes<32>()));
    SALUS_TRY_ASSIGN(const auto row, database.query("SELECT nonces FROM sign_in_key WHERE id = 1"));
    SALUS_TRY(row->step());
    SALUS_TRY_ASSIGN(const auto key, row->fixed<32>(0));
    return crypto::SecretKey32(key);
}

// An assertion's id is its client's: others may use the same.
Hash32 assertion_digest(const Assertion& assertion) {
    Bytes out = to_bytes(assertion.client);
    out.push_back(0);
    append(out, view(assertion.id));
    return crypto::sha256(out);
}

// RFC 3339 text that was checked; far ahead where there is none.
std::int64_t end_of(const envelope::SiweMessage& message, std::int64_t otherwise) {
    if (!message.expiration_time) return otherwise;
    const auto time = envelope::parse_rfc3339(*message.expiration_time);
    return time ? std::min(*time, otherwise) : otherwise;
}

} // namespace

Result<SignInDesk> SignInDesk::open(store::Database& database, Place place, Random& random) {
    SALUS_TRY(database.migrate(kMigrations, "sign_in"));
    SALUS_TRY_ASSIGN(crypto::SecretKey32 key, nonce_key(database, random));
    return SignInDesk(database, std::move(place), random, std::move(key));
}

std::string SignInDesk::nonce(std::int64_t now) {
    Bytes body = u64_bytes(static_cast<std::uint64_t>(now + kNonceLife));
    append(body, random_->bytes<8>().bytes);
    return to_hex(body) + to_hex(nonce_mac(nonce_key_, body).bytes);
}

Status SignInDesk::use_nonce(std::string_view nonce, std::int64_t now) {
    const auto bytes = fixed_from_hex<kNonceBody + kNonceMac>(nonce);
    if (!bytes.ok() || to_hex(bytes->bytes) != nonce) return Error(kNonceUnknown); // one spelling
    const ByteView whole = bytes->bytes;
    const ByteView body = whole.first(kNonceBody);
    if (!crypto::equal_constant_time(nonce_mac(nonce_key_, body).bytes,
                                     whole.subspan(kNonceBody))) {
        return Error(kNonceUnknown);
    }
    std::int64_t ends = 0;
    for (const Byte byte : body.first(8)) ends = (ends << 8) | byte;
    if (ends <= now) return Error(kNonceUnknown);
    SALUS_TRY(database_->run("DELETE FROM sign_in_nonce WHERE expires <= ?1", now));
    SALUS_TRY(database_->run("INSERT INTO sign_in_nonce(nonce, expires) VALUES (?1, ?2)"
                             " ON CONFLICT(nonce) DO NOTHING",
                             nonce, ends));
    if (database_->changed_rows() != 1) return Error(kNonceUnknown);
    return ok_status();
}

Result<Opened> SignInDesk::sign_in(std::string_view message, ByteView signature, std::int64_t now) {
    const envelope::SiweExpectation expected{.domain = place_.domain,
                                             .scheme = {},
                                             .chain_id = place_.chain_id,
                                             .nonce = {},
                                             .now = now};
    SALUS_TRY_ASSIGN(const envelope::SiweMessage read,
                     envelope::siwe_verify(message, signature, expected));
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY(use_nonce(read.nonce, now));
    Session session;
    session.account = read.address;
    session.expires = end_of(read, now + kSessionLife);
    SALUS_TRY_ASSIGN(Opened out, open_session(std::move(session), now));
    SALUS_TRY(transaction.commit());
    return out;
}

Result<Opened> SignInDesk::sign_in_client(std::string_view assertion, const FindClient& find,
                                          const Scopes& scopes, std::int64_t now) {
    SALUS_TRY_ASSIGN(const Assertion read, check_assertion(assertion, find, place_.token_url, now));
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY(database_->run("DELETE FROM sign_in_assertion WHERE expires <= ?1", now));
    SALUS_TRY(database_->run("INSERT INTO sign_in_assertion(digest, expires) VALUES (?1, ?2)"
                             " ON CONFLICT(digest) DO NOTHING",
                             assertion_digest(read), read.expires));
    if (database_->changed_rows() != 1) return Error(kAssertionUsed);
    Session session;
    session.account = read.account;
    session.client = read.client;
    session.clinician = read.clinician;
    session.scope = scopes.text();
    session.expires = now + kClientSessionLife;
    SALUS_TRY_ASSIGN(Opened out, open_session(std::move(session), now));
    SALUS_TRY(transaction.commit());
    return out;
}

Result<Opened> SignInDesk::open_session(Session session, std::int64_t now) {
    session.chain_id = place_.chain_id;
    Opened out{codec::base64url_encode(random_->bytes<32>().bytes), std::move(session)};
    const Session& made = out.session;
    SALUS_TRY(database_->run("DELETE FROM sign_in_session WHERE expires <= ?1", now));
    // A hospital's systems share an account, and each may have as many.
    SALUS_TRY(database_->run(
        "DELETE FROM sign_in_session WHERE token IN (SELECT token FROM sign_in_session"
        " WHERE account = ?1 AND client = ?2 ORDER BY opened DESC, token LIMIT 1000 OFFSET ?3)",
        made.account, made.client, kMaxSessions - 1));
    SALUS_TRY(database_->run(
        "INSERT INTO sign_in_session(token, account, chain_id, client, clinician, opened, expires,"
        " scope) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        crypto::sha256(view(out.token)), made.account, made.chain_id, made.client, made.clinician,
        now, made.expires, made.scope));
    return out;
}

Result<Session> SignInDesk::find(std::string_view token, std::int64_t now) const {
    if (token.size() != kTokenCharacters) return Error(kNoSession);
    SALUS_TRY_ASSIGN(const auto row,
                     database_->query("SELECT account, chain_id, client, clinician, expires, scope"
                                      " FROM sign_in_session WHERE token = ?1",
                                      crypto::sha256(view(token))));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found || row->integer(4) <= now) return Error(kNoSession);
    Session out;
    SALUS_TRY_ASSIGN(out.account, row->fixed<20>(0));
    out.chain_id = static_cast<std::uint64_t>(row->integer(1));
    // Of another chain: an account's role there says nothing here.
    if (out.chain_id != place_.chain_id) return Error(kNoSession);
    out.client = row->text(2);
    out.clinician = row->text(3);
    out.expires = row->integer(4);
    out.scope = row->text(5);
    return out;
}

Status SignInDesk::sign_out(std::string_view token) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_->begin());
    SALUS_TRY(database_->run("DELETE FROM sign_in_session WHERE token = ?1",
                             crypto::sha256(view(token))));
    if (database_->changed_rows() != 1) return Error(kNoSession);
    return transaction.commit();
}

} // namespace salus::sign_in
