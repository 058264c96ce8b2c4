#pragma once
// A patient's card: what somebody needs to ask the patient for access, or to write to the inbox.
// The patient hands it out (on paper as a QR code, by mail); it opens nothing. JSON:
// {"salus": "patient-card", "version": 1, "chain", "account", "inbox", "chainId", "consent",
//  "ledgerAnchor", "nodes": [url…]}.

#include "device/state.hpp"

namespace salus::device {

inline constexpr ErrorKind kBadCard{"device.bad_card", "docs/patient.md: a patient's card"};

struct Card {
    Hash32 chain;
    Address account;
    records::FolderKey inbox;
    std::uint64_t chain_id = 0;
    Address consent, ledger_anchor;
    std::vector<std::string> nodes;
    friend bool operator==(const Card&, const Card&) = default;

    consent::Place place() const { return {chain_id, consent}; }
    ledger::Domain domain() const { return {chain_id, ledger_anchor}; }
};

Card card_of(const State& state);
codec::json::object to_json(const Card& card);
Result<Card> read_card(const codec::json::object& json); // kBadCard

} // namespace salus::device
