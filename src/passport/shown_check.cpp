#include "passport/shown_check.hpp"

namespace salus::passport {

namespace {

bool of_holder(const Error& error) {
    return error.name().starts_with("key_binding.") || error.kind() == kPresentationStale;
}

bool of_time(const Error& error) {
    const ErrorKind& kind = error.kind();
    return kind == envelope::kSdJwtExpired || kind == envelope::kSdJwtNotYet ||
           kind == envelope::kSdJwtNoExpiry || kind == envelope::kSdJwtTime;
}

} // namespace

void check_shown(const Presentation& presentation, const crypto::p256::PublicKey& key,
                 const Meeting& meeting, Draft& draft) {
    PresentationPolicy policy;
    policy.now = draft.verdict.checked_at;
    policy.nonce = meeting.nonce;
    policy.audience = meeting.audience;
    draft.verdict.checks.push_back({"holder", Outcome::not_checked, "holder.not_checked",
                                    "not checked, because an earlier check failed"});
    const auto verified = verify_presentation(presentation, key, policy);
    if (verified.ok()) {
        const Status fresh = meeting.seen == nullptr
                                 ? ok_status()
                                 : meeting.seen->remember(presentation.commitment, policy.now);
        if (fresh.ok()) {
            draft.pass("holder",
                       "shown by its holder, " +
                           age_text(std::max<std::int64_t>(policy.now - verified->shown_at, 0)) +
                           " ago");
        } else {
            draft.fail("holder", fresh.error(), "it was shown before: ask for a new one");
        }
        return;
    }
    const Error& error = verified.error();
    if (of_holder(error)) {
        draft.fail("holder", error, "the holder does not show it here and now: " + error.text());
    } else if (of_time(error)) {
        if (draft.verdict.check("validity").outcome == Outcome::passed) {
            draft.fail("validity", error, error.text());
        }
    } else {
        draft.fail("signature", error, error.text());
    }
}

} // namespace salus::passport
