#include "follow/follower.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace salus::follow {

namespace {

constexpr const char* kFaultName = "fault.json";

std::string proof_name(const FaultProof& proof) {
    return fmt::format("proof-{}-{}-{}.json", proof.height(),
                       to_hex(ByteView(proof.first.hash.bytes).first(4)),
                       to_hex(ByteView(proof.second.hash.bytes).first(4)));
}

} // namespace

// --- opening ------------------------------------------------------------------------------------

Follower::Follower(chain::Chain& chain, Source& sealer, std::vector<Source*> peers,
                   Evidence& evidence, const Clock& clock, const FollowOptions& options)
    : chain_(chain), sealer_(sealer), peers_(std::move(peers)), evidence_(evidence), clock_(clock),
      options_(options), scope_{chain.chain_id(), chain.genesis_hash(), options.sealer},
      batch_(options.batch) {
    status_.height = status_.started_at = chain.head().header.number;
    status_.peers.reserve(peers_.size());
    for (const Source* peer : peers_) status_.peers.push_back({peer->url(), 0, "not asked yet"});
}

Result<std::unique_ptr<Follower>> Follower::open(chain::Chain& chain, Source& sealer,
                                                 std::vector<Source*> peers, Evidence& evidence,
                                                 const Clock& clock, const FollowOptions& options) {
    std::unique_ptr<Follower> out(
        new Follower(chain, sealer, std::move(peers), evidence, clock, options));
    SALUS_TRY(out->load());
    return out;
}

Status Follower::load() {
    const chain::HeaderInfo head = chain_.head();
    SALUS_TRY_ASSIGN(const auto seal, chain_.seal(head.header.number));
    if (seal) {
        const Status ours = check_seal(scope_, head.header.number, head.hash, *seal);
        if (!ours.ok()) return Error(kForeignHead, ours.error().text());
    }
    SALUS_TRY_ASSIGN(const auto kept, evidence_.load());
    for (const auto& [name, text] : kept) SALUS_TRY(load_one(name, text));
    if (status_.fault) {
        log::error("follow.fault_recorded", {{"fault", std::string(status_.fault->error.name())},
                                             {"reason", status_.fault->error.text()}});
    }
    return ok_status();
}

Status Follower::load_one(const std::string& name, const std::string& text) {
    auto json = codec::parse_json(text, {std::size_t{64} << 20, 16});
    if (!json.ok()) return Error(kMalformedProof, name + ": " + json.error().text());
    if (name == kFaultName) {
        auto fault = read_fault(*json);
        if (!fault.ok()) return std::move(fault).error().at(name);
        status_.state = State::fault;
        status_.reason = fault->error.text();
        status_.fault = std::move(*fault);
        return ok_status();
    }
    auto proof = read_proof(*json);
    if (!proof.ok()) return std::move(proof).error().at(name);
    proofs_.push_back(std::move(*proof));
    status_.proofs = proofs_.size();
    return ok_status();
}

// --- a round with the sealer --------------------------------------------------------------------

std::chrono::milliseconds Follower::step() {
    if (faulted()) return options_.poll;
    looked_at_ = nullptr;
    const auto answer = sealer_.blocks(chain_.head().header.number + 1, batch_);
    if (!answer.ok()) {
        batch_ = std::max<std::uint64_t>(batch_ / 4, 1); // a slow line may carry less
        return give_up(answer.error());
    }
    const Status taken = take_all(*answer);
    if (!taken.ok()) return give_up(taken.error());
    batch_ = options_.batch;
    backoff_ = {};
    caught(*answer);
    return answer->head_number > chain_.head().header.number ? std::chrono::milliseconds(0)
                                                             : options_.poll;
}

Status Follower::take_all(const SealedBlocks& answer) {
    if (answer.chain_id != scope_.chain_id || answer.genesis != scope_.genesis) {
        return Error(
            kOtherChain,
            fmt::format("the sealer has chain {} with genesis {}, this follower {} with {}",
                        answer.chain_id, to_hex0x(answer.genesis.bytes), scope_.chain_id,
                        to_hex0x(scope_.genesis.bytes)));
    }
    {
        const std::lock_guard lock(mutex_);
        status_.sealer_height = answer.head_number;
        status_.answered = clock_.unix_seconds();
    }
    const std::uint64_t before = chain_.head().header.number;
    for (const SealedBlock& block : answer.blocks) {
        if (faulted()) return ok_status(); // a peer has shown something
        SALUS_TRY(take(block));
    }
    if (answer.blocks.empty() && answer.head_number > before) {
        return Error(kBadAnswer, fmt::format("names block {} and gives none after {}",
                                             answer.head_number, before));
    }
    return compare_head(answer);
}

Status Follower::take(const SealedBlock& sealed) {
    const chain::HeaderInfo head = chain_.head();
    looked_at_ = &sealed;
    const auto block = state::decode_block(sealed.block);
    if (!block.ok()) return Error(kMalformedBlock, block.error().text());
    const std::uint64_t number = block->header.number;
    if (!sealed.seal) return Error(kNoSeal, "block " + std::to_string(number));
    const Hash32 hash = state::hash(block->header);
    SALUS_TRY(check_seal(scope_, number, hash, *sealed.seal));
    if (number != head.header.number + 1) {
        return Error(kWrongNumber,
                     fmt::format("block {} where {} was to come", number, head.header.number + 1));
    }
    if (block->header.parent_hash != head.hash) {
        return differs_at(head.header.number, kWrongParent);
    }
    const auto imported = chain_.import_block(*block, sealed.seal);
    if (!imported.ok()) {
        if (!chain::blames_block(imported.error())) return imported.error();
        return Error(kRefusedBlock, fmt::format("block {} {}: {}", number, to_hex0x(hash.bytes),
                                                imported.error().text()));
    }
    SALUS_TRY(chain_.set_head(hash, {hash, hash}));
    const std::lock_guard lock(mutex_);
    status_.height = number;
    if (status_.state != State::fault) status_.state = State::catching_up;
    return ok_status();
}

// Where the sealer's head is not above ours it must be one of our blocks.
Status Follower::compare_head(const SealedBlocks& answer) {
    looked_at_ = nullptr;
    SALUS_TRY_ASSIGN(const auto ours, chain_.header(answer.head_number));
    if (!ours || ours->hash == answer.head_hash) return ok_status();
    return differs_at(answer.head_number, kBadAnswer);
}

// The sealer shows another history at this height. With its seal that is a proof; where the seal
// says that it is the same after all, the answer before was wrong by itself: `otherwise`.
Status Follower::differs_at(std::uint64_t number, const ErrorKind& otherwise) {
    const std::string where = "at height " + std::to_string(number);
    SALUS_TRY_ASSIGN(const auto ours, sealed_header(chain_, number));
    if (!ours) return Error(kWrongParent, "another history, but no seal of ours " + where);
    SALUS_TRY_ASSIGN(const auto theirs, sealer_.seal(number));
    if (!theirs || theirs->number != number) return Error(kBadAnswer, "no seal " + where);
    if (theirs->hash == ours->hash) {
        return Error(otherwise, "the block does not stand on what was sealed " + where);
    }
    SALUS_TRY(check_seal(scope_, number, theirs->hash, theirs->seal));
    const FaultProof proof =
        make_proof(scope_, *ours, *theirs, clock_.unix_seconds(), sealer_.url());
    SALUS_TRY(accuse(proof));
    // Known from before, and still the branch that the sealer goes on with.
    return Error(kEquivocation, "the sealer goes on with another branch " + where);
}

// The state after a round that went well.
void Follower::caught(const SealedBlocks& answer) {
    const std::lock_guard lock(mutex_);
    if (status_.state == State::fault) return;
    const State before = status_.state;
    const bool lost = answer.head_number < status_.height;
    status_.state = lost                                  ? State::behind
                    : answer.head_number > status_.height ? State::catching_up
                                                          : State::following;
    status_.reason = lost ? fmt::format("the sealer's head is block {}, {} was verified",
                                        answer.head_number, status_.height)
                          : "";
    if (before == status_.state) return;
    if (lost) {
        log::warn("follow.sealer_behind", {{"reason", status_.reason}});
    } else if (before != State::catching_up || status_.state != State::following ||
               answer.blocks.size() > 1) {
        log::info("follow." + std::string(name_of(status_.state)),
                  {{"height", std::to_string(status_.height)},
                   {"of", std::to_string(answer.head_number)}});
    }
}

std::chrono::milliseconds Follower::give_up(const Error& error) {
    if (is_fault(error)) {
        stop_for(error, looked_at_);
        return options_.poll;
    }
    backoff_ = std::clamp(backoff_ * 2, options_.poll, options_.most_backoff);
    const std::lock_guard lock(mutex_);
    if (status_.state == State::fault) return options_.poll;
    const bool theirs = error.kind() == kUnreachable || error.kind() == kBadAnswer;
    const State next = theirs ? State::unreachable : State::stalled;
    if (status_.state != next || status_.reason != error.text()) {
        log::write(theirs ? log::Level::warn : log::Level::error,
                   theirs ? "follow.unreachable" : "follow.stalled",
                   {{"sealer", sealer_.url()}, {"reason", error.text()}});
    }
    status_.state = next;
    status_.reason = error.text();
    return backoff_;
}

// --- faults and proofs --------------------------------------------------------------------------

bool Follower::faulted() const {
    const std::lock_guard lock(mutex_);
    return status_.state == State::fault;
}

// Keeps it; false where it is known, or there are too many.
bool Follower::keep(const FaultProof& proof) {
    {
        const std::lock_guard lock(mutex_);
        const auto known = [&proof](const FaultProof& one) { return one.same_as(proof); };
        if (std::any_of(proofs_.begin(), proofs_.end(), known)) return false;
        if (proofs_.size() >= options_.most_proofs) return false;
        proofs_.push_back(proof);
        status_.proofs = proofs_.size();
    }
    const Status saved =
        evidence_.save(proof_name(proof), codec::print_json_pretty(to_json(proof)));
    if (!saved.ok()) log::error("follow.proof_not_saved", {{"reason", saved.error().text()}});
    return true;
}

Status Follower::accuse(const FaultProof& proof) {
    SALUS_ASSERT(verify(proof).ok());
    if (!keep(proof)) return ok_status();
    log::error("PROOF OF THE SEALER'S FAULT: two seals for one height",
               {{"height", std::to_string(proof.height())},
                {"sealer", to_hex0x(scope_.sealer.bytes)},
                {"first", to_hex0x(proof.first.hash.bytes)},
                {"second", to_hex0x(proof.second.hash.bytes)},
                {"from", proof.from}});
    return Error(kEquivocation, fmt::format("height {}: {} and {}, shown by {}", proof.height(),
                                            to_hex0x(proof.first.hash.bytes),
                                            to_hex0x(proof.second.hash.bytes), proof.from));
}

// The first counts.
void Follower::stop_for(const Error& error, const SealedBlock* block) {
    Fault fault{error, chain_.head().header.number + 1, {}, clock_.unix_seconds()};
    if (block != nullptr) fault.block = *block;
    {
        const std::lock_guard lock(mutex_);
        if (status_.state == State::fault) return;
        status_.state = State::fault;
        status_.reason = error.text();
        status_.fault = fault;
    }
    log::error("THE SEALER IS AT FAULT: no more blocks are taken",
               {{"fault", std::string(error.name())},
                {"reason", error.text()},
                {"sealer", sealer_.url()}});
    const Status saved = evidence_.save(kFaultName, codec::print_json_pretty(to_json(fault)));
    if (!saved.ok()) log::error("follow.fault_not_saved", {{"reason", saved.error().text()}});
}

// --- what others see ----------------------------------------------------------------------------

FollowStatus Follower::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

std::vector<FaultProof> Follower::proofs() const {
    const std::lock_guard lock(mutex_);
    return proofs_;
}

Status Follower::ready() const {
    const std::lock_guard lock(mutex_);
    if (status_.fault) return status_.fault->error;
    if (status_.state == State::stalled) return Error(chain::kClosed, status_.reason);
    const bool far = status_.sealer_height > status_.height + options_.ready_lag;
    if (status_.state == State::starting || (status_.state == State::catching_up && far)) {
        return Error(kCatchingUp, fmt::format("{} of {}", status_.height, status_.sealer_height));
    }
    return ok_status();
}

Result<Hash32> Follower::send(ByteView raw_transaction) {
    if (options_.forward) return sealer_.send(raw_transaction);
    return Error(kTakesNone,
                 "this node follows and takes no transactions: send them to " + sealer_.url());
}

} // namespace salus::follow
