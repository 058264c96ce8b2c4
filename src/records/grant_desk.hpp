#pragma once
// The node's services around grants, letters and relay, with who may ask for what: the shelf, the
// letters and the relay behind one desk. Thread-safe.

#include "records/caller.hpp"
#include "records/chain_consents.hpp"
#include "records/letters.hpp"
#include "records/record_node.hpp"
#include "records/relay.hpp"

namespace salus::records {

inline constexpr ErrorKind kNotKnownHere{
    "records.not_known_here", "who founded a chain on this node, or an accredited hospital"};

class GrantDesk {
public:
    struct Parts { // all outlive it
        RecordNode& node;
        ChainConsents& consents;
        const ChainFacts& facts;
        GrantShelf& shelf;
        LetterBox& letters;
        ConsentRelay& relay;
        store::Database& database; // of the ledger
    };
    static Result<std::unique_ptr<GrantDesk>> open(const Parts& parts);

    // Owner, or guardian in office of a dependant: records.not_allowed, consent.*
    Status check_owner(const Caller& caller, const ledger::PrivateChainId& chain) const;
    // As check_owner, then as GrantShelf::put.
    Status deliver(const Caller& caller, const ledger::PrivateChainId& chain, const Hash32& hash,
                   const Delivery& delivery);
    Status deliver(const Caller& caller, const ledger::PrivateChainId& chain, const Hash32& hash,
                   const EmergencyDelivery& delivery);
    // All to owner and guardian, to others their own.
    Result<GrantList> grants(const Caller& caller, const ledger::PrivateChainId& chain);
    // Each capsule is decided as its record would be, by the grant's own key too; one that is
    // refused refuses all. What is answered stands in the patient's chain before.
    Result<ReencryptAnswer> reencrypt(const Caller& caller, const ledger::PrivateChainId& chain,
                                      const ReencryptRequest& request);

    // By their signatures alone: whoever brings them.
    Result<Destroyed> obey(const Withdrawal& withdrawal) { return parts_.shelf.obey(withdrawal); }
    Status close(const Closure& closure);

    // kNotKnownHere; then as ConsentRelay::relay. A breaking of a glass that this node is a
    // custodian of is written into the patient's chain.
    Result<Relayed> relay(const Caller& caller, const RelayCall& call);

    Status send(const Caller& caller, const NewLetter& letter);
    Result<LetterPage> letters(const Caller& caller, std::uint64_t after, std::size_t most) const {
        return parts_.letters.fetch(caller.account, after, most);
    }
    Status remove_letter(const Caller& caller, const FixedBytes<16>& id) {
        return parts_.letters.remove(caller.account, id);
    }

    // Now and then: ChainConsents::sweep.
    Result<std::size_t> sweep() { return parts_.consents.sweep(); }

private:
    explicit GrantDesk(const Parts& parts) : parts_(parts) {}
    Result<bool> is_known(const Address& account) const;
    Status note_opening(const RelayBreakGlass& call, const Relayed& relayed);

    Parts parts_;
};

} // namespace salus::records
