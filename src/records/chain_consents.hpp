#pragma once
// Consents on the public chain and this node's shelf: what a node knows of a requester, put
// together at one head. What the chain has revoked loses its fragments here at once. Thread-safe.

#include "records/consents.hpp"
#include "records/facts.hpp"
#include "records/grants.hpp"

namespace salus::records {

class ChainConsents final : public Consents {
public:
    // Both outlive it.
    ChainConsents(const ChainFacts& facts, GrantShelf& shelf) : facts_(facts), shelf_(shelf) {}

    Result<Standing> standing(const Patient& patient, const Address& requester) override;
    Result<bool> was_accredited(const Address& account, std::uint64_t time) override {
        return facts_.was_accredited(account, time);
    }
    Result<std::vector<std::optional<crypto::umbral::CapsuleFragment>>>
    reencrypt(const Patient& patient, const Hash32& document, const Address& requester,
              std::span<const KeyedCapsule> capsules) override;

    // The patient's grants with the chain's word on them: all to the owner and to guardians in
    // office, else those of the requester.
    Result<GrantList> grants(const Patient& patient, const Address& requester);
    // Fragments of what ended, or was revoked on chain without telling this node: to be called now
    // and then. Gives how many.
    Result<std::size_t> sweep();

private:
    // What the chain has revoked is obeyed. A chain that does not answer leaves head_time at 0.
    Result<FactsAnswer> facts(const Patient& patient, const FactsQuestion& question);

    const ChainFacts& facts_;
    GrantShelf& shelf_;
};

} // namespace salus::records
