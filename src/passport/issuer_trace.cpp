#include "passport/issuer_trace.hpp"

#include "eth/contracts/vaccine_passport.hpp"

namespace salus::passport {

namespace {

namespace contract = eth::contracts::vaccine_passport;

constexpr std::uint64_t kLogBlocks = 90'000; // nodes refuse wider queries

} // namespace

Result<CommitmentState> IssuerTrace::state_of(const Hash32& commitment) const {
    return ChainCommitments(chain_, profile_.vaccine_passport).state(profile_.account, commitment);
}

Result<std::optional<eth::Log>> IssuerTrace::find_event(const Hash32& topic,
                                                        const Hash32& commitment) const {
    SALUS_TRY_ASSIGN(const eth::Head head, chain_.head());
    eth::LogFilter filter;
    filter.from_block = head.number > kLogBlocks ? head.number - kLogBlocks : 0;
    filter.addresses = {profile_.vaccine_passport};
    filter.topics = {{topic}, {right_aligned<32>(profile_.account.bytes)}, {commitment}};
    SALUS_TRY_ASSIGN(auto logs, chain_.logs(filter));
    if (logs.empty()) return std::optional<eth::Log>();
    return std::optional<eth::Log>(std::move(logs[0]));
}

} // namespace salus::passport
