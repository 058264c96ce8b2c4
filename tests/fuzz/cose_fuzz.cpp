#include "codec/base45.hpp"
#include "codec/cbor.hpp"
#include "codec/deflate.hpp"
#include "envelope/cose.hpp"
#include "envelope/cwt.hpp"
#include "fuzz.hpp"
#include "passport/verifier.hpp"

namespace salus::fuzz {
namespace {

void read_cbor(ByteView input) {
    const auto cbor = codec::cbor_decode(input);
    if (!cbor.ok()) return;
    const Bytes encoded = codec::cbor_encode(*cbor);
    const auto again = codec::cbor_decode(encoded);
    SALUS_ASSERT(again.ok() && codec::cbor_encode(*again) == encoded);
}

// The bytes of a message under nobody's key, then of its claims.
void read_message(ByteView input) {
    static const auto key = [] {
        SeededRandom random(1);
        const auto secret = crypto::p256::generate(random);
        return envelope::CoseKey::from(crypto::p256::public_key(secret).value()).value();
    }();
    const auto message = envelope::cose_decode(input);
    if (!message.ok()) return;
    SALUS_ASSERT(!key.verify(*message).ok());
    (void)envelope::cwt_decode(message->payload);
}

// The same bytes as a certificate: past text and compression, which a mutation seldom survives.
void read_certificate(ByteView input) {
    static const passport::Verifier verifier(passport::TrustList{}, nullptr);
    const Bytes packed = codec::deflate(input, codec::Deflate::zlib);
    const std::string text = "HC1:" + codec::base45_encode(packed);
    const passport::Verdict verdict = verifier.verify(text, 1'790'000'000);
    SALUS_ASSERT(verdict.overall != passport::Overall::valid);
}

} // namespace

SALUS_FUZZ_TARGET(cose) {
    read_cbor(input);
    (void)envelope::cwt_decode(input);
    read_message(input);
    read_certificate(input);
}

} // namespace salus::fuzz
