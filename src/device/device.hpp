#pragma once
// A patient's device: everything that a patient does with her own record, through the API of her
// nodes (docs/records-api.md, "Devices and grantees"). Her keys never leave it.
//
// Each step that cannot be done twice is saved before the next one; a command that was interrupted
// is given again. A node that is down is told later: settle(). One thread.

#include <map>
#include <set>

#include "device/key_chain.hpp"
#include "device/state.hpp"
#include "records/sealed_fact.hpp"
#include "records_client/grant_reader.hpp"

namespace salus::device {

inline constexpr ErrorKind kNoNodes{"device.no_nodes", "a patient has one node or more"};
inline constexpr ErrorKind kOtherChain{"device.other_chain",
                                       "all nodes of a patient are on one public chain"};
inline constexpr ErrorKind kNodeChanged{"device.node_changed",
                                        "a node keeps its account and key; they were pinned"};
inline constexpr ErrorKind kUnknownNode{"device.unknown_node", "salus patient nodes"};
inline constexpr ErrorKind kNoNodeAnswers{"device.no_node_answers", "one of the patient's nodes"};
inline constexpr ErrorKind kBadPlan{"device.bad_plan", "docs/records-api.md: what can be granted"};
inline constexpr ErrorKind kUnknownGrant{"device.unknown_grant", "salus patient grants"};
inline constexpr ErrorKind kRevokedAlready{"device.revoked_already", "a grant is revoked once"};
inline constexpr ErrorKind kUnknownRequest{"device.unknown_request", "salus patient requests"};
inline constexpr ErrorKind kUnknownRecordHere{"device.unknown_record", "salus patient records"};
inline constexpr ErrorKind kNotInLedger{
    "device.not_in_ledger", "docs/records.md: a record's digest stands in a block of the chain"};
inline constexpr ErrorKind kForeignBlock{"device.foreign_block",
                                         "docs/records.md: signed blocks of this chain"};
inline constexpr ErrorKind kNotOptedIn{"device.not_opted_in", "salus patient emergency"};

inline constexpr std::string_view kPatientPurpose = "PATRQT"; // HL7 v3: patient requested

struct GrantPlan {
    Address grantee;
    records::FolderKey grantee_key;
    std::string label; // whom the patient knows the grantee as
    std::string purpose = "TREAT";
    consent::Access access = consent::Access::read;
    std::vector<consent::Folder> folders; // either these,
    std::vector<vault::RecordId> records; // or these
    bool past = true;                     // folders: what was written before the present epoch too
    std::uint64_t from = 0, until = 0;    // Unix seconds
    std::uint64_t threshold = 1;
    std::vector<std::string> nodes; // URLs of those that get fragments; all where empty
    std::optional<Hash32> request;  // that it answers
};

// What was done, and what was not and is tried again by settle().
struct Outcome {
    Hash32 grant; // or emergency document, statement
    std::vector<std::string> notes;
};

struct OwnRecord {
    vault::RecordInfo info;
    std::string folder; // "inbox", a folder's name, "grant"; empty: a key that is not the patient's
    std::uint64_t epoch = 0;
    std::size_t node = 0; // where it was found
};
struct OpenedRecord {
    OwnRecord record;
    Bytes plain; // JSON of a FHIR resource; of an object, its manifest. The caller wipes it
    std::vector<std::string> checks; // what was checked of it, as sentences
};
struct OwnRecords {
    std::vector<OwnRecord> records; // by time
    // What the chain tells of and no node serves, and what is served and stands in no block.
    std::uint64_t missing = 0, unproved = 0;
    std::vector<std::string> notes; // nodes that did not answer
};

// One event of the chain, as told to the patient.
struct Event {
    std::uint64_t time = 0; // milliseconds, the block's
    ledger::BlockHash block;
    ledger::EntryKind kind = ledger::EntryKind::record_read;
    Address author;
    bool author_known = false;               // the patient, or one of her nodes
    std::optional<records::ReadFact> read;   // of record_read
    std::optional<codec::json::object> fact; // of the others, where it opens
    std::string reader;                      // the label of the grantee
};

class Device {
public:
    struct Parts {
        const patient::Root& root;
        Random& random;
        const Clock& clock;
        // Makes the state durable before what follows from it is done.
        std::function<Status(const State&)> save;
        std::string ca_file; // of the nodes' certificates
    };
    // All outlive the device.
    Device(Parts parts, State state);

    // A chain of one's own at these nodes; the first is home. The state is saved before anybody
    // hears of it: open a Device on it and settle().
    static Result<State> draft(const Parts& parts, const std::vector<std::string>& nodes);

    const State& state() const { return state_; }
    // What is not done yet: founds the chain where it is not known, announces the statement,
    // tells revocations, sends letters. Notes of what still waits.
    Result<Outcome> settle();
    Result<Outcome> add_node(const std::string& url);

    // ---- giving and taking back (granting.cpp, revoking.cpp)
    Result<Outcome> grant(const GrantPlan& plan);
    // The grant and what goes on with it. `rotate`: open new epochs and give the remaining grantees
    // their new fragments at once; else the next rotate() does.
    Result<Outcome> revoke(const Hash32& grant, bool rotate = true);
    // New epochs for folders whose epoch was closed or whose grants have ended, and for `also`.
    Result<Outcome> rotate(const std::vector<consent::Folder>& also = {});

    // ---- her own record (reading.cpp, timeline.cpp)
    Result<Outcome> write(const codec::json::object& resource,
                          const std::optional<consent::Folder>& folder = {});
    Result<OwnRecords> records();
    Result<std::vector<OpenedRecord>> open(std::span<const vault::RecordId> ids);
    Result<std::vector<Event>> timeline();

    // ---- being asked (asking.cpp)
    Result<Outcome> fetch_requests();
    // A plan for all that was asked for.
    Result<GrantPlan> plan_for(const vault::RecordId& request) const;
    Result<Outcome> accept(const vault::RecordId& request, GrantPlan plan);
    Result<Outcome> refuse(const vault::RecordId& request);

    // ---- emergencies (emergency.cpp)
    struct Institution {
        Address account;
        records::FolderKey key;
    };
    struct EmergencyPlan {
        std::vector<Institution> institutions; // that may read when the glass is broken
        std::uint64_t threshold = 1;
        std::uint32_t delay = 0, window = 86'400;
    };
    Result<Outcome> opt_in(const EmergencyPlan& plan);
    Result<Outcome> opt_out();

private:
    using Client = records_client::RecordsClient;
    using Blocks = std::map<ledger::BlockHash, ledger::Block>;

    Result<Client*> client(std::size_t node);
    Status save() { return parts_.save(state_); }
    std::uint64_t now() const { return static_cast<std::uint64_t>(parts_.clock.unix_seconds()); }
    Result<std::size_t> node_of(const std::string& url) const;
    Status check_node(KnownNode& node, const records::NodeInfo& info) const;
    // By the first node that answers.
    Status relay(const records::RelayCall& call);
    consent::Ends ends(std::uint64_t deadline) const;
    // Does it at each node; a note for each that does not answer, and the first refusal as error.
    Status everywhere(const std::function<Status(Client&, std::size_t)>& what, Outcome& out);

    Status found_everywhere(Outcome& out);
    Status announce(Outcome& out);
    Status pin(std::size_t node);
    // A block of the patient's on top of what that node has.
    struct Draft {
        ledger::EntryKind kind = ledger::EntryKind::access_granted;
        Hash32 digest;
        codec::json::object fact;
        std::optional<vault::BoxPlace> place; // none: of a fact, by nonce and index
    };
    Status append(std::size_t node, const std::vector<Draft>& entries,
                  std::span<const vault::NewRecord> records = {});
    Status tell_chain(const std::vector<Draft>& entries, Outcome& out);

    using Letters = std::vector<records::NewLetter>;
    Result<GivenGrant> prepare(const GrantPlan& plan) const;
    Status give(GivenGrant given, Outcome& out);
    Status choose_folders(const GrantPlan& plan, GivenGrant& given) const;
    Status put_in_force(std::size_t index, Outcome& out);
    Result<std::vector<std::vector<records::SealedFragment>>> fragments(const GivenGrant& given);
    Status deliver(const GivenGrant& given, Outcome& out);
    Status tell(std::size_t index, Outcome& out);
    Status tell(std::size_t index, const Letters& letters, Outcome& out);
    Result<Letters> letters_for(const GivenGrant& given);
    Result<std::vector<records_client::KeysLetter>> key_boxes(const GivenGrant& given);
    Status send_everywhere(const Letters& letters, Outcome& out);

    Status revoke_one(GivenGrant& given, Outcome& out);
    Status tell_revocation(GivenGrant& given, Outcome& out);
    Status close(std::vector<records::FolderKey> keys, Outcome& out);
    std::set<std::string> stale_folders() const;
    Status withdraw_at(const std::string& url, const consent::SignedRevocation& revocation,
                       GivenGrant& given);
    struct Lag {
        std::set<std::string> folders; // whose present epoch the grantee does not have yet
        std::size_t newest = 0;        // of its grants, in the state
    };
    std::map<Hash32, Lag> lagging() const; // by the first grant
    Status continue_grants(Outcome& out);
    Status send_statement(const std::set<Hash32>& but, Outcome& out);

    struct Fetched {
        OwnRecord record;
        records::ReadRecord read;
    };
    // At the nodes that have them. kUnknownRecordHere.
    Result<std::map<vault::RecordId, Fetched>> read_boxes(std::span<const vault::RecordId> ids);
    Result<std::vector<vault::RecordInfo>> list_at(std::size_t node);
    Result<Blocks> blocks_at(std::size_t node);
    Status check_block(const ledger::Block& block) const;
    OwnRecord named(const vault::RecordInfo& info, std::size_t node);
    Result<OpenedRecord> open_one(const Fetched& fetched, const Blocks& blocks);
    Result<std::string> check_inclusion(std::size_t node, const ledger::BlockHash& block);
    std::string label_of(const Address& grantee) const;
    Event event_of(const ledger::Block& block, std::uint32_t index);
    Result<KnownRequest*> open_request(const vault::RecordId& id);
    void take_request(const records::Letter& letter, Outcome& out);
    struct Answered {
        records_client::AnswerLetter letter;
        consent::RequestProgress next;
    };
    Result<Answered> answer_of(const KnownRequest& known, const GivenGrant* given) const;
    Status answer(KnownRequest& known, const GivenGrant* given, Outcome& out);

    Result<std::vector<records::EmergencyDelivery>>
    emergency_deliveries(const consent::EmergencyDocument& document, const EmergencyPlan& plan);

    Parts parts_;
    State state_;
    KeyChain keys_;
    std::map<std::string, std::unique_ptr<Client>> clients_;
};

} // namespace salus::device
