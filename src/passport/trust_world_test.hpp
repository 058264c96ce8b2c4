#pragma once
// The fixture of the trust tests: a state's CA, signers under it, and a list key. A test states
// what differs.

#include "codec/base64url.hpp"
#include "passport/passport_world_test.hpp"
#include "passport/setup.hpp"
#include "passport/trust_import.hpp"
#include "passport/trust_list.hpp"

namespace salus::passport::testing {

inline std::string name_of_error(const Error& error) {
    return std::string(error.name());
}
// The name of the error, or "" where there is none.
template <class T>
std::string refusal(const Result<T>& result) {
    return result.ok() ? "" : std::string(result.error().name());
}

struct TrustWorld {
    using Certificate = crypto::x509::Certificate;

    Certificate ca_named(const std::string& country, const crypto::SecretKey32& with) {
        return crypto::x509::make_ca({{country, "Ministry", "CSCA"}, 0, 2'000'000'000, {}, {}},
                                     with, random)
            .value();
    }
    Certificate signer(const std::vector<std::string>& usages = {},
                       const std::string& country = "UT") {
        return crypto::x509::make_signer(
                   {{country, "Hospital", "Signer"}, 1000, 1'990'000'000, usages, {}}, point, ca,
                   ca_key, random)
            .value();
    }
    // The world's trust list with the certificate of its one key.
    TrustList list() {
        World world;
        TrustList out = world.list;
        TrustedKey& trusted = out.hospitals[0].keys[0];
        const Certificate certificate = signer({}, "DE");
        trusted.key = point;
        trusted.kid = kid_of(certificate);
        trusted.certificate = certificate.der;
        out.block_hash = Hash32{{9}};
        return out;
    }

    SeededRandom random{11};
    crypto::SecretKey32 ca_key = crypto::p256::generate(random);
    crypto::SecretKey32 key = crypto::p256::generate(random);
    crypto::p256::PublicKey point = crypto::p256::public_key(key).value();
    Certificate ca = ca_named("UT", ca_key);
    eth::Signer list_key = eth::Signer::from_key(crypto::SecretKey32(Hash32{{7}})).value();
};

inline ImportRequest import_request(const std::string& name = "source") {
    ImportRequest out;
    out.name = name;
    out.origin = "a test";
    out.fetched_at = kNow;
    out.use_until = kNow + 30 * 86'400;
    return out;
}

inline std::string pem(const crypto::x509::Certificate& certificate) {
    std::string text = codec::base64_encode(certificate.der);
    for (std::size_t at = 64; at < text.size(); at += 65) text.insert(at, "\n");
    return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
}

inline codec::json::object dsc_entry(const crypto::x509::Certificate& certificate,
                                     const std::string& country, const std::string& type = "DSC") {
    return {{"kid", codec::base64_encode(kid_of(certificate).bytes)},
            {"country", country},
            {"certificateType", type},
            {"rawData", codec::base64_encode(certificate.der)}};
}

} // namespace salus::passport::testing
