#include "records/refusal.hpp"

namespace salus::records {
namespace {

constexpr std::string_view kRule = "docs/consent.md: decision";

// In the order of consent::Reason; the test holds the names to reason_name().
const ErrorKind kKinds[] = {
    {"consent.head_too_old", "docs/consent.md: this node does not know the present; try again"},
    {"consent.head_ahead_of_clock", "docs/consent.md: this node's clock or chain is wrong"},
    {"consent.unknown_purpose", "HL7 v3 PurposeOfUse"},
    {"consent.requester_suspended", kRule},
    {"consent.epoch_closed", kRule},
    {"consent.no_grant", kRule},
    {"consent.revoked", kRule},
    {"consent.revocation_received", kRule},
    {"consent.not_on_chain", kRule},
    {"consent.differs_from_chain", kRule},
    {"consent.purpose_differs", kRule},
    {"consent.access_differs", kRule},
    {"consent.not_covered", kRule},
    {"consent.guardian_missing", kRule},
    {"consent.guardian_not_signed", kRule},
    {"consent.guardian_not_in_office", kRule},
    {"consent.not_yet", kRule},
    {"consent.ended", kRule},
    {"consent.no_opening", kRule},
};

} // namespace

const ErrorKind& refusal_kind(consent::Reason reason) {
    SALUS_ASSERT(!consent::is_permission(reason));
    return kKinds[static_cast<std::size_t>(reason)];
}

Error refusal(const consent::Decision& decision) {
    return Error(refusal_kind(decision.reason));
}

} // namespace salus::records
