// The keys of a patient beside what an independent script makes of docs/patient.md.

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "patient/envelope.hpp"
#include "support/archives.hpp"

namespace salus::patient {
namespace {

namespace json = codec::json;

json::array vectors() {
    const std::string text = test::read_file(SALUS_PATIENT_VECTORS);
    auto parsed = codec::parse_json(text);
    SALUS_ASSERT(parsed.ok() && parsed->is_array());
    return parsed->get_array();
}

std::string text_of(const json::object& object, std::string_view key) {
    return codec::json_string(object, key).value();
}

TEST(PatientVectors, EveryKeyOfTheRoot) {
    ASSERT_EQ(vectors().size(), 3u);
    for (const codec::Json& value : vectors()) {
        const json::object& want = value.as_object();
        const Root root = Root::from_bytes(hex(text_of(want, "root"))).value();
        EXPECT_EQ(to_hex(root.ledger_key().expose().bytes), text_of(want, "ledgerKey"));
        EXPECT_EQ(to_hex(root.ledger_account().bytes), text_of(want, "ledgerAccount"));
        EXPECT_EQ(to_hex(root.inbox_key().expose().bytes), text_of(want, "inboxKey"));
        EXPECT_EQ(to_hex(root.inbox_public().bytes().bytes), text_of(want, "inboxPublic"));
        const Address grantee = address(text_of(want, "grantee"));
        EXPECT_EQ(to_hex(root.grantee_key(grantee).expose().bytes), text_of(want, "granteeKey"));
        EXPECT_EQ(to_hex(root.grantee_account(grantee).bytes), text_of(want, "granteeAccount"));
        const Hash32 salt = hash32(text_of(want, "grantSalt"));
        EXPECT_EQ(to_hex(root.grant_key(salt).expose().bytes), text_of(want, "grantKey"));
    }
}

TEST(PatientVectors, EveryFolderOfTheRoot) {
    for (const codec::Json& value : vectors()) {
        const json::object& want = value.as_object();
        const Root root = Root::from_bytes(hex(text_of(want, "root"))).value();
        for (const codec::Json& one : *codec::json_array(want, "folders").value()) {
            const json::object& folder = one.as_object();
            const std::string name = text_of(folder, "name");
            const std::uint64_t epoch = codec::json_u64(folder, "epoch").value();
            EXPECT_EQ(to_hex(root.folder_key(name, epoch)->expose().bytes), text_of(folder, "key"));
            EXPECT_EQ(to_hex(root.folder_public(name, epoch)->bytes().bytes),
                      text_of(folder, "public"));
            EXPECT_EQ(to_hex(root.index_key(name, epoch)->expose().bytes),
                      text_of(folder, "index"));
        }
    }
}

// An envelope's check is the derivation's 16 bytes for the id that it drew.
TEST(PatientVectors, CheckOfTheEnvelope) {
    class Fixed final : public Random {
    public:
        void fill(std::span<Byte> out) override {
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Byte>(0x60 + i);
        }
    } random;
    for (const codec::Json& value : vectors()) {
        const json::object& want = value.as_object();
        const Root root = Root::from_bytes(hex(text_of(want, "root"))).value();
        const auto envelope = codec::parse_json(Envelope::make(root, random).text()).value();
        EXPECT_EQ(text_of(envelope.as_object(), "id"), text_of(want, "envelopeId"));
        EXPECT_EQ(text_of(envelope.as_object(), "check"), text_of(want, "check"));
    }
}

} // namespace
} // namespace salus::patient
