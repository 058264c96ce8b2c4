#include "envelope/siwe.hpp"

#include <map>

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "envelope/date_time.hpp"
#include "envelope/eip191.hpp"
#include "support/archives.hpp"

namespace salus::envelope {
namespace {

using codec::Json;

// EIP-4361's example.
SiweMessage example() {
    SiweMessage out;
    out.scheme = "https";
    out.domain = "example.com";
    out.address = fixed_from_hex<20>("C02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2").value();
    out.statement = "I accept the ExampleOrg Terms of Service: https://example.com/tos";
    out.uri = "https://example.com/login";
    out.chain_id = 1;
    out.nonce = "32891756";
    out.issued_at = "2021-09-30T16:25:24Z";
    return out;
}

void expect_refused(const SiweMessage& message, const ErrorKind& kind) {
    const auto text = siwe_print(message);
    ASSERT_FALSE(text.ok());
    EXPECT_EQ(text.error().kind(), kind) << text.error().text();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

void expect_malformed(const std::string& text, const ErrorKind& kind) {
    const auto message = siwe_parse(text);
    ASSERT_FALSE(message.ok()) << text;
    EXPECT_EQ(message.error().kind(), kind) << message.error().text();
}

TEST(Eip55, CasesOfTheEip) {
    for (const std::string_view text : {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                                        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                                        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
        EXPECT_EQ(eip55(fixed_from_hex<20>(text).value()), text);
    }
}

TEST(Siwe, PrintsTheExampleOfTheEip) {
    EXPECT_EQ(siwe_print(example()).value(),
              "https://example.com wants you to sign in with your Ethereum account:\n"
              "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2\n"
              "\n"
              "I accept the ExampleOrg Terms of Service: https://example.com/tos\n"
              "\n"
              "URI: https://example.com/login\n"
              "Version: 1\n"
              "Chain ID: 1\n"
              "Nonce: 32891756\n"
              "Issued At: 2021-09-30T16:25:24Z");
}

TEST(Siwe, AStatementMayBeEmptyOrAbsent) {
    SiweMessage message = example();
    message.statement = "";
    EXPECT_EQ(siwe_parse(siwe_print(message).value()).value(), message);
    message.statement.reset();
    EXPECT_EQ(siwe_parse(siwe_print(message).value()).value(), message);
}

TEST(Siwe, ResourcesMayBeNone) {
    SiweMessage message = example();
    message.resources.emplace();
    message.request_id = "";
    EXPECT_EQ(siwe_parse(siwe_print(message).value()).value(), message);
}

TEST(Siwe, RefusesValuesByName) {
    const auto with = [](auto change) {
        SiweMessage message = example();
        change(message);
        return message;
    };
    expect_refused(with([](auto& m) { m.scheme = "1http"; }), kSiweDomain);
    expect_refused(with([](auto& m) { m.domain = ""; }), kSiweDomain);
    expect_refused(with([](auto& m) { m.domain = "a b"; }), kSiweDomain);
    expect_refused(with([](auto& m) { m.statement = "two\nlines"; }), kSiweMalformed);
    expect_refused(with([](auto& m) { m.statement = "\xc3\xa9"; }), kSiweMalformed);
    expect_refused(with([](auto& m) { m.uri = "not a URI"; }), kSiweUri);
    expect_refused(with([](auto& m) { m.nonce = "1234567"; }), kSiweNonce);
    expect_refused(with([](auto& m) { m.nonce = "12345678!"; }), kSiweNonce);
    expect_refused(with([](auto& m) { m.issued_at = "1632990324"; }), kSiweTime);
    expect_refused(with([](auto& m) { m.not_before = "2021-02-31T00:00:00Z"; }), kSiweTime);
    expect_refused(with([](auto& m) { m.request_id = "a/b"; }), kSiweMalformed);
    expect_refused(with([](auto& m) { m.resources = {"https://a", "b"}; }), kSiweUri);
    expect_refused(with([](auto& m) { m.statement = std::string(kMaxSiwe, 'a'); }), kSiweMalformed);
}

TEST(Siwe, RefusesTextsByName) {
    const std::string good = siwe_print(example()).value();
    expect_malformed("", kSiweMalformed);
    expect_malformed(good + "\n", kSiweMalformed);
    expect_malformed(good + "\nResources:\nhttps://a", kSiweMalformed);
    expect_malformed(std::string(kMaxSiwe + 1, 'a'), kSiweMalformed);
    expect_malformed(replaced(good, "\n\nI", "\nI"), kSiweMalformed);
    expect_malformed(replaced(good, "0xC02a", "0xc02a"), kSiweAddress);
    expect_malformed(replaced(good, "0xC02a", "C02a"), kSiweAddress);
    expect_malformed(replaced(good, "Version: 1", "Version: 2"), kSiweVersion);
    expect_malformed(replaced(good, "ID: 1", "ID: -1"), kSiweChainId);
    expect_malformed(replaced(good, "ID: 1", "ID: 18446744073709551616"), kSiweChainId);
}

TEST(Siwe, ChecksWhatItIsMeantFor) {
    SiweMessage message = example();
    message.not_before = "2021-09-30T16:30:00Z";
    message.expiration_time = "2021-09-30T16:40:00Z";
    const std::int64_t from = *parse_rfc3339(*message.not_before);
    const std::int64_t until = *parse_rfc3339(*message.expiration_time);
    SiweExpectation expected{"example.com", "https", 1, "32891756", from};
    EXPECT_TRUE(siwe_check(message, expected).ok());
    const auto refusal = [&](auto change) {
        SiweExpectation other = expected;
        change(other);
        return std::string(siwe_check(message, other).error().name());
    };
    EXPECT_EQ(refusal([](auto& it) { it.domain = "example.org"; }), "siwe.other_domain");
    EXPECT_EQ(refusal([](auto& it) { it.scheme = "http"; }), "siwe.other_domain");
    EXPECT_EQ(refusal([](auto& it) { it.chain_id = 5; }), "siwe.other_chain");
    EXPECT_EQ(refusal([](auto& it) { it.nonce = "32891757"; }), "siwe.other_nonce");
    EXPECT_EQ(refusal([&](auto& it) { it.now = from - 1; }), "siwe.not_yet_valid");
    EXPECT_EQ(refusal([&](auto& it) { it.now = until; }), "siwe.expired");
}

// The corpus of spruceid/siwe, as its README says.
class SiweCorpus : public testing::Test {
protected:
    static Json read(const std::string& name) {
        const auto path = test::data_path("siwe/data/" + name + ".json");
        return path ? codec::parse_json(test::read_file(*path)).value() : Json();
    }
    static std::optional<std::string> text_of(const codec::json::object& fields,
                                              std::string_view name) {
        const Json* value = fields.if_contains(name);
        if (value == nullptr || value->is_null()) return {};
        return std::string(value->as_string());
    }
    // None where a field of the message has no place in SiweMessage.
    static std::optional<SiweMessage> message_of(const codec::json::object& fields) {
        const auto text = [&](std::string_view name) { return text_of(fields, name).value_or(""); };
        SiweMessage out;
        const auto address = fixed_from_hex<20>(text("address"));
        const Json* chain = fields.if_contains("chainId");
        if (!address.ok() || eip55(*address) != text("address") || text("version") != "1" ||
            chain == nullptr || !chain->is_int64()) {
            return {};
        }
        out.scheme = text_of(fields, "scheme");
        out.domain = text("domain");
        out.address = *address;
        out.statement = text_of(fields, "statement");
        out.uri = text("uri");
        out.chain_id = static_cast<std::uint64_t>(chain->get_int64());
        out.nonce = text("nonce");
        out.issued_at = text("issuedAt");
        out.expiration_time = text_of(fields, "expirationTime");
        out.not_before = text_of(fields, "notBefore");
        out.request_id = text_of(fields, "requestId");
        if (const Json* resources = fields.if_contains("resources")) {
            out.resources.emplace();
            for (const Json& it : resources->as_array())
                out.resources->emplace_back(it.as_string());
        }
        return out;
    }
    static Result<SiweMessage> verified(const codec::json::object& fields) {
        const auto message = message_of(fields);
        if (!message) return Error(kSiweMalformed, "fields");
        SALUS_TRY_ASSIGN(const std::string text, siwe_print(*message));
        SiweExpectation expected;
        expected.domain = text_of(fields, "domainBinding").value_or(message->domain);
        expected.nonce = text_of(fields, "matchNonce");
        expected.now = *parse_rfc3339(text_of(fields, "time").value_or(message->issued_at));
        // One case has half a byte too much.
        const auto signature = from_hex(text_of(fields, "signature").value());
        return siwe_verify(text, signature.ok() ? ByteView(*signature) : ByteView{}, expected);
    }
};

#define SALUS_SIWE_CASES(name, count)                                                              \
    const Json cases = read(name);                                                                 \
    if (cases.is_null()) GTEST_SKIP() << "siwe/data/" name ".json is absent (SALUS_TEST_DATA)";    \
    ASSERT_EQ(cases.as_object().size(), std::size_t{count})

TEST_F(SiweCorpus, ParsesAndPrints) {
    SALUS_SIWE_CASES("parsing_positive", 19);
    for (const auto& it : cases.as_object()) {
        const std::string text(it.value().at("message").as_string());
        const auto message = siwe_parse(text);
        ASSERT_TRUE(message.ok()) << it.key() << message.error().text();
        EXPECT_EQ(*message, message_of(it.value().at("fields").as_object())) << it.key();
        EXPECT_EQ(siwe_print(*message).value(), text) << it.key();
    }
}

TEST_F(SiweCorpus, RefusesTexts) {
    SALUS_SIWE_CASES("parsing_negative", 29);
    for (const auto& it : cases.as_object()) {
        EXPECT_FALSE(siwe_parse(std::string(it.value().as_string())).ok()) << it.key();
    }
}

TEST_F(SiweCorpus, RefusesFields) {
    SALUS_SIWE_CASES("parsing_negative_objects", 18);
    for (const auto& it : cases.as_object()) {
        const auto message = message_of(it.value().as_object());
        EXPECT_TRUE(!message || !siwe_print(*message).ok()) << it.key();
    }
}

TEST_F(SiweCorpus, Verifies) {
    SALUS_SIWE_CASES("verification_positive", 4);
    for (const auto& it : cases.as_object()) {
        const auto done = verified(it.value().as_object());
        EXPECT_TRUE(done.ok()) << it.key() << done.error().text();
    }
}

TEST_F(SiweCorpus, RefusesToVerify) {
    SALUS_SIWE_CASES("verification_negative", 10);
    const std::map<std::string, std::string, std::less<>> names{
        {"expired message", "siwe.expired"},
        {"domain binding", "siwe.other_domain"},
        {"custom time", "siwe.expired"},
        {"custom nonce", "siwe.other_nonce"},
        {"malformed signature", "siwe.signature_wrong"},
        {"wrong signature", "siwe.signature_wrong"},
        {"not yet valid", "siwe.not_yet_valid"},
        {"invalid issuedAt", "siwe.time"},
        {"invalid notBefore", "siwe.time"},
        {"invalid expirationTime", "siwe.time"}};
    for (const auto& it : cases.as_object()) {
        const auto done = verified(it.value().as_object());
        ASSERT_FALSE(done.ok()) << it.key();
        EXPECT_EQ(done.error().name(), names.at(std::string(it.key()))) << it.key();
    }
}

TEST_F(SiweCorpus, RefusesContractWallets) {
    SALUS_SIWE_CASES("eip1271", 2);
    for (const auto& it : cases.as_object()) {
        const std::string text(it.value().at("message").as_string());
        const Bytes signature =
            from_hex(std::string(it.value().at("signature").as_string())).value();
        const SiweMessage message = siwe_parse(text).value();
        const auto done = siwe_verify(text, signature, {message.domain, {}, {}, {}, 1'700'000'000});
        ASSERT_FALSE(done.ok()) << it.key();
        EXPECT_EQ(done.error().kind(), kSiweSignature) << it.key();
    }
}

} // namespace
} // namespace salus::envelope
