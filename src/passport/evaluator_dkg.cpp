#include "passport/evaluator_dkg.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "crypto/aead.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"
#include "passport/json_fields.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
namespace oprf = crypto::oprf;

constexpr std::string_view kOfferType = "salus/dkg-offer/1";
constexpr std::string_view kSharesType = "salus/dkg-shares/1";
constexpr codec::JsonLimits kLimits{256 * 1024, 8};

Error of(std::uint32_t evaluator, const ErrorKind& kind, const std::string& detail = {}) {
    return Error(kind,
                 fmt::format("evaluator {}{}{}", evaluator, detail.empty() ? "" : ": ", detail));
}

Hash32 context_of(const DkgTerms& terms) {
    const std::string text =
        fmt::format("{}|{}|{}|{}|{}", terms.chain_id, to_hex0x(terms.accreditation.bytes),
                    terms.evaluators, terms.threshold, terms.session);
    return crypto::sha256(concat({view("salus/dkg-terms/1"), view(text)}));
}

FixedBytes<4> number_bytes(std::uint32_t number) {
    FixedBytes<4> out;
    for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<Byte>(number >> (24 - 8 * i));
    return out;
}

// All that one evaluator draws in a generation follows from his seed: HKDF, under its terms.
class Drawn final : public Random {
public:
    Drawn(const oprf::SecretScalar& seed, const DkgTerms& terms, std::string_view purpose)
        : seed_(seed), context_(context_of(terms)), purpose_(purpose) {}
    void fill(std::span<Byte> out) override {
        const FixedBytes<4> number = number_bytes(++drawn_);
        Bytes bytes = crypto::hkdf_sha256(seed_.expose().bytes, context_.bytes,
                                          concat({view(purpose_), number.bytes}), out.size());
        std::copy(bytes.begin(), bytes.end(), out.begin());
        crypto::wipe(bytes);
    }

private:
    const oprf::SecretScalar& seed_;
    const Hash32 context_;
    const std::string purpose_;
    std::uint32_t drawn_ = 0;
};

oprf::SecretScalar encryption_key(const DkgTerms& terms, const oprf::SecretScalar& seed) {
    Drawn drawn(seed, terms, "encryption");
    return oprf::random_scalar(drawn);
}

// What the proof of knowledge is bound to: nobody can hand in another's offer as his own.
Bytes proof_context(const DkgTerms& terms, std::uint32_t evaluator,
                    const oprf::Element& encryption) {
    return concat({context_of(terms).bytes, number_bytes(evaluator).bytes, encryption.bytes});
}

Status check_terms(const DkgTerms& terms, std::uint32_t evaluator) {
    const bool good = terms.threshold >= 2 && terms.threshold <= terms.evaluators &&
                      terms.evaluators <= oprf::kMaxHolders && evaluator >= 1 &&
                      evaluator <= terms.evaluators;
    if (!good) return Error(oprf::kThreshold, "2 ≤ t ≤ n, evaluators from 1 to n");
    const bool named = !terms.session.empty() && terms.session.size() <= 200;
    return named ? ok_status() : Status(Error(kDkgFile, "a session of 1 to 200 bytes"));
}

Result<oprf::Dealing> dealing_of(const DkgTerms& terms, std::uint32_t evaluator,
                                 const oprf::SecretScalar& seed) {
    SALUS_TRY(check_terms(terms, evaluator));
    Drawn drawn(seed, terms, fmt::format("dealing/{}/", evaluator));
    const oprf::SecretScalar key = oprf::random_scalar(drawn);
    const auto encryption = oprf::public_key(encryption_key(terms, seed));
    return oprf::deal(key, terms.threshold, terms.evaluators,
                      proof_context(terms, evaluator, encryption), drawn);
}

// The key between two evaluators, for one direction of one generation.
Result<crypto::SecretKey32> pair_key(const oprf::SecretScalar& own, const oprf::Element& other,
                                     const Hash32& transcript, std::uint32_t from,
                                     std::uint32_t to) {
    SALUS_TRY_ASSIGN(oprf::Element common, oprf::blind_evaluate(own, other));
    const Bytes info =
        concat({view("salus/dkg-share/1"), number_bytes(from).bytes, number_bytes(to).bytes});
    auto out = crypto::hkdf_key(common.bytes, transcript.bytes, info);
    crypto::wipe(common.bytes);
    return out;
}

Status check_own(std::span<const DkgOffer> offers, std::uint32_t evaluator,
                 const oprf::Dealing& dealing) {
    const DkgOffer& own = offers[evaluator - 1];
    const bool same = own.commitments == dealing.commitments && own.knowledge == dealing.knowledge;
    return same ? ok_status() : Status(of(evaluator, kDkgOwnOffer));
}

Result<oprf::KeyShare> open_share(std::span<const DkgOffer> offers, const DkgShares& from,
                                  std::uint32_t evaluator, const oprf::SecretScalar& own) {
    const auto sealed = from.sealed.find(evaluator);
    if (sealed == from.sealed.end()) {
        return of(from.evaluator, kDkgIncomplete, fmt::format("no share for {}", evaluator));
    }
    SALUS_TRY_ASSIGN(const auto key, pair_key(own, offers[from.evaluator - 1].encryption,
                                              from.transcript, from.evaluator, evaluator));
    crypto::AeadNonce nonce;
    if (sealed->second.size() < nonce.size()) return of(from.evaluator, kDkgSealed);
    std::copy_n(sealed->second.begin(), nonce.size(), nonce.begin());
    auto plain = crypto::aead_open(key, nonce, ByteView(sealed->second).subspan(nonce.size()), {});
    if (!plain.ok()) return of(from.evaluator, kDkgSealed);
    auto secret = oprf::read_scalar(*plain);
    crypto::wipe(*plain);
    if (!secret.ok()) return of(from.evaluator, kDkgShare);
    oprf::KeyShare share{evaluator, std::move(*secret)};
    if (!oprf::check_share(offers[from.evaluator - 1].commitments, share).ok()) {
        return of(from.evaluator, kDkgShare);
    }
    return share;
}

// One from each other evaluator, by number.
Result<std::map<std::uint32_t, const DkgShares*>> dealers(std::span<const DkgOffer> offers,
                                                          std::span<const DkgShares> shares,
                                                          std::uint32_t evaluator) {
    const Hash32 transcript = dkg_transcript(offers);
    std::map<std::uint32_t, const DkgShares*> out;
    for (const DkgShares& one : shares) {
        if (one.evaluator == evaluator) continue;
        if (one.evaluator < 1 || one.evaluator > offers.size()) return Error(oprf::kThreshold);
        if (one.transcript != transcript) return of(one.evaluator, kDkgTranscript);
        if (!out.emplace(one.evaluator, &one).second) {
            return of(one.evaluator, kDkgIncomplete, "shares twice");
        }
    }
    for (std::uint32_t other = 1; other <= offers.size(); ++other) {
        if (other != evaluator && !out.contains(other)) {
            return of(other, kDkgIncomplete, "no shares");
        }
    }
    return out;
}

Result<json::object> read_typed(std::string_view text, std::string_view type) {
    auto value = codec::parse_json(text, kLimits);
    if (!value.ok() || !value->is_object()) return Error(kDkgFile, "no JSON object");
    SALUS_TRY_ASSIGN(const std::string given, codec::json_string(value->get_object(), "type"));
    if (given != type) return Error(kDkgFile, "type: " + std::string(type));
    return std::move(value->get_object());
}

Result<std::uint32_t> evaluator_at(const json::object& from, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::uint64_t number, codec::json_u64(from, key));
    if (number < 1 || number > oprf::kMaxHolders) return Error(oprf::kThreshold, std::string(key));
    return static_cast<std::uint32_t>(number);
}

Result<std::vector<oprf::Element>> commitments_at(const json::object& from) {
    std::vector<oprf::Element> out;
    SALUS_TRY_ASSIGN(const json::array* list, codec::json_array(from, "commitments"));
    for (const codec::Json& item : *list) {
        if (!item.is_string()) return Error(kDkgFile, "a commitment");
        SALUS_TRY_ASSIGN(const auto bytes, fixed_from_hex<32>(item.get_string()));
        SALUS_TRY_ASSIGN(const auto element, oprf::read_element(bytes.bytes));
        out.push_back(element);
    }
    return out;
}

} // namespace

json::object dkg_offer_json(const DkgOffer& offer) {
    json::array commitments;
    for (const auto& one : offer.commitments) {
        commitments.push_back(codec::Json(to_hex0x(one.bytes)));
    }
    return {{"type", kOfferType},
            {"session", offer.terms.session},
            {"chainId", offer.terms.chain_id},
            {"accreditation", to_hex0x(offer.terms.accreditation.bytes)},
            {"evaluators", offer.terms.evaluators},
            {"threshold", offer.terms.threshold},
            {"evaluator", offer.evaluator},
            {"commitments", std::move(commitments)},
            {"proof", to_hex0x(concat({offer.knowledge.c.bytes, offer.knowledge.s.bytes}))},
            {"encryption", to_hex0x(offer.encryption.bytes)}};
}

Result<DkgOffer> read_dkg_offer(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object from, read_typed(text, kOfferType));
    DkgOffer out;
    SALUS_TRY_ASSIGN(out.terms.session, codec::json_string(from, "session"));
    SALUS_TRY_ASSIGN(out.terms.chain_id, codec::json_u64(from, "chainId"));
    SALUS_TRY_ASSIGN(out.terms.accreditation, hex_at<20>(from, "accreditation"));
    SALUS_TRY_ASSIGN(out.terms.evaluators, evaluator_at(from, "evaluators"));
    SALUS_TRY_ASSIGN(out.terms.threshold, evaluator_at(from, "threshold"));
    SALUS_TRY_ASSIGN(out.evaluator, evaluator_at(from, "evaluator"));
    SALUS_TRY(check_terms(out.terms, out.evaluator));
    SALUS_TRY_ASSIGN(out.commitments, commitments_at(from));
    SALUS_TRY_ASSIGN(const auto proof, hex_at<64>(from, "proof"));
    std::copy_n(proof.begin(), 32, out.knowledge.c.begin());
    std::copy_n(proof.begin() + 32, 32, out.knowledge.s.begin());
    SALUS_TRY_ASSIGN(const auto encryption, hex_at<32>(from, "encryption"));
    SALUS_TRY_ASSIGN(out.encryption, oprf::read_element(encryption.bytes));
    return out;
}

json::object dkg_shares_json(const DkgShares& shares) {
    json::object sealed;
    for (const auto& [to, bytes] : shares.sealed) sealed[std::to_string(to)] = to_hex0x(bytes);
    return {{"type", kSharesType},
            {"evaluator", shares.evaluator},
            {"transcript", to_hex0x(shares.transcript.bytes)},
            {"shares", std::move(sealed)}};
}

Result<DkgShares> read_dkg_shares(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object from, read_typed(text, kSharesType));
    DkgShares out;
    SALUS_TRY_ASSIGN(out.evaluator, evaluator_at(from, "evaluator"));
    SALUS_TRY_ASSIGN(out.transcript, hex_at<32>(from, "transcript"));
    SALUS_TRY_ASSIGN(const json::object* sealed, codec::json_object(from, "shares"));
    for (const auto& item : *sealed) {
        SALUS_TRY_ASSIGN(const uint256 number, uint256_from_text(std::string(item.key())));
        if (number > uint256(oprf::kMaxHolders) || !item.value().is_string()) {
            return Error(kDkgFile, "shares: number to hex");
        }
        SALUS_TRY_ASSIGN(Bytes bytes, from_hex(item.value().get_string()));
        out.sealed[static_cast<std::uint32_t>(number.limb[0])] = std::move(bytes);
    }
    return out;
}

Result<DkgOffer> dkg_offer(const DkgTerms& terms, std::uint32_t evaluator,
                           const oprf::SecretScalar& seed) {
    SALUS_TRY_ASSIGN(oprf::Dealing dealing, dealing_of(terms, evaluator, seed));
    return DkgOffer{terms, evaluator, std::move(dealing.commitments), dealing.knowledge,
                    oprf::public_key(encryption_key(terms, seed))};
}

Status check_dkg_offers(std::span<const DkgOffer> offers) {
    if (offers.empty()) return Error(kDkgIncomplete, "no offers");
    const DkgTerms& terms = offers.front().terms;
    for (std::uint32_t number = 1; number <= offers.size(); ++number) {
        const DkgOffer& offer = offers[number - 1];
        if (offer.evaluator != number) return of(number, kDkgIncomplete, "no offer, or two");
        if (!(offer.terms == terms)) return of(number, kDkgOtherSession);
        SALUS_TRY(check_terms(terms, number));
        const auto checked =
            oprf::check_dealing(offer.commitments, offer.knowledge, terms.threshold,
                                proof_context(terms, number, offer.encryption));
        if (!checked.ok()) return of(number, kDkgOffer, checked.error().text());
    }
    if (offers.size() != terms.evaluators) {
        return of(static_cast<std::uint32_t>(offers.size()) + 1, kDkgIncomplete, "no offer");
    }
    return ok_status();
}

Hash32 dkg_transcript(std::span<const DkgOffer> offers) {
    Bytes all = to_bytes("salus/dkg/1");
    const auto put = [&](ByteView bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); };
    for (const DkgOffer& offer : offers) {
        put(context_of(offer.terms).bytes);
        put(number_bytes(offer.evaluator).bytes);
        for (const oprf::Element& one : offer.commitments) put(one.bytes);
        put(offer.knowledge.c.bytes);
        put(offer.knowledge.s.bytes);
        put(offer.encryption.bytes);
    }
    return crypto::sha256(all);
}

Result<DkgShares> dkg_shares(std::span<const DkgOffer> offers, std::uint32_t evaluator,
                             const oprf::SecretScalar& seed, Random& random) {
    SALUS_TRY(check_dkg_offers(offers));
    const DkgTerms& terms = offers.front().terms;
    SALUS_TRY_ASSIGN(const oprf::Dealing dealing, dealing_of(terms, evaluator, seed));
    SALUS_TRY(check_own(offers, evaluator, dealing));
    const oprf::SecretScalar own = encryption_key(terms, seed);
    DkgShares out{evaluator, dkg_transcript(offers), {}};
    for (const oprf::KeyShare& share : dealing.shares) {
        if (share.holder == evaluator) continue;
        SALUS_TRY_ASSIGN(const auto key, pair_key(own, offers[share.holder - 1].encryption,
                                                  out.transcript, evaluator, share.holder));
        const auto nonce = random.bytes<24>();
        const Bytes sealed = crypto::aead_seal(key, nonce, share.secret.expose().bytes, {});
        out.sealed[share.holder] = concat({nonce.bytes, sealed});
    }
    return out;
}

Result<DkgOutcome> dkg_outcome(std::span<const DkgOffer> offers, std::span<const DkgShares> shares,
                               std::uint32_t evaluator, const oprf::SecretScalar& seed) {
    SALUS_TRY(check_dkg_offers(offers));
    const DkgTerms& terms = offers.front().terms;
    SALUS_TRY_ASSIGN(oprf::Dealing dealing, dealing_of(terms, evaluator, seed));
    SALUS_TRY(check_own(offers, evaluator, dealing));
    SALUS_TRY_ASSIGN(const auto others, dealers(offers, shares, evaluator));
    const oprf::SecretScalar own = encryption_key(terms, seed);
    std::vector<oprf::KeyShare> dealt;
    dealt.push_back(std::move(dealing.shares[evaluator - 1]));
    for (const auto& [number, from] : others) {
        SALUS_TRY_ASSIGN(auto share, open_share(offers, *from, evaluator, own));
        dealt.push_back(std::move(share));
    }
    std::vector<std::vector<oprf::Element>> commitments;
    for (const DkgOffer& offer : offers) commitments.push_back(offer.commitments);
    DkgOutcome out;
    out.key = {terms.chain_id, terms.accreditation, terms.evaluators, {}};
    SALUS_TRY_ASSIGN(out.key.commitments, oprf::sum_commitments(commitments));
    SALUS_TRY_ASSIGN(out.share, oprf::sum_shares(dealt));
    SALUS_TRY(oprf::check_share(out.key.commitments, out.share));
    return out;
}

} // namespace salus::passport
