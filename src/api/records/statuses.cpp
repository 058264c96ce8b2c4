#include "api/records/statuses.hpp"

#include "codec/wire.hpp"
#include "records/grant_desk.hpp"
#include "records/record_node.hpp"
#include "vault/upload.hpp"

namespace salus::api::records {
namespace {

namespace rooms = salus::records;

struct Row {
    const ErrorKind& kind;
    int status;
};

const Row kRows[] = {
    {rooms::kBadWire, 400},
    {rooms::kAskedWrongly, 400},
    {rooms::kBadGenesis, 422},
    {rooms::kUnknownPatientChain, 404},
    {rooms::kOtherPatientChain, 409},
    {rooms::kNotTheAuthor, 403},
    {rooms::kNotForAuthor, 403},
    {rooms::kNotAllowed, 403},
    {rooms::kFactKey, 422},
    {rooms::kRecordsDiffer, 422},
    {rooms::kBadFact, 422},
    {codec::kWireTruncated, 400},
    {codec::kWireTrailing, 400},
    {codec::kWireTooLong, 400},
    {ledger::kBadBlock, 400},
    {ledger::kBadVersion, 400},
    {ledger::kBadParents, 400},
    {ledger::kBadEntriesRoot, 400},
    {ledger::kBadAuthor, 403},
    {ledger::kUnknownParent, 409},
    {ledger::kUnknownBlock, 404},
    {ledger::kBadHeight, 422},
    {ledger::kBadTime, 422},
    {vault::kBoxMalformed, 400},
    {vault::kBoxVersion, 400},
    {vault::kBoxFolderKey, 400},
    {vault::kBoxCapsule, 400},
    {vault::kBlockDiffers, 422},
    {vault::kRecordDiffers, 409},
    {vault::kErased, 410},
    {vault::kUnknownRecord, 404},
    {vault::kTooLarge, 413},
    {vault::kBadRange, 404},
    {vault::kUnknownUpload, 404},
    {vault::kUploadDiffers, 409},
    {vault::kUploadFinished, 409},
    {vault::kChunkOrder, 409},
    {vault::kChunkDiffers, 409},
    // Grants, letters, relay.
    {rooms::kHeadTooOld, 503},
    {rooms::kHeadAhead, 503},
    {rooms::kOtherGrant, 422},
    {rooms::kGrantRevoked, 409},
    {rooms::kGrantEnded, 409},
    {rooms::kUnknownGrant, 404},
    {rooms::kTooManyGrants, 409},
    {rooms::kVouchMissing, 422},
    {rooms::kFragmentKey, 422},
    {rooms::kFragmentSealed, 422},
    {rooms::kFragmentUnbound, 422},
    {rooms::kNotGenuine, 422},
    {rooms::kTooManyRevocations, 503},
    {rooms::kBadClosure, 422},
    {rooms::kLetterTooLarge, 413},
    {rooms::kLetterBoxFull, 429},
    {rooms::kTooManyLetters, 429},
    {rooms::kLetterTaken, 409},
    {rooms::kUnknownLetter, 404},
    {rooms::kRelayUnsigned, 422},
    {rooms::kRelayExpired, 422},
    {rooms::kRelayRefused, 409},
    {rooms::kRelayUnderWay, 409},
    {rooms::kRelayTooOften, 429},
    {rooms::kNotKnownHere, 403},
    {consent::kBadGrant, 422},
    {consent::kBadEmergency, 422},
    {crypto::umbral::kMalformed, 422},
    {crypto::umbral::kParameters, 422},
    {crypto::umbral::kCapsuleWrong, 422},
    {crypto::umbral::kFragmentCommitment, 422},
    {crypto::umbral::kFragmentSignature, 422},
    {crypto::secp256k1::kBadPoint, 422},
    {crypto::secp256k1::kBadScalar, 422},
};

} // namespace

std::optional<int> status_of(const ErrorKind& kind) {
    for (const Row& row : kRows) {
        if (row.kind == kind) return row.status;
    }
    for (int i = 0; i < static_cast<int>(consent::Reason::owner); ++i) {
        const auto reason = static_cast<consent::Reason>(i);
        if (rooms::refusal_kind(reason) != kind) continue;
        const bool passes = reason == consent::Reason::head_too_old ||
                            reason == consent::Reason::head_ahead_of_clock;
        return passes ? 503 : 403;
    }
    return std::nullopt;
}

} // namespace salus::api::records
