// Official state tests, one post entry at a time.

#include "crypto/hash.hpp"
#include "state/json_fields.hpp"
#include "state/step_digest.hpp"
#include "state/suite.hpp"
#include "state/suite_exceptions.hpp"
#include "state/suite_networks.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"
#include "state/vmtest.hpp"

namespace salus::state {

using codec::Json;
using codec::json::array;
using codec::json::object;
using evm::Revision;

namespace {

// The legacy rule of state tests: the hash of a block is that of its decimal number.
Hash32 test_block_hash(std::uint64_t number) {
    return crypto::keccak256(view(std::to_string(number)));
}

const object* find_object(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

Result<const Json*> element(const object& fields, std::string_view key, std::uint64_t index) {
    const Json* list = codec::json_find(fields, key);
    if (list != nullptr && !list->is_array() && index == 0) return list; // the single form
    if (list == nullptr || !list->is_array() || index >= list->get_array().size()) {
        return Error(kBadSuiteFile, std::string(key) + "[" + std::to_string(index) + "]");
    }
    return &list->get_array()[index];
}

// --- the block ----------------------------------------------------------------------------------

Result<Environment> parse_environment(const object& test, const object& env,
                                      std::string_view fork_name, const SuiteFork& fork) {
    Environment out;
    SALUS_TRY_ASSIGN(out.rules, suite_rules(test, fork_name, fork));
    out.block_hashes = test_block_hash;
    evm::BlockContext& block = out.block;
    SALUS_TRY_ASSIGN(block.number, number64_field_or(env, "currentNumber", 0));
    SALUS_TRY_ASSIGN(block.timestamp, number64_field_or(env, "currentTimestamp", 0));
    SALUS_TRY_ASSIGN(block.gas_limit, number64_field_or(env, "currentGasLimit", 0));
    SALUS_TRY_ASSIGN(block.coinbase, fixed_field_or(env, "currentCoinbase", Address{}));
    SALUS_TRY_ASSIGN(block.base_fee, number_field_or(env, "currentBaseFee", uint256(10)));
    const char* random = fork.revision >= Revision::paris ? "currentRandom" : "currentDifficulty";
    SALUS_TRY_ASSIGN(block.prev_randao, number_field_or(env, random, uint256()));
    SALUS_TRY_ASSIGN(const std::uint64_t excess, number64_field_or(env, "currentExcessBlobGas", 0));
    block.blob_base_fee = blob_base_fee(excess, out.rules.blobs);
    block.chain_id = uint256(1);
    if (const object* config = find_object(test, "config")) {
        SALUS_TRY_ASSIGN(block.chain_id, number_field_or(*config, "chainid", uint256(1)));
    }
    return out;
}

// --- the transaction ----------------------------------------------------------------------------

struct Indexes {
    std::uint64_t data = 0, gas = 0, value = 0;
};

// All zero where there are none.
Result<Indexes> parse_indexes(const object& post) {
    const object* fields = find_object(post, "indexes");
    Indexes out;
    if (fields == nullptr) return out;
    SALUS_TRY_ASSIGN(out.data, number64_field_or(*fields, "data", 0));
    SALUS_TRY_ASSIGN(out.gas, number64_field_or(*fields, "gas", 0));
    SALUS_TRY_ASSIGN(out.value, number64_field_or(*fields, "value", 0));
    return out;
}

Result<std::vector<AccessEntry>> parse_access_list(const Json& json) {
    std::vector<AccessEntry> out;
    if (!json.is_array()) return out;
    for (const Json& item : json.get_array()) {
        if (!item.is_object()) return Error(kBadSuiteFile, "accessLists");
        AccessEntry entry;
        SALUS_TRY_ASSIGN(entry.address, fixed_field_or(item.get_object(), "address", Address{}));
        const Json* keys = codec::json_find(item.get_object(), "storageKeys");
        if (keys != nullptr && keys->is_array()) {
            for (const Json& key : keys->get_array()) {
                SALUS_TRY_ASSIGN(const uint256 number, json_number(key));
                entry.keys.push_back(number);
            }
        }
        out.push_back(std::move(entry));
    }
    return out;
}

Result<Authorization> parse_authorization(const object& fields) {
    Authorization out;
    SALUS_TRY_ASSIGN(out.chain_id, number_field_or(fields, "chainId", uint256()));
    SALUS_TRY_ASSIGN(out.address, fixed_field_or(fields, "address", Address{}));
    SALUS_TRY_ASSIGN(out.nonce, number64_field_or(fields, "nonce", 0));
    const char* v = codec::json_find(fields, "yParity") != nullptr ? "yParity" : "v";
    SALUS_TRY_ASSIGN(const std::uint64_t parity, number64_field_or(fields, v, 0));
    if (parity > 255) return Error(kBadSuiteFile, "authorization v");
    out.y_parity = static_cast<Byte>(parity);
    SALUS_TRY_ASSIGN(out.r, number_field_or(fields, "r", uint256()));
    SALUS_TRY_ASSIGN(out.s, number_field_or(fields, "s", uint256()));
    return out;
}

Status parse_fees(const object& fields, Transaction& tx) {
    if (codec::json_find(fields, "maxFeePerGas") == nullptr) {
        SALUS_TRY_ASSIGN(tx.max_fee_per_gas, number_field(fields, "gasPrice"));
        tx.max_priority_fee_per_gas = tx.max_fee_per_gas;
        return ok_status();
    }
    tx.type = TransactionType::dynamic_fee;
    SALUS_TRY_ASSIGN(tx.max_fee_per_gas, number_field(fields, "maxFeePerGas"));
    SALUS_TRY_ASSIGN(tx.max_priority_fee_per_gas,
                     number_field_or(fields, "maxPriorityFeePerGas", uint256()));
    return ok_status();
}

Status parse_call(const object& fields, const Indexes& at, Transaction& tx) {
    SALUS_TRY_ASSIGN(tx.nonce, number64_field_or(fields, "nonce", 0));
    SALUS_TRY_ASSIGN(const Json* gas, element(fields, "gasLimit", at.gas));
    SALUS_TRY_ASSIGN(tx.gas_limit, json_number64(*gas));
    SALUS_TRY_ASSIGN(const Json* value, element(fields, "value", at.value));
    SALUS_TRY_ASSIGN(tx.value, json_number(*value));
    SALUS_TRY_ASSIGN(const Json* data, element(fields, "data", at.data));
    SALUS_TRY_ASSIGN(tx.data, json_bytes(*data));
    SALUS_TRY_ASSIGN(const Bytes to, bytes_field_or(fields, "to", {}));
    if (!to.empty()) tx.to = right_aligned<20>(to);
    return ok_status();
}

Status parse_lists(const object& fields, const Indexes& at, Transaction& tx) {
    const Json* lists = codec::json_find(fields, "accessLists");
    if (lists != nullptr && lists->is_array() && at.data < lists->get_array().size() &&
        lists->get_array()[at.data].is_array()) {
        if (tx.type == TransactionType::legacy) tx.type = TransactionType::access_list;
        SALUS_TRY_ASSIGN(tx.access_list, parse_access_list(lists->get_array()[at.data]));
    }
    if (codec::json_find(fields, "maxFeePerBlobGas") != nullptr) {
        tx.type = TransactionType::blob;
        SALUS_TRY_ASSIGN(tx.max_fee_per_blob_gas, number_field(fields, "maxFeePerBlobGas"));
    }
    const Json* blobs = codec::json_find(fields, "blobVersionedHashes");
    if (blobs != nullptr && blobs->is_array()) {
        for (const Json& blob : blobs->get_array()) {
            SALUS_TRY_ASSIGN(const uint256 number, json_number(blob));
            tx.blob_hashes.push_back(to_hash(number));
        }
    }
    const Json* authorizations = codec::json_find(fields, "authorizationList");
    if (authorizations == nullptr || !authorizations->is_array()) return ok_status();
    tx.type = TransactionType::set_code;
    for (const Json& item : authorizations->get_array()) {
        if (!item.is_object()) return Error(kBadSuiteFile, "authorizationList");
        SALUS_TRY_ASSIGN(const Authorization parsed, parse_authorization(item.get_object()));
        tx.authorizations.push_back(parsed);
    }
    return ok_status();
}

Result<Transaction> parse_transaction(const object& fields, const Indexes& at) {
    Transaction tx;
    SALUS_TRY(parse_fees(fields, tx));
    SALUS_TRY(parse_call(fields, at, tx));
    SALUS_TRY(parse_lists(fields, at, tx));
    return tx;
}

Result<Address> parse_sender(const object& fields) {
    if (codec::json_find(fields, "sender") != nullptr) {
        return fixed_field_or(fields, "sender", Address{});
    }
    SALUS_TRY_ASSIGN(const Hash32 key, fixed_field_or(fields, "secretKey", Hash32{}));
    return crypto::secp256k1::address_of(crypto::SecretKey32(key));
}

// The signed bytes must be the transaction: same fields, same bytes again, same sender.
Status check_bytes(const Bytes& raw, Transaction& tx, const Address& sender, Revision fork) {
    SALUS_TRY_ASSIGN(const Transaction decoded, decode_transaction(raw));
    if (encode(decoded) != raw) return Error(kBadSuiteFile, "txbytes: encodes differently");
    SALUS_TRY_ASSIGN(const Address signer, recover_sender(decoded, fork));
    if (signer != sender) return Error(kBadSuiteFile, "txbytes: another sender");
    tx.y_parity = decoded.y_parity;
    tx.r = decoded.r;
    tx.s = decoded.s;
    tx.chain_id = decoded.chain_id;
    if (tx != decoded) return Error(kBadSuiteFile, "txbytes: other fields");
    return ok_status();
}

// --- judging ------------------------------------------------------------------------------------

struct Case {
    std::string_view name;
    const object& test;
    const object& post;
    std::string_view fork_name;
    SuiteFork fork;
    const StateChanges& pre;
    bool only; // of its fork
    const SuiteOptions& options;
};

struct Run {
    Hash32 root;
    // Before EIP-158, where the transaction is refused: the root with the coinbase's account. The
    // makers of the older files add a block reward of 0 even then, those of the newer do not.
    std::optional<Hash32> rewarded_root;
    Hash32 logs;
    std::uint64_t gas_used = 0;
    std::optional<Error> rejected;
    bool misread = false; // a file that this runner misreads is no refusal
    StepDigest steps;
};

std::optional<Hash32> rewarded_root(const Case& test, const Address& coinbase) {
    if (test.fork.revision >= Revision::spurious_dragon) return std::nullopt;
    StateChanges state = test.pre;
    state.accounts.try_emplace(coinbase);
    return state_root(state);
}

Result<Executed> execute(const Case& test, const Environment& environment,
                         const StateView& before) {
    const object* fields = find_object(test.test, "transaction");
    if (fields == nullptr) return Error(kBadSuiteFile, "transaction");
    SALUS_TRY_ASSIGN(const Bytes raw, bytes_field_or(test.post, "txbytes", {}));
    if (!raw.empty()) SALUS_TRY(decode_transaction(raw));
    SALUS_TRY_ASSIGN(const Indexes at, parse_indexes(test.post));
    SALUS_TRY_ASSIGN(const Address sender, parse_sender(*fields));
    SALUS_TRY_ASSIGN(Transaction tx, parse_transaction(*fields, at));
    if (tx.type != TransactionType::legacy) tx.chain_id = environment.block.chain_id;
    if (!raw.empty()) SALUS_TRY(check_bytes(raw, tx, sender, test.fork.revision));
    return apply_transaction(before, environment, tx, sender);
}

Run refused(const Case& test, Error error, const Address& coinbase) {
    Run out;
    out.root = state_root(test.pre);
    out.rewarded_root = rewarded_root(test, coinbase);
    out.logs = logs_hash({});
    out.misread = error.kind() == kBadSuiteFile;
    out.rejected = std::move(error);
    return out;
}

Run run_case(const Case& test) {
    const object* env = find_object(test.test, "env");
    if (env == nullptr) return refused(test, Error(kBadSuiteFile, "env"), {});
    auto environment = parse_environment(test.test, *env, test.fork_name, test.fork);
    if (!environment) return refused(test, Error(kBadSuiteFile, environment.error().text()), {});
    MemoryState state;
    state.apply(test.pre);
    Run out;
    environment->tracer = test.options.digest ? &out.steps : test.options.tracer;
    auto executed = execute(test, *environment, state);
    if (!executed) return refused(test, std::move(executed).error(), environment->block.coinbase);
    state.apply(executed->changes);
    out.gas_used = executed->outcome.gas_used;
    out.root = state_root(state.as_changes());
    out.logs = logs_hash(executed->outcome.receipt.logs);
    return out;
}

std::string judge(const Case& test, const Run& run) {
    const Json* exception = codec::json_find(test.post, "expectException");
    const bool expected = exception != nullptr && exception->is_string();
    if (run.rejected && (!expected || run.misread)) return "rejected: " + run.rejected->text();
    if (expected) {
        const std::string reason(exception->get_string());
        if (!run.rejected) return "accepted, expected " + reason;
        if (!is_expected(reason, *run.rejected)) {
            return "expected " + reason + ", got " + run.rejected->text();
        }
    }
    const auto hash = fixed_field_or(test.post, "hash", Hash32{});
    if (!hash || (run.root != *hash && run.rewarded_root != *hash)) {
        return "state root " + to_hex0x(run.root.bytes);
    }
    const auto logs = fixed_field_or(test.post, "logs", run.logs);
    if (!logs || run.logs != *logs) return "logs " + to_hex0x(run.logs.bytes);
    return {};
}

std::string case_name(const Case& test) {
    const auto at = parse_indexes(test.post);
    if (!at || test.only) return std::string(test.name);
    return std::string(test.name) + " d" + std::to_string(at->data) + "g" +
           std::to_string(at->gas) + "v" + std::to_string(at->value);
}

SuiteOutcome outcome_of(const Run& run) {
    return {run.root,          run.logs,
            run.gas_used,      run.rejected ? run.rejected->text() : "",
            run.steps.steps(), run.steps.digest()};
}

SuiteResult run_and_judge(const Case& test) {
    const Run run = run_case(test);
    SuiteResult out{case_name(test), std::string(test.fork_name), Verdict::failed, judge(test, run),
                    outcome_of(run)};
    if (out.detail.empty()) out.verdict = Verdict::passed;
    return out;
}

// --- the cases of a file ------------------------------------------------------------------------

struct Plan {
    std::vector<std::pair<std::string_view, const object*>> vm_cases;
    std::vector<std::unique_ptr<StateChanges>> states;
    std::vector<Case> cases;
    std::vector<SuiteResult> unrun; // skipped, or malformed
};

Status plan_fork(std::string_view name, const object& test, std::string_view fork_name,
                 const Json& posts, const SuiteFork& fork, const SuiteOptions& options,
                 Plan& plan) {
    const StateChanges& pre = *plan.states.back();
    if (posts.is_object()) { // the single form
        plan.cases.push_back({name, test, posts.get_object(), fork_name, fork, pre, true, options});
        return ok_status();
    }
    if (!posts.is_array()) return Error(kBadSuiteFile, "post: neither list nor object");
    for (const Json& post : posts.get_array()) {
        if (!post.is_object()) return Error(kBadSuiteFile, "post");
        plan.cases.push_back({name, test, post.get_object(), fork_name, fork, pre,
                              posts.get_array().size() == 1, options});
    }
    return ok_status();
}

void plan_skipped(std::string_view name, std::string_view fork, std::string_view why, Plan& plan) {
    plan.unrun.push_back(
        {std::string(name), std::string(fork), Verdict::skipped, std::string(why)});
}

Status plan_test(std::string_view name, const object& test, const SuiteOptions& options,
                 Plan& plan) {
    const std::string_view kind = kind_of_case(test);
    if (kind == "a VM test") {
        if (is_chosen(options, kVmTestFork)) plan.vm_cases.emplace_back(name, &test);
        return ok_status();
    }
    if (kind != "a state test" && !kind.empty())
        return plan_skipped(name, "", kind, plan), ok_status();
    const object* pre = find_object(test, "pre");
    const object* post = find_object(test, "post");
    if (pre == nullptr || post == nullptr) return Error(kBadSuiteFile, "no pre or post");
    SALUS_TRY_ASSIGN(StateChanges before, parse_alloc(*pre));
    plan.states.push_back(std::make_unique<StateChanges>(std::move(before)));
    for (const auto& item : *post) {
        if (!is_chosen(options, item.key())) continue;
        const auto fork = suite_fork(item.key());
        if (!fork) {
            plan_skipped(name, item.key(), "unknown fork", plan);
            continue;
        }
        SALUS_TRY(plan_fork(name, test, item.key(), item.value(), *fork, options, plan));
    }
    return ok_status();
}

} // namespace

Result<std::vector<SuiteResult>> run_state_tests(const Json& file, const SuiteOptions& options,
                                                 Executor& executor) {
    if (!file.is_object()) return Error(kBadSuiteFile, "not an object of named cases");
    Plan plan;
    for (const auto& item : file.get_object()) {
        auto status = item.value().is_object()
                          ? plan_test(item.key(), item.value().get_object(), options, plan)
                          : Status(Error(kBadSuiteFile, "not an object"));
        if (status) continue;
        plan.unrun.push_back({std::string(item.key()), "", Verdict::failed, status.error().text()});
    }
    const std::size_t count = plan.cases.size();
    std::vector<SuiteResult> out(count + plan.vm_cases.size());
    executor.parallel_for(out.size(), [&](std::size_t i) {
        if (i < count) {
            out[i] = run_and_judge(plan.cases[i]);
        } else {
            const auto& [name, test] = plan.vm_cases[i - count];
            out[i] = run_vm_test(name, *test);
        }
    });
    out.insert(out.end(), plan.unrun.begin(), plan.unrun.end());
    return out;
}

} // namespace salus::state
