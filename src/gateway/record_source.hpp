#pragma once
// What the gateway needs of the nodes that keep one patient's record, so that it can be built and
// tested without them. On the records API: gateway/node_source.hpp. Each call that shows anything
// of a record is decided and written into the patient's chain by the node that answers it.

#include <set>

#include "ledger/ledger.hpp"
#include "patient/statement.hpp"
#include "records_client/grant_reader.hpp"

namespace salus::gateway {

// Who asks at the gateway: a system of the hospital, and the clinician at its keyboard.
struct Asker {
    std::string client, clinician;
    std::string purpose = "TREAT"; // HL7 v3 PurposeOfUse
    friend bool operator==(const Asker&, const Asker&) = default;
};

// A record that was asked for.
struct FetchedRecord {
    vault::RecordInfo info;
    std::optional<Bytes> plain; // none: it was erased. The caller wipes it
};

class RecordSource {
public:
    virtual ~RecordSource() = default;

    virtual Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) = 0;
    virtual Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) = 0;
    // The folder keys of closed epochs, as far as the nodes tell: nothing is sealed to them.
    virtual Result<patient::ClosedKeys> closed(const ledger::PrivateChainId& chain) = 0;
    // Whether the nodes have the block.
    virtual Result<bool> has_block(const ledger::PrivateChainId& chain,
                                   const ledger::BlockHash& block) = 0;

    // All of it or nothing; durable when it returns.
    virtual Status append(const Asker& asker, const ledger::Block& block,
                          std::span<const vault::NewRecord> records) = 0;
    // Checked and audited, at each call anew; the asker's purpose is the request's.
    virtual Result<records::ListAnswer> list(const Asker& asker,
                                             const ledger::PrivateChainId& chain,
                                             const records::ListRequest& request) = 0;
    // Opened with the hospital's key and what the grant's proxies made of the capsules; in the
    // order of `records`. Refused where too few proxies answer.
    virtual Result<std::vector<FetchedRecord>> open(const Asker& asker,
                                                    const records_client::HeldGrant& grant,
                                                    std::span<const vault::RecordInfo> records) = 0;
    // That these records, whose plain text is at hand, may be shown now: decided and audited as the
    // reading that it is.
    virtual Result<std::vector<vault::RecordInfo>>
    confirm(const Asker& asker, const ledger::PrivateChainId& chain,
            std::span<const vault::RecordId> records) = 0;
};

// The source for a patient whose record lies at these nodes (base URLs).
using SourceOf =
    std::function<Result<std::shared_ptr<RecordSource>>(const std::vector<std::string>& nodes)>;

// What the public chain says at its head.
class ChainView {
public:
    virtual ~ChainView() = default;

    // The digest that this account announced for the keys of its patient (Consent.keysOf); none:
    // never.
    virtual Result<std::optional<Hash32>> announced(const Address& account) = 0;
    struct GrantStatus {
        consent::OnChain status = consent::OnChain::none;
        std::uint64_t from = 0, until = 0, granted_at = 0;
    };
    virtual Result<GrantStatus> grant_status(const Address& grantor, const Hash32& grant) = 0;
};

} // namespace salus::gateway
