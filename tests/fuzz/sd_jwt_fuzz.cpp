#include "codec/base45.hpp"
#include "envelope/sd_jwt_make.hpp"
#include "fuzz.hpp"
#include "passport/evaluator.hpp"
#include "passport/presentation_anchor.hpp"
#include "passport/presentation_holder.hpp"

namespace salus::fuzz {

namespace {

using codec::Json;
namespace json = codec::json;

// Digests and what belongs to them are gone from what was processed.
void check_clean(const Json& value) {
    if (const json::object* members = value.if_object()) {
        SALUS_ASSERT(!members->contains("_sd") && !members->contains("..."));
        for (const auto& member : *members) check_clean(member.value());
    }
    if (const json::array* items = value.if_array()) {
        for (const Json& item : *items) check_clean(item);
    }
}

// A payload in the first line, a disclosure in each other.
void process(const std::string& text) {
    const std::size_t end = text.find('\n');
    const auto payload = codec::parse_json(text.substr(0, end), {envelope::kMaxSdJwt, 32});
    if (!payload.ok() || !payload->is_object()) return;
    std::vector<std::string> disclosures;
    std::size_t at = end;
    while (at != std::string::npos && disclosures.size() < envelope::kMaxDisclosures) {
        const std::size_t next = text.find('\n', at + 1);
        disclosures.push_back(text.substr(at + 1, next - at - 1));
        at = next;
    }
    const auto out = envelope::sd_process(payload->get_object(), disclosures);
    if (out.ok()) check_clean(Json(*out));
}

// Without a trusted key no text is a valid presentation.
void read_presentation(const std::string& text) {
    const auto read = passport::read_presentation(text);
    if (!read.ok()) return;
    crypto::p256::PublicKey key;
    key.bytes.fill(1);
    passport::PresentationPolicy policy;
    policy.now = 1'790'000'000;
    SALUS_ASSERT(!passport::verify_presentation(*read, key, policy).ok());
    if (const auto compact = passport::compact_presentation(read->sd_jwt); compact.ok()) {
        const auto again = passport::read_presentation(*compact);
        SALUS_ASSERT(again.ok() && again->sd_jwt.text() == read->sd_jwt.text());
    }
}

void read_sd_jwt(const std::string& text) {
    const auto parts = envelope::sd_jwt_split(text);
    if (!parts.ok()) return;
    SALUS_ASSERT(parts->text() == text);
    (void)envelope::sd_outline(*parts);
    for (const std::string& disclosure : parts->disclosures) {
        (void)envelope::sd_read_disclosure(disclosure);
    }
}

// What evaluators and desks read from others and from their disks.
void read_messages(const std::string& text) {
    if (const auto key = passport::read_nullifier_key(text); key.ok()) {
        const auto again = passport::read_nullifier_key(
            codec::print_json(Json(passport::nullifier_key_json(*key))));
        SALUS_ASSERT(again.ok() && again->commitments == key->commitments);
    }
    (void)passport::read_evaluate(text);
    (void)passport::read_partial(text);
    (void)passport::QuestionBudget::read(text, {});
    (void)passport::read_anchor(text);
}

} // namespace

SALUS_FUZZ_TARGET(sd_jwt) {
    const std::string text = to_string(input);
    process(text);
    read_sd_jwt(text);
    read_presentation(text);
    read_presentation("SD1:" + codec::base45_encode(input));
    read_messages(text);
}

} // namespace salus::fuzz
