#include <gtest/gtest.h>

#include <algorithm>

#include "codec/base64url.hpp"
#include "codec/cbor.hpp"
#include "network.hpp"
#include "passport/commitment.hpp"
#include "passport/dcc.hpp"
#include "passport/shc_card.hpp"

namespace salus::passport::testing {
namespace {

// design.md section 7: cards carry the commitment, and the salt stays with the hospital.
TEST(Issuer, TheVerifierNeedsTheSalt) {
    Network network;
    const std::vector<fhir::Statement> statements{test_result(), vaccination(1)};
    for (const fhir::Statement& statement : statements) {
        const auto issued = must(std::move(network.issuer->issue({&statement, 1})[0]));
        auto rows = must(network.database->query("SELECT sealed FROM certificate WHERE commitment "
                                                 "= ?1",
                                                 issued.commitment));
        ASSERT_TRUE(must(rows->step()));
        const Bytes context = concat({view("certificate/1"), issued.commitment.bytes});
        const Bytes opened = must(network.data_key.open(rows->blob(0), context));
        const Bytes salt = *codec::cbor_decode(opened)->find(2)->if_bytes();
        ASSERT_EQ(salt.size(), Hash32::size());
        rows.reset();
        // It is this salt that the card's commitment is made with, and no verifier asks for it.
        const Certificate card = must(decode_hcert(issued.hcert));
        const Hash32 facts = must(facts_digest(fhir::facts_json(statement)));
        EXPECT_EQ(card.binding->facts_commitment,
                  facts_commitment_of(right_aligned<32>(salt), facts));
        EXPECT_EQ(network.verify(issued.hcert).overall, Overall::valid);
        const Bytes& signed_content = card.message.payload;
        EXPECT_EQ(
            std::search(signed_content.begin(), signed_content.end(), salt.begin(), salt.end()),
            signed_content.end());
        if (issued.kind != ContentKind::dcc) continue;
        const std::string printed = codec::print_json(card.content);
        const std::string id = certificate_id("DE", card.binding->facts_commitment);
        EXPECT_NE(printed.find('"' + id + '"'), std::string::npos);
    }
    const auto certificate =
        must(decode_hcert(must(std::move(network.issuer->issue({vaccination(2)})[0])).hcert));
    ShcRequest request;
    request.issuer = "https://clinic.example";
    request.not_before = kStart;
    request.commitment = certificate.binding->facts_commitment;
    const auto card = must(issue_shc(std::array{vaccination(2)}, request, network.key));
    EXPECT_EQ(codec::base64url_decode(card.rid).value(),
              to_bytes(ByteView(certificate.binding->facts_commitment.bytes).first(16)));
}

} // namespace
} // namespace salus::passport::testing
