#include "passport/revocation_keeper.hpp"

#include <algorithm>

#include "eth/contracts/vaccine_passport.hpp"

namespace salus::passport {

namespace {

namespace contract = eth::contracts::vaccine_passport;

constexpr std::uint64_t kWindow = 50'000; // blocks asked for at a time
constexpr int kShareOfTime = 20;          // one part in so many goes into making files

} // namespace

Status RevocationReader::read_to(const eth::Head& head) {
    SALUS_TRY(forget_if_rewritten());
    while (next_block_ <= head.number) {
        SALUS_TRY(read_blocks(next_block_, std::min(head.number, next_block_ + kWindow - 1)));
    }
    last_hash_ = head.hash;
    return ok_status();
}

Status RevocationReader::forget_if_rewritten() {
    if (!last_hash_) {
        entries_.clear();
        next_block_ = 0;
        return ok_status();
    }
    eth::BlockRef last;
    last.number = next_block_ - 1;
    const auto block = chain_.head(last);
    if (!block.ok() && !(block.error().kind() == eth::kUnknownBlock)) return block.error();
    if (block.ok() && block->hash == *last_hash_) return ok_status();
    last_hash_.reset();
    entries_.clear();
    next_block_ = 0;
    return ok_status();
}

// A window with more logs than the node gives at once is halved, down to one block.
Status RevocationReader::read_blocks(std::uint64_t from, std::uint64_t to) {
    eth::LogFilter filter;
    filter.from_block = from;
    filter.to_block = to;
    filter.addresses = {contract_};
    filter.topics = {{contract::Revoked::topic(), contract::BatchRevoked::topic()}};
    const auto logs = chain_.logs(filter);
    if (!logs.ok()) {
        if (from == to || logs.error().kind() == eth::kUnreachable) return logs.error();
        const std::uint64_t middle = from + (to - from) / 2;
        SALUS_TRY(read_blocks(from, middle));
        return read_blocks(middle + 1, to);
    }
    for (const eth::Log& log : *logs) SALUS_TRY(take(log));
    next_block_ = to + 1;
    return ok_status();
}

Status RevocationReader::take(const eth::Log& log) {
    if (!log.topics.empty() && log.topics[0] == contract::BatchRevoked::topic()) {
        SALUS_TRY_ASSIGN(const contract::BatchRevoked batch, contract::BatchRevoked::decode(log));
        entries_.push_back(keys_.of_batch(batch.issuer, batch.root));
        return ok_status();
    }
    SALUS_TRY_ASSIGN(const contract::Revoked event, contract::Revoked::decode(log));
    entries_.push_back(keys_.of_commitment(event.issuer, event.commitment));
    return ok_status();
}

Result<std::shared_ptr<const std::string>> RevocationKeeper::current() {
    const std::lock_guard lock(mutex_);
    SALUS_TRY_ASSIGN(const eth::Head head, chain_.head());
    if (file_ && (head.hash == file_head_ || clock_.since_epoch() < fresh_until_)) return file_;
    const auto began = clock_.since_epoch();
    SALUS_TRY_ASSIGN(std::string file, make(head));
    file_ = std::make_shared<const std::string>(std::move(file));
    file_head_ = head.hash;
    const auto ended = clock_.since_epoch();
    fresh_until_ = ended + kShareOfTime * (ended - began);
    return file_;
}

Result<std::string> RevocationKeeper::make(const eth::Head& head) {
    RevocationHead out;
    SALUS_TRY_ASSIGN(out.chain_id, chain_.chain_id());
    if (!reader_) {
        reader_ = std::make_unique<RevocationReader>(chain_, out.chain_id, vaccine_passport_);
    }
    SALUS_TRY(reader_->read_to(head));
    SALUS_TRY_ASSIGN(
        const TrustList list,
        read_trust_list(chain_, accreditation_, vaccine_passport_, clock_.unix_seconds()));
    out.accreditation = accreditation_;
    out.vaccine_passport = vaccine_passport_;
    out.point = {head.number, head.hash, clock_.unix_seconds()};
    out.block_timestamp = head.timestamp;
    out.keys = revoked_keys(list);
    return export_revocations(std::move(out), reader_->entries(), executor_, list_key_);
}

std::vector<RevokedKey> revoked_keys(const TrustList& list) {
    std::vector<RevokedKey> out;
    for (const TrustedHospital& hospital : list.hospitals) {
        for (const TrustedKey& key : hospital.keys) {
            if (key.revoked_at == 0) continue;
            out.push_back({hospital.account, key.kid, key.revoked_at, key.revoked_from});
        }
    }
    return out;
}

} // namespace salus::passport
