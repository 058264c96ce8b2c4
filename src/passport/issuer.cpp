#include "passport/issuer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/log.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/issuer_jobs.hpp"
#include "passport/issuer_revoker.hpp"
#include "passport/issuer_standing.hpp"

namespace salus::passport {

namespace {

namespace contract = eth::contracts::vaccine_passport;
using BatchId = FixedBytes<16>;

constexpr std::string_view kWasRevokedText = "a certificate of these very facts was issued and "
                                             "revoked; where it is meant to be issued again, "
                                             "issue this record by itself (salus issue --fhir)";

// The node's own: what was begun goes on when it is mended, but nobody shall wait for that.
bool is_of_disk(const Error& error) {
    const ErrorKind& kind = error.kind();
    return kind == eth::kHalted || kind == eth::kJournalFailed || kind == store::kSqlIo ||
           kind == store::kSqlFull;
}

// A transaction on its way, or one that could not be handed to the chain yet.
struct Flight {
    BatchId batch;
    std::vector<Hash32> commitments;
    std::optional<eth::Sender::Handle> handle;
};

} // namespace

class Issuer::Impl {
public:
    Impl(IssuerProfile profile, crypto::SecretKey32 key, const IssuerTools& tools,
         IssuerOptions options)
        : tools_(tools), profile_(std::move(profile)), options_(options),
          standing_(tools.chain, tools.clock), trace_(tools.chain, profile_),
          rows_(tools.database, profile_, tools.data_key, tools.random),
          revoker_(tools, profile_, rows_, trace_), press_(press_of(profile_, std::move(key))) {
        for (const std::string_view signature : contract::error_signatures()) {
            tools_.sender.error_names().add(std::string(signature));
        }
        batcher_ = std::thread([this] { batch_forever(); });
        settler_ = std::thread([this] { settle_forever(); });
    }

    ~Impl() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        batcher_.join();
        settler_.join();
        for (const Job& job : queue_) job.fail(Error(kIssuerStopped, "not sent"));
        for (const auto& [commitment, jobs] : waiting_) {
            for (const Job& job : jobs) job.fail(Error(kNotYetOnChain, "sent, but not seen yet"));
        }
    }

    std::vector<Result<IssuedCertificate>> issue(std::span<const fhir::Statement> list,
                                                 Reissue reissue,
                                                 const std::optional<Hash32>& replaces) {
        const auto call = std::make_shared<Call>(list.size());
        std::vector<std::optional<Job>> jobs(list.size());
        const auto press = this->press();
        tools_.executor.parallel_for(list.size(), [&](std::size_t i) {
            Job job;
            job.call = call;
            job.index = i;
            job.reissue = reissue;
            job.replaces = replaces;
            const Status printed = press->print(list[i], job);
            printed.ok() ? void(jobs[i] = std::move(job)) : call->finish(i, printed.error());
        });
        enqueue(jobs);
        return call->wait(options_.wait);
    }

    std::vector<Result<IssuedCertificate>> accompany(std::span<const Companion> list) {
        const auto call = std::make_shared<Call>(list.size());
        std::vector<std::optional<Job>> jobs(list.size());
        const auto press = this->press();
        for (std::size_t i = 0; i < list.size(); ++i) {
            Job job;
            job.call = call;
            job.index = i;
            press->take(list[i], job);
            jobs[i] = std::move(job);
        }
        enqueue(jobs);
        return call->wait(options_.wait);
    }

    std::vector<Result<Foreseen>> foresee(std::span<const fhir::Statement> list) {
        const Status standing = IssuerStanding(tools_.chain, tools_.clock).check(profile());
        std::vector<std::optional<Result<Foreseen>>> found(list.size());
        tools_.executor.parallel_for(list.size(),
                                     [&](std::size_t i) { found[i] = foresee(list[i], standing); });
        std::vector<Result<Foreseen>> out;
        out.reserve(found.size());
        for (auto& result : found) out.push_back(std::move(*result));
        return out;
    }

    // What an earlier run left: on chain, or to be sent (again).
    Status resume() {
        SALUS_TRY(tools_.sender.resume());
        SALUS_TRY_ASSIGN(const auto batches, rows_.pending_batches());
        for (const BatchId& batch : batches) {
            Flight flight;
            flight.batch = batch;
            SALUS_TRY_ASSIGN(flight.commitments, rows_.commitments(batch));
            launch(std::move(flight)); // the sender knows whether its purpose was sent before
        }
        return ok_status();
    }

    IssuerRevoker& revoker() { return revoker_; }
    Result<Counts> counts() { return rows_.counts(); }
    IssuerProfile profile() const { return press()->profile(); }

    void change_key(crypto::SecretKey32 key, const crypto::x509::Certificate& certificate) {
        auto next = press_of(with_key(profile_, certificate), std::move(key));
        const std::lock_guard lock(press_mutex_);
        press_ = std::move(next);
    }

private:
    std::shared_ptr<const Press> press_of(IssuerProfile profile, crypto::SecretKey32 key) {
        return std::make_shared<const Press>(std::move(profile), std::move(key), tools_.data_key,
                                             rows_, tools_.clock, tools_.random);
    }
    std::shared_ptr<const Press> press() const {
        const std::lock_guard lock(press_mutex_);
        return press_;
    }

    Result<Foreseen> foresee(const fhir::Statement& statement, const Status& standing) {
        Job job;
        SALUS_TRY(press()->print(statement, job)); // for its limits; goes nowhere
        const std::lock_guard rows_lock(rows_mutex_);
        SALUS_TRY_ASSIGN(const auto row, rows_.find_identity(job.row.identity));
        if (row) return row->content == job.row.content ? Result(Foreseen::known) : taken(*row);
        SALUS_TRY_ASSIGN(const bool gone, rows_.was_revoked(job.row.content));
        if (gone) return Error(kWasRevoked, std::string(kWasRevokedText));
        SALUS_TRY(standing);
        return Foreseen::fresh;
    }

    static Error taken(const CertificateRow& row) {
        return Error(kIdentityTaken, "this record was certified with other facts; revoke that "
                                     "certificate first: " +
                                         to_hex0x(row.commitment.bytes));
    }

    // ---- callers → queue

    void enqueue(std::vector<std::optional<Job>>& jobs) {
        const std::lock_guard lock(mutex_);
        for (auto& job : jobs) {
            if (!job) continue;
            if (stopping_) {
                job->fail(Error(kIssuerStopped, "not sent"));
            } else if (queue_.size() >= options_.queue) {
                job->fail(Error(kOverloaded, "too many certificates wait; try again later"));
            } else {
                queue_.push_back(std::move(*job));
            }
        }
        changed_.notify_all();
    }

    // ---- queue → database → chain

    void batch_forever() {
        while (true) {
            std::vector<Job> jobs = next_jobs();
            if (jobs.empty()) return;
            Flight flight;
            flight.batch = tools_.random.bytes<16>();
            const Status stored = store_batch(jobs, flight);
            if (!stored.ok()) {
                log::error("passport.batch_not_stored",
                           {{"error", std::string(stored.error().name())}});
                for (const Job& job : jobs) job.fail(stored.error());
                continue;
            }
            if (!flight.commitments.empty()) launch(std::move(flight));
        }
    }

    std::vector<Job> next_jobs() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] {
            return stopping_ || (!queue_.empty() && flights_.size() < options_.in_flight);
        });
        if (!stopping_ && queue_.size() < options_.batch) { // company may be on its way
            changed_.wait_for(lock, options_.gather,
                              [this] { return stopping_ || queue_.size() >= options_.batch; });
        }
        if (stopping_) return {};
        const std::size_t count = std::min(queue_.size(), options_.batch);
        std::vector<Job> out;
        out.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            out.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
        return out;
    }

    struct Sorted {
        std::vector<Job*> fresh, attached, finished;
        std::vector<std::pair<Job*, Error>> refused;
    };

    // Puts new certificates into the database as pending, in one durable transaction; answers or
    // attaches the jobs whose record is there already. On failure no job has been answered.
    Status store_batch(std::vector<Job>& jobs, Flight& flight) {
        const Status standing = standing_.check(profile());
        const std::lock_guard rows_lock(rows_mutex_);
        Sorted sorted;
        SALUS_TRY_ASSIGN(store::Transaction transaction, tools_.database.begin());
        for (Job& job : jobs) SALUS_TRY(place(job, flight, standing, sorted));
        SALUS_TRY(transaction.commit());
        for (auto& [job, error] : sorted.refused) job->fail(std::move(error));
        for (const Job* job : sorted.finished) {
            job->succeed(job->row.transaction_hash, job->row.block_number);
        }
        const std::lock_guard lock(mutex_);
        for (Job* job : sorted.fresh) waiting_[job->row.commitment].push_back(*job);
        for (Job* job : sorted.attached) waiting_[job->row.commitment].push_back(*job);
        return ok_status();
    }

    Status place(Job& job, Flight& flight, const Status& standing, Sorted& sorted) {
        SALUS_TRY_ASSIGN(auto row, rows_.find_identity(job.row.identity));
        if (row) {
            SALUS_TRY_ASSIGN(const bool freed, freed_by_revocation(*row));
            if (freed) row.reset();
        }
        if (row && row->content != job.row.content) {
            sorted.refused.emplace_back(&job, taken(*row));
            return ok_status();
        }
        if (row) {
            job.row = std::move(*row);
            job.already_issued = true;
            const bool done = job.row.state == RowState::issued;
            (done ? sorted.finished : sorted.attached).push_back(&job);
            return ok_status();
        }
        if (job.reissue == Reissue::never) {
            SALUS_TRY_ASSIGN(const bool gone, rows_.was_revoked(job.row.content));
            if (gone) {
                sorted.refused.emplace_back(&job, Error(kWasRevoked, std::string(kWasRevokedText)));
                return ok_status();
            }
        }
        if (!standing.ok()) {
            sorted.refused.emplace_back(&job, standing.error());
            return ok_status();
        }
        job.row.batch = flight.batch;
        SALUS_TRY(rows_.insert(job.row, job.sealed, tools_.clock.unix_seconds()));
        flight.commitments.push_back(job.row.commitment);
        sorted.fresh.push_back(&job);
        return ok_status();
    }

    // The authority may have revoked without us, or we before a crash.
    Result<bool> freed_by_revocation(const CertificateRow& row) {
        if (row.state != RowState::issued) return false;
        const auto state = trace_.state_of(row.commitment);
        if (!state.ok() || state->revoked_at == 0) return false;
        SALUS_TRY(rows_.set_revoked(row, tools_.clock.unix_seconds()));
        return true;
    }

    void launch(Flight flight) {
        eth::Intent intent;
        intent.to = profile_.vaccine_passport;
        intent.data = contract::encode_issue_many(flight.commitments);
        intent.purpose_key = "issue/" + to_hex(flight.batch.bytes);
        auto handle = tools_.sender.submit(intent);
        if (handle.ok()) {
            flight.handle = std::move(*handle);
        } else if (handle.error().kind() == eth::kReverted) {
            const auto there = settle_from_chain(flight);
            if (there.ok() && *there) return;
            if (there.ok()) return refuse(flight, handle.error());
        } else {
            log::warn("passport.batch_not_sent", {{"error", std::string(handle.error().name())}});
            if (is_of_disk(handle.error())) tell_all(handle.error());
        }
        const std::lock_guard lock(mutex_);
        flights_.push_back(std::move(flight));
        changed_.notify_all();
    }

    // ---- chain → database → callers

    void settle_forever() {
        while (true) {
            Flight flight;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return stopping_ || !flights_.empty(); });
                if (stopping_) return; // pending rows are taken up by resume()
                flight = flights_.front();
            }
            if (!land(flight)) continue;
            const std::lock_guard lock(mutex_);
            flights_.pop_front();
            changed_.notify_all();
        }
    }

    // True when the flight is over, whatever its end.
    bool land(const Flight& flight) {
        constexpr std::chrono::milliseconds kLook{500}; // at stopping_
        if (!flight.handle) return relaunch(flight);
        const auto receipt = flight.handle->wait_for(kLook);
        if (receipt.ok()) {
            return settle(flight, receipt->transaction_hash, receipt->block_number).ok() || pause();
        }
        if (is_of_disk(receipt.error())) return tell_all(receipt.error()), pause();
        if (receipt.error().kind() != eth::kFailed && receipt.error().kind() != eth::kReverted) {
            return false; // not yet
        }
        const auto there = settle_from_chain(flight);
        if (!there.ok()) return pause();
        if (!*there) refuse(flight, receipt.error());
        return true;
    }

    // False, after a moment: what failed is tried again.
    bool pause() {
        constexpr std::chrono::milliseconds kPause{100};
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kPause, [this] { return stopping_; });
        return false;
    }

    bool relaunch(const Flight& flight) {
        std::unique_lock lock(mutex_);
        constexpr std::chrono::seconds kPause{2};
        changed_.wait_for(lock, kPause, [this] { return stopping_; });
        if (stopping_) return false;
        lock.unlock();
        launch(Flight{flight.batch, flight.commitments, std::nullopt});
        return true; // a new flight has taken its place
    }

    // Tells those who wait, once it is durable; an error is of the database.
    Status settle(const Flight& flight, const Hash32& transaction_hash, std::uint64_t block) {
        const std::lock_guard rows_lock(rows_mutex_);
        Status stored = rows_.set_issued(flight.batch, transaction_hash, block);
        if (!stored.ok()) {
            if (!std::exchange(storing_fails_, true)) {
                log::error("passport.issued_not_stored",
                           {{"error", std::string(stored.error().name())}});
            }
            if (is_of_disk(stored.error())) tell_all(stored.error());
            return stored;
        }
        storing_fails_ = false;
        for (const Job& job : take_waiting(flight)) job.succeed(transaction_hash, block);
        return ok_status();
    }

    // Only of what is not on chain, nor on its way there.
    void refuse(const Flight& flight, const Error& reason) {
        const std::lock_guard rows_lock(rows_mutex_);
        const Status removed = rows_.remove_pending(flight.batch);
        if (!removed.ok()) {
            log::error("passport.batch_not_removed",
                       {{"error", std::string(removed.error().name())}});
        }
        for (const Job& job : take_waiting(flight)) {
            job.fail(Error(kChainRefused, reason.detail()));
        }
    }

    std::vector<Job> take_waiting(const Flight& flight) {
        const std::lock_guard lock(mutex_);
        std::vector<Job> out;
        for (const Hash32& commitment : flight.commitments) {
            const auto found = waiting_.find(commitment);
            if (found == waiting_.end()) continue;
            for (Job& job : found->second) out.push_back(std::move(job));
            waiting_.erase(found);
        }
        return out;
    }

    // Those who wait: what they asked for is kept and goes on when the disk is mended.
    void tell_all(const Error& error) {
        std::unordered_map<Hash32, std::vector<Job>> told;
        {
            const std::lock_guard lock(mutex_);
            told.swap(waiting_);
        }
        for (const auto& [commitment, jobs] : told) {
            for (const Job& job : jobs) job.fail(error);
        }
    }

    // False: not on chain. A batch is one transaction: its first commitment stands for all.
    Result<bool> settle_from_chain(const Flight& flight) {
        if (flight.commitments.empty()) return true;
        const Hash32& first = flight.commitments.front();
        SALUS_TRY_ASSIGN(const CommitmentState state, trace_.state_of(first));
        if (state.issued_at == 0) return false;
        SALUS_TRY_ASSIGN(const auto log, trace_.find_event(contract::Issued::topic(), first));
        // Where no event is found, which transaction it was is not known any more.
        SALUS_TRY(log ? settle(flight, log->transaction_hash, log->block_number)
                      : settle(flight, Hash32{}, 0));
        return true;
    }

    const IssuerTools tools_;
    const IssuerProfile profile_; // with the first key; see profile()
    const IssuerOptions options_;
    IssuerStanding standing_; // of the batcher
    IssuerTrace trace_;
    CertificateRows rows_;
    IssuerRevoker revoker_;

    mutable std::mutex press_mutex_;
    std::shared_ptr<const Press> press_;
    std::mutex rows_mutex_;      // taken before mutex_; what rows say and who waits change together
    bool storing_fails_ = false; // told of in the log; guarded by rows_mutex_
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::deque<Job> queue_;
    std::deque<Flight> flights_;
    std::unordered_map<Hash32, std::vector<Job>> waiting_; // by commitment
    std::thread batcher_, settler_;
};

Issuer::Issuer(IssuerProfile profile, crypto::SecretKey32 signing_key, const IssuerTools& tools,
               IssuerOptions options)
    : impl_(std::make_unique<Impl>(std::move(profile), std::move(signing_key), tools, options)) {}
Issuer::~Issuer() = default;

Status Issuer::resume() {
    return impl_->resume();
}
std::vector<Result<IssuedCertificate>> Issuer::issue(std::span<const fhir::Statement> statements,
                                                     Reissue reissue,
                                                     const std::optional<Hash32>& replaces) {
    return impl_->issue(statements, reissue, replaces);
}
std::vector<Result<IssuedCertificate>>
Issuer::issue(const std::vector<fhir::Vaccination>& vaccinations, Reissue reissue) {
    return impl_->issue(std::vector<fhir::Statement>(vaccinations.begin(), vaccinations.end()),
                        reissue, {});
}
std::vector<Result<IssuedCertificate>> Issuer::accompany(std::span<const Companion> companions) {
    return impl_->accompany(companions);
}
std::vector<Result<Foreseen>> Issuer::foresee(std::span<const fhir::Statement> statements) {
    return impl_->foresee(statements);
}
std::vector<Result<Revocation>> Issuer::revoke(std::span<const Hash32> commitments,
                                               std::uint8_t reason) {
    return impl_->revoker().revoke(commitments, reason);
}
Result<Revocation> Issuer::revoke(const Hash32& commitment, std::uint8_t reason) {
    return std::move(impl_->revoker().revoke({&commitment, 1}, reason)[0]);
}
Result<Issuer::BatchRevocation> Issuer::revoke_batch(const Hash32& id, std::uint8_t reason) {
    return impl_->revoker().revoke_batch(id, reason);
}
void Issuer::change_key(crypto::SecretKey32 key, const crypto::x509::Certificate& certificate) {
    impl_->change_key(std::move(key), certificate);
}
Result<Issuer::Counts> Issuer::counts() {
    return impl_->counts();
}
IssuerProfile Issuer::profile() const {
    return impl_->profile();
}

} // namespace salus::passport
