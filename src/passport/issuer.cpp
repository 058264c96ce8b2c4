#include "passport/issuer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/log.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/issuer_jobs.hpp"
#include "passport/verifier.hpp"

namespace salus::passport {

namespace {

namespace contract = eth::contracts::vaccine_passport;
using BatchId = FixedBytes<16>;

constexpr std::uint64_t kLogBlocks = 90'000; // nodes refuse wider queries

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
        : profile_(std::move(profile)), options_(options), database_(tools.database),
          chain_(tools.chain), sender_(tools.sender), clock_(tools.clock), random_(tools.random),
          executor_(tools.executor), rows_(tools.database, tools.data_key, tools.random),
          press_(profile_, std::move(key), tools.data_key, rows_, tools.clock, tools.random) {
        for (const std::string_view signature : contract::error_signatures()) {
            sender_.error_names().add(std::string(signature));
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

    std::vector<Result<IssuedCertificate>> issue(const std::vector<fhir::Vaccination>& list) {
        const auto call = std::make_shared<Call>(list.size());
        std::vector<std::optional<Job>> jobs(list.size());
        executor_.parallel_for(list.size(), [&](std::size_t i) {
            Job job;
            job.call = call;
            job.index = i;
            const Status printed = press_.print(list[i], job);
            printed.ok() ? void(jobs[i] = std::move(job)) : call->finish(i, printed.error());
        });
        enqueue(jobs);
        return call->wait(options_.wait);
    }

    // What an earlier run left: on chain, or to be sent (again).
    Status resume() {
        SALUS_TRY(sender_.resume());
        SALUS_TRY_ASSIGN(const auto batches, rows_.pending_batches());
        for (const BatchId& batch : batches) {
            Flight flight;
            flight.batch = batch;
            SALUS_TRY_ASSIGN(flight.commitments, rows_.commitments(batch));
            launch(std::move(flight)); // the sender knows whether its purpose was sent before
        }
        return ok_status();
    }

    Result<eth::Receipt> revoke(const Hash32& commitment, std::uint8_t reason) {
        SALUS_TRY_ASSIGN(const auto row, rows_.find_commitment(commitment));
        if (!row || row->state != RowState::issued) {
            return Error(kUnknownCertificate, "no such certificate stands issued here");
        }
        eth::Intent intent;
        intent.to = profile_.vaccine_passport;
        intent.data = contract::encode_revoke(profile_.account, commitment, reason);
        intent.purpose_key = "revoke/" + to_hex(commitment.bytes);
        SALUS_TRY_ASSIGN(eth::Receipt receipt, sender_.send_and_wait(intent));
        SALUS_TRY(rows_.set_revoked(commitment));
        return receipt;
    }

    Result<Counts> counts() { return rows_.counts(); }
    const IssuerProfile& profile() const { return profile_; }

private:
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
            flight.batch = random_.bytes<16>();
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

    // Puts new certificates into the database as pending, in one durable transaction; answers or
    // attaches the jobs whose record is there already. On failure no job has been answered.
    Status store_batch(std::vector<Job>& jobs, Flight& flight) {
        const std::lock_guard rows_lock(rows_mutex_);
        std::vector<Job*> fresh, attached, finished;
        std::vector<std::pair<Job*, Error>> refused;
        SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
        for (Job& job : jobs) {
            SALUS_TRY_ASSIGN(auto row, rows_.find_identity(job.row.identity));
            if (row && row->content != job.row.content) {
                SALUS_TRY_ASSIGN(const bool free, freed_by_revocation(*row));
                if (!free) {
                    refused.emplace_back(
                        &job, Error(kIdentityTaken, "this record was certified with other facts; "
                                                    "revoke that certificate first: " +
                                                        to_hex0x(row->commitment.bytes)));
                    continue;
                }
                row.reset();
            }
            if (row) {
                job.row = std::move(*row);
                job.already_issued = true;
                (job.row.state == RowState::issued ? finished : attached).push_back(&job);
                continue;
            }
            job.row.batch = flight.batch;
            SALUS_TRY(rows_.insert(job.row, job.sealed, clock_.unix_seconds()));
            flight.commitments.push_back(job.row.commitment);
            fresh.push_back(&job);
        }
        SALUS_TRY(transaction.commit());
        for (auto& [job, error] : refused) job->fail(std::move(error));
        for (const Job* job : finished) {
            job->succeed(job->row.transaction_hash, job->row.block_number);
        }
        const std::lock_guard lock(mutex_);
        for (Job* job : fresh) waiting_[job->row.commitment].push_back(*job);
        for (Job* job : attached) waiting_[job->row.commitment].push_back(*job);
        return ok_status();
    }

    // The authority may have revoked without us.
    Result<bool> freed_by_revocation(const CertificateRow& row) {
        if (row.state != RowState::issued) return false;
        const auto state = ChainCommitments(chain_, profile_.vaccine_passport)
                               .state(profile_.account, row.commitment);
        if (!state.ok() || state->revoked_at == 0) return false;
        SALUS_TRY(rows_.set_revoked(row.commitment));
        return true;
    }

    void launch(Flight flight) {
        eth::Intent intent;
        intent.to = profile_.vaccine_passport;
        intent.data = contract::encode_issue_many(flight.commitments);
        intent.purpose_key = "issue/" + to_hex(flight.batch.bytes);
        auto handle = sender_.submit(intent);
        if (handle.ok()) {
            flight.handle = std::move(*handle);
        } else if (handle.error().kind() == eth::kReverted) {
            const auto there = settle_from_chain(flight);
            if (there.ok() && *there) return;
            if (there.ok()) return refuse(flight, handle.error());
        } else {
            log::warn("passport.batch_not_sent", {{"error", std::string(handle.error().name())}});
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
            return settle(flight, receipt->transaction_hash, receipt->block_number);
        }
        if (receipt.error().kind() != eth::kFailed && receipt.error().kind() != eth::kReverted) {
            return false; // not yet
        }
        const auto there = settle_from_chain(flight);
        if (there.ok() && *there) return true;
        if (!there.ok()) return false;
        refuse(flight, receipt.error());
        return true;
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

    bool settle(const Flight& flight, const Hash32& transaction_hash, std::uint64_t block) {
        const std::lock_guard rows_lock(rows_mutex_);
        const Status stored = rows_.set_issued(flight.batch, transaction_hash, block);
        if (!stored.ok()) {
            log::error("passport.issued_not_stored",
                       {{"error", std::string(stored.error().name())}});
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            return false;
        }
        for (const Job& job : take_waiting(flight)) job.succeed(transaction_hash, block);
        return true;
    }

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

    // A batch is one transaction: its first commitment stands for all.
    Result<bool> settle_from_chain(const Flight& flight) {
        if (flight.commitments.empty()) return true;
        const Hash32& first = flight.commitments.front();
        SALUS_TRY_ASSIGN(
            const CommitmentState state,
            ChainCommitments(chain_, profile_.vaccine_passport).state(profile_.account, first));
        if (state.issued_at == 0) return false;
        SALUS_TRY_ASSIGN(const eth::Head head, chain_.head());
        eth::LogFilter filter;
        filter.from_block = head.number > kLogBlocks ? head.number - kLogBlocks : 0;
        filter.addresses = {profile_.vaccine_passport};
        filter.topics = {
            {contract::Issued::topic()}, {right_aligned<32>(profile_.account.bytes)}, {first}};
        SALUS_TRY_ASSIGN(const auto logs, chain_.logs(filter));
        // Older than nodes search at once: which transaction it was is not known any more.
        if (logs.empty()) return settle(flight, Hash32{}, 0);
        return settle(flight, logs[0].transaction_hash, logs[0].block_number);
    }

    const IssuerProfile profile_;
    const IssuerOptions options_;
    store::Database& database_;
    eth::Chain& chain_;
    eth::Sender& sender_;
    const Clock& clock_;
    Random& random_;
    Executor& executor_;
    CertificateRows rows_;
    Press press_;

    std::mutex rows_mutex_; // taken before mutex_; what rows say and who waits change together
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
std::vector<Result<IssuedCertificate>>
Issuer::issue(const std::vector<fhir::Vaccination>& vaccinations) {
    return impl_->issue(vaccinations);
}
Result<eth::Receipt> Issuer::revoke(const Hash32& commitment, std::uint8_t reason) {
    return impl_->revoke(commitment, reason);
}
Result<Issuer::Counts> Issuer::counts() {
    return impl_->counts();
}
const IssuerProfile& Issuer::profile() const {
    return impl_->profile();
}

} // namespace salus::passport
