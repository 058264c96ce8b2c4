#pragma once
// The records API of one node (docs/records-api.md), as typed calls over HTTP. Used by a patient's
// device, by grantees, and by a hospital's gateway.
//
// It signs in when a call needs it and again when the session has ended: by a key (EIP-4361), or
// with a bearer token that its owner keeps fresh. What a node refuses comes back as an Error with
// the node's own name and detail ("consent.revoked"): compare by is(), refusal.hpp.
// Calls are repeated where that is harmless: all but list, read, reencrypt (each is written into
// the patient's chain) and relay. Thread-safe.

#include "records/grants_wire.hpp"
#include "records/parcel.hpp"
#include "records_client/reading_node.hpp"
#include "records_client/session.hpp"

namespace salus::records_client {

inline constexpr ErrorKind kOtherBlock{"node.other_block",
                                       "a promise is for the block that was handed in"};

class RecordsClient final : public ReadingNode {
public:
    // No network yet. `clock` outlives it. http.bad_url.
    static Result<std::unique_ptr<RecordsClient>> make(Options options, const Clock& clock);

    // Who calls. One of the two; without either only what anybody may ask for.
    void sign_in_as(crypto::SecretKey32 key) { session_->sign_in_as(std::move(key)); }
    void sign_in_with(TokenSource source) { session_->sign_in_with(std::move(source)); }
    Status sign_out() { return session_->sign_out(); }
    const std::string& url() const { return session_->url(); }

    // ---- anybody
    Result<records::NodeInfo> node();
    Result<records::Founded> found(const ledger::Block& genesis);
    Result<ledger::SignedTreeHead> log_head();
    Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to);
    struct Inclusion {
        std::uint64_t index = 0, size = 0; // of the log that the proof is for
        merkle::Proof proof;
    };
    Result<Inclusion> log_inclusion(const ledger::BlockHash& block,
                                    const std::optional<std::uint64_t>& size = {});
    Result<codec::json::object> proof(const ledger::BlockHash& block, std::uint32_t entry);

    // ---- chains
    Result<records::ChainInfo> chain(const Hash32& chain);
    Result<records::BlockPage> blocks(const Hash32& chain,
                                      const std::optional<ledger::BlockHash>& after,
                                      std::size_t most = records::kMaxBlocks);
    // kOtherBlock. Who signed the promise is for the caller to check (ledger::check_promise).
    Result<ledger::Promise> append(const Hash32& chain, const ledger::Block& block,
                                   std::span<const vault::NewRecord> records = {},
                                   std::string_view purpose = "TREAT");
    Result<records::ListAnswer> list(const Hash32& chain,
                                     const records::ListRequest& request) override;
    Result<records::ReadAnswer> read(const Hash32& chain,
                                     const records::ReadRequest& request) override;
    Result<records::ReencryptAnswer> reencrypt(const Hash32& chain,
                                               const records::ReencryptRequest& request) override;

    // ---- other nodes
    Result<records::Feed> feed(std::uint64_t first, std::size_t most);
    Result<vault::ProvedChunk> member_chunk(const Hash32& chain, const vault::RecordId& record,
                                            std::uint32_t index);
    Result<records::Parcel> parcel(const Hash32& chain, const ledger::BlockHash& block);

    // ---- grants
    Status deliver(const Hash32& chain, const records::Delivery& delivery);
    Status deliver(const Hash32& chain, const records::EmergencyDelivery& delivery);
    Result<records::GrantList> grants(const Hash32& chain);
    // Anybody may hand in what the patient signed. Who signed the statement is for the caller to
    // check (records::check_destroyed).
    Result<records::Destroyed> withdraw(const records::Withdrawal& withdrawal);
    Status close_epochs(const records::Closure& closure);
    Result<records::Relayed> relay(const records::RelayCall& call);

    // ---- letters
    Status send(const records::NewLetter& letter);
    Result<records::LetterPage> letters(const std::optional<std::uint64_t>& after = {});
    Status drop_letter(const FixedBytes<16>& id);

private:
    explicit RecordsClient(std::unique_ptr<Session> session) : session_(std::move(session)) {}

    std::unique_ptr<Session> session_;
};

} // namespace salus::records_client
