#pragma once
// The nullifier of a travel document: 32 bytes that are the same for the same document and tell
// nothing of it, so that one document binds to one account. It is computed with a verifiable
// oblivious PRF (RFC 9497, VOPRF, ristretto255-SHA512) whose key is shared t of n among evaluators:
// no evaluator learns the document, the registrar never has the key and pays with a limited number
// of questions for each guess, and who sees the nullifier on chain cannot test any.
//
//     nullifier = SHA-256("salus/nullifier/1" ‖ VOPRF(key, document input))

#include "base/random.hpp"
#include "codec/json.hpp"
#include "codec/mrz.hpp"
#include "crypto/oprf_threshold.hpp"
#include "eth/signer.hpp"

namespace salus::passport {

inline constexpr ErrorKind kDocumentData{
    "nullifier.document", "issuing state, document code, number and birth of the zone"};
inline constexpr ErrorKind kNullifierKey{"nullifier.key_malformed",
                                         "Salus nullifier key, version 1"};
inline constexpr ErrorKind kTooFewEvaluators{"nullifier.too_few_evaluators",
                                             "t right answers of n evaluators"};

// What everybody knows of the evaluators' key.
struct NullifierKey {
    std::uint64_t chain_id = 0;
    Address accreditation;                          // whose hospitals may ask
    std::size_t evaluators = 0;                     // n, numbered from 1
    std::vector<crypto::oprf::Element> commitments; // t of them (Feldman); the first is the key

    std::size_t threshold() const { return commitments.size(); }
    const crypto::oprf::Element& public_key() const { return commitments.front(); }
};
codec::json::object nullifier_key_json(const NullifierKey& key);
Result<NullifierKey> read_nullifier_key(std::string_view text);

// "salus/document/1|<issuing state>|<document code>|<number>|<YYMMDD of birth>" of the zone: upper
// case, without fillers, unknown parts of the birth date as "<<". The two-digit year as it stands
// in the zone: the century is a guess that changes with time. kDocumentData.
Result<Bytes> document_input(const codec::Mrz& mrz);

// A question to one evaluator, signed by an accredited registrar: EIP-712, domain "Salus Evaluator"
// version 1, the chain id, verifying contract Accreditation;
// Evaluate(bytes32 key,uint32 evaluator,bytes32 blinded,uint64 issuedAt).
struct EvaluateRequest {
    std::uint32_t evaluator = 0;
    crypto::oprf::Element blinded;
    std::uint64_t issued_at = 0; // Unix seconds
    FixedBytes<65> signature;    // r ‖ s ‖ v
};
Hash32 evaluate_digest(const NullifierKey& key, const EvaluateRequest& request);
codec::json::object evaluate_json(const EvaluateRequest& request);
Result<EvaluateRequest> read_evaluate(std::string_view text);
codec::json::object partial_json(const crypto::oprf::Partial& partial);
Result<crypto::oprf::Partial> read_partial(std::string_view text);

// How the client reaches the evaluators.
class EvaluatorPort {
public:
    virtual ~EvaluatorPort() = default;
    // The body of the answer, a Partial; an error where it refuses or does not answer.
    virtual Result<std::string> ask(std::uint32_t evaluator, const std::string& request) = 0;
};

struct EvaluatorFault {
    std::uint32_t evaluator = 0;
    Error error;
};
struct Nullifier {
    Hash32 value;
    std::vector<EvaluatorFault> faults; // of evaluators that were asked in vain, by number
};
// Asks the evaluators in random order until t have answered rightly. kTooFewEvaluators names each
// that did not, and why.
Result<Nullifier> compute_nullifier(const NullifierKey& key, ByteView input,
                                    const eth::Signer& registrar, EvaluatorPort& evaluators,
                                    std::int64_t now, Random& random);

} // namespace salus::passport
