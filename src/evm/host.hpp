#pragma once
// What the interpreter asks of the world, and how it is asked to run. `state` implements Host.
// Sources: Yellow Paper 8, 9 and appendix H; EIP-150, 1153, 2929, 2200, 3529, 7702.
//
// Who does what when code calls or creates:
//   The interpreter, before Host::call: static mode; memory; the price of the instruction (access
//     of the account and, from Prague, of its delegation target; value; new account; init code
//     words; hashing for CREATE2); initcode_too_large (EIP-3860); the 63/64 rule and the stipend.
//     It does not make the call at all, and gives the gas back, when the depth is used up or the
//     balance is too small.
//   Host::call: depth, balance and nonce again (a transaction's own message comes here directly);
//     the sender's new nonce and the created account's address, warmth and collision; the snapshot;
//     the transfer; the code to run: is_precompile(code_address) first, else code(code_address),
//     and from Prague, where that is a delegation (delegation_target), the target's code, run even
//     when the target is a precompile (as empty code); interpret(); then for creations the checks
//     and the price of the deposited code, nonce 1 (EIP-161); undoing everything on failure.
//   Failures before the callee existed (call_depth_exceeded, insufficient_balance,
//     nonce_exhausted) cost the caller nothing: the interpreter gives all of Message::gas back,
//     whatever gas_left says. contract_collision consumes it.
//   EXTCODESIZE, EXTCODECOPY and EXTCODEHASH see a delegation as the 23 bytes that it is.

#include <optional>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::evm {

// Mainnet rule sets in order of activation; compare with < and >=.
enum class Revision : std::uint8_t {
    frontier,
    homestead,
    tangerine_whistle, // EIP-150
    spurious_dragon,   // EIP-158
    byzantium,
    constantinople,
    petersburg, // ConstantinopleFix
    istanbul,
    berlin,
    london,
    paris,
    shanghai,
    cancun,
    prague,
    osaka,
};

enum class Status : std::uint8_t {
    success,
    revert, // state undone, gas and output kept
    out_of_gas,
    stack_underflow,
    stack_overflow,
    bad_jump_destination,
    undefined_instruction,
    invalid_instruction, // the designated INVALID, 0xfe
    static_mode_violation,
    return_data_out_of_bounds, // EIP-211
    call_depth_exceeded,
    insufficient_balance,
    nonce_exhausted,    // EIP-2681
    contract_collision, // EIP-684, EIP-7610
    code_size_exceeded, // EIP-170
    code_rejected,      // EIP-3541
    initcode_too_large, // EIP-3860
    precompile_failed,
};

std::string_view name(Status status);

enum class CallKind : std::uint8_t { call, callcode, delegatecall, staticcall, create, create2 };

struct Message {
    CallKind kind = CallKind::call;
    bool is_static = false;
    int depth = 0;               // 0 for the transaction's own call; 1024 is the deepest
    std::int64_t gas = 0;        // available to the callee
    Address sender;              // CALLER
    Address recipient;           // ADDRESS: whose storage is used; for creation set by the Host
    Address code_address;        // whose code runs (before EIP-7702 delegation is followed)
    uint256 value;               // CALLVALUE (transferred by call, callcode, create, create2)
    ByteView input;              // call data, or init code for creation
    uint256 salt;                // create2
    std::int64_t caller_gas = 0; // what the caller keeps meanwhile; of interest to tracers alone
};

struct CallResult {
    Status status = Status::success;
    std::int64_t gas_left = 0; // 0 unless success or revert
    Bytes output;              // RETURN or REVERT data; for creation only that of a REVERT
    Address created;           // creation that succeeded
};

enum class StorageChange : std::uint8_t { // of SSTORE, EIP-2200: original → current → new
    unchanged,                            // current == new
    added,                                // 0 → 0 → z
    deleted,                              // x → x → 0
    modified,                             // x → x → z
    deleted_then_added,                   // x → 0 → z
    modified_then_deleted,                // x → y → 0
    deleted_then_restored,                // x → 0 → x
    added_then_deleted,                   // 0 → y → 0
    modified_then_restored,               // x → y → x
    dirty,                                // any other change of a slot that was changed before
};

struct BlockContext {
    std::uint64_t number = 0;
    std::uint64_t timestamp = 0; // Unix seconds
    std::uint64_t gas_limit = 0;
    Address coinbase;
    uint256 prev_randao; // DIFFICULTY before Paris
    uint256 base_fee;
    uint256 blob_base_fee;
    uint256 chain_id;
};

struct TransactionContext {
    Address origin;
    uint256 gas_price; // the effective one
    std::vector<Hash32> blob_hashes;
};

class Host {
public:
    virtual ~Host() = default;

    virtual const BlockContext& block() const = 0;
    virtual const TransactionContext& transaction() const = 0;
    virtual Hash32 block_hash(std::uint64_t number) = 0; // zero when not among the last 256

    virtual bool exists(const Address& address) = 0; // in the state, be it empty; asked before
                                                     // EIP-158 alone
    virtual bool empty(const Address& address) = 0;  // nonce 0, balance 0, no code (EIP-161)
    virtual uint256 balance(const Address& address) = 0;
    virtual std::uint64_t nonce(const Address& address) = 0;
    // The code as stored: a delegation indicator (EIP-7702) is returned as it is.
    virtual ByteView code(const Address& address) = 0;    // valid until the end of the transaction
    virtual Hash32 code_hash(const Address& address) = 0; // zero for an empty account (EIP-1052)

    virtual uint256 storage(const Address& address, const uint256& key) = 0;
    virtual StorageChange set_storage(const Address& address, const uint256& key,
                                      const uint256& value) = 0;
    virtual uint256 transient_storage(const Address& address, const uint256& key) = 0;
    virtual void set_transient_storage(const Address& address, const uint256& key,
                                       const uint256& value) = 0;

    // EIP-2929: true when it was cold until now; makes it warm. Asked from Berlin on alone.
    virtual bool access_account(const Address& address) = 0;
    virtual bool access_storage(const Address& address, const uint256& key) = 0;

    virtual void log(const Address& address, std::span<const Hash32> topics, ByteView data) = 0;
    // Moves the balance and marks the account as the revision says (EIP-6780); true the first time.
    // The refund of 24,000 (until London) is the interpreter's.
    virtual bool self_destruct(const Address& address, const Address& beneficiary) = 0;
    virtual void add_refund(std::int64_t gas) = 0; // may be negative (EIP-2200)

    // Runs a message one level deeper: checks depth, balance and nonce, transfers value, runs
    // precompiles and code, undoes everything on failure.
    virtual CallResult call(const Message& message) = 0;
};

inline constexpr int kMaxCallDepth = 1024;
inline constexpr std::size_t kMaxInitCodeSize = 49'152; // EIP-3860

// EIP-7702: the account whose code stands for `code`, which is 0xef0100 ‖ address; none otherwise.
inline std::optional<Address> delegation_target(ByteView code) {
    if (code.size() != 23 || code[0] != 0xef || code[1] != 0x01 || code[2] != 0x00) return {};
    return right_aligned<20>(code);
}

struct Step {
    std::uint64_t pc = 0;
    Byte opcode = 0;
    std::int64_t gas = 0;
    int depth = 0;
    std::span<const uint256> stack; // bottom first
    ByteView memory;
    ByteView return_data; // of the last call (EIP-211)
    Address address;
    bool implicit_stop = false; // past the last byte of the code
};

// Optional observer of a run (debug_traceTransaction and the like). What it is handed is valid
// during the call alone. Interpreter and Host tell it; a run without one pays nothing.
class Tracer {
public:
    virtual ~Tracer() = default;
    virtual bool wants_steps() const { return true; } // asked at the start of each frame
    // Before each instruction. False ends the frame at once, out of gas: for limits of steps.
    virtual bool step(const Step& /*step*/) { return true; }
    // A message begins and ends, also one that is refused at once (depth, balance) and one to a
    // precompile. A creation's recipient is its new address, its output the deposited code.
    virtual void enter(const Message& /*message*/) {}
    virtual void exit(const Message& /*message*/, const CallResult& /*result*/) {}
    virtual void log(const Address& /*address*/, std::span<const Hash32> /*topics*/,
                     ByteView /*data*/) {}
    virtual void self_destruct(const Address& /*address*/, const Address& /*beneficiary*/,
                               const uint256& /*balance*/) {}
};

} // namespace salus::evm
