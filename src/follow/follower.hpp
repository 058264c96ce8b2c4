#pragma once
// A follower of one sealer: what it does in each round, without threads and network of its own.
//
// A round with the sealer takes the next blocks: seal, number, parent, then chain::import_block,
// which runs the block and compares every root. What was verified is the head and durable before
// the next is looked at. A round with the other followers compares seals at one height: two
// branches differ at every height from their fork on, so one height is enough.
//
// The first fault (fault.hpp) ends the taking of blocks, also after a restart, until its record is
// removed; what was verified stays and is served. A node that does not answer, or with what is no
// answer at all, is no fault: it is asked again, less and less often.
//
// Threads: step() from one, ask_peers() from one; all else from any.

#include <chrono>
#include <mutex>

#include "base/clock.hpp"
#include "follow/fault.hpp"

namespace salus::follow {

// Why a follower is not ready.
inline constexpr ErrorKind kCatchingUp{"follow.catching_up", "near the sealer's head"};
inline constexpr ErrorKind kTakesNone{"follow.takes_no_transactions",
                                      "a follower verifies; the sealer orders"};
inline constexpr ErrorKind kForeignHead{
    "follow.foreign_head", "the data directory's newest block bears the seal of --sealer"};

// Where proofs and the fault are kept. Thread-safe.
class Evidence {
public:
    virtual ~Evidence() = default;
    // Whole or not at all, and durable when it returns.
    virtual Status save(const std::string& name, const std::string& text) = 0;
    virtual Result<std::map<std::string, std::string>> load() = 0; // by name
};

struct FollowOptions {
    Address sealer;
    bool forward = false;                           // transactions, to the sealer
    std::chrono::milliseconds poll{500};            // when there is nothing new
    std::chrono::milliseconds most_backoff{15'000}; // between two attempts to reach the sealer
    std::uint64_t batch = 512;                      // blocks asked for at once
    std::uint64_t ready_lag = 32;                   // blocks behind that are still "ready"
    std::size_t most_proofs = 64;                   // kept and served
};

enum class State : std::uint8_t {
    starting,    // the sealer has not answered yet
    catching_up, // the sealer has blocks that are not verified yet
    following,   // at the sealer's head
    behind,      // the sealer's head is an ancestor of ours: it has lost blocks
    unreachable, // the sealer does not answer
    stalled,     // this machine's storage fails
    fault,       // no more blocks are taken
};
std::string_view name_of(State state);

struct PeerStatus {
    std::string url;
    std::uint64_t agrees_at = 0; // the newest height at which seals were equal; 0: none yet
    std::string reason;          // why it could not be compared; empty: it was
};

struct FollowStatus {
    State state = State::starting;
    std::uint64_t started_at = 0;                // the height when the process began
    std::uint64_t height = 0, sealer_height = 0; // the sealer's as it says
    std::string reason;                          // of unreachable, stalled, behind and fault
    std::int64_t answered = 0;                   // Unix seconds of the sealer's last answer
    std::optional<Fault> fault;
    std::size_t proofs = 0;
    std::vector<PeerStatus> peers;
};

class Follower {
public:
    // Reads what is kept of earlier faults. All references outlive it. kForeignHead,
    // kMalformedProof, of evidence and store what they say.
    static Result<std::unique_ptr<Follower>> open(chain::Chain& chain, Source& sealer,
                                                  std::vector<Source*> peers, Evidence& evidence,
                                                  const Clock& clock, const FollowOptions& options);

    // One round with the sealer; how long to wait before the next.
    std::chrono::milliseconds step();
    // One round with every peer.
    void ask_peers();

    FollowStatus status() const;
    std::vector<FaultProof> proofs() const;
    Status ready() const; // the fault, kCatchingUp, or what storage says
    // Forwards a transaction, or kTakesNone. kUnreachable, kTransactionRefused.
    Result<Hash32> send(ByteView raw_transaction);

    const Address& sealer() const { return options_.sealer; }
    const std::string& url() const { return sealer_.url(); }

private:
    Follower(chain::Chain& chain, Source& sealer, std::vector<Source*> peers, Evidence& evidence,
             const Clock& clock, const FollowOptions& options);
    Status load();
    Status load_one(const std::string& name, const std::string& text);

    Status take_all(const SealedBlocks& answer);
    Status take(const SealedBlock& sealed);
    Status compare_head(const SealedBlocks& answer);
    Status differs_at(std::uint64_t number, const ErrorKind& otherwise);
    std::chrono::milliseconds give_up(const Error& error);
    void caught(const SealedBlocks& answer);

    Result<std::uint64_t> ask_peer(Source& peer);
    Status compare_seals(const SealedHeader& theirs, const std::string& from);
    Status adopt_proofs(Source& peer);

    bool faulted() const;
    Status accuse(const FaultProof& proof); // kEquivocation, unless it is known
    bool keep(const FaultProof& proof);
    void stop_for(const Error& error, const SealedBlock* block);

    chain::Chain& chain_;
    Source& sealer_;
    const std::vector<Source*> peers_;
    Evidence& evidence_;
    const Clock& clock_;
    const FollowOptions options_;
    const SealScope scope_;

    // Of step() alone.
    std::chrono::milliseconds backoff_{};
    std::uint64_t batch_;
    const SealedBlock* looked_at_ = nullptr;

    mutable std::mutex mutex_; // of what follows
    FollowStatus status_;
    std::vector<FaultProof> proofs_;
};

codec::Json to_json(const Follower& follower);

} // namespace salus::follow
