#pragma once
// What a patient's device keeps beside the root secret: its nodes with their pinned tree heads, the
// present statement, the grants that it gave, the requests that it saw. Lost, it is not the
// record that is lost: the chain tells all of it again but the pinned heads.
//
// On disk it is one file of JSON, encrypted under a key of the root (docs/patient.md, "State of a
// device"): {"salus": "patient-device", "version": 1, "nonce", "sealed"}.

#include <functional>

#include "consent/access_request.hpp"
#include "consent/emergency.hpp"
#include "ledger/tree_head.hpp"
#include "patient/statement.hpp"
#include "records/grants_wire.hpp"

namespace salus::device {

inline constexpr ErrorKind kBadState{"device.state_malformed",
                                     "docs/patient.md: the file that this device wrote"};
inline constexpr ErrorKind kOtherState{"device.state_other",
                                       "docs/patient.md: a state opens with its own root alone"};

inline constexpr std::size_t kMaxState = 64 * 1024 * 1024; // bytes of a file

struct KnownNode {
    std::string url;
    Address account; // pinned when the node was first met
    records::FolderKey key;
    std::optional<ledger::SignedTreeHead> head; // the last that was accepted
    friend bool operator==(const KnownNode&, const KnownNode&) = default;
};

struct Destruction { // what a node said when it destroyed its fragments
    Address node;
    records::Destroyed statement;
    friend bool operator==(const Destruction&, const Destruction&) = default;
};

struct GivenGrant {
    consent::Grant grant; // with names
    Hash32 hash;
    // The grant that it goes on with in later epochs; its own hash where it is the first.
    Hash32 first;
    std::string label; // whom the patient knows the grantee as
    std::uint64_t threshold = 1;
    std::vector<std::string> nodes; // URLs of those that got fragments, in their order
    bool in_force = false;          // the chain has it
    bool told = false;              // the grantee's letters are on their way
    std::uint64_t given_at = 0, revoked_at = 0;
    std::vector<std::string> untold; // URLs that have not heard of the revocation yet
    std::vector<Destruction> destroyed;
    friend bool operator==(const GivenGrant&, const GivenGrant&) = default;

    bool live(std::uint64_t now) const { return revoked_at == 0 && now <= grant.until; }
    bool reads() const { return grant.access != consent::Access::write; }
};

struct KnownRequest {
    consent::RequestProgress progress;
    friend bool operator==(const KnownRequest&, const KnownRequest&) = default;
};

struct OptedIn {
    consent::EmergencyDocument document;
    bool in_force = false;
    std::uint64_t ended_at = 0;
    friend bool operator==(const OptedIn&, const OptedIn&) = default;
};

struct State {
    Hash32 chain;
    std::uint64_t chain_id = 0; // of the public chain
    records::Contracts contracts;
    Bytes genesis;                // the block
    std::vector<KnownNode> nodes; // the first is the one that is written to
    patient::SignedStatement statement;
    bool announced = false; // this statement, on chain
    std::vector<records::FolderKey> closed;
    std::vector<GivenGrant> grants;
    std::vector<KnownRequest> requests;
    std::optional<OptedIn> emergency;
    friend bool operator==(const State&, const State&) = default;

    ledger::Domain domain() const { return {chain_id, contracts.ledger_anchor}; }
    consent::Place place() const { return {chain_id, contracts.consent}; }
};

codec::json::object to_json(const State& state);
Result<State> read_state(const codec::json::object& json); // kBadState

// Any file of a device: `kind` is its first member ("patient-device", "grantee-device").
// hkdf("salus/v1/device" ‖ 0x00 ‖ kind) of the root.
std::string seal_file(const patient::Root& root, std::string_view kind,
                      const codec::json::object& content, Random& random);
Result<codec::json::object> open_file(const patient::Root& root, std::string_view kind,
                                      std::string_view text); // kBadState, kOtherState

} // namespace salus::device
