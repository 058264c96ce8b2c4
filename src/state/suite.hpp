#pragma once
// What the runners of official suites share: options, results, and what a file must be.

#include "base/executor.hpp"
#include "codec/json.hpp"
#include "evm/host.hpp"

namespace salus::state {

inline constexpr ErrorKind kBadSuiteFile{"suite.malformed", "ethereum/tests; execution-spec-tests"};
inline constexpr ErrorKind kWrongOutcome{"suite.wrong_outcome", "the case's expectation"};

struct SuiteOptions {
    std::string fork; // only cases of this fork or network; empty: all
    // State tests: sees every instruction of every case; must outlive the run and, where the
    // executor has more than one thread, be thread-safe.
    evm::Tracer* tracer = nullptr;
    bool digest = false; // state tests without tracer: fill SuiteOutcome::steps and digest
};

enum class Verdict : std::uint8_t { passed, failed, skipped };

// What a state test's transaction led to, be it as expected or not.
struct SuiteOutcome {
    Hash32 state_root;
    Hash32 logs_hash;
    std::uint64_t gas_used = 0; // 0 where the transaction was refused
    std::string refusal;        // empty where it was not
    std::uint64_t steps = 0;    // instructions executed
    std::uint32_t digest = 0;   // of the instructions: see StepDigest
};

struct SuiteResult {
    std::string name; // the case's name, and where one case has several: data, gas, value index
    std::string fork; // as the file names it
    Verdict verdict = Verdict::failed;
    std::string detail; // what differed, or why it was skipped
    std::optional<SuiteOutcome> outcome = {};
};

// A kind of case that is not the runner's, "a blockchain test" and the like; empty for one that no
// suite has.
std::string_view kind_of_case(const codec::json::object& test);
// Whether a case of `fork` is asked for: the same name, or another one of the same fork.
bool is_chosen(const SuiteOptions& options, std::string_view fork);

// State tests (GeneralStateTests, state_test): one transaction on a given state must give a given
// state root and logs. VM tests (VMTests): one message's code. Other kinds are skipped by name.
// kBadSuiteFile where the file is no object of cases. The cases run on `executor`.
Result<std::vector<SuiteResult>> run_state_tests(const codec::Json& file,
                                                 const SuiteOptions& options, Executor& executor);

// Blockchain tests (BlockchainTests, blockchain_test): every valid block is accepted, every invalid
// one refused for its reason, and the head and state at the end are the expected ones. The seal
// (proof of work) is not checked, as the suites' sealEngine says. Otherwise as run_state_tests.
Result<std::vector<SuiteResult>> run_block_tests(const codec::Json& file,
                                                 const SuiteOptions& options, Executor& executor);

} // namespace salus::state
