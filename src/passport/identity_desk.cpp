#include "passport/identity_desk.hpp"

#include <algorithm>

namespace salus::passport {

Address subject_of(const IdentityRequest& request) {
    const std::size_t which = request.act == IdentityAct::rebind ||
                                      request.act == IdentityAct::uphold ||
                                      request.act == IdentityAct::hand_over
                                  ? 1
                                  : 0;
    return std::get<Address>(request.values[which]);
}

// Two of the same, sent at once, would both pass the rehearsal, and one would be paid for in vain.
class IdentityDesk::Turn {
public:
    static Result<std::unique_ptr<Turn>> take(IdentityDesk& desk, const Address& account) {
        const std::lock_guard guard(desk.mutex_);
        if (!desk.busy_.insert(account).second) {
            return Error(kIdentityUnderWay, to_hex0x(account.bytes));
        }
        return std::make_unique<Turn>(desk, account);
    }
    Turn(IdentityDesk& desk, const Address& account) : desk_(desk), account_(account) {}
    ~Turn() {
        const std::lock_guard guard(desk_.mutex_);
        desk_.busy_.erase(account_);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    IdentityDesk& desk_;
    const Address account_;
};

Result<RequestEnds> IdentityDesk::ends(const Address& subject) {
    RequestEnds out;
    SALUS_TRY_ASSIGN(out.nonce, identities_.nonce(subject));
    SALUS_TRY_ASSIGN(const std::uint64_t now, now_there());
    out.deadline = now + kRequestSeconds;
    return out;
}

Result<std::uint64_t> IdentityDesk::now_there() {
    SALUS_TRY_ASSIGN(const eth::Head head, chain_.head({}));
    return std::max(head.timestamp, static_cast<std::uint64_t>(clock_.unix_seconds()));
}

Status IdentityDesk::attest(IdentityRequest& request) const {
    const auto asked = signers_of(request);
    if (std::find(asked.begin(), asked.end(), registrar()) == asked.end()) {
        return Error(kNotThisRegistrar, "it is " + to_hex0x(registrar().bytes));
    }
    return sign_request(request, registrar_);
}

Status IdentityDesk::check(const IdentityRequest& request) {
    SALUS_TRY_ASSIGN(const IdentityPlace here, place());
    if (request.place.chain_id != here.chain_id || request.place.contract != here.contract) {
        return Error(kOtherIdentityContract, "the request is for another chain or contract");
    }
    const uint256 deadline = std::get<uint256>(request.values.back());
    SALUS_TRY_ASSIGN(const std::uint64_t now, now_there());
    if (deadline < uint256(now)) return Error(kIdentityExpired);
    SALUS_TRY(call_of(request, Address{})); // as a sender who has signed nothing
    return ok_status();
}

Result<eth::Receipt> IdentityDesk::relay(const IdentityRequest& request) {
    SALUS_TRY(check(request));
    SALUS_TRY_ASSIGN(const auto turn, Turn::take(*this, subject_of(request)));
    return identities_.send(sender_, request);
}

Result<eth::Receipt> IdentityDesk::complete(const Address& lost, const Address& patient) {
    SALUS_TRY_ASSIGN(const auto turn, Turn::take(*this, lost));
    return identities_.complete(sender_, lost, patient);
}

Result<eth::Receipt> IdentityDesk::cancel(const Address& lost, const Address& patient) {
    SALUS_TRY_ASSIGN(const auto turn, Turn::take(*this, lost));
    return identities_.cancel(sender_, lost, patient);
}

} // namespace salus::passport
