#include "codec/shc_text.hpp"
#include "fuzz.hpp"
#include "passport/shc.hpp"
#include "passport/shc_bundle.hpp"
#include "passport/shc_file.hpp"

namespace salus::fuzz {

namespace {

// Without a trusted key no text is a valid card, and one code's text is written as it was read.
void read_cards(const std::string& text) {
    static const passport::ShcVerifier verifier;
    for (const std::string& card : {text, "shc:/" + text}) {
        const auto report = verifier.verify(card, 1'790'000'000);
        SALUS_ASSERT(report.overall != passport::Overall::valid);
        const auto part = codec::shc_text_decode(card);
        if (!part.ok() || part->count != 1 || card.starts_with("shc:/1/1/")) continue;
        SALUS_ASSERT(codec::shc_text_encode(part->jws).value() == card);
    }
}

void read_payload(ByteView input, const std::string& text) {
    (void)passport::shc_payload_inflate(input);
    const auto card = passport::shc_payload_read(text);
    if (card.ok()) (void)passport::check_shc_bundle(card->bundle);
}

// What stands in files is read, written and read the same.
void read_files(const std::string& text) {
    if (const auto keys = envelope::jwks_parse(text); keys.ok()) {
        const auto again = envelope::jwks_parse(envelope::jwks_print(*keys));
        SALUS_ASSERT(again.ok() && again->keys.size() == keys->keys.size());
    }
    if (const auto list = passport::shc_crl_parse(text); list.ok()) {
        SALUS_ASSERT(passport::shc_crl_parse(passport::shc_crl_print(*list)).value() == *list);
    }
    if (const auto cards = passport::shc_file_read(text); cards.ok()) {
        SALUS_ASSERT(passport::shc_file_read(passport::shc_file_print(*cards)).value() == *cards);
    }
    if (const auto answer = passport::shc_answer_read(text); answer.ok()) {
        const auto again = passport::shc_answer_read(passport::shc_answer_print(*answer));
        SALUS_ASSERT(again.ok() && again->cards == answer->cards && again->links == answer->links);
    }
}

} // namespace

SALUS_FUZZ_TARGET(jws) {
    const std::string text = to_string(input);
    read_cards(text);
    read_payload(input, text);
    read_files(text);
}

} // namespace salus::fuzz
