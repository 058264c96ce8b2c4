// Values of grants, letters and relay to JSON and back; what is malformed is refused by name.
#include "codec/base64url.hpp"
#include "records/grants_world_test.hpp"

namespace salus::records::test {
namespace {

using codec::json::object;

const consent::Ends kEnds{uint256(7), 1'900'000'000};
const Bytes kSignature(65, 0x5a);
const ledger::Domain kDomain{1337, address("0x00000000000000000000000000000000000000aa")};

// By way of the text.
object travelled(const object& json) {
    return must(codec::parse_json(codec::print_json(json))).as_object();
}

struct GrantsWire : testing::Test {
    PatientWorld world;
    Grantee doctor = world.grantee(0x33);
    Epoch lab{};
};

TEST_F(GrantsWire, ADeliveryTravelsWithoutNames) {
    consent::Grant grant = world.grant(doctor, {lab});
    Delivery out = world.whole(grant, doctor, doctor.key, lab);
    out.grant = grant; // with names
    out.vouch = kSignature;
    const object json = travelled(to_json(out));
    EXPECT_EQ(codec::print_json(json).find("laboratory"), std::string::npos);
    const Delivery back = must(read_delivery(json));
    EXPECT_EQ(back.grant, without_names(grant));
    EXPECT_EQ(grant_hash(back.grant), grant_hash(grant));
    ASSERT_EQ(back.fragments.size(), 1U);
    EXPECT_EQ(back.fragments[0].key, world.key_of(lab));
    EXPECT_EQ(encode(back.fragments[0].sealed), encode(out.fragments[0].sealed));
    EXPECT_EQ(back.verifying, out.verifying);
    EXPECT_EQ(back.vouch, kSignature);
    for (const char* member : {"grant", "verifying"}) {
        object less = json;
        less.erase(member);
        EXPECT_EQ(why(read_delivery(less)), "records.bad_request") << member;
    }
    object more = json;
    more["grant"].as_object()["note"] = "x";
    EXPECT_EQ(why(read_delivery(more)), "consent.bad_grant");
    object broken = json;
    broken["fragments"].as_array()[0].as_object()["sealed"] = "AAAA";
    EXPECT_EQ(why(read_delivery(broken)), "box.malformed");
}

TEST_F(GrantsWire, EmergenciesTravelInOrder) {
    EmergencyDelivery out;
    out.document.patient = world.chain;
    out.document.account = doctor.account;
    out.document.key = world.key_of(lab);
    out.document.window = 60;
    out.document.threshold = 1;
    out.document.custodians = {doctor.account};
    out.document.salt = Hash32{{1}};
    for (const Byte who : {Byte{1}, Byte{2}}) {
        out.fragments.push_back(
            {Address{{who}}, doctor.key.bytes(), world.box(world.key_of(lab), "fragment", 1)});
    }
    out.verifying = doctor.key.bytes();
    const EmergencyDelivery back = must(read_emergency_delivery(travelled(to_json(out))));
    EXPECT_EQ(back.document, out.document);
    ASSERT_EQ(back.fragments.size(), 2U);
    EXPECT_EQ(back.fragments[1].institution, (Address{{2}}));
    std::swap(out.fragments[0], out.fragments[1]);
    EXPECT_EQ(why(read_emergency_delivery(to_json(out))), "records.bad_request");
}

TEST_F(GrantsWire, ListsOfGrantsSayWhatTheChainSays) {
    GrantState one;
    one.grant = without_names(world.grant(doctor, {lab}));
    one.hash = grant_hash(one.grant);
    one.status = consent::OnChain::revoked;
    one.chain_from = 5;
    one.chain_until = 6;
    one.revocation_received = true;
    one.fragments = {world.key_of(lab)};
    const GrantList list{{one}, 77};
    EXPECT_EQ(must(read_grant_list(travelled(to_json(list)))), list);
    object other = to_json(list);
    other["grants"].as_array()[0].as_object()["status"] = "perhaps";
    EXPECT_EQ(why(read_grant_list(other)), "records.bad_request");
    other = to_json(list);
    other["grants"].as_array()[0].as_object()["hash"] = to_hex0x(Hash32{}.bytes);
    EXPECT_EQ(why(read_grant_list(other)), "records.bad_request");
}

TEST_F(GrantsWire, WithdrawalsStatementsAndClosuresTravel) {
    const Withdrawal revocation =
        consent::SignedRevocation{Address{{1}}, Hash32{{2}}, kEnds, kSignature};
    const Withdrawal opt_out = SignedOptOut{Address{{3}}, Hash32{{4}}, kEnds, kSignature};
    for (const Withdrawal& one : {revocation, opt_out}) {
        const Withdrawal back = must(read_withdrawal(travelled(to_json(one))));
        EXPECT_EQ(back.index(), one.index());
        EXPECT_EQ(to_json(back), to_json(one));
    }
    object less = to_json(revocation);
    less["signature"] = "0x";
    EXPECT_EQ(why(read_withdrawal(less)), "records.bad_request");
    Destroyed statement{Hash32{{5}}, 3, 9, {}};
    statement.signature.bytes.fill(1);
    EXPECT_EQ(must(read_destroyed(travelled(to_json(statement)))), statement);
    const Closure closure = must(
        sign_closure({world.chain, {world.key_of(lab)}, 9, {}}, world.root.ledger_key(), kDomain));
    EXPECT_EQ(must(read_closure(world.chain, travelled(to_json(closure)))), closure);
    EXPECT_TRUE(check_closure(closure, world.root.ledger_account(), kDomain).ok());
    EXPECT_EQ(why(check_closure(closure, world.root.ledger_account(), {1338, kDomain.anchor})),
              "records.bad_closure");
}

TEST_F(GrantsWire, CapsulesAndTheirFragmentsTravel) {
    const auto box = world.box(world.key_of(lab), "x", 1);
    const ReencryptRequest request{"TREAT", {{{{1}}, box.folder.bytes(), box.capsule}}};
    const object json = travelled(to_json(request));
    const ReencryptRequest back = must(read_reencrypt_request(json));
    EXPECT_EQ(back.purpose, "TREAT");
    EXPECT_EQ(back.capsules.at(0).capsule.bytes(), box.capsule.bytes());
    object none = json;
    none["capsules"] = codec::json::array();
    EXPECT_EQ(why(read_reencrypt_request(none)), "records.bad_request");
    object broken = json;
    std::string text = codec::base64_encode(Bytes(98, 2));
    broken["capsules"].as_array()[0].as_object()["capsule"] = text;
    EXPECT_FALSE(read_reencrypt_request(broken).ok());
    const auto fragments = world.delegate(world.secret_of(lab), doctor, 1, 1);
    ReencryptAnswer answer;
    answer.fragments.push_back(
        {Hash32{{1}},
         must(umbral::reencrypt(box.capsule,
                                umbral::Verified<umbral::KeyFragment>::trusted(fragments[0].copy()),
                                world.random))});
    answer.fragments.push_back({Hash32{}, {}});
    const ReencryptAnswer told = must(read_reencrypt_answer(travelled(to_json(answer))));
    ASSERT_EQ(told.fragments.size(), 2U);
    EXPECT_EQ(told.fragments[0].fragment->bytes(), answer.fragments[0].fragment->bytes());
    EXPECT_FALSE(told.fragments[1].fragment);
}

TEST_F(GrantsWire, LettersTravel) {
    const FixedBytes<16> id{{9}};
    const auto box = must(vault::seal(view("hello"), doctor.key, letter_place(id), world.random));
    const NewLetter fresh =
        must(read_new_letter(travelled(to_json(NewLetter{doctor.account, id, box}))));
    EXPECT_EQ(fresh.to, doctor.account);
    EXPECT_EQ(to_string(must(vault::open(fresh.sealed, doctor.secret, letter_place(fresh.id)))),
              "hello");
    const LetterPage page{{{4, id, Address{{1}}, doctor.account, 99, box}}, 4};
    const LetterPage back = must(read_letter_page(travelled(to_json(page))));
    EXPECT_EQ(back.next, page.next);
    EXPECT_EQ(back.letters.at(0).number, 4U);
    EXPECT_EQ(back.letters.at(0).from, (Address{{1}}));
}

TEST_F(GrantsWire, CallsForTheRelayTravelByTheirNames) {
    RelayBreakGlass glass;
    glass.what = {Address{{1}}, Hash32{{2}}, Address{{3}}, Address{{4}}, Hash32{{5}}};
    glass.ends = kEnds;
    glass.first_signature = glass.second_signature = kSignature;
    const std::vector<std::pair<const char*, RelayCall>> calls{
        {"grant", RelayGrant{Address{{1}}, Hash32{{2}}, 3, 4, kEnds, kSignature}},
        {"revoke", RelayRevoke{{Address{{1}}, Hash32{{2}}, kEnds, kSignature}}},
        {"announceKeys", RelayKeys{Address{{1}}, Hash32{{2}}, 3, kEnds, kSignature}},
        {"optIn", RelayOptIn{Address{{1}}, Hash32{{2}}, 3, 4, kEnds, kSignature}},
        {"optOut", RelayOptOut{{Address{{1}}, Hash32{{2}}, kEnds, kSignature}}},
        {"breakGlass", glass}};
    for (const auto& [name, call] : calls) {
        EXPECT_EQ(call_name(call), name);
        const object json = travelled(to_json(call));
        const RelayCall back = must(read_relay_call(json));
        EXPECT_EQ(back.index(), call.index());
        EXPECT_EQ(to_json(back), to_json(call));
        object less = json;
        less.erase("deadline");
        EXPECT_EQ(why(read_relay_call(less)), "records.bad_request") << name;
    }
    object other = to_json(calls[1].second);
    other["call"] = "optOut";
    EXPECT_EQ(why(read_relay_call(other)), "records.bad_request");
    other["call"] = "pay";
    EXPECT_EQ(why(read_relay_call(other)), "records.bad_request");
    const Relayed relayed{Hash32{{1}}, 5};
    EXPECT_EQ(must(read_relayed(travelled(to_json(relayed)))), relayed);
}

} // namespace
} // namespace salus::records::test
