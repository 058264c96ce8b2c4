#include "patient/envelope.hpp"

#include <algorithm>

#include "codec/canonical_json.hpp"
#include "envelope/eip712.hpp"
#include "patient/phrase.hpp"
#include "patient/shares.hpp"

namespace salus::patient {
namespace {

using crypto::SecretKey32;
namespace shamir = crypto::shamir;
namespace umbral = crypto::umbral;

constexpr std::size_t kMaxLabel = 64;
constexpr std::size_t kMaxCredential = 1023; // WebAuthn 2, 4: a credential id
constexpr std::uint64_t kMaxMade = std::uint64_t{1} << 40;
constexpr std::uint64_t kMiB = 1 << 20;

FixedBytes<16> check_of(const Root& root, const EnvelopeId& id) {
    const Bytes bytes =
        crypto::hkdf_sha256(root.secret().expose().bytes, id.bytes, view("salus/v1/check"), 16);
    return right_aligned<16>(bytes);
}

SecretKey32 wrapping_key(const WrapInfo& info, ByteView input) {
    const std::string purpose = "salus/v1/wrap/" + std::string(name_of(info.kind));
    return crypto::hkdf_key(input, info.salt.bytes, view(purpose));
}

// Two secrets, one after the other.
crypto::SecretBytes<64> pair_of(const SecretKey32& first, const SecretKey32& second) {
    crypto::SecretBytes<64> out;
    std::copy_n(first.expose().begin(), 32, out.expose().begin());
    std::copy_n(second.expose().begin(), 32, out.expose().begin() + 32);
    return out;
}

} // namespace

std::string_view name_of(WrapKind kind) {
    switch (kind) {
    case WrapKind::wallet: return "wallet";
    case WrapKind::passkey: return "passkey";
    case WrapKind::passphrase: return "passphrase";
    case WrapKind::code: return "code";
    case WrapKind::guardians: return "guardians";
    }
    SALUS_ASSERT(false);
    return {};
}

Hash32 wallet_digest(const EnvelopeId& envelope, const FixedBytes<32>& salt) {
    const Hash32 message =
        envelope::StructHash("UnwrapKey(string notice,bytes16 envelope,bytes32 salt)")
            .add_text(kWalletNotice)
            .add_bytes_n(envelope.bytes)
            .add(salt)
            .hash();
    const envelope::Eip712Domain place{.name = "Salus Envelope",
                                       .version = "1",
                                       .chain_id = {},
                                       .verifying_contract = {},
                                       .salt = {}};
    return envelope::typed_digest(envelope::domain_separator(place), message);
}

// ---- the whole

Envelope Envelope::make(const Root& root, Random& random) {
    Envelope out;
    out.id_ = random.bytes<16>();
    out.check_ = check_of(root, out.id_);
    return out;
}

std::vector<WrapInfo> Envelope::wraps() const {
    std::vector<WrapInfo> out;
    for (const Part& part : parts_) out.push_back(part.info);
    return out;
}

Result<WrapInfo> Envelope::wrap(const WrapId& id) const {
    for (const Part& part : parts_) {
        if (part.info.id == id) return part.info;
    }
    return Error(kNoSuchWrap);
}

Status Envelope::remove(const WrapId& id) {
    const auto at = std::find_if(parts_.begin(), parts_.end(),
                                 [&](const Part& part) { return part.info.id == id; });
    if (at == parts_.end()) return Error(kNoSuchWrap);
    if (parts_.size() == 1) return Error(kLastWrap);
    parts_.erase(at);
    return ok_status();
}

Status Envelope::check_root(const Root& root) const {
    const FixedBytes<16> check = check_of(root, id_);
    if (!crypto::equal_constant_time(check.bytes, check_.bytes)) return Error(kOtherRoot);
    return ok_status();
}

Result<const Envelope::Part*> Envelope::find(const WrapId& id, WrapKind kind) const {
    for (const Part& part : parts_) {
        if (part.info.id == id && part.info.kind == kind) return &part;
    }
    return Error(kNoSuchWrap, "of kind " + std::string(name_of(kind)));
}

Result<Bytes> Envelope::associated(const Part& part) const {
    SALUS_TRY_ASSIGN(const std::string clear, codec::canonical_json(clear_json(part)));
    Bytes out = to_bytes(std::string_view("salus/v1/envelope"));
    out.push_back(0);
    out.push_back(1); // version
    append(out, id_.bytes);
    append(out, view(clear));
    return out;
}

Envelope::Part Envelope::draft(WrapKind kind, const NewWrap& wrap, Random& random) const {
    Part out;
    out.info.kind = kind;
    out.info.id = random.bytes<8>();
    out.info.label = wrap.label;
    out.info.made = wrap.made;
    out.info.salt = random.bytes<32>();
    return out;
}

Result<WrapId> Envelope::add(const Root& root, Part part, ByteView input, Random& random) {
    SALUS_TRY(check_root(root));
    if (parts_.size() == kMaxWraps) return Error(kEnvelopeTooLarge, "wraps");
    if (part.info.label.size() > kMaxLabel) return Error(kBadEnvelope, "label of 64 bytes");
    if (part.info.made > kMaxMade) return Error(kBadEnvelope, "time");
    part.nonce = random.bytes<24>();
    SALUS_TRY_ASSIGN(const Bytes bound, associated(part));
    part.sealed = crypto::aead_seal(wrapping_key(part.info, input), part.nonce,
                                    root.secret().expose().bytes, bound);
    const WrapId id = part.info.id;
    parts_.push_back(std::move(part));
    return id;
}

Result<Root> Envelope::open(const Part& part, ByteView input) const {
    SALUS_TRY_ASSIGN(const Bytes bound, associated(part));
    auto plain = crypto::aead_open(wrapping_key(part.info, input), part.nonce, part.sealed, bound);
    if (!plain.ok()) return Error(kDoesNotOpen);
    auto root = Root::from_bytes(*plain);
    crypto::wipe(*plain);
    if (!root.ok()) return root;
    SALUS_TRY(check_root(*root));
    return root;
}

// ---- wallet and passkey

namespace {

// r‖s of a signature that `wallet` made; v says nothing more, and wallets write it in two ways.
Result<crypto::SecretBytes<64>> wallet_input(const EnvelopeId& envelope, const WrapInfo& info,
                                             ByteView signature) {
    const auto signer = envelope::wallet_recover(wallet_digest(envelope, info.salt), signature);
    if (!signer.ok() || *signer != *info.wallet) return Error(kWalletOther);
    crypto::SecretBytes<64> out;
    std::copy_n(signature.begin(), 64, out.expose().begin());
    return out;
}

} // namespace

Result<WrapId> Envelope::add_wallet(const Root& root, const NewWrap& wrap, const Address& wallet,
                                    const FixedBytes<32>& salt, ByteView first, ByteView second,
                                    Random& random) {
    Part part = draft(WrapKind::wallet, wrap, random);
    part.info.salt = salt;
    part.info.wallet = wallet;
    SALUS_TRY_ASSIGN(const auto input, wallet_input(id_, part.info, first));
    SALUS_TRY_ASSIGN(const auto again, wallet_input(id_, part.info, second));
    if (!crypto::equal_constant_time(input.expose().bytes, again.expose().bytes)) {
        return Error(kWalletNotDeterministic);
    }
    return add(root, std::move(part), input.expose().bytes, random);
}

Result<Root> Envelope::open_wallet(const WrapId& id, ByteView signature) const {
    SALUS_TRY_ASSIGN(const Part* part, find(id, WrapKind::wallet));
    SALUS_TRY_ASSIGN(const auto input, wallet_input(id_, part->info, signature));
    return open(*part, input.expose().bytes);
}

Result<WrapId> Envelope::add_passkey(const Root& root, const NewWrap& wrap, ByteView credential,
                                     const FixedBytes<32>& prf_input, const SecretKey32& prf_output,
                                     Random& random) {
    if (credential.empty() || credential.size() > kMaxCredential) {
        return Error(kBadEnvelope, "credential id of 1 to 1023 bytes");
    }
    Part part = draft(WrapKind::passkey, wrap, random);
    part.info.credential = to_bytes(credential);
    part.info.prf_input = prf_input;
    return add(root, std::move(part), prf_output.expose().bytes, random);
}

Result<Root> Envelope::open_passkey(const WrapId& id, const SecretKey32& prf_output) const {
    SALUS_TRY_ASSIGN(const Part* part, find(id, WrapKind::passkey));
    return open(*part, prf_output.expose().bytes);
}

// ---- passphrase and code

Status check_cost(const crypto::Argon2Cost& cost) {
    if (cost.memory < 8 * kMiB || cost.memory > 512 * kMiB || cost.memory % 1024 != 0 ||
        cost.passes < 1 || cost.passes > 10) {
        return Error(kArgon2Cost);
    }
    return ok_status();
}

namespace {

// Argon2id takes sixteen bytes of salt: the first half; HKDF takes the whole.
Result<SecretKey32> stretched(const WrapInfo& info, const crypto::Argon2Cost& cost,
                              ByteView phrase) {
    FixedBytes<16> salt;
    std::copy_n(info.salt.begin(), 16, salt.begin());
    return crypto::argon2id(phrase, salt, cost);
}

} // namespace

Result<WrapId> Envelope::add_phrase(const Root& root, const NewWrap& wrap, std::string_view phrase,
                                    const crypto::Argon2Cost& cost, Random& random) {
    SALUS_TRY(check_cost(cost));
    if (!is_generated(phrase)) return Error(kPhraseNotGenerated);
    Part part = draft(WrapKind::passphrase, wrap, random);
    part.cost = cost;
    Bytes plain = plain_phrase(phrase);
    const auto input = stretched(part.info, cost, plain);
    crypto::wipe(plain);
    if (!input.ok()) return input.error();
    return add(root, std::move(part), input->expose().bytes, random);
}

Result<WrapId> Envelope::add_chosen_phrase(const Root& root, const NewWrap& wrap,
                                           std::string_view phrase, const Second& second,
                                           const crypto::Argon2Cost& cost, Random& random) {
    SALUS_TRY(check_cost(cost));
    if (phrase.size() < kMinChosenPhrase) return Error(kPhraseShort);
    Part part = draft(WrapKind::passphrase, wrap, random);
    part.cost = cost;
    part.info.second_share = true;
    SALUS_TRY_ASSIGN(const SecretKey32 first, stretched(part.info, cost, view(phrase)));
    return add(root, std::move(part), pair_of(first, second).expose().bytes, random);
}

Result<Root> Envelope::open_phrase(const WrapId& id, std::string_view phrase,
                                   const Second* second) const {
    SALUS_TRY_ASSIGN(const Part* part, find(id, WrapKind::passphrase));
    if (part->info.second_share) {
        if (second == nullptr) return Error(kSecondShareMissing);
        SALUS_TRY_ASSIGN(const SecretKey32 first, stretched(part->info, part->cost, view(phrase)));
        return open(*part, pair_of(first, *second).expose().bytes);
    }
    Bytes plain = plain_phrase(phrase);
    const auto input = stretched(part->info, part->cost, plain);
    crypto::wipe(plain);
    if (!input.ok()) return input.error();
    return open(*part, input->expose().bytes);
}

Result<WrapId> Envelope::add_code(const Root& root, const NewWrap& wrap, std::string_view code,
                                  Random& random) {
    SALUS_TRY_ASSIGN(const auto input, read_code(code));
    return add(root, draft(WrapKind::code, wrap, random), input.expose().bytes, random);
}

Result<Root> Envelope::open_code(const WrapId& id, std::string_view code) const {
    SALUS_TRY_ASSIGN(const Part* part, find(id, WrapKind::code));
    SALUS_TRY_ASSIGN(const auto input, read_code(code));
    return open(*part, input.expose().bytes);
}

// ---- guardians

namespace {

struct DealtSecret {
    SecretKey32 secret;
    Dealt dealt;
};

Result<DealtSecret> deal_to(const std::vector<Holder>& holders, std::size_t threshold,
                            Random& random) {
    DealtSecret out;
    out.secret = crypto::secp256k1::Scalar::random(random).secret().copy();
    SALUS_TRY_ASSIGN(shamir::Dealing dealing,
                     shamir::deal(out.secret, threshold, holders.size(), random));
    out.dealt.threshold = threshold;
    out.dealt.commitments = std::move(dealing.commitments);
    for (std::size_t i = 0; i < holders.size(); ++i) {
        if (holders[i].label.size() > kMaxLabel) return Error(kBadEnvelope, "label of 64 bytes");
        SALUS_TRY_ASSIGN(Bytes sealed, seal_share(dealing.shares[i], holders[i].key, random));
        out.dealt.shares.push_back({holders[i].label, holders[i].key.bytes(), std::move(sealed)});
    }
    return out;
}

Status check_plan(const GuardianPlan& plan) {
    if (plan.threshold < 2 || plan.threshold > plan.guardians.size() ||
        plan.guardians.size() > kMaxGuardians || plan.node_threshold < 1 ||
        plan.node_threshold > plan.nodes.size() || plan.nodes.size() > kMaxNodes) {
        return Error(kGuardians);
    }
    return ok_status();
}

Result<SecretKey32> recovered(const Dealt& dealt, std::span<const shamir::Share> shares,
                              std::vector<std::uint32_t>* wrong, const ErrorKind& missing) {
    auto secret = shamir::recover(dealt.commitments, shares, wrong);
    if (secret.ok()) return secret;
    return Error(missing, "needs " + std::to_string(dealt.threshold));
}

} // namespace

Result<WrapId> Envelope::add_guardians(const Root& root, const NewWrap& wrap,
                                       const GuardianPlan& plan, Random& random) {
    SALUS_TRY(check_plan(plan));
    SALUS_TRY_ASSIGN(DealtSecret guardians, deal_to(plan.guardians, plan.threshold, random));
    SALUS_TRY_ASSIGN(DealtSecret nodes, deal_to(plan.nodes, plan.node_threshold, random));
    Part part = draft(WrapKind::guardians, wrap, random);
    part.info.guardians = std::move(guardians.dealt);
    part.info.nodes = std::move(nodes.dealt);
    return add(root, std::move(part), pair_of(guardians.secret, nodes.secret).expose().bytes,
               random);
}

Result<Root> Envelope::open_guardians(const WrapId& id, std::span<const shamir::Share> guardians,
                                      std::span<const shamir::Share> nodes,
                                      std::vector<std::uint32_t>* wrong) const {
    SALUS_TRY_ASSIGN(const Part* part, find(id, WrapKind::guardians));
    SALUS_TRY_ASSIGN(const SecretKey32 first,
                     recovered(*part->info.guardians, guardians, wrong, kTooFewShares));
    SALUS_TRY_ASSIGN(const SecretKey32 second,
                     recovered(*part->info.nodes, nodes, nullptr, kNodeShareMissing));
    return open(*part, pair_of(first, second).expose().bytes);
}

} // namespace salus::patient
