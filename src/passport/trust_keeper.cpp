#include "passport/trust_keeper.hpp"

namespace salus::passport {

TrustKeeper::TrustKeeper(eth::Chain& chain, const Address& accreditation,
                         const Address& vaccine_passport, const Clock& clock)
    : chain_(chain), accreditation_(accreditation), vaccine_passport_(vaccine_passport),
      clock_(clock), commitments_(chain, vaccine_passport) {}

Result<std::shared_ptr<const Verifier>> TrustKeeper::current() {
    const std::lock_guard lock(mutex_);
    const auto head = chain_.head();
    if (current_ && !head.ok()) return current_;
    if (current_ && head->hash == current_->trust_list().block_hash) {
        confirmed_at_ = clock_.unix_seconds();
        current_->confirm_list(confirmed_at_);
        return current_;
    }
    auto list = read_trust_list(chain_, accreditation_, vaccine_passport_, clock_.unix_seconds());
    if (!list.ok()) {
        if (!current_) return std::move(list).error();
        return current_;
    }
    confirmed_at_ = list->exported_at;
    renew(std::move(*list));
    return current_;
}

void TrustKeeper::believe(std::shared_ptr<const TrustSources> foreign) {
    const std::lock_guard lock(mutex_);
    foreign_ = std::move(foreign);
    if (current_) renew(current_->trust_list());
}

void TrustKeeper::renew(TrustList list) {
    MoreTrust more;
    more.foreign = foreign_;
    current_ = std::make_shared<const Verifier>(std::move(list), &commitments_, std::move(more));
    current_->confirm_list(confirmed_at_);
}

} // namespace salus::passport
