#pragma once
// A grantee without a gateway (an insurer, an office, a researcher, a small practice): asks
// patients for access, keeps the grants that come, reads with them, writes where a grant lets it.
// Its account and its Umbral key are the ledger and the inbox key of a root secret like a
// patient's. One thread.

#include <functional>
#include <map>

#include "device/card.hpp"
#include "records_client/grant_reader.hpp"

namespace salus::device {

inline constexpr ErrorKind kNoSuchGrant{"grantee.no_such_grant", "salus grantee grants"};
inline constexpr ErrorKind kNotForUs{"grantee.not_for_us",
                                     "docs/records-api.md: a grant to this account and key"};
inline constexpr ErrorKind kGenesisDiffers{
    "grantee.genesis_differs", "docs/records.md: a chain's id is the hash of its genesis"};

struct ReceivedGrant {
    records_client::HeldGrant held;
    bool revoked = false; // as a letter said; the nodes decide
    Hash32 hash() const { return consent::grant_hash(held.letter.grant); }
};

struct AskedRequest {
    consent::RequestProgress progress;
    Card card;
};

struct GranteeState {
    std::vector<std::string> nodes; // where letters are fetched from
    std::vector<ReceivedGrant> grants;
    std::vector<AskedRequest> requests;
    // Of grants whose own letter has not come yet.
    std::vector<records_client::KeysLetter> early;
    std::map<Hash32, patient::SignedStatement> statements; // by chain, the newest
};
codec::json::object to_json(const GranteeState& state);
Result<GranteeState> read_grantee_state(const codec::json::object& json); // kBadState

struct AskPlan {
    consent::AskerKind kind = consent::AskerKind::insurer;
    std::string name, purpose, reason;
    consent::Access access = consent::Access::read;
    std::vector<consent::Folder> folders;
    std::vector<vault::RecordId> records;
    std::uint64_t from = 0, until = 0, expires_at = 0;
};

class Grantee {
public:
    struct Parts {
        const patient::Root& root;
        Random& random;
        const Clock& clock;
        std::function<Status(const GranteeState&)> save;
        std::string ca_file;
    };
    Grantee(Parts parts, GranteeState state);

    const GranteeState& state() const { return state_; }
    Address account() const { return parts_.root.ledger_account(); }
    records::FolderKey key() const { return parts_.root.inbox_public().bytes(); }

    // Letters at all nodes that are known, and at `nodes`, which are remembered. Notes: what came.
    Result<std::vector<std::string>> fetch(const std::vector<std::string>& nodes = {});
    Result<vault::RecordId> ask(const Card& card, const AskPlan& plan);

    using Listed = records_client::GrantReader::Listed;
    using Opened = records_client::GrantReader::Opened;
    Result<std::vector<Listed>> list(const Hash32& grant, const std::string& purpose = {});
    Result<std::vector<Opened>> read(const Hash32& grant, const std::vector<vault::RecordId>& only,
                                     const std::string& purpose = {});
    // One block with this resource (and nothing else) into the folder that it belongs to, where the
    // grant lets it, else into the inbox: for accredited hospitals. Gives the record's id.
    Result<vault::RecordId> write(const Card& card, const codec::json::object& resource,
                                  const std::string& purpose);

private:
    using Client = records_client::RecordsClient;

    Result<Client*> client(const std::string& url);
    Status save() { return parts_.save(state_); }
    std::uint64_t now() const { return static_cast<std::uint64_t>(parts_.clock.unix_seconds()); }
    Result<std::string> take(const records::Letter& letter);
    Result<std::string> take(const records_client::GrantLetter& letter);
    Result<std::string> take(const records_client::KeysLetter& letter);
    Result<std::string> take(const records_client::AnswerLetter& letter);
    Result<std::string> take(const records_client::StatementLetter& letter);
    Result<std::string> take(const records_client::RevokedLetter& letter);
    void keep_statement(const Hash32& chain, const patient::SignedStatement& statement);
    Result<const ReceivedGrant*> find(const Hash32& grant) const;
    std::vector<Client*> clients_of(const ReceivedGrant& grant);
    Result<records::FolderKey> key_to_write(const Card& card, consent::Folder folder);
    Status check_genesis(Client& client, const Card& card);

    Parts parts_;
    GranteeState state_;
    std::map<std::string, std::unique_ptr<Client>> clients_;
};

} // namespace salus::device
