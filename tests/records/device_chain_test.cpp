// What a patient's device does, against three nodes over HTTP on a chain with the real contracts.
// The rows of design.md section 7 that concern a device are here by their names.
#include "consent/document.hpp"
#include "crypto/umbral_collude_test.hpp"
#include "device_ground.hpp"

namespace salus::device::test {
namespace {

using consent::Folder;
using Texts = std::vector<std::string>;
using crypto::umbral::test::collude;

TEST(DeviceOnChain, FoundsAChainThatAllNodesKnow) {
    Ground at;
    const State& state = at.device->state();
    EXPECT_TRUE(state.announced);
    for (const KnownNode& node : state.nodes) {
        ASSERT_TRUE(node.head);
        EXPECT_EQ(node.head->head.size, 1U);
    }
    // Once more changes nothing, and a device that forgot goes on where it was.
    must(at.device->settle());
    at.restart();
    must(at.device->settle());
    EXPECT_EQ(at.device->state().nodes[0].head->head.size, 1U);
}

TEST(DeviceOnChain, ReadsItsOwnRecordAndChecksIt) {
    Ground at;
    const auto glucose = at.write(Ground::laboratory("glucose 5.4"), Folder::laboratory);
    at.write(Ground::laboratory("low mood"), Folder::mental_health);
    const OwnRecords found = must(at.device->records());
    ASSERT_EQ(found.records.size(), 2U);
    EXPECT_EQ(found.records[0].folder, "laboratory");
    EXPECT_EQ(found.records[1].folder, "mental-health");
    EXPECT_EQ(found.missing, 0U);
    EXPECT_EQ(found.unproved, 0U);
    const auto opened = must(at.device->open({{glucose}}));
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(to_string(opened[0].plain), codec::print_json(Ground::laboratory("glucose 5.4")));
    EXPECT_EQ(opened[0].checks.size(), 2U);
    EXPECT_EQ(why(at.device->open({{vault::RecordId{{1}}}})), "device.unknown_record");
}

TEST(DeviceOnChain, TwoOfThreeNodesServeAndOneAloneCannot) {
    Ground at;
    Reader reader(at);
    at.write(Ground::laboratory("glucose 5.4"), Folder::laboratory);
    at.write(Ground::laboratory("low mood"), Folder::mental_health);
    const Hash32 grant = at.give(at.plan_for(reader.grantee, {Folder::laboratory}));
    EXPECT_EQ(must(reader.read(grant)), Texts{"glucose 5.4"});
    at.nodes[2]->stop();
    EXPECT_EQ(must(reader.read(grant)), Texts{"glucose 5.4"});
    at.nodes[1]->stop();
    EXPECT_EQ(why(reader.grantee.read(grant, {})), "grant.too_few_nodes");
    at.nodes[1]->serve();
    EXPECT_EQ(must(reader.read(grant)), Texts{"glucose 5.4"});
}

TEST(DeviceOnChain, ARevokedGranteeIsRefusedAndTheOthersGoOn) {
    Ground at;
    Reader insurer(at), doctor(at);
    at.write(Ground::laboratory("before"), Folder::laboratory);
    const Hash32 first = at.give(at.plan_for(insurer.grantee, {Folder::laboratory}));
    const Hash32 second = at.give(at.plan_for(doctor.grantee, {Folder::laboratory}));
    EXPECT_EQ(must(insurer.read(first)), Texts{"before"});
    at.pass();
    const Outcome revoked = must(at.device->revoke(first));
    EXPECT_TRUE(revoked.notes.empty());
    for (const GivenGrant& given : at.device->state().grants) {
        if (given.hash != first) continue;
        ASSERT_EQ(given.destroyed.size(), 3U);
        for (const Destruction& one : given.destroyed) EXPECT_EQ(one.statement.count, 1U);
    }
    EXPECT_EQ(why(insurer.grantee.read(first, {})), "consent.revoked");
    EXPECT_EQ(why(at.device->revoke(first)), "device.revoked_already");
    at.write(Ground::laboratory("after"), Folder::laboratory);
    EXPECT_EQ(must(at.device->records()).records.back().epoch, 1U);
    // The doctor's grant is still there, and goes on with another for the new epoch.
    EXPECT_EQ(must(doctor.read(second)), Texts{"before"});
    ASSERT_EQ(doctor.grantee.state().grants.size(), 2U);
    EXPECT_EQ(must(doctor.read(doctor.grantee.state().grants[1].hash())), Texts{"after"});
    EXPECT_EQ(insurer.grantee.state().grants.size(), 1U);
    // And ends with it.
    at.pass();
    must(at.device->revoke(second));
    EXPECT_EQ(why(doctor.grantee.read(doctor.grantee.state().grants[1].hash(), {})),
              "consent.revoked");
}

TEST(DeviceOnChain, ANodeThatWasDownHearsOfARevocationLater) {
    Ground at;
    Reader reader(at);
    at.write(Ground::laboratory("x"), Folder::laboratory);
    const Hash32 grant = at.give(at.plan_for(reader.grantee, {Folder::laboratory}));
    at.nodes[2]->stop();
    at.restart(); // which knows no connections any more
    at.pass();
    const Outcome done = must(at.device->revoke(grant));
    EXPECT_FALSE(done.notes.empty());
    EXPECT_EQ(at.device->state().grants[0].untold, Texts{at.nodes[2]->url()});
    at.nodes[2]->serve();
    at.restart();
    must(at.device->settle());
    EXPECT_TRUE(at.device->state().grants[0].untold.empty());
    EXPECT_EQ(at.device->state().grants[0].destroyed.size(), 3U);
}

TEST(DeviceOnChain, TheTimelineTellsEveryRead) {
    Ground at;
    Reader reader(at);
    const auto id = at.write(Ground::laboratory("glucose 5.4"), Folder::laboratory);
    const Hash32 grant = at.give(at.plan_for(reader.grantee, {Folder::laboratory}));
    const auto told = [&](records::ReadAction action) {
        std::size_t out = 0;
        for (const Event& event : must(at.device->timeline())) {
            const bool theirs = event.read && event.read->reader == reader.grantee.account();
            if (!theirs || event.read->action != action) continue;
            EXPECT_EQ(event.read->document, grant);
            EXPECT_EQ(event.reader, "the grantee");
            EXPECT_TRUE(event.author_known);
            if (action == records::ReadAction::read) {
                EXPECT_EQ(event.read->records, std::vector<vault::RecordId>{id});
            }
            ++out;
        }
        return out;
    };
    EXPECT_EQ(told(records::ReadAction::read), 0U);
    for (std::size_t reads = 1; reads <= 3; ++reads) {
        must(reader.read(grant));
        EXPECT_EQ(told(records::ReadAction::read), reads);
        // One further proxy was enough each time, and says so itself.
        EXPECT_EQ(told(records::ReadAction::reencrypt), reads);
    }
    const auto events = must(at.device->timeline());
    for (const auto kind : {ledger::EntryKind::keys, ledger::EntryKind::record_added,
                            ledger::EntryKind::access_granted}) {
        const auto at_kind = std::find_if(events.begin(), events.end(),
                                          [&](const Event& one) { return one.kind == kind; });
        ASSERT_NE(at_kind, events.end());
        EXPECT_TRUE(at_kind->fact);
    }
}

TEST(DeviceOnChain, ASessionThatEndedIsOpenedAgain) {
    Ground at;
    at.write(Ground::laboratory("x"), Folder::laboratory);
    at.pass(3600);
    EXPECT_EQ(must(at.device->records()).records.size(), 1U);
}

TEST(DeviceOnChain, GrantsSingleRecordsAndNoOthers) {
    Ground at;
    Reader reader(at);
    const auto one = at.write(Ground::laboratory("one"), Folder::laboratory);
    at.write(Ground::laboratory("two"), Folder::laboratory);
    GrantPlan plan = at.plan_for(reader.grantee, {});
    plan.records = {one};
    const Hash32 grant = at.give(plan);
    EXPECT_EQ(must(reader.read(grant)), Texts{"one"});
    plan.records = {vault::RecordId{{9}}};
    EXPECT_EQ(why(at.device->grant(plan)), "device.unknown_record");
    plan.folders = {Folder::laboratory};
    EXPECT_EQ(why(at.device->grant(plan)), "device.bad_plan");
}

// design.md section 7, at the device: what it delivers for one document is of a key that was made
// for the one grant, so that grantee and proxies together compute that key and nothing else.
TEST(DeviceOnChain, AGranteeOfOneDocumentWithColludingProxiesComputesTheWholeFolderKey) {
    Ground at;
    Reader reader(at);
    const auto granted = at.write(Ground::laboratory("granted"), Folder::laboratory);
    const auto secret = at.write(Ground::laboratory("secret"), Folder::laboratory);
    GrantPlan plan = at.plan_for(reader.grantee, {});
    plan.records = {granted};
    const Hash32 hash = at.give(plan);
    must(reader.read(hash));
    const consent::Grant grant = at.device->state().grants[0].grant;
    const auto folder = must(at.root.folder_key("laboratory", 0));
    const auto folder_key = crypto::secp256k1::generate(folder);
    // Nothing of the folder's key was delegated: the grant names another one.
    ASSERT_EQ(grant.folders.size(), 1U);
    EXPECT_NE(grant.folders[0].key, folder_key.bytes());
    // The same delegation again, as the device makes it, in the hands of two proxies.
    const auto delegating = at.root.grant_key(grant.salt);
    EXPECT_EQ(crypto::secp256k1::generate(delegating).bytes(), grant.folders[0].key);
    const auto receiving = crypto::secp256k1::generate(reader.root.inbox_key());
    const auto signer = crypto::umbral::SecretKey::random(at.random);
    const auto fragments =
        must(crypto::umbral::delegate({delegating, receiving, signer, 2, 3}, at.random));
    const auto stolen = collude(reader.root.inbox_key(), std::span(fragments).last(2));
    EXPECT_EQ(stolen.expose(), delegating.expose());
    EXPECT_NE(stolen.expose(), folder.expose());
    // With it, and with all boxes of the folder, the other document stays shut.
    const auto client = must(records_client::RecordsClient::make(
        {.url = at.nodes[0]->url(), .ca_file = {}}, at.network.clock));
    client->sign_in_as(at.root.ledger_key());
    const auto boxes =
        must(client->read(grant.patient, {std::string(kPatientPurpose), {granted, secret}}));
    for (const records::ReadRecord& one : boxes.records) {
        const auto forced = crypto::umbral::open(stolen, one.box->capsule);
        ASSERT_TRUE(forced.ok());
        EXPECT_EQ(why(vault::open_with(*one.box, *forced, {grant.patient, one.info.id})),
                  "box.not_authentic");
    }
}

// Everything that the public chain shows: the bytes of all transactions, and all logs.
std::string public_record(Ground& at) {
    std::string out;
    const auto head = must(at.network.eth->head({}));
    for (std::uint64_t number = 1; number <= head.number; ++number) {
        const auto block = must(at.network.chain->block(number));
        for (const auto& transaction : block->transactions) {
            out += to_hex(state::encode(transaction.transaction)) + "\n";
        }
    }
    for (const eth::Log& log : must(at.network.eth->logs({}))) {
        for (const Hash32& topic : log.topics) out += to_hex(topic.bytes) + " ";
        out += to_hex(log.data) + "\n";
    }
    return out;
}

// design.md section 7: a watcher sees salted hashes under accounts that are each used once.
TEST(DeviceOnChain, ConsentFactsOnChainTellThatSomebodySeesAPsychiatrist) {
    Ground at;
    Reader psychiatrist(at), dentist(at);
    at.write(Ground::laboratory("low mood"), Folder::mental_health);
    const Hash32 first = at.give(at.plan_for(psychiatrist.grantee, {Folder::mental_health}));
    const Hash32 second = at.give(at.plan_for(dentist.grantee, {Folder::procedures}));
    must(psychiatrist.read(first));
    const auto& grants = at.device->state().grants;
    const std::string seen = public_record(at);
    // The facts are there, and are about the accounts that were made for these grantees alone.
    EXPECT_NE(grants[0].grant.grantor, grants[1].grant.grantor);
    for (const GivenGrant& given : grants) {
        EXPECT_NE(seen.find(to_hex(given.hash.bytes)), std::string::npos);
        EXPECT_NE(seen.find(to_hex(given.grant.grantor.bytes)), std::string::npos);
    }
    // Neither who, nor to whom, nor what, nor why.
    std::vector<Bytes> hidden{to_bytes(at.device->state().chain.bytes), to_bytes("mental-health"),
                              to_bytes("TREAT"), to_bytes(at.root.inbox_public().bytes().bytes)};
    for (const GivenGrant& given : grants) {
        hidden.push_back(to_bytes(given.grant.grantee.bytes));
        hidden.push_back(to_bytes(given.grant.grantee_key.bytes));
        hidden.push_back(to_bytes(given.grant.folders[0].key.bytes));
        hidden.push_back(to_bytes(given.grant.folders[0].name_hash.bytes));
    }
    for (const Bytes& one : hidden) EXPECT_EQ(seen.find(to_hex(one)), std::string::npos);
    // The ledger's account announces keys, and no grant is of that account.
    const std::string account = to_hex(at.root.ledger_account().bytes);
    for (const GivenGrant& given : grants) {
        EXPECT_NE(to_hex(given.grant.grantor.bytes), account);
    }
    // A watcher who knows everything of the grant but its salts confirms nothing.
    consent::Grant guess = grants[0].grant;
    guess.salt = at.random.bytes<32>();
    EXPECT_NE(consent::grant_hash(guess), first);
    guess = grants[0].grant;
    guess.folders[0] = consent::granted_folder(Folder::mental_health, at.random.bytes<16>(),
                                               guess.folders[0].epoch, guess.folders[0].key);
    EXPECT_NE(consent::grant_hash(guess), first);
    EXPECT_NE(first, second);
    // Nor does a node learn a folder's name.
    for (const auto& node : at.nodes) {
        for (const auto& one : must(node->shelf().grants(at.device->state().chain))) {
            EXPECT_FALSE(one.grant.folders[0].name);
        }
    }
}

AskPlan claim(const Ground& at) {
    AskPlan out;
    out.kind = consent::AskerKind::insurer;
    out.name = "Care Insurance";
    out.purpose = "HPAYMT";
    out.reason = "Claim 17";
    out.folders = {Folder::laboratory, Folder::claims};
    out.from = static_cast<std::uint64_t>(at.network.clock.unix_seconds());
    out.until = out.from + 90 * 86'400;
    out.expires_at = out.from + 86'400;
    return out;
}

TEST(DeviceOnChain, ARequestIsAnsweredByLessThanWasAsked) {
    Ground at;
    Reader insurer(at);
    at.write(Ground::laboratory("glucose 5.4"), Folder::laboratory);
    const auto id = must(insurer.grantee.ask(card_of(at.device->state()), claim(at)));
    at.pass();
    must(at.device->fetch_requests());
    ASSERT_EQ(at.device->state().requests.size(), 1U);
    EXPECT_EQ(at.device->state().requests[0].progress.state, consent::RequestState::seen);
    GrantPlan plan = must(at.device->plan_for(id));
    EXPECT_EQ(plan.label, "Care Insurance");
    GrantPlan more = plan;
    more.folders.push_back(Folder::mental_health);
    EXPECT_EQ(why(at.device->accept(id, more)), "request.grants_more");
    plan.folders = {Folder::laboratory};
    plan.from = static_cast<std::uint64_t>(at.network.clock.unix_seconds());
    const Outcome done = must(at.device->accept(id, plan));
    EXPECT_EQ(must(insurer.read(done.grant)), Texts{"glucose 5.4"});
    EXPECT_EQ(insurer.grantee.state().requests[0].progress.state, consent::RequestState::granted);
    EXPECT_EQ(why(at.device->accept(id, plan)), "request.answered_before");
    EXPECT_EQ(why(at.device->refuse(vault::RecordId{{7}})), "device.unknown_request");
}

TEST(DeviceOnChain, ARequestIsRefused) {
    Ground at;
    Reader insurer(at);
    const auto id = must(insurer.grantee.ask(card_of(at.device->state()), claim(at)));
    at.pass();
    must(at.device->fetch_requests());
    must(at.device->refuse(id));
    must(insurer.grantee.fetch());
    EXPECT_EQ(insurer.grantee.state().requests[0].progress.state, consent::RequestState::refused);
    EXPECT_TRUE(at.device->state().grants.empty());
}

TEST(DeviceOnChain, AHospitalWithoutAGrantWritesToTheInbox) {
    Ground at;
    Reader stranger(at);
    at.pass();
    EXPECT_EQ(
        why(stranger.grantee.write(card_of(at.device->state()), Ground::laboratory("x"), "TREAT")),
        "records.not_allowed");
    at.network.as_authority(eth::contracts::accreditation::encode_accredit(
        stranger.grantee.account(), "Small Practice", "DE"));
    at.pass();
    const auto id = must(stranger.grantee.write(card_of(at.device->state()),
                                                Ground::laboratory("from outside"), "TREAT"));
    const auto opened = must(at.device->open({{id}}));
    EXPECT_EQ(opened[0].record.folder, "inbox");
    EXPECT_EQ(opened[0].record.info.writer, stranger.grantee.account());
}

TEST(DeviceOnChain, OptsIntoEmergencyAccessAndOut) {
    Ground at;
    at.write(Ground::laboratory("allergic to penicillin"), Folder::emergency);
    Device::EmergencyPlan plan;
    for (const std::size_t i : {0U, 1U}) {
        plan.institutions.push_back(
            {at.nodes[i]->account(), crypto::secp256k1::generate(at.nodes[i]->umbral()).bytes()});
    }
    plan.threshold = 2;
    at.pass();
    must(at.device->opt_in(plan));
    EXPECT_TRUE(at.device->state().emergency->in_force);
    at.pass();
    must(at.device->opt_out());
    EXPECT_EQ(why(at.device->opt_out()), "device.not_opted_in");
}

TEST(DeviceOnChain, ANodeThatChangesItsAccountIsNotBelieved) {
    Ground at;
    State state = at.device->state();
    state.nodes[1].account = at.nodes[2]->account();
    Device other(at.parts(), state);
    EXPECT_EQ(why(other.records()), "device.node_changed");
}

TEST(DeviceOnChain, AShrunkLogIsFound) {
    Ground at;
    at.write(Ground::laboratory("x"), Folder::laboratory);
    State state = at.device->state();
    must(at.device->records());
    // A head of the same account for a larger log, as if the node had been put back since.
    ledger::TreeHead later = at.device->state().nodes[0].head->head;
    later.size += 10;
    state.nodes[0].head =
        must(ledger::sign_tree_head(later, chain::testing::key_of(1), state.domain()));
    Device other(at.parts(), state);
    EXPECT_EQ(why(other.records()), "ledger.shrunk_log");
}

TEST(DeviceOnChain, TheStateIsReadAsItWasWritten) {
    Ground at;
    Reader reader(at);
    at.give(at.plan_for(reader.grantee, {Folder::laboratory, Folder::vitals}));
    must(reader.grantee.ask(card_of(at.device->state()), claim(at)));
    at.pass();
    must(at.device->fetch_requests());
    const State& state = at.device->state();
    const std::string text = seal_file(at.root, "patient-device", to_json(state), at.random);
    EXPECT_EQ(text.find(to_hex(state.chain.bytes)), std::string::npos);
    const auto content = must(open_file(at.root, "patient-device", text));
    EXPECT_EQ(must(read_state(content)), state);
    EXPECT_EQ(why(open_file(reader.root, "patient-device", text)), "device.state_other");
    EXPECT_EQ(why(open_file(at.root, "grantee-device", text)), "device.state_malformed");
    must(reader.grantee.fetch());
    const auto& kept = reader.grantee.state();
    EXPECT_EQ(codec::print_json(to_json(must(read_grantee_state(to_json(kept))))),
              codec::print_json(to_json(kept)));
}

} // namespace
} // namespace salus::device::test
