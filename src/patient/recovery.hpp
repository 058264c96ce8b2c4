#pragma once
// Recovery with a time lock and a veto. Each of a few nodes holds a share (or the whole) of the
// nodes' secret, without which the guardians' secret opens nothing. It hands it out when enough
// guardians have asked by signature, the delay has passed, and the patient's account did not veto.
// So guardians who act together behind the patient's back wait, and the patient hears of it.
//
// The state machine is pure: time is an argument. Messages are EIP-712 in the domain
// {"Salus Recovery", "1", chainId, verifyingContract}:
//
//     Deposit(bytes16 envelope,bytes8 wrap,address patient,uint64 sequence,address[] guardians,
//             uint64 threshold,uint64 delay,bytes32 share)    by the patient; share: its SHA-256
//     RequestRecovery(bytes16 envelope,bytes8 wrap,uint64 sequence,bytes receiver,bytes32 nonce,
//             uint64 deadline)                                by guardians
//     VetoRecovery(bytes32 request)                           by the patient; hashStruct of it
//     WithdrawDeposit(bytes16 envelope,bytes8 wrap,uint64 sequence)  by the patient

#include <optional>
#include <string>
#include <vector>

#include "ledger/block.hpp"
#include "patient/envelope.hpp"
#include "patient/shares.hpp"
#include "store/sql.hpp"

namespace salus::patient {

inline constexpr ErrorKind kBadDeposit{
    "recovery.bad_deposit", "1 to 32 different guardians, threshold, delay of 1 h to 90 days"};
inline constexpr ErrorKind kNotThePatient{"recovery.not_the_patient",
                                          "docs/patient.md: signed by the patient's account"};
inline constexpr ErrorKind kDepositOld{"recovery.deposit_old",
                                       "docs/patient.md: a deposit's sequence only grows"};
inline constexpr ErrorKind kNoDeposit{"recovery.no_deposit", "a share that was deposited here"};
inline constexpr ErrorKind kNotAGuardian{"recovery.not_a_guardian",
                                         "docs/patient.md: guardians of the deposit sign"};
inline constexpr ErrorKind kTooFewGuardians{"recovery.too_few_guardians",
                                            "different guardians, as many as the threshold"};
inline constexpr ErrorKind kRequestExpired{"recovery.request_expired",
                                           "docs/patient.md: a request's deadline"};
inline constexpr ErrorKind kOtherDeposit{"recovery.other_deposit",
                                         "docs/patient.md: the deposit's sequence in the request"};
inline constexpr ErrorKind kRequestWaiting{"recovery.request_waiting", "one request at a time"};
inline constexpr ErrorKind kRequestUsed{
    "recovery.request_used", "docs/patient.md: a vetoed request stays so, 64 of a deposit"};
inline constexpr ErrorKind kNoRequest{"recovery.no_request", "the request that is waiting here"};
inline constexpr ErrorKind kStillLocked{"recovery.still_locked",
                                        "docs/patient.md: the delay, for the patient to veto"};
inline constexpr ErrorKind kVetoed{"recovery.vetoed", "the patient's account vetoed the request"};
inline constexpr ErrorKind kReleasedAlready{"recovery.released_already",
                                            "a veto comes before the release"};

// After so many the patient has to deposit anew.
inline constexpr std::size_t kMaxRefused = 64;
inline constexpr std::uint64_t kMinDelay = 3600, kMaxDelay = 90 * 86'400; // seconds

struct Deposit {
    EnvelopeId envelope;
    WrapId wrap;
    Address patient; // who may veto: the ledger account
    std::uint64_t sequence = 1;
    std::vector<Address> guardians; // accounts that sign requests
    std::uint64_t threshold = 0;
    std::uint64_t delay = 0; // seconds
    Bytes share;             // encrypted to this node's key (HeldShare::sealed)
    friend bool operator==(const Deposit&, const Deposit&) = default;
};

struct RecoveryRequest {
    EnvelopeId envelope;
    WrapId wrap;
    std::uint64_t sequence = 1;                  // of the deposit
    crypto::secp256k1::CompressedPoint receiver; // key of the new device, to which shares go
    Hash32 nonce;
    std::uint64_t deadline = 0; // Unix seconds: until when it may be handed in
    friend bool operator==(const RecoveryRequest&, const RecoveryRequest&) = default;
};

Hash32 deposit_digest(const Deposit& deposit, const ledger::Domain& domain);
Hash32 withdraw_digest(const Deposit& deposit, const ledger::Domain& domain);
Hash32 request_hash(const RecoveryRequest& request); // hashStruct
Hash32 request_digest(const RecoveryRequest& request, const ledger::Domain& domain);
Hash32 veto_digest(const Hash32& request, const ledger::Domain& domain);

enum class RecoveryState : std::uint8_t {
    idle = 0,
    waiting = 1,
    vetoed = 2,
    released = 3,
    withdrawn = 4, // the share is gone; the sequence is remembered
};
std::string_view name_of(RecoveryState state);

// What a node knows of one deposit. Each step gives the next one, or says why there is none.
struct RecoveryCase {
    Deposit deposit;
    RecoveryState state = RecoveryState::idle;
    std::optional<RecoveryRequest> request; // the last
    std::uint64_t requested_at = 0;         // Unix seconds
    std::vector<Hash32> refused;            // requests that were vetoed, at most kMaxRefused
    std::uint64_t opens_at() const { return requested_at + deposit.delay; }
    friend bool operator==(const RecoveryCase&, const RecoveryCase&) = default;
};

// `before`: what the node held of this envelope and wrap. A new deposit ends what was waiting.
// kBadDeposit, kNotThePatient (also: another patient's), kDepositOld.
Result<RecoveryCase> deposit(const std::optional<RecoveryCase>& before, const Deposit& deposit,
                             ByteView signature, const ledger::Domain& domain);
// kNoDeposit, kOtherDeposit, kRequestExpired, kRequestWaiting, kRequestUsed, kNotAGuardian,
// kTooFewGuardians. Each signature is of another guardian.
Result<RecoveryCase> ask(const RecoveryCase& before, const RecoveryRequest& request,
                         std::span<const envelope::WalletSignature> guardians,
                         const ledger::Domain& domain, std::uint64_t now);
// kNoRequest, kReleasedAlready, kNotThePatient.
Result<RecoveryCase> veto(const RecoveryCase& before, const Hash32& request, ByteView signature,
                          const ledger::Domain& domain);
Result<RecoveryCase> withdraw(const RecoveryCase& before, ByteView signature,
                              const ledger::Domain& domain);
// kNoRequest, kVetoed, kStillLocked (also where the clock went back). Once released, again and
// again for the same receiver.
Result<RecoveryCase> release(const RecoveryCase& before, std::uint64_t now);

// A node's cases in its database (migration set "recovery"). Each step is durable before it
// answers. Shares lie there as they came, encrypted to the node's key. Thread-safe.
class RecoveryDesk {
public:
    // All outlive it. `domain`, and the node's Umbral key, to which shares are deposited.
    static Result<RecoveryDesk> open(store::Database& database, const ledger::Domain& domain,
                                     const crypto::umbral::SecretKey& key, Random& random);

    Status take(const Deposit& deposit, ByteView signature);
    Status withdraw(const EnvelopeId& envelope, const WrapId& wrap, ByteView signature);
    // Gives when it opens, Unix seconds.
    Result<std::uint64_t> ask(const RecoveryRequest& request,
                              std::span<const envelope::WalletSignature> guardians,
                              std::uint64_t now);
    Status veto(const EnvelopeId& envelope, const WrapId& wrap, const Hash32& request,
                ByteView signature);
    // The share, encrypted to the request's receiver.
    Result<Bytes> release(const EnvelopeId& envelope, const WrapId& wrap, std::uint64_t now);
    Result<RecoveryCase> find(const EnvelopeId& envelope, const WrapId& wrap) const; // kNoDeposit

private:
    RecoveryDesk(store::Database& database, const ledger::Domain& domain,
                 const crypto::umbral::SecretKey& key, Random& random)
        : database_(&database), domain_(domain), key_(&key), random_(&random) {}
    Status save(const RecoveryCase& held);

    store::Database* database_;
    ledger::Domain domain_;
    const crypto::umbral::SecretKey* key_;
    Random* random_;
};

} // namespace salus::patient
