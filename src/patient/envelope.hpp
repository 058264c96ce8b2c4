#pragma once
// The envelope: the root secret, wrapped in several ways at once (docs/patient.md, "Envelope"). Any
// one opens it; each is added, replaced and removed without the others; adding needs the root.
//
//     {"salus": "patient-envelope", "version": 1, "id": 16 bytes, "check": 16 bytes, "wraps": […]}
//     wrap = {"kind", "id", "label", "made", "salt", … of its kind …, "nonce", "sealed"}
//
//     sealed = XChaCha20-Poly1305(wrapping key, nonce, root), AAD = "salus/v1/envelope" ‖ 0x00 ‖
//              version u8 ‖ envelope's id ‖ RFC 8785 text of the wrap without "sealed"
//     wrapping key = HKDF-SHA256(input, salt, "salus/v1/wrap/" ‖ kind, 32)
//     check = HKDF-SHA256(root, id, "salus/v1/check", 16)
//
//     kind        input
//     wallet      r ‖ s of an EIP-712 signature of the wallet
//     passkey     32 bytes of the WebAuthn PRF extension, evaluated at the wrap's "prfInput"
//     passphrase  Argon2id of the phrase; of a chosen one, followed by a share kept elsewhere, 32
//     code        128 bits of a printed recovery code
//     guardians   the guardians' secret 32 ‖ the nodes' secret 32
//
// Bytes are hex without 0x. Nothing of a wrap can be moved to another envelope, version or kind.
// Pure but for Argon2id's memory; thread-safe on different objects.

#include <optional>
#include <string>
#include <vector>

#include "codec/json.hpp"
#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"
#include "crypto/shamir.hpp"
#include "envelope/eip191.hpp"
#include "patient/root.hpp"

namespace salus::patient {

inline constexpr ErrorKind kBadEnvelope{"patient.envelope_malformed", "docs/patient.md: envelope"};
inline constexpr ErrorKind kEnvelopeVersion{"patient.envelope_version",
                                            "docs/patient.md: version 1"};
inline constexpr ErrorKind kEnvelopeTooLarge{"patient.envelope_too_large",
                                             "docs/patient.md: bounds of an envelope"};
inline constexpr ErrorKind kNoSuchWrap{"patient.no_such_wrap", "a wrap of this envelope"};
inline constexpr ErrorKind kLastWrap{"patient.last_wrap",
                                     "an envelope keeps one way to open it, or it is lost"};
inline constexpr ErrorKind kDoesNotOpen{
    "patient.does_not_open", "the right factor for this wrap, and an unchanged envelope"};
inline constexpr ErrorKind kOtherRoot{"patient.other_root",
                                      "docs/patient.md: the root that the envelope's check names"};
inline constexpr ErrorKind kWalletNotDeterministic{
    "patient.wallet_not_deterministic",
    "RFC 6979: a wallet that signs the same message alike; take another way to wrap"};
inline constexpr ErrorKind kWalletOther{"patient.wallet_other", "the wallet of this wrap signed"};
inline constexpr ErrorKind kPhraseShort{"patient.passphrase_short",
                                        "a chosen passphrase of 12 characters or more"};
inline constexpr ErrorKind kPhraseNotGenerated{
    "patient.phrase_not_generated",
    "six words that salus made; a chosen passphrase needs a second share"};
inline constexpr ErrorKind kSecondShareMissing{
    "patient.second_share_missing", "a chosen passphrase is one factor of two: its second share"};
inline constexpr ErrorKind kArgon2Cost{"patient.argon2_cost",
                                       "docs/patient.md: 8 to 512 MiB, 1 to 10 passes"};
inline constexpr ErrorKind kNodeShareMissing{
    "patient.node_share_missing",
    "guardians open with the nodes' shares, which come after the time lock"};
inline constexpr ErrorKind kTooFewShares{"patient.too_few_shares",
                                         "as many right shares as the threshold"};
inline constexpr ErrorKind kGuardians{"patient.guardians",
                                      "2 ≤ threshold ≤ guardians ≤ 32; 1 ≤ threshold ≤ nodes ≤ 16"};

inline constexpr std::size_t kMaxEnvelope = 256 * 1024; // bytes of JSON
inline constexpr std::size_t kMaxWraps = 32;
inline constexpr std::size_t kMaxGuardians = 32;
inline constexpr std::size_t kMaxNodes = 16;
inline constexpr std::size_t kMinChosenPhrase = 12; // bytes

using EnvelopeId = FixedBytes<16>;
using WrapId = FixedBytes<8>;
using Second = crypto::SecretKey32; // the share of a chosen passphrase

enum class WrapKind { wallet, passkey, passphrase, code, guardians };
std::string_view name_of(WrapKind kind);

// A share of the guardians' or the nodes' secret, encrypted to its holder's Umbral key.
struct HeldShare {
    std::string label; // for the patient
    crypto::secp256k1::CompressedPoint key;
    Bytes sealed; // capsule 98 ‖ nonce 24 ‖ ciphertext, of holder u8 ‖ scalar 32
    friend bool operator==(const HeldShare&, const HeldShare&) = default;
};
struct Dealt {
    std::size_t threshold = 0;
    std::vector<crypto::umbral::PublicKey> commitments;
    std::vector<HeldShare> shares; // holder 1 first
};

// What of a wrap is not secret.
struct WrapInfo {
    WrapId id;
    WrapKind kind = WrapKind::code;
    std::string label;
    std::uint64_t made = 0;    // Unix seconds
    bool second_share = false; // passphrase: chosen
    FixedBytes<32> salt;
    std::optional<Address> wallet;           // wallet
    std::optional<FixedBytes<32>> prf_input; // passkey
    Bytes credential;                        // passkey: its credential id
    std::optional<Dealt> guardians, nodes;   // guardians
};

struct NewWrap {
    std::string label; // at most 64 bytes
    std::uint64_t made = 0;
};
struct Holder {
    std::string label;
    crypto::umbral::PublicKey key;
};
struct GuardianPlan {
    std::size_t threshold = 2;
    std::vector<Holder> guardians;
    std::size_t node_threshold = 1;
    std::vector<Holder> nodes; // that keep the time lock (patient/recovery.hpp)
};

// 8 to 512 MiB in whole KiB, 1 to 10 passes: kArgon2Cost.
Status check_cost(const crypto::Argon2Cost& cost);

class Envelope {
public:
    static Envelope make(const Root& root, Random& random); // without wraps: add one at once
    // kBadEnvelope, kEnvelopeVersion, kEnvelopeTooLarge, kArgon2Cost: before any work is done.
    static Result<Envelope> read(std::string_view text);
    std::string text() const; // RFC 8785

    const EnvelopeId& id() const { return id_; }
    std::vector<WrapInfo> wraps() const;
    Result<WrapInfo> wrap(const WrapId& id) const; // kNoSuchWrap
    Status remove(const WrapId& id);               // kNoSuchWrap, kLastWrap

    // The ways to add. All refuse a root that is not this envelope's: kOtherRoot.

    // The salt of a wallet's wrap is drawn before the wallet is asked to sign wallet_digest, twice.
    // kWalletOther, kWalletNotDeterministic.
    Result<WrapId> add_wallet(const Root& root, const NewWrap& wrap, const Address& wallet,
                              const FixedBytes<32>& salt, ByteView first, ByteView second,
                              Random& random);
    Result<WrapId> add_passkey(const Root& root, const NewWrap& wrap, ByteView credential,
                               const FixedBytes<32>& prf_input,
                               const crypto::SecretKey32& prf_output, Random& random);
    // A phrase that generate_phrase made.
    Result<WrapId> add_phrase(const Root& root, const NewWrap& wrap, std::string_view phrase,
                              const crypto::Argon2Cost& cost, Random& random);
    // One that a person chose: kPhraseShort. `second` is kept elsewhere.
    Result<WrapId> add_chosen_phrase(const Root& root, const NewWrap& wrap, std::string_view phrase,
                                     const Second& second, const crypto::Argon2Cost& cost,
                                     Random& random);
    Result<WrapId> add_code(const Root& root, const NewWrap& wrap, std::string_view code,
                            Random& random);
    Result<WrapId> add_guardians(const Root& root, const NewWrap& wrap, const GuardianPlan& plan,
                                 Random& random);

    // The ways to open: kNoSuchWrap, kDoesNotOpen, kOtherRoot, and as named.
    Result<Root> open_wallet(const WrapId& id, ByteView signature) const; // kWalletOther
    Result<Root> open_passkey(const WrapId& id, const crypto::SecretKey32& prf_output) const;
    // kSecondShareMissing.
    Result<Root> open_phrase(const WrapId& id, std::string_view phrase,
                             const Second* second = nullptr) const;
    Result<Root> open_code(const WrapId& id, std::string_view code) const;
    // kTooFewShares, kNodeShareMissing; holders of wrong shares are named in `wrong`.
    Result<Root> open_guardians(const WrapId& id, std::span<const crypto::shamir::Share> guardians,
                                std::span<const crypto::shamir::Share> nodes,
                                std::vector<std::uint32_t>* wrong = nullptr) const;

private:
    struct Part {
        WrapInfo info;
        crypto::Argon2Cost cost; // passphrase
        crypto::AeadNonce nonce; // of the sealed root
        Bytes sealed;
    };
    Envelope() = default;
    static codec::json::object clear_json(const Part& part); // without "sealed"
    static Result<Part> read_part(const codec::json::object& object);
    static Result<Envelope> read_members(const codec::json::object& object);
    Result<Bytes> associated(const Part& part) const;
    Status check_root(const Root& root) const;
    Result<const Part*> find(const WrapId& id, WrapKind kind) const;
    Part draft(WrapKind kind, const NewWrap& wrap, Random& random) const;
    Result<WrapId> add(const Root& root, Part part, ByteView input, Random& random);
    Result<Root> open(const Part& part, ByteView input) const;

    EnvelopeId id_;
    FixedBytes<16> check_;
    std::vector<Part> parts_;
};

// What the wallet signs (EIP-712): UnwrapKey(string notice,bytes16 envelope,bytes32 salt) in the
// domain {"Salus Envelope", "1"}; the notice is kWalletNotice.
inline constexpr std::string_view kWalletNotice =
    "This signature opens your medical record. Sign it on your own device only.";
Hash32 wallet_digest(const EnvelopeId& envelope, const FixedBytes<32>& salt);

} // namespace salus::patient
