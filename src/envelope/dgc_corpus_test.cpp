// The test data of the EU Digital COVID Certificate: every case of every country through QR image,
// prefix, base45, zlib, COSE, CWT, signature, times and key usage, as its own file expects.

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "codec/base45.hpp"
#include "codec/base64url.hpp"
#include "codec/canonical_json.hpp"
#include "codec/cbor_json.hpp"
#include "codec/deflate.hpp"
#include "codec/qr.hpp"
#include "crypto/hash.hpp"
#include "envelope/cose.hpp"
#include "envelope/cwt.hpp"
#include "envelope/date_time.hpp"
#include "support/archives.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kFolder = "credentials/eu-dgc-testdata";
constexpr std::size_t kMaxCose = 64 * 1024;
constexpr std::string_view kPrefix = "HC1:";

inline constexpr ErrorKind kMissing{"corpus.missing_field", "the case lacks what it needs"};
inline constexpr ErrorKind kDiffers{"corpus.differs", "the case's own data"};

// Faults of the corpus itself (facts of the data's README): `check` of `file` cannot be met.
const std::set<std::pair<std::string_view, std::string_view>> kCorpusFaults{
    // The JSON differs from what was signed.
    {"FR/2DCode/raw/test_pcr_ok.json", "EXPECTEDDECODE"},
    {"FR/2DCode/raw/test_pcr_ok.json", "EXPECTEDVALIDJSON"},
    {"PL/1.3.0/2DCode/raw/1.json", "EXPECTEDDECODE"},
    {"PL/1.3.0/2DCode/raw/1.json", "EXPECTEDVALIDJSON"},
    {"PL/1.3.0/2DCode/raw/5.json", "EXPECTEDDECODE"},
    {"PL/1.3.0/2DCode/raw/5.json", "EXPECTEDVALIDJSON"},
    {"PT/1.3.0/2DCode/raw/4.json", "EXPECTEDDECODE"},
    {"PT/1.3.0/2DCode/raw/4.json", "EXPECTEDVALIDJSON"},
    // The certificate carries no usage at all, which allows any.
    {"IS/2DCode/raw/3.json", "EXPECTEDKEYUSAGE"},
};

class Case {
public:
    explicit Case(const json::object& fields) : fields_(fields) {}

    const Json* find(std::string_view key) const { return codec::json_find(fields_, key); }
    const json::object* context() const {
        const Json* found = find("TESTCTX");
        return found == nullptr ? nullptr : found->if_object();
    }
    std::optional<bool> expectation(std::string_view check) const {
        const Json* all = find("EXPECTEDRESULTS");
        if (all == nullptr || !all->is_object()) return {};
        const Json* one = codec::json_find(all->get_object(), check);
        return one != nullptr && one->is_bool() ? std::optional(one->get_bool()) : std::nullopt;
    }
    Result<std::string> text(std::string_view key) const { return text_in(fields_, key); }
    Result<Bytes> bytes(std::string_view key) const {
        SALUS_TRY_ASSIGN(const std::string digits, text(key));
        return from_hex(digits);
    }
    Result<std::string> context_text(std::string_view key) const {
        if (context() == nullptr) return Error(kMissing, "TESTCTX");
        return text_in(*context(), key);
    }
    Result<std::string> payload() const { // canonical
        const Json* found = find("JSON");
        if (found == nullptr || !found->is_object()) return Error(kMissing, "JSON");
        return codec::canonical_json(*found);
    }

private:
    static Result<std::string> text_in(const json::object& object, std::string_view key) {
        auto out = codec::json_string(object, key);
        if (!out.ok() || out->empty()) return Error(kMissing, std::string(key));
        return out;
    }

    const json::object& fields_;
};

Status same(bool equal) {
    if (!equal) return Error(kDiffers);
    return ok_status();
}

Result<std::string> unprefixed(const std::string& text) {
    if (!text.starts_with(kPrefix)) return Error(kDiffers, "no HC1: in front");
    return text.substr(kPrefix.size());
}

const codec::Cbor* certificate_in(const codec::Cbor& claims) {
    const codec::Cbor* health = claims.find(kClaimHcert);
    return health == nullptr ? nullptr : health->find(1);
}

// The field `CBOR`: the payload, or the claims around it.
Result<Json> cbor_field(const Case& test_case) {
    SALUS_TRY_ASSIGN(const Bytes cbor, test_case.bytes("CBOR"));
    SALUS_TRY_ASSIGN(const codec::Cbor value, codec::cbor_decode(cbor));
    const codec::Cbor* certificate = certificate_in(value);
    return codec::json_from_cbor(certificate == nullptr ? value : *certificate);
}

Result<std::string> payload_of(ByteView cose_bytes) { // canonical
    SALUS_TRY_ASSIGN(const CoseSign1 message, cose_decode(cose_bytes));
    SALUS_TRY_ASSIGN(const Cwt token, cwt_decode(message.payload));
    const codec::Cbor* certificate = certificate_in(token.claims);
    if (certificate == nullptr) return Error(kMissing, "claim -260, 1");
    SALUS_TRY_ASSIGN(const Json value, codec::json_from_cbor(*certificate));
    return codec::canonical_json(value);
}

Result<Bytes> cose_of_text(const std::string& text) {
    SALUS_TRY_ASSIGN(const std::string base45, unprefixed(text));
    SALUS_TRY_ASSIGN(const Bytes compressed, codec::base45_decode(base45));
    return codec::inflate(compressed, codec::Deflate::zlib, kMaxCose);
}

Result<crypto::x509::Certificate> certificate_of(const Case& test_case) {
    SALUS_TRY_ASSIGN(std::string text, test_case.context_text("CERTIFICATE"));
    for (const std::string_view line :
         {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"}) {
        const std::size_t at = text.find(line);
        if (at != std::string::npos) text.erase(at, line.size());
    }
    text.erase(std::remove_if(text.begin(), text.end(),
                              [](char c) { return c == '\n' || c == '\r' || c == ' '; }),
               text.end());
    SALUS_TRY_ASSIGN(const Bytes der, codec::base64_decode(text));
    return crypto::x509::parse(der);
}

Status check_unprefix(const Case& test_case) {
    SALUS_TRY_ASSIGN(const std::string prefixed, test_case.text("PREFIX"));
    SALUS_TRY_ASSIGN(const std::string expected, test_case.text("BASE45"));
    SALUS_TRY_ASSIGN(const std::string base45, unprefixed(prefixed));
    return same(base45 == expected);
}

Status check_base45(const Case& test_case) {
    SALUS_TRY_ASSIGN(const std::string text, test_case.text("BASE45"));
    SALUS_TRY_ASSIGN(const Bytes out, codec::base45_decode(text));
    SALUS_TRY_ASSIGN(const Bytes expected, test_case.bytes("COMPRESSED"));
    return same(out == expected && codec::base45_encode(out) == text);
}

Status check_compression(const Case& test_case) {
    SALUS_TRY_ASSIGN(const Bytes compressed, test_case.bytes("COMPRESSED"));
    SALUS_TRY_ASSIGN(const Bytes expected, test_case.bytes("COSE"));
    SALUS_TRY_ASSIGN(const Bytes out, codec::inflate(compressed, codec::Deflate::zlib, kMaxCose));
    return same(out == expected);
}

Status check_decode(const Case& test_case) {
    SALUS_TRY_ASSIGN(const std::string expected, test_case.payload());
    if (const auto cose = test_case.bytes("COSE"); cose.ok()) {
        SALUS_TRY_ASSIGN(const std::string out, payload_of(*cose));
        return same(out == expected);
    }
    SALUS_TRY_ASSIGN(const Json out, cbor_field(test_case));
    SALUS_TRY_ASSIGN(const std::string text, codec::canonical_json(out));
    return same(text == expected);
}

Status check_encode(const Case& test_case) {
    const Json* payload = test_case.find("JSON");
    if (payload == nullptr) return Error(kMissing, "JSON");
    SALUS_TRY_ASSIGN(const Json expected, cbor_field(test_case)); // strips the date tags
    return same(codec::cbor_encode(codec::cbor_from_json(*payload)) ==
                codec::cbor_encode(codec::cbor_from_json(expected)));
}

Status check_verify(const Case& test_case) {
    SALUS_TRY_ASSIGN(const Bytes cose, test_case.bytes("COSE"));
    SALUS_TRY_ASSIGN(const auto certificate, certificate_of(test_case));
    SALUS_TRY_ASSIGN(const CoseSign1 message, cose_decode(cose));
    const Hash32 hash = crypto::sha256(certificate.der);
    SALUS_TRY(same(equal(message.kid, ByteView(hash.bytes).first(8))));
    SALUS_TRY_ASSIGN(const CoseKey key, CoseKey::from(certificate));
    return key.verify(message);
}

Status check_picture(const Case& test_case) {
    SALUS_TRY_ASSIGN(const std::string picture, test_case.text("2DCODE"));
    SALUS_TRY_ASSIGN(const std::string expected, test_case.text("PREFIX"));
    SALUS_TRY_ASSIGN(const Bytes png, codec::base64_decode(picture));
    SALUS_TRY_ASSIGN(const auto texts, codec::qr_read_image(png));
    return same(texts == std::vector<std::string>{expected});
}

Status check_whole_chain(const Case& test_case) {
    SALUS_TRY_ASSIGN(const std::string expected, test_case.payload());
    SALUS_TRY_ASSIGN(const std::string text, test_case.text("PREFIX"));
    SALUS_TRY_ASSIGN(const Bytes cose, cose_of_text(text));
    SALUS_TRY_ASSIGN(const std::string out, payload_of(cose));
    return same(out == expected);
}

// ISO 8601 is wider than RFC 3339: the offset may lack its colon, or be left out (UTC).
std::optional<std::int64_t> clock_time(std::string text) {
    const std::size_t sign = text.find_first_of("+Z", 10);
    if (sign == std::string::npos) {
        text += 'Z';
    } else if (text.size() == sign + 5) {
        text.insert(sign + 3, ":");
    }
    return parse_rfc3339(text);
}

Status check_times(const Case& test_case) {
    SALUS_TRY_ASSIGN(const Bytes cose, test_case.bytes("COSE"));
    SALUS_TRY_ASSIGN(const std::string clock, test_case.context_text("VALIDATIONCLOCK"));
    const auto now = clock_time(clock);
    if (!now) return Error(kMissing, "VALIDATIONCLOCK");
    SALUS_TRY_ASSIGN(const CoseSign1 message, cose_decode(cose));
    SALUS_TRY_ASSIGN(const Cwt token, cwt_decode(message.payload));
    return same(token.issued.value_or(0) <= *now && *now <= token.expires.value_or(0));
}

Status check_key_usage(const Case& test_case) {
    SALUS_TRY_ASSIGN(const auto certificate, certificate_of(test_case));
    const Json* payload = test_case.find("JSON");
    if (payload == nullptr || !payload->is_object()) return Error(kMissing, "JSON");
    bool restricted = false;
    bool allowed = false;
    for (const std::string& usage : certificate.extended_key_usage) {
        const bool known = usage.starts_with("1.3.6.1.4.1.1847.2021.1.") ||
                           usage.starts_with("1.3.6.1.4.1.0.1847.2021.1.");
        if (!known) continue;
        restricted = true;
        const std::string_view member = usage.back() == '1' ? "t" : usage.back() == '2' ? "v" : "r";
        const Json* entries = codec::json_find(payload->get_object(), member);
        if (entries != nullptr && entries->is_array() && !entries->get_array().empty()) {
            allowed = true;
        }
    }
    return same(!restricted || allowed);
}

struct Check {
    std::string_view name;
    Status (*run)(const Case&);
    std::size_t at_least; // cases that must have been checked
};
constexpr std::array kChecks{
    Check{"EXPECTEDUNPREFIX", check_unprefix, 230},
    Check{"EXPECTEDB45DECODE", check_base45, 210},
    Check{"EXPECTEDCOMPRESSION", check_compression, 210},
    Check{"EXPECTEDDECODE", check_decode, 230},
    Check{"EXPECTEDENCODE", check_encode, 50},
    Check{"EXPECTEDVERIFY", check_verify, 240},
    Check{"EXPECTEDPICTUREDECODE", check_picture, 200},
    Check{"EXPECTEDVALIDJSON", check_whole_chain, 200},
    Check{"EXPECTEDEXPIRATIONCHECK", check_times, 190},
    Check{"EXPECTEDKEYUSAGE", check_key_usage, 100},
};

class DgcCorpus : public testing::Test {
protected:
    void SetUp() override {
        const auto root = test::data_path(std::string(kFolder));
        if (!root) GTEST_SKIP() << kFolder << " is absent";
        for (const auto& file : test::files_below(*root, ".json")) {
            auto parsed = codec::parse_json(test::read_file(file));
            const std::string name = file.lexically_relative(*root).string();
            ASSERT_TRUE(parsed.ok()) << name << ' ' << parsed.error().text();
            cases_.emplace(name, std::move(parsed).value());
        }
    }

    std::map<std::string, Json> cases_;
};

TEST_F(DgcCorpus, EveryExpectationHolds) {
    EXPECT_EQ(cases_.size(), 263u);
    for (const Check& check : kChecks) {
        std::size_t checked = 0;
        for (const auto& [name, content] : cases_) {
            const Case test_case(content.get_object());
            const auto expected = test_case.expectation(check.name);
            if (!expected || kCorpusFaults.contains({name, check.name})) continue;
            const Status status = check.run(test_case);
            if (!status.ok() && status.error().kind() == kMissing && *expected) continue;
            ++checked;
            EXPECT_EQ(status.ok(), *expected)
                << name << ' ' << check.name << ' ' << (status.ok() ? "" : status.error().text());
        }
        EXPECT_GE(checked, check.at_least) << check.name;
        std::printf("%s: %zu\n", std::string(check.name).c_str(), checked);
    }
}

// The listed faults are faults still: one that heals must leave the list.
TEST_F(DgcCorpus, ListedFaultsAreFaults) {
    for (const auto& fault : kCorpusFaults) {
        const std::string_view name = fault.first, check_name = fault.second;
        const auto found = cases_.find(std::string(name));
        if (found == cases_.end()) continue;
        const Case test_case(found->second.get_object());
        const auto check = std::find_if(kChecks.begin(), kChecks.end(),
                                        [&](const Check& c) { return c.name == check_name; });
        const auto expected = test_case.expectation(check_name);
        ASSERT_TRUE(expected.has_value()) << name;
        EXPECT_NE(check->run(test_case).ok(), *expected) << name << ' ' << check_name;
    }
}

// One flipped bit anywhere in payload or signature breaks the signature, of both algorithms.
TEST_F(DgcCorpus, FlippedBitsBreakSignatures) {
    std::map<std::int64_t, std::size_t> tried;
    for (const auto& [name, content] : cases_) {
        const Case test_case(content.get_object());
        if (test_case.expectation("EXPECTEDVERIFY") != true) continue;
        const auto cose = test_case.bytes("COSE");
        const auto certificate = certificate_of(test_case);
        if (!cose.ok() || !certificate.ok()) continue;
        const auto message = cose_decode(*cose);
        if (!message.ok() || ++tried[message->algorithm] > 3) continue;
        const auto key = CoseKey::from(*certificate).value();
        ASSERT_TRUE(key.verify(*message).ok()) << name;
        for (Bytes CoseSign1::*part : {&CoseSign1::payload, &CoseSign1::signature}) {
            for (std::size_t i = 0; i < (*message.*part).size(); i += 3) {
                CoseSign1 bad = *message;
                (bad.*part)[i] ^= 0x10;
                EXPECT_EQ(key.verify(bad).error().kind(), kCoseSignature) << name;
            }
        }
    }
    EXPECT_GE(tried[kEs256], 3u);
    EXPECT_GE(tried[kPs256], 1u);
}

} // namespace
} // namespace salus::envelope
