#include "api/gateway/statuses.hpp"

#include "api/problem.hpp"
#include "gateway/gateway.hpp"

namespace salus::api::gateway {

namespace {

namespace rooms = salus::gateway;

struct Row {
    const ErrorKind& kind;
    int status;
};

const Row kRows[] = {
    {rooms::kUnknownType, 404},
    {rooms::kUnknownParameter, 400},
    {rooms::kBadModifier, 400},
    {rooms::kBadValue, 400},
    {rooms::kNotSupported, 400},
    {rooms::kTooManyParameters, 400},
    {rooms::kNotAResource, 400},
    {rooms::kOtherType, 400},
    {rooms::kOtherId, 400},
    {rooms::kIdNotUuid, 422},
    {rooms::kNotConforming, 422},
    {rooms::kBadBundle, 422},
    {rooms::kBundleMethod, 422},
    {rooms::kConditional, 422},
    {rooms::kDangling, 422},
    {rooms::kTwice, 422},
    {rooms::kWhichPatient, 422},
    {rooms::kOtherPatient, 422},
    {rooms::kUnknownPatient, 404},
    {rooms::kPatientTaken, 409},
    {rooms::kTooLarge, 413},
    {rooms::kWriteUnderWay, 409},
    {rooms::kVersionConflict, 412},
    {rooms::kIncomplete, 503},
    {rooms::kNotFound, 404},
    {rooms::kBadPage, 410},
    {rooms::kTooCostly, 400},
    {rooms::kNoGrant, 403},
    {rooms::kBadEnrolment, 400},
    {rooms::kChainSubstituted, 422},
    {rooms::kBadFounding, 422},
    {rooms::kInboxSubstituted, 422},
    {rooms::kGrantOtherPatient, 422},
    {rooms::kGrantNotForUs, 422},
    {ledger::kBadEntriesRoot, 422},
    {ledger::kBadAuthor, 422},
    {patient::kBadStatement, 422},
    {patient::kKeysSubstituted, 422},
    {patient::kKeysSignature, 422},
    {patient::kKeysOtherPatient, 422},
    {patient::kKeysOld, 409},
    {records_client::kBadLetter, 400},
    {records_client::kTooFewNodes, 503},
};

} // namespace

int status_of(const Error& error) {
    for (const Row& row : kRows) {
        if (row.kind == error.kind()) return row.status;
    }
    if (records_client::is_passing(error)) return 503;
    if (error.name().starts_with("consent.")) return 403;
    const int told = records_client::status_of(error);
    // What a node could not do for us is not the fault of who asked us.
    if (told != 0) return told == 401 ? 502 : told >= 500 ? 503 : told;
    return api::status_of(error.kind());
}

} // namespace salus::api::gateway
