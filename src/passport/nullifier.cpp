#include "passport/nullifier.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "crypto/hash.hpp"
#include "envelope/eip712.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
namespace oprf = crypto::oprf;

constexpr std::string_view kKeyType = "salus/nullifier-key/1";
constexpr codec::JsonLimits kLimits{64 * 1024, 8};

// Letters and digits alone, upper case.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
        if (c >= 'a' && c <= 'z') out += static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::string two_digits(bool known, unsigned value) {
    return known ? fmt::format("{:02}", value % 100) : std::string("<<");
}

Result<json::object> read_object(std::string_view text, const ErrorKind& kind) {
    auto value = codec::parse_json(text, kLimits);
    if (!value.ok() || !value->is_object()) return Error(kind, "no JSON object");
    return std::move(value->get_object());
}

template <std::size_t N>
Result<FixedBytes<N>> hex_member(const json::object& from, std::string_view name) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(from, name));
    return fixed_from_hex<N>(text);
}

Result<oprf::Element> element_member(const json::object& from, std::string_view name) {
    SALUS_TRY_ASSIGN(const auto bytes, hex_member<32>(from, name));
    return oprf::read_element(bytes.bytes);
}

Result<std::uint32_t> holder_member(const json::object& from, std::string_view name) {
    SALUS_TRY_ASSIGN(const std::uint64_t number, codec::json_u64(from, name));
    if (number < 1 || number > oprf::kMaxHolders) return Error(oprf::kThreshold);
    return static_cast<std::uint32_t>(number);
}

// One evaluator asked, its answer checked.
class Round {
public:
    Round(const NullifierKey& key, const oprf::Element& blinded, const eth::Signer& registrar,
          EvaluatorPort& evaluators, std::int64_t now)
        : key_(key), blinded_(blinded), registrar_(registrar), evaluators_(evaluators), now_(now) {}

    Result<oprf::Partial> ask(std::uint32_t evaluator) const {
        EvaluateRequest request{evaluator, blinded_, static_cast<std::uint64_t>(now_), {}};
        SALUS_TRY_ASSIGN(request.signature, registrar_.sign_digest(evaluate_digest(key_, request)));
        SALUS_TRY_ASSIGN(const std::string answer,
                         evaluators_.ask(evaluator, codec::print_json(evaluate_json(request))));
        SALUS_TRY_ASSIGN(oprf::Partial partial, read_partial(answer));
        if (partial.holder != evaluator) return Error(oprf::kPartialWrong, "another's answer");
        SALUS_TRY(oprf::check_partial(key_.commitments, blinded_, partial));
        return partial;
    }

private:
    const NullifierKey& key_;
    const oprf::Element& blinded_;
    const eth::Signer& registrar_;
    EvaluatorPort& evaluators_;
    std::int64_t now_;
};

std::vector<std::uint32_t> shuffled(std::size_t count, Random& random) {
    std::vector<std::uint32_t> out(count);
    std::iota(out.begin(), out.end(), 1U);
    for (std::size_t i = count; i > 1; --i) {
        const auto draw = random.bytes<4>();
        const std::uint32_t number = std::uint32_t{draw[0]} | std::uint32_t{draw[1]} << 8 |
                                     std::uint32_t{draw[2]} << 16 | std::uint32_t{draw[3]} << 24;
        std::swap(out[i - 1], out[number % i]);
    }
    return out;
}

std::string faults_text(const std::vector<EvaluatorFault>& faults) {
    std::string out;
    for (const EvaluatorFault& fault : faults) {
        if (!out.empty()) out += "; ";
        out += fmt::format("evaluator {}: {}", fault.evaluator, fault.error.text());
    }
    return out;
}

Hash32 nullifier_of(const oprf::Output& output) {
    return crypto::sha256(concat({view("salus/nullifier/1"), output.bytes}));
}

} // namespace

json::object nullifier_key_json(const NullifierKey& key) {
    json::array commitments;
    for (const auto& commitment : key.commitments)
        commitments.push_back(codec::Json(to_hex0x(commitment.bytes)));
    return {{"type", kKeyType},
            {"chainId", key.chain_id},
            {"accreditation", to_hex0x(key.accreditation.bytes)},
            {"evaluators", key.evaluators},
            {"threshold", key.threshold()},
            {"commitments", std::move(commitments)}};
}

Result<NullifierKey> read_nullifier_key(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object from, read_object(text, kNullifierKey));
    SALUS_TRY_ASSIGN(const std::string type, codec::json_string(from, "type"));
    if (type != kKeyType) return Error(kNullifierKey, "type");
    NullifierKey out;
    SALUS_TRY_ASSIGN(out.chain_id, codec::json_u64(from, "chainId"));
    SALUS_TRY_ASSIGN(out.accreditation, hex_member<20>(from, "accreditation"));
    SALUS_TRY_ASSIGN(out.evaluators, holder_member(from, "evaluators"));
    SALUS_TRY_ASSIGN(const std::uint64_t threshold, codec::json_u64(from, "threshold"));
    SALUS_TRY_ASSIGN(const json::array* list, codec::json_array(from, "commitments"));
    if (list->size() != threshold || threshold < 1 || threshold > out.evaluators) {
        return Error(kNullifierKey, "threshold");
    }
    for (const codec::Json& item : *list) {
        if (!item.is_string()) return Error(kNullifierKey, "a commitment");
        SALUS_TRY_ASSIGN(const auto bytes, fixed_from_hex<32>(item.get_string()));
        SALUS_TRY_ASSIGN(const auto commitment, oprf::read_element(bytes.bytes));
        out.commitments.push_back(commitment);
    }
    return out;
}

Result<Bytes> document_input(const codec::Mrz& mrz) {
    const std::string state = plain(mrz.issuing_state);
    const std::string code = plain(mrz.document_code);
    const std::string number = plain(mrz.document_number);
    if (state.empty() || code.empty() || number.empty()) return Error(kDocumentData);
    const std::string birth =
        two_digits(mrz.birth.year != 0, static_cast<unsigned>(mrz.birth.year)) +
        two_digits(mrz.birth.month != 0, mrz.birth.month) +
        two_digits(mrz.birth.day != 0, mrz.birth.day);
    return to_bytes(fmt::format("salus/document/1|{}|{}|{}|{}", state, code, number, birth));
}

Hash32 evaluate_digest(const NullifierKey& key, const EvaluateRequest& request) {
    envelope::Eip712Domain domain;
    domain.name = "Salus Evaluator";
    domain.version = "1";
    domain.chain_id = uint256(key.chain_id);
    domain.verifying_contract = key.accreditation;
    envelope::StructHash hash(
        "Evaluate(bytes32 key,uint32 evaluator,bytes32 blinded,uint64 issuedAt)");
    hash.add(key.public_key()).add(uint256(request.evaluator)).add(request.blinded);
    hash.add(uint256(request.issued_at));
    return envelope::typed_digest(envelope::domain_separator(domain), hash.hash());
}

json::object evaluate_json(const EvaluateRequest& request) {
    return {{"evaluator", request.evaluator},
            {"blinded", to_hex0x(request.blinded.bytes)},
            {"issuedAt", request.issued_at},
            {"signature", to_hex0x(request.signature.bytes)}};
}

Result<EvaluateRequest> read_evaluate(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object from, read_object(text, codec::kBadJson));
    EvaluateRequest out;
    SALUS_TRY_ASSIGN(out.evaluator, holder_member(from, "evaluator"));
    SALUS_TRY_ASSIGN(out.blinded, element_member(from, "blinded"));
    SALUS_TRY_ASSIGN(out.issued_at, codec::json_u64(from, "issuedAt"));
    SALUS_TRY_ASSIGN(out.signature, hex_member<65>(from, "signature"));
    return out;
}

json::object partial_json(const oprf::Partial& partial) {
    return {{"evaluator", partial.holder},
            {"element", to_hex0x(partial.element.bytes)},
            {"proof", to_hex0x(concat({partial.proof.c.bytes, partial.proof.s.bytes}))}};
}

Result<oprf::Partial> read_partial(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object from, read_object(text, codec::kBadJson));
    oprf::Partial out;
    SALUS_TRY_ASSIGN(out.holder, holder_member(from, "evaluator"));
    SALUS_TRY_ASSIGN(out.element, element_member(from, "element"));
    SALUS_TRY_ASSIGN(const auto proof, hex_member<64>(from, "proof"));
    std::copy_n(proof.begin(), 32, out.proof.c.begin());
    std::copy_n(proof.begin() + 32, 32, out.proof.s.begin());
    return out;
}

Result<Nullifier> compute_nullifier(const NullifierKey& key, ByteView input,
                                    const eth::Signer& registrar, EvaluatorPort& evaluators,
                                    std::int64_t now, Random& random) {
    const oprf::SecretScalar blind = oprf::random_scalar(random);
    SALUS_TRY_ASSIGN(const oprf::Element blinded, oprf::blind(oprf::Mode::voprf, input, blind));
    const Round round(key, blinded, registrar, evaluators, now);
    Nullifier out;
    std::vector<oprf::Partial> partials;
    for (const std::uint32_t evaluator : shuffled(key.evaluators, random)) {
        if (partials.size() == key.threshold()) break;
        auto partial = round.ask(evaluator);
        if (partial.ok()) {
            partials.push_back(*partial);
        } else {
            out.faults.push_back({evaluator, std::move(partial).error()});
        }
    }
    std::sort(out.faults.begin(), out.faults.end(),
              [](const auto& a, const auto& b) { return a.evaluator < b.evaluator; });
    if (partials.size() < key.threshold()) {
        return Error(kTooFewEvaluators, fmt::format("{} of {} answered; {}", partials.size(),
                                                    key.threshold(), faults_text(out.faults)));
    }
    SALUS_TRY_ASSIGN(const auto whole, oprf::combine(key.commitments, blinded, partials, nullptr));
    SALUS_TRY_ASSIGN(const auto output, oprf::finalize(oprf::Mode::voprf, input, blind, whole));
    out.value = nullifier_of(output);
    return out;
}

} // namespace salus::passport
