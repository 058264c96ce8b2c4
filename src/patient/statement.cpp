#include "patient/statement.hpp"

#include <algorithm>

#include "envelope/eip712.hpp"

namespace salus::patient {
namespace {

namespace json = codec::json;
using envelope::StructHash;

constexpr std::string_view kFolderType =
    "FolderKey(string name,uint64 epoch,bytes key,bytes successor)";
constexpr std::string_view kKeysType =
    "PatientKeys(bytes32 salt,address account,uint64 sequence,uint64 issued,bytes inbox,"
    "FolderKey[] folders)";

constexpr std::size_t kMaxText = 256 * 1024;
constexpr std::uint64_t kMaxNumber = std::uint64_t{1} << 53;

Hash32 folder_hash(const FolderKeys& folder) {
    return StructHash(kFolderType)
        .add_text(folder.name)
        .add(uint256(folder.epoch))
        .add_bytes(folder.key.bytes)
        .add_bytes(folder.successor.bytes)
        .hash();
}

bool by_name(const FolderKeys& a, const FolderKeys& b) {
    return a.name < b.name;
}

Result<FolderKeys> folder_of(const Root& root, const FolderEpoch& plan) {
    if (plan.epoch >= kMaxNumber) return Error(kBadStatement, "epoch");
    SALUS_TRY_ASSIGN(const auto key, root.folder_public(plan.name, plan.epoch));
    SALUS_TRY_ASSIGN(const auto next, root.folder_public(plan.name, plan.epoch + 1));
    return FolderKeys{plan.name, plan.epoch, key.bytes(), next.bytes()};
}

Status check_folders(const std::vector<FolderKeys>& folders) {
    if (folders.size() > kMaxFolders) return Error(kBadStatement, "too many folders");
    for (std::size_t i = 1; i < folders.size(); ++i) {
        if (!by_name(folders[i - 1], folders[i])) {
            return Error(kBadStatement, "folders rise by name, each once");
        }
    }
    return ok_status();
}

template <std::size_t N>
Result<FixedBytes<N>> hex_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    auto out = fixed_from_hex<N>(text);
    if (!out.ok() || to_hex0x(out->bytes) != text) return Error(kBadStatement, std::string(key));
    return out;
}

Result<PublicKeyBytes> key_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const PublicKeyBytes bytes, hex_member<33>(object, key));
    SALUS_TRY(crypto::secp256k1::Point::from_bytes(bytes.bytes));
    return bytes;
}

Result<std::uint64_t> number_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::uint64_t value, codec::json_u64(object, key));
    if (value > kMaxNumber) return Error(kBadStatement, std::string(key));
    return value;
}

Result<FolderKeys> read_folder(const codec::Json& value) {
    if (!value.is_object() || value.get_object().size() != 4) {
        return Error(kBadStatement, "folders");
    }
    const json::object& object = value.get_object();
    FolderKeys out;
    SALUS_TRY_ASSIGN(out.name, codec::json_string(object, "name"));
    SALUS_TRY(check_folder_name(out.name));
    SALUS_TRY_ASSIGN(out.epoch, number_member(object, "epoch"));
    SALUS_TRY_ASSIGN(out.key, key_member(object, "key"));
    SALUS_TRY_ASSIGN(out.successor, key_member(object, "successor"));
    return out;
}

Result<SignedStatement> read_members(const json::object& object) {
    SignedStatement out;
    Statement& statement = out.statement;
    SALUS_TRY_ASSIGN(const std::uint64_t version, number_member(object, "version"));
    if (version != 1 || object.size() != 8) return Error(kBadStatement, "version 1, its members");
    SALUS_TRY_ASSIGN(statement.salt, hex_member<32>(object, "salt"));
    SALUS_TRY_ASSIGN(statement.account, hex_member<20>(object, "account"));
    SALUS_TRY_ASSIGN(statement.sequence, number_member(object, "sequence"));
    SALUS_TRY_ASSIGN(statement.issued, number_member(object, "issued"));
    SALUS_TRY_ASSIGN(statement.inbox, key_member(object, "inbox"));
    SALUS_TRY_ASSIGN(out.signature, hex_member<65>(object, "signature"));
    SALUS_TRY_ASSIGN(const json::array* folders, codec::json_array(object, "folders"));
    if (folders->size() > kMaxFolders) return Error(kBadStatement, "too many folders");
    for (const codec::Json& folder : *folders) {
        SALUS_TRY_ASSIGN(FolderKeys keys, read_folder(folder));
        statement.folders.push_back(std::move(keys));
    }
    SALUS_TRY(check_folders(statement.folders));
    return out;
}

const FolderKeys* find_folder(const Statement& statement, std::string_view name) {
    const auto at = std::find_if(statement.folders.begin(), statement.folders.end(),
                                 [&](const FolderKeys& one) { return one.name == name; });
    return at == statement.folders.end() ? nullptr : &*at;
}

} // namespace

Result<SignedStatement> make_statement(const Root& root, const StatementPlan& plan,
                                       const ledger::Domain& domain, Random& random) {
    SignedStatement out;
    Statement& statement = out.statement;
    statement.salt = random.bytes<32>();
    statement.account = root.ledger_account();
    statement.sequence = plan.sequence;
    statement.issued = plan.issued;
    statement.inbox = root.inbox_public().bytes();
    for (const FolderEpoch& folder : plan.folders) {
        SALUS_TRY_ASSIGN(FolderKeys keys, folder_of(root, folder));
        statement.folders.push_back(std::move(keys));
    }
    std::sort(statement.folders.begin(), statement.folders.end(), by_name);
    SALUS_TRY(check_folders(statement.folders));
    SALUS_TRY_ASSIGN(out.signature,
                     envelope::wallet_sign(root.ledger_key(), signing_digest(statement, domain)));
    return out;
}

Hash32 digest_of(const Statement& statement) {
    std::vector<Hash32> folders;
    for (const FolderKeys& folder : statement.folders) folders.push_back(folder_hash(folder));
    return StructHash(std::string(kKeysType) + std::string(kFolderType))
        .add(statement.salt)
        .add(statement.account)
        .add(uint256(statement.sequence))
        .add(uint256(statement.issued))
        .add_bytes(statement.inbox.bytes)
        .add_array(folders)
        .hash();
}

Hash32 signing_digest(const Statement& statement, const ledger::Domain& domain) {
    const envelope::Eip712Domain place{.name = "Salus Patient Keys",
                                       .version = "1",
                                       .chain_id = uint256(domain.chain_id),
                                       .verifying_contract = domain.anchor,
                                       .salt = {}};
    return envelope::typed_digest(envelope::domain_separator(place), digest_of(statement));
}

json::object statement_json(const SignedStatement& signed_statement) {
    const Statement& statement = signed_statement.statement;
    json::array folders;
    for (const FolderKeys& folder : statement.folders) {
        folders.push_back(json::object{{"epoch", folder.epoch},
                                       {"key", to_hex0x(folder.key.bytes)},
                                       {"name", folder.name},
                                       {"successor", to_hex0x(folder.successor.bytes)}});
    }
    return {{"account", to_hex0x(statement.account.bytes)},
            {"folders", std::move(folders)},
            {"inbox", to_hex0x(statement.inbox.bytes)},
            {"issued", statement.issued},
            {"salt", to_hex0x(statement.salt.bytes)},
            {"sequence", statement.sequence},
            {"signature", to_hex0x(signed_statement.signature.bytes)},
            {"version", 1}};
}

Result<SignedStatement> read_statement(std::string_view text) {
    const auto parsed = codec::parse_json(text, {.bytes = kMaxText, .depth = 4});
    if (!parsed.ok()) return Error(kBadStatement, parsed.error().text());
    if (!parsed->is_object()) return Error(kBadStatement, "an object");
    auto out = read_members(parsed->get_object());
    if (!out.ok() && !(out.error().kind() == kBadStatement)) {
        return Error(kBadStatement, out.error().text());
    }
    return out;
}

Status verify(const SignedStatement& signed_statement, const Expected& expected,
              const ledger::Domain& domain) {
    const Statement& statement = signed_statement.statement;
    if (statement.account != expected.account) return Error(kKeysOtherPatient);
    if (digest_of(statement) != expected.digest) return Error(kKeysSubstituted);
    const auto signer = envelope::wallet_recover(signing_digest(statement, domain),
                                                 signed_statement.signature.bytes);
    if (!signer.ok() || *signer != statement.account) return Error(kKeysSignature);
    if (statement.sequence < expected.sequence) return Error(kKeysOld);
    return ok_status();
}

Result<WriteKey> write_key(const Statement& statement, std::string_view folder,
                           const ClosedKeys& closed) {
    const FolderKeys* found = find_folder(statement, folder);
    if (found == nullptr) return Error(kNoSuchFolder);
    if (!closed.contains(found->key)) return WriteKey{found->epoch, found->key};
    if (closed.contains(found->successor)) return Error(kEpochClosed);
    return WriteKey{found->epoch + 1, found->successor};
}

Status check_write(const Statement& statement, const PublicKeyBytes& key,
                   const ClosedKeys& closed) {
    if (closed.contains(key)) return Error(kEpochClosed);
    if (key == statement.inbox) return ok_status();
    for (const FolderKeys& folder : statement.folders) {
        if (key == folder.key) return ok_status();
        // Ahead of its time it would be missed by grants of the present epoch.
        if (key == folder.successor && closed.contains(folder.key)) return ok_status();
    }
    return Error(kNotAKeyOfPatient);
}

} // namespace salus::patient
