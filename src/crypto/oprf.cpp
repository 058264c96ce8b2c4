#include "crypto/oprf.hpp"

#include <sodium.h>

#include "crypto/hash.hpp"

namespace salus::crypto::oprf {
namespace {

static_assert(crypto_core_ristretto255_BYTES == Element::size());
static_assert(crypto_core_ristretto255_SCALARBYTES == Scalar::size());

constexpr std::string_view kSuite = "ristretto255-SHA512";

Bytes context_string(Mode mode) {
    const Byte number = static_cast<Byte>(mode);
    return concat({view("OPRFV1-"), ByteView(&number, 1), view("-"), view(kSuite)});
}

Bytes domain(std::string_view name, Mode mode) {
    return concat({view(name), context_string(mode)});
}

// I2OSP(size, 2) ‖ bytes.
void put(Bytes& out, ByteView bytes) {
    SALUS_ASSERT(bytes.size() <= kMaxInput);
    out.push_back(static_cast<Byte>(bytes.size() >> 8));
    out.push_back(static_cast<Byte>(bytes.size()));
    append(out, bytes);
}

// expand_message_xmd of 64 bytes with SHA-512 (RFC 9380 5.3.1): one block.
FixedBytes<64> expand(ByteView message, ByteView tag) {
    Bytes tail = to_bytes(tag);
    tail.push_back(static_cast<Byte>(tag.size()));
    const Bytes pad(128, 0);
    const Bytes size{0, 64, 0};
    Bytes first = concat({pad, message, size, tail});
    const FixedBytes<64> b0 = sha512(first);
    wipe(first);
    const Byte one = 1;
    return sha512(concat({b0.bytes, ByteView(&one, 1), tail}));
}

SecretScalar hash_to_scalar(ByteView message, ByteView tag) {
    FixedBytes<64> wide = expand(message, tag);
    SecretScalar out;
    crypto_core_ristretto255_scalar_reduce(out.expose().data(), wide.data());
    wipe(wide.bytes);
    return out;
}

Scalar public_scalar(ByteView message, Mode mode) {
    return hash_to_scalar(message, domain("HashToScalar-", mode)).expose();
}

bool is_zero(const SecretScalar& scalar) {
    return equal_constant_time(scalar.expose().bytes, Scalar{}.bytes);
}

// Nothing where the result is the identity or `element` is none of the group.
std::optional<Element> multiply(const Scalar& scalar, const Element& element) {
    Element out;
    if (crypto_scalarmult_ristretto255(out.data(), scalar.data(), element.data()) != 0) {
        return std::nullopt;
    }
    return out;
}

std::optional<Element> multiply_base(const Scalar& scalar) {
    Element out;
    if (crypto_scalarmult_ristretto255_base(out.data(), scalar.data()) != 0) return std::nullopt;
    return out;
}

std::optional<Element> sum(const std::optional<Element>& a, const std::optional<Element>& b) {
    Element out;
    if (!a || !b) return std::nullopt;
    if (crypto_core_ristretto255_add(out.data(), a->data(), b->data()) != 0) return std::nullopt;
    return out;
}

std::optional<Element> hash_to_group(Mode mode, ByteView input) {
    const FixedBytes<64> wide = expand(input, domain("HashToGroup-", mode));
    Element out;
    if (crypto_core_ristretto255_from_hash(out.data(), wide.data()) != 0) return std::nullopt;
    return out.is_zero() ? std::nullopt : std::optional(out);
}

// The weights of ComputeComposites (2.2.1).
std::vector<Scalar> weights(Mode mode, const Element& of, std::span<const Element> c,
                            std::span<const Element> d) {
    Bytes transcript;
    put(transcript, of.bytes);
    put(transcript, domain("Seed-", mode));
    const FixedBytes<64> seed = sha512(transcript);
    std::vector<Scalar> out;
    out.reserve(c.size());
    for (std::size_t i = 0; i < c.size(); ++i) {
        Bytes part;
        put(part, seed.bytes);
        part.push_back(static_cast<Byte>(i >> 8));
        part.push_back(static_cast<Byte>(i));
        put(part, c[i].bytes);
        put(part, d[i].bytes);
        append(part, view("Composite"));
        out.push_back(public_scalar(part, mode));
    }
    return out;
}

std::optional<Element> weighted(const std::vector<Scalar>& by, std::span<const Element> elements) {
    std::optional<Element> out = multiply(by[0], elements[0]);
    for (std::size_t i = 1; i < elements.size(); ++i) out = sum(out, multiply(by[i], elements[i]));
    return out;
}

Scalar challenge(Mode mode, const Element& of, std::initializer_list<const Element*> elements) {
    Bytes transcript;
    put(transcript, of.bytes);
    for (const Element* element : elements) put(transcript, element->bytes);
    append(transcript, view("Challenge"));
    return public_scalar(transcript, mode);
}

Status check_batch(std::span<const Element> blinded, std::span<const Element> evaluated) {
    const bool good =
        !blinded.empty() && blinded.size() == evaluated.size() && blinded.size() <= kMaxBatch;
    return good ? ok_status() : Status(Error(kBatch));
}

SecretScalar info_scalar(ByteView info) {
    Bytes framed = to_bytes("Info");
    put(framed, info);
    return hash_to_scalar(framed, domain("HashToScalar-", Mode::poprf));
}

SecretScalar inverse(const SecretScalar& scalar) {
    SecretScalar out;
    SALUS_ASSERT(
        crypto_core_ristretto255_scalar_invert(out.expose().data(), scalar.expose().data()) == 0);
    return out;
}

} // namespace

SecretScalar random_scalar(Random& random) {
    for (;;) { // zero with probability 2^-252
        FixedBytes<64> wide;
        random.fill(wide.bytes);
        SecretScalar out;
        crypto_core_ristretto255_scalar_reduce(out.expose().data(), wide.data());
        wipe(wide.bytes);
        if (!is_zero(out)) return out;
    }
}

Result<SecretScalar> read_scalar(ByteView bytes) {
    if (bytes.size() != Scalar::size()) return Error(kBadScalar);
    SecretScalar out;
    std::copy(bytes.begin(), bytes.end(), out.expose().begin());
    FixedBytes<64> wide;
    std::copy(bytes.begin(), bytes.end(), wide.begin());
    SecretScalar reduced;
    crypto_core_ristretto255_scalar_reduce(reduced.expose().data(), wide.data());
    wipe(wide.bytes);
    const bool below = equal_constant_time(reduced.expose().bytes, out.expose().bytes);
    if (!below || is_zero(out)) return Error(kBadScalar);
    return out;
}

Result<Element> read_element(ByteView bytes) {
    if (bytes.size() != Element::size()) return Error(kBadElement);
    Element out;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    if (out.is_zero() || crypto_core_ristretto255_is_valid_point(out.data()) != 1) {
        return Error(kBadElement);
    }
    return out;
}

Result<SecretScalar> derive_key(Mode mode, const SecretKey32& seed, ByteView info) {
    if (info.size() > kMaxInput) return Error(kDeriveKey);
    Bytes input = to_bytes(seed.expose().bytes);
    put(input, info);
    for (unsigned counter = 0; counter < 256; ++counter) {
        Bytes message = input;
        message.push_back(static_cast<Byte>(counter));
        SecretScalar key = hash_to_scalar(message, domain("DeriveKeyPair", mode));
        wipe(message);
        if (is_zero(key)) continue;
        wipe(input);
        return key;
    }
    return Error(kDeriveKey);
}

Element public_key(const SecretScalar& key) {
    const auto out = multiply_base(key.expose());
    SALUS_ASSERT(out.has_value()); // a key is never zero
    return *out;
}

Result<Element> blind(Mode mode, ByteView input, const SecretScalar& blind_scalar) {
    if (input.size() > kMaxInput) return Error(kInvalidInput);
    const auto element = hash_to_group(mode, input);
    const auto out = element ? multiply(blind_scalar.expose(), *element) : std::nullopt;
    if (!out) return Error(kInvalidInput);
    return *out;
}

Result<Element> blind_evaluate(const SecretScalar& key, const Element& blinded) {
    const auto out = multiply(key.expose(), blinded);
    if (!out) return Error(kBadElement);
    return *out;
}

Result<Proof> prove(Mode mode, const SecretScalar& key, const Element& of,
                    std::span<const Element> blinded, std::span<const Element> evaluated,
                    const SecretScalar& r) {
    SALUS_TRY(check_batch(blinded, evaluated));
    const auto m = weighted(weights(mode, of, blinded, evaluated), blinded);
    const auto z = m ? multiply(key.expose(), *m) : std::nullopt; // ComputeCompositesFast
    const auto t2 = multiply_base(r.expose());
    const auto t3 = m ? multiply(r.expose(), *m) : std::nullopt;
    if (!z || !t2 || !t3) return Error(kBadElement);
    Proof out;
    out.c = challenge(mode, of, {&*m, &*z, &*t2, &*t3});
    SecretScalar product; // s = r - c·k
    crypto_core_ristretto255_scalar_mul(product.expose().data(), out.c.data(), key.expose().data());
    crypto_core_ristretto255_scalar_sub(out.s.data(), r.expose().data(), product.expose().data());
    return out;
}

Status verify(Mode mode, const Element& of, std::span<const Element> blinded,
              std::span<const Element> evaluated, const Proof& proof) {
    SALUS_TRY(check_batch(blinded, evaluated));
    SALUS_TRY(read_scalar(proof.c.bytes));
    SALUS_TRY(read_scalar(proof.s.bytes));
    const auto by = weights(mode, of, blinded, evaluated);
    const auto m = weighted(by, blinded);
    const auto z = weighted(by, evaluated);
    if (!m || !z) return Error(kBadElement);
    const auto t2 = sum(multiply_base(proof.s), multiply(proof.c, of));
    const auto t3 = sum(multiply(proof.s, *m), multiply(proof.c, *z));
    if (!t2 || !t3) return Error(kBadElement);
    const bool holds = challenge(mode, of, {&*m, &*z, &*t2, &*t3}) == proof.c;
    return holds ? ok_status() : Status(Error(kProofWrong));
}

Result<Output> finalize(Mode mode, ByteView input, const SecretScalar& blind_scalar,
                        const Element& evaluated, std::optional<ByteView> info) {
    SALUS_ASSERT(info.has_value() == (mode == Mode::poprf));
    if (input.size() > kMaxInput) return Error(kInvalidInput);
    const auto element = multiply(inverse(blind_scalar).expose(), evaluated);
    if (!element) return Error(kBadElement);
    Bytes message;
    put(message, input);
    if (info) put(message, *info);
    put(message, element->bytes);
    append(message, view("Finalize"));
    const Output out = sha512(message);
    wipe(message);
    return out;
}

Result<SecretScalar> tweak_key(const SecretScalar& key, ByteView info) {
    if (info.size() > kMaxInput) return Error(kInvalidInput);
    SecretScalar out;
    crypto_core_ristretto255_scalar_add(out.expose().data(), key.expose().data(),
                                        info_scalar(info).expose().data());
    if (is_zero(out)) return Error(kInverse);
    return out;
}

Result<Element> tweak_public_key(const Element& key, ByteView info) {
    if (info.size() > kMaxInput) return Error(kInvalidInput);
    const auto out = sum(multiply_base(info_scalar(info).expose()), key);
    if (!out || out->is_zero()) return Error(kInvalidInput);
    return *out;
}

Result<Element> poprf_evaluate(const SecretScalar& tweaked, const Element& blinded) {
    return blind_evaluate(inverse(tweaked), blinded);
}

} // namespace salus::crypto::oprf
