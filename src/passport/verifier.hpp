#pragma once
// Text → Verdict. Offline with a trust list alone; online with the commitment's state on chain.
//
// Time of issue: the block time of the commitment where the chain was asked; else what the
// certificate says (iat), and then a key or hospital that was suspended or revoked later leaves
// the certificate unproven, since its key may have signed an old date.

#include <memory>

#include "eth/chain.hpp"
#include "passport/revocation_list.hpp"
#include "passport/trust_list.hpp"
#include "passport/trust_source.hpp"
#include "passport/verdict.hpp"

namespace salus::passport {

struct CommitmentState {         // of VaccinePassport.status
    std::uint64_t issued_at = 0; // 0: never
    std::uint64_t revoked_at = 0;
    std::uint8_t reason = 0;
};

// Where an online verifier asks. Thread-safe.
class CommitmentSource {
public:
    virtual ~CommitmentSource() = default;
    virtual Result<CommitmentState> state(const Address& issuer, const Hash32& commitment) = 0;
};

class ChainCommitments final : public CommitmentSource {
public:
    ChainCommitments(eth::Chain& chain, const Address& vaccine_passport)
        : chain_(chain), contract_(vaccine_passport) {}
    Result<CommitmentState> state(const Address& issuer, const Hash32& commitment) override;

private:
    eth::Chain& chain_;
    Address contract_;
};

// What a verifier believes beside the trust list; each may be nullptr.
struct MoreTrust {
    std::shared_ptr<const TrustSources> foreign;      // signers that the list does not know
    std::shared_ptr<const RevocationSet> revocations; // asked where there is no CommitmentSource
};

// Of presentations: for whom and when they were made.
struct Meeting {
    std::optional<std::string> nonce;  // what this verifier gave out; none: shown just now
    std::string audience;              // this verifier's name; may be empty
    SeenPresentations* seen = nullptr; // where one that comes twice is refused
};

// Thread-safe. Keys are parsed once.
class Verifier {
public:
    // `commitments` may be nullptr: offline. It must outlive the verifier.
    Verifier(TrustList list, CommitmentSource* commitments, MoreTrust more = {});
    ~Verifier();
    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;

    // Never fails: what cannot be read has the overall verdict `unreadable`. `now`: Unix seconds.
    Verdict verify(std::string_view text, std::int64_t now, const Meeting& meeting = {}) const;
    // The chain's head was seen to be still that of the list: its age counts from `now` on.
    void confirm_list(std::int64_t now) const;
    const TrustList& trust_list() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::passport
