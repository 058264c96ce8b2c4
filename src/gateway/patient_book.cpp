#include "gateway/patient_book.hpp"

#include "codec/base64url.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;
using records_client::HeldGrant;
using records_client::KeysLetter;

constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE gateway_patient (
    identity    BLOB PRIMARY KEY,
    chain       BLOB NOT NULL UNIQUE,
    sealed      BLOB NOT NULL
) STRICT;

CREATE TABLE gateway_record (
    record      BLOB PRIMARY KEY,
    patient     BLOB NOT NULL,
    resource    BLOB NOT NULL,
    content     BLOB NOT NULL,
    block       BLOB NOT NULL,
    time        INTEGER NOT NULL,
    done        INTEGER NOT NULL
) STRICT;
CREATE INDEX gateway_record_resource ON gateway_record(resource, time);
CREATE INDEX gateway_record_block ON gateway_record(block);

CREATE TABLE gateway_seen (
    record      BLOB PRIMARY KEY,
    patient     BLOB NOT NULL,
    resource    BLOB NOT NULL,
    type        BLOB NOT NULL
) STRICT;
CREATE INDEX gateway_seen_patient ON gateway_seen(patient);
CREATE INDEX gateway_seen_resource ON gateway_seen(resource);

CREATE TABLE gateway_read (
    number      INTEGER PRIMARY KEY,
    patient     BLOB NOT NULL,
    time        INTEGER NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE INDEX gateway_read_patient ON gateway_read(patient, number);
)sql"},
};

constexpr std::string_view kById = "patient", kByChain = "chain";

Bytes context_of(const Hash32& identity) {
    return concat({view("gateway/patient/1"), identity.bytes});
}

json::object keys_json(const HeldGrant& grant) {
    KeysLetter letter;
    letter.grant = consent::grant_hash(grant.letter.grant);
    for (const auto& [record, box] : grant.keys) letter.keys.push_back({record, encode(box)});
    return records_client::letter_json(letter);
}

std::string text_of(const EnrolledPatient& patient) {
    json::array nodes, grants;
    for (const std::string& node : patient.nodes) nodes.push_back(json::string(node));
    for (const HeldGrant& grant : patient.grants) {
        json::object one{{"letter", records_client::letter_json(grant.letter)}};
        if (!grant.keys.empty()) one["keys"] = keys_json(grant);
        grants.push_back(std::move(one));
    }
    json::object out{{"id", patient.id},
                     {"chain", to_hex0x(patient.chain.bytes)},
                     {"account", to_hex0x(patient.account.bytes)},
                     {"inbox", to_hex0x(patient.inbox.bytes)},
                     {"founding", to_hex0x(patient.founding_digest.bytes)},
                     {"nodes", std::move(nodes)},
                     {"grants", std::move(grants)}};
    if (patient.statement) out["statement"] = patient::statement_json(*patient.statement);
    return codec::print_json(out);
}

template <std::size_t N>
Status read_bytes(const json::object& object, std::string_view key, FixedBytes<N>& out) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    SALUS_TRY_ASSIGN(out, fixed_from_hex<N>(text));
    return ok_status();
}

template <typename Letter>
Result<Letter> letter_of(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const json::object* text, codec::json_object(object, key));
    SALUS_TRY_ASSIGN(records_client::LetterContent content, records_client::read_letter(*text));
    Letter* letter = std::get_if<Letter>(&content);
    if (letter == nullptr) return Error(records_client::kBadLetter, "another kind of letter");
    return std::move(*letter);
}

Result<HeldGrant> grant_of(const Json& item) {
    if (!item.is_object()) return Error(codec::kJsonWrongType, "grants");
    HeldGrant out;
    SALUS_TRY_ASSIGN(out.letter,
                     letter_of<records_client::GrantLetter>(item.get_object(), "letter"));
    if (!item.get_object().contains("keys")) return out;
    SALUS_TRY_ASSIGN(const KeysLetter keys, letter_of<KeysLetter>(item.get_object(), "keys"));
    SALUS_TRY(out.add(keys));
    return out;
}

Result<EnrolledPatient> patient_of(const json::object& object) {
    EnrolledPatient out;
    SALUS_TRY_ASSIGN(out.id, codec::json_string(object, "id"));
    SALUS_TRY(read_bytes(object, "chain", out.chain));
    SALUS_TRY(read_bytes(object, "account", out.account));
    SALUS_TRY(read_bytes(object, "inbox", out.inbox));
    SALUS_TRY(read_bytes(object, "founding", out.founding_digest));
    SALUS_TRY_ASSIGN(const json::array* nodes, codec::json_array(object, "nodes"));
    for (const Json& node : *nodes) {
        if (!node.is_string()) return Error(codec::kJsonWrongType, "nodes");
        out.nodes.emplace_back(node.get_string());
    }
    SALUS_TRY_ASSIGN(const json::array* grants, codec::json_array(object, "grants"));
    for (const Json& item : *grants) {
        SALUS_TRY_ASSIGN(HeldGrant grant, grant_of(item));
        out.grants.push_back(std::move(grant));
    }
    if (const Json* statement = codec::json_find(object, "statement")) {
        SALUS_TRY_ASSIGN(out.statement, patient::read_statement(codec::print_json(*statement)));
    }
    return out;
}

} // namespace

Status migrate(store::Database& database) {
    return database.migrate(kMigrations, "gateway");
}

Hash32 PatientBook::row_of(const EnrolledPatient& patient) const {
    return keys_.lookup(kById, view(patient.id));
}

Status PatientBook::put(const EnrolledPatient& patient) {
    const Hash32 identity = row_of(patient);
    const Hash32 chain = keys_.lookup(kByChain, patient.chain.bytes);
    const Bytes sealed = keys_.seal(view(text_of(patient)), context_of(identity), random_);
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    SALUS_TRY(database_.run("INSERT INTO gateway_patient(identity, chain, sealed) "
                            "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                            identity, chain, sealed));
    if (database_.changed_rows() == 0) {
        SALUS_TRY(database_.run(
            "UPDATE gateway_patient SET sealed = ?3 WHERE identity = ?1 AND chain = ?2", identity,
            chain, sealed));
        if (database_.changed_rows() == 0) {
            return Error(kPatientTaken, "this Patient has another chain, or this chain another "
                                        "Patient");
        }
    }
    return transaction.commit();
}

Result<EnrolledPatient> PatientBook::read(const Hash32& identity, ByteView sealed) const {
    SALUS_TRY_ASSIGN(Bytes plain, keys_.open(sealed, context_of(identity)));
    auto parsed = codec::parse_json(to_string(plain));
    crypto::wipe(plain);
    if (!parsed.ok()) return std::move(parsed).error();
    if (!parsed->is_object()) return Error(codec::kJsonWrongType, "an enrolled patient");
    SALUS_TRY_ASSIGN(EnrolledPatient out, patient_of(parsed->get_object()));
    if (row_of(out) != identity) return Error(crypto::kNotAuthentic, "a row in another's place");
    return out;
}

Result<EnrolledPatient> PatientBook::find(std::string_view column, const Hash32& value) const {
    Hash32 identity;
    Bytes sealed;
    {
        SALUS_TRY_ASSIGN(auto rows,
                         database_.query("SELECT identity, sealed FROM gateway_patient WHERE " +
                                             std::string(column) + " = ?1",
                                         value));
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return Error(kUnknownPatient, "no such patient is enrolled at this gateway");
        SALUS_TRY_ASSIGN(identity, rows->fixed<32>(0));
        sealed = rows->blob(1);
    }
    return read(identity, sealed);
}

Result<EnrolledPatient> PatientBook::by_id(std::string_view id) const {
    return find("identity", keys_.lookup(kById, view(id)));
}

Result<EnrolledPatient> PatientBook::by_row(const Hash32& row) const {
    return find("identity", row);
}

Result<EnrolledPatient> PatientBook::by_chain(const ledger::PrivateChainId& chain) const {
    return find("chain", keys_.lookup(kByChain, chain.bytes));
}

Result<std::vector<EnrolledPatient>> PatientBook::all(std::size_t most) const {
    std::vector<std::pair<Hash32, Bytes>> found;
    {
        SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT identity, sealed FROM gateway_patient "
                                                    "ORDER BY identity LIMIT ?1",
                                                    static_cast<std::int64_t>(most)));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            SALUS_TRY_ASSIGN(const Hash32 identity, rows->fixed<32>(0));
            found.emplace_back(identity, rows->blob(1));
        }
    }
    std::vector<EnrolledPatient> out;
    for (const auto& [identity, sealed] : found) {
        SALUS_TRY_ASSIGN(EnrolledPatient one, read(identity, sealed));
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace salus::gateway
