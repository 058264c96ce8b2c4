// Delegates, re-encrypts and opens as tests/oracles-umbral asks: a line of JSON on standard input,
// a line on standard output. Bytes are hexadecimal. For tests alone: its keys are its peer's.
#include <iostream>

#include "codec/json.hpp"
#include "crypto/umbral.hpp"

namespace {

using namespace salus;
using namespace salus::crypto::umbral;
using codec::Json;
namespace json = codec::json;

Bytes bytes_of(const json::object& from, const char* name) {
    return hex(codec::json_string(from, name).value_or(""));
}
Result<Point> point_of(const json::object& from, const char* name) {
    return Point::from_bytes(bytes_of(from, name));
}
Result<Scalar> scalar_of(const json::object& from, const char* name) {
    return Scalar::from_bytes(bytes_of(from, name));
}

// The delegator: seals a message and delegates.
Result<json::object> delegation(const json::object& ask) {
    SystemRandom random;
    const Scalar delegating = Scalar::random(random), signer = Scalar::random(random);
    SALUS_TRY_ASSIGN(const Point receiving, point_of(ask, "receivingKey"));
    SALUS_TRY_ASSIGN(const auto encrypted,
                     encrypt(generate(delegating), bytes_of(ask, "plain"), random));
    SALUS_TRY_ASSIGN(
        const auto fragments,
        delegate({delegating, receiving, signer, ask.at("threshold").to_number<std::size_t>(),
                  ask.at("shares").to_number<std::size_t>(), ask.at("nameDelegating").as_bool(),
                  ask.at("nameReceiving").as_bool()},
                 random));
    json::array texts;
    for (const auto& fragment : fragments) {
        texts.emplace_back(to_hex(fragment.bytes().expose().bytes));
    }
    return json::object{{"delegatingKey", to_hex(generate(delegating).bytes().bytes)},
                        {"verifyingKey", to_hex(generate(signer).bytes().bytes)},
                        {"capsule", to_hex(encrypted.capsule.message_pack())},
                        {"ciphertext", to_hex(encrypted.ciphertext)},
                        {"fragments", std::move(texts)}};
}

// The proxies: each verifies its fragment and re-encrypts.
Result<json::object> reencryption(const json::object& ask) {
    SystemRandom random;
    SALUS_TRY_ASSIGN(const Point verifying, point_of(ask, "verifyingKey"));
    SALUS_TRY_ASSIGN(const Point delegating, point_of(ask, "delegatingKey"));
    SALUS_TRY_ASSIGN(const Point receiving, point_of(ask, "receivingKey"));
    SALUS_TRY_ASSIGN(const Capsule capsule, Capsule::from_message_pack(bytes_of(ask, "capsule")));
    json::array texts;
    for (const Json& text : ask.at("fragments").as_array()) {
        SALUS_TRY_ASSIGN(const auto fragment, KeyFragment::from_bytes(hex(text.as_string())));
        SALUS_TRY_ASSIGN(const auto verified, verify(fragment, verifying, delegating, receiving));
        SALUS_TRY_ASSIGN(const auto answer, reencrypt(capsule, verified, random));
        texts.emplace_back(to_hex(answer.message_pack()));
    }
    return json::object{{"answers", std::move(texts)}};
}

// The receiver: verifies the answers and opens.
Result<json::object> opening(const json::object& ask) {
    SALUS_TRY_ASSIGN(const Scalar secret, scalar_of(ask, "receivingSecret"));
    SALUS_TRY_ASSIGN(const Point verifying, point_of(ask, "verifyingKey"));
    SALUS_TRY_ASSIGN(const Point delegating, point_of(ask, "delegatingKey"));
    SALUS_TRY_ASSIGN(const Capsule capsule, Capsule::from_message_pack(bytes_of(ask, "capsule")));
    std::vector<Verified<CapsuleFragment>> answers;
    for (const Json& text : ask.at("answers").as_array()) {
        SALUS_TRY_ASSIGN(const auto answer,
                         CapsuleFragment::from_message_pack(hex(text.as_string())));
        SALUS_TRY_ASSIGN(const auto verified,
                         verify(answer, capsule, verifying, delegating, generate(secret)));
        answers.push_back(verified);
    }
    SALUS_TRY_ASSIGN(const Bytes plain, decrypt_reencrypted(secret, delegating, capsule, answers,
                                                            bytes_of(ask, "ciphertext")));
    return json::object{{"plain", to_hex(plain)}};
}

Result<json::object> factory(const json::object& ask) {
    const Bytes label = bytes_of(ask, "label");
    const SecretKeyFactory own(crypto::SecretBytes<32>(right_aligned<32>(bytes_of(ask, "seed"))));
    return json::object{{"key", to_hex(own.key(label).expose().bytes)},
                        {"secret", to_hex(own.secret(label).expose().bytes)},
                        {"inner", to_hex(own.factory(label).key(label).expose().bytes)}};
}

Result<json::object> answer(const json::object& ask) {
    const std::string what = codec::json_string(ask, "do").value_or("");
    if (what == "delegate") return delegation(ask);
    if (what == "reencrypt") return reencryption(ask);
    if (what == "factory") return factory(ask);
    return opening(ask);
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const auto ask = codec::parse_json(line);
        if (!ask.ok() || !ask->is_object()) return 1;
        auto out = answer(ask->get_object());
        std::cout << codec::print_json(out.ok() ? Json(std::move(*out))
                                                : Json(json::object{{"error", out.error().name()}}))
                  << std::endl;
    }
    return 0;
}
