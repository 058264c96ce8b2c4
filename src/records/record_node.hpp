#pragma once
// The node's services around patients' chains and their records: founding, appending, listing,
// reading. Every call is decided at the head of the public chain (records/consents.hpp,
// consent/policy.hpp); every list, count and read is written into the patient's chain and durable
// before it is answered. Holds no key that opens a record. Thread-safe.

#include "base/clock.hpp"
#include "records/caller.hpp"
#include "records/consents.hpp"
#include "records/parcel.hpp"
#include "records/refusal.hpp"
#include "records/sealed_fact.hpp"

namespace salus::records {

inline constexpr ErrorKind kUnknownPatientChain{"records.unknown_chain",
                                                "a patient's chain that was founded here"};
inline constexpr ErrorKind kBadGenesis{
    "records.bad_genesis",
    "docs/records.md: by the patient, with one keys entry, sealed to the inbox key"};
inline constexpr ErrorKind kOtherPatientChain{"records.other_chain",
                                              "the block's chain is the one that is written to"};
inline constexpr ErrorKind kNotTheAuthor{"records.not_the_author",
                                         "who signed the block hands it in"};
inline constexpr ErrorKind kNotForAuthor{"records.entry_not_allowed",
                                         "docs/records-api.md: kinds of entries, by author"};
inline constexpr ErrorKind kFactKey{
    "records.fact_key", "docs/records.md: facts are sealed to the inbox key, or their record's"};
inline constexpr ErrorKind kRecordsDiffer{"records.records_differ",
                                          "one record for each record_added entry, each id once"};
inline constexpr ErrorKind kNotAllowed{"records.not_allowed",
                                       "the owner, a guardian in office, an accredited hospital"};
inline constexpr ErrorKind kNoErasure{
    "records.no_erasure", "a record comes without its ciphertext where its patient erased it"};
inline constexpr ErrorKind kOtherObject{
    "records.other_object", "the chunks of an object are those that its block names by their root"};
inline constexpr ErrorKind kAskedWrongly{"records.asked_wrongly",
                                         "docs/records-api.md: bounds of list and read"};

class RecordNode {
public:
    // All outlive it. `key`: of the node's account.
    struct Parts {
        vault::Vault& vault;
        Consents& consents;
        const crypto::SecretKey32& key;
        Random& random;
        const Clock& clock;
    };
    // Makes or renews its table. secp256k1.* where the key is none, sql.*.
    static Result<std::unique_ptr<RecordNode>> make(const Parts& parts);

    // Again is success. kBadGenesis, ledger.*.
    Result<Founded> found(const ledger::Block& genesis);
    Result<Patient> patient(const ledger::PrivateChainId& chain) const; // kUnknownPatientChain

    // Owner, guardian, accredited hospital: kNotAllowed, kUnknownPatientChain.
    Result<ChainInfo> chain(const Caller& caller, const ledger::PrivateChainId& chain) const;
    Result<BlockPage> blocks(const Caller& caller, const ledger::PrivateChainId& chain,
                             const std::optional<ledger::BlockHash>& after, std::size_t most) const;

    // Durable when it returns. Again is success, whatever the consent is by then: the promise says
    // that the block stands. Refusals of consent (refusal.hpp), those above, ledger.* and vault.*;
    // nothing is changed then.
    Result<ledger::Promise> append(const Caller& caller, const ledger::PrivateChainId& chain,
                                   const AppendRequest& request);

    // ---- between nodes (records/parcel.hpp)

    // An accredited hospital: kNotAllowed, kAskedWrongly.
    Result<Feed> feed(const Caller& caller, std::uint64_t first, std::size_t most) const;
    // Who may see the chain's blocks. ledger.unknown_block.
    Result<Parcel> parcel(const Caller& caller, const ledger::PrivateChainId& chain,
                          const ledger::BlockHash& block) const;
    // A block that another node has, judged by what held when it was written, as far as the public
    // chain remembers it. Again is success. As append, and kNoErasure.
    // kOtherObject and what `fetch` says.
    Status accept(const Parcel& parcel, const FetchChunk& fetch);
    // A chunk of an object, for who may see the chain's blocks. Not audited: it stays sealed.
    Result<vault::ProvedChunk> member_chunk(const Caller& caller,
                                            const ledger::PrivateChainId& chain,
                                            const vault::RecordId& record,
                                            std::uint32_t index) const;

    // kAskedWrongly, refusals of consent by the first key or record that is refused, and
    // vault.unknown_record to whom the decision permits it.
    Result<ListAnswer> list(const Caller& caller, const ledger::PrivateChainId& chain,
                            const ListRequest& request);
    Result<ReadAnswer> read(const Caller& caller, const ledger::PrivateChainId& chain,
                            const ReadRequest& request);

    // ---- large objects: chunks before their record, which append() takes with `upload`. Each
    // chunk is decided as a write to the key that was named. Refusals of consent, upload.*; of
    // another's upload upload.unknown. Again is success.
    Result<vault::UploadState> begin_upload(const Caller& caller,
                                            const ledger::PrivateChainId& chain,
                                            const vault::UploadId& upload,
                                            const UploadRequest& request);
    Result<vault::UploadState> upload_state(const Caller& caller,
                                            const ledger::PrivateChainId& chain,
                                            const vault::UploadId& upload) const;
    Status add_chunk(const Caller& caller, const ledger::PrivateChainId& chain,
                     const vault::UploadId& upload, std::uint32_t index, ByteView sealed);
    // A read like the others: decided, and written down. object.range, vault.erased.
    Result<std::vector<vault::ProvedChunk>>
    chunks(const Caller& caller, const ledger::PrivateChainId& chain, const ChunkRequest& request);

    // For the services beside this one (re-encryption): a block of record_read entries of this
    // node, durable when it returns. `time` and `node` are set here.
    Status audit(const Patient& patient, std::vector<ReadFact> facts);
    // The same for one fact of another kind that a node writes (emergency).
    Status note(const Patient& patient, ledger::EntryKind kind, const codec::json::object& fact);

    const Address& account() const { return account_; }

private:
    RecordNode(const Parts& parts, const Address& account) : parts_(parts), account_(account) {}

    struct Drawn { // a block of this node's, but for its place in the chain
        ledger::Nonce nonce;
        std::vector<ledger::Entry> entries;
    };
    // One entry for each fact, sealed to the patient's inbox.
    Result<Drawn> draw(const Patient& patient, ledger::EntryKind kind,
                       std::span<const codec::json::object> facts);
    Status write(const Patient& patient, const Drawn& drawn);
    Result<ledger::Promise> promise(std::uint64_t index, const ledger::BlockHash& block) const;
    Status check_member(const Caller& caller, const Patient& patient) const;
    Status check_hospital(const Caller& caller) const;
    Status check_foreign(const Patient& patient, const Parcel& parcel) const;
    Status fetch_objects(const Parcel& parcel, const FetchChunk& fetch);
    Result<std::uint64_t> store(const AppendRequest& request,
                                std::span<const vault::RecordInfo> erased);
    Status check_write(const Caller& caller, const Patient& patient,
                       const AppendRequest& request) const;
    Status migrate();
    Status check_own(const Caller& caller, const ledger::PrivateChainId& chain,
                     const vault::UploadId& upload) const;
    Status check_upload(const Caller& caller, const ledger::PrivateChainId& chain,
                        const UploadRequest& request) const;
    Result<ReadRecord> fetch(const vault::RecordInfo& info) const;
    Status add_fragments(const Patient& patient, const Address& requester,
                         std::vector<ReadRecord>& records) const;
    ledger::Ledger& ledger() const { return parts_.vault.parts().ledger; }
    std::uint64_t now_ms() const {
        return static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    }
    std::uint64_t now() const { return now_ms() / 1000; }

    Parts parts_;
    Address account_;
};

} // namespace salus::records
