#include "passport/trust_keeper.hpp"

namespace salus::passport {

TrustKeeper::TrustKeeper(eth::Chain& chain, const Address& accreditation,
                         const Address& vaccine_passport, const Clock& clock,
                         std::int64_t max_age_seconds)
    : chain_(chain), accreditation_(accreditation), vaccine_passport_(vaccine_passport),
      clock_(clock), max_age_(max_age_seconds), commitments_(chain, vaccine_passport) {}

Result<std::shared_ptr<const Verifier>> TrustKeeper::current() {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.unix_seconds();
    if (current_ && now - looked_at_ < max_age_) return current_;
    auto list = read_trust_list(chain_, accreditation_, vaccine_passport_, now);
    if (!list.ok()) {
        if (!current_) return std::move(list).error();
        return current_;
    }
    looked_at_ = now;
    current_ = std::make_shared<const Verifier>(std::move(*list), &commitments_);
    return current_;
}

} // namespace salus::passport
