// The shelf of a node on each engine: what it takes, keeps, uses and lets go.
#include <fstream>

#include "records/grants_world_test.hpp"
#include "store/sql_world_test.hpp"

namespace salus::records::test {
namespace {

const consent::Place kPlace{1337, address("0x00000000000000000000000000000000000000cc")};
const ledger::Domain kDomain{1337, address("0x00000000000000000000000000000000000000aa")};
const Epoch kLab{consent::Folder::laboratory, 1}, kMind{consent::Folder::mental_health, 3};

class Shelf : public store::Sql {
protected:
    void SetUp() override {
        store::Sql::SetUp();
        if (IsSkipped()) return;
        node_ = std::make_unique<Proxy>(std::move(db_), 7, kPlace, kDomain, clock_, world_.random);
    }
    GrantShelf& shelf() { return *node_->shelf; }
    Status put(const consent::Grant& grant, const Delivery& delivery) {
        return shelf().put(world_.chain, grant_hash(grant), delivery);
    }
    consent::Grant delivered(const std::vector<Epoch>& epochs = {kLab}) {
        const consent::Grant grant = world_.grant(doctor_, epochs);
        must(put(grant, world_.whole(grant, doctor_, node_->umbral_key, epochs[0])));
        return grant;
    }
    bool has_fragment(const consent::Grant& grant, const Epoch& epoch = kLab) {
        const auto box = world_.box(world_.key_of(epoch), "x", 1);
        return must(node_->answer(grant_hash(grant), grant.grantee, box)).has_value();
    }
    std::set<FolderKey> closed() {
        return must(
            shelf().closed(world_.chain, static_cast<std::uint64_t>(clock_.unix_seconds())));
    }
    Status run(const std::string& sql) { return node_->database->execute(sql); }

    ManualClock clock_{kNow};
    PatientWorld world_;
    Grantee doctor_ = world_.grantee(0x33), other_ = world_.grantee(0x44);
    std::unique_ptr<Proxy> node_;
};

TEST_P(Shelf, AFragmentServesItsGranteeAlone) {
    const consent::Grant grant = delivered();
    const auto box = world_.box(world_.key_of(kLab), "glucose 5.4", 1);
    const auto answer = must(node_->answer(grant_hash(grant), doctor_.account, box));
    ASSERT_TRUE(answer);
    EXPECT_EQ(must(world_.open(box, doctor_, {*answer}, 1)), "glucose 5.4");
    EXPECT_FALSE(must(node_->answer(grant_hash(grant), other_.account, box)));
    const auto elsewhere = world_.box(world_.key_of(kMind), "x", 1);
    EXPECT_FALSE(must(node_->answer(grant_hash(grant), doctor_.account, elsewhere)));
    EXPECT_FALSE(must(node_->answer(Hash32{}, doctor_.account, box)));
}

TEST_P(Shelf, KeepsDocumentsAsTheyCame) {
    const consent::Grant grant = delivered({kLab, kMind});
    node_->open(); // a restart
    const auto mine = must(shelf().grants(world_.chain, doctor_.account));
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].grant, without_names(grant));
    EXPECT_EQ(mine[0].fragments, std::vector<FolderKey>{world_.key_of(kLab)});
    EXPECT_FALSE(mine[0].revocation_received);
    EXPECT_TRUE(must(shelf().grants(world_.chain, other_.account)).empty());
    EXPECT_TRUE(must(shelf().grants(Hash32{})).empty());
    EXPECT_EQ(must(shelf().delegated(world_.chain)).size(), 1U);
    // The document alone again: its fragments stay.
    must(put(grant, world_.delivery(grant, doctor_, node_->umbral_key, {})));
    EXPECT_TRUE(has_fragment(grant));
    EXPECT_EQ(must(shelf().grants(world_.chain)).size(), 1U);
}

TEST_P(Shelf, RefusesGrantsByName) {
    const consent::Grant grant = world_.grant(doctor_, {kLab});
    const Delivery good = world_.whole(grant, doctor_, node_->umbral_key, kLab);
    EXPECT_EQ(why(shelf().put(world_.chain, Hash32{{1}}, good)), "records.other_grant");
    EXPECT_EQ(why(shelf().put(Hash32{{1}}, grant_hash(grant), good)), "records.other_grant");
    consent::Grant guarded = grant;
    guarded.dependant = doctor_.account;
    guarded.guardian = node_->signer.address();
    Delivery unsigned_one = world_.delivery(guarded, doctor_, node_->umbral_key, {});
    EXPECT_EQ(why(put(guarded, unsigned_one)), "records.guardian_not_signed");
    const Hash32 vouch = vouch_digest(kPlace, grant_hash(guarded));
    unsigned_one.vouch = to_bytes(must(node_->signer.sign_digest(vouch)).bytes);
    must(put(guarded, unsigned_one));
    EXPECT_TRUE(must(shelf().grants(world_.chain)).at(0).vouched);
    clock_.set(static_cast<std::int64_t>(grant.until) + 1);
    EXPECT_EQ(why(put(grant, good)), "records.grant_ended");
    clock_.set(kNow);
    node_->parts.bounds.grants = 1;
    node_->open();
    EXPECT_EQ(why(put(grant, good)), "records.too_many_grants");
}

TEST_P(Shelf, RefusesFragmentsByName) {
    const consent::Grant grant = world_.grant(doctor_, {kLab});
    const auto& node = node_->umbral_key;
    const FolderKey lab = world_.key_of(kLab);
    const auto fragments = world_.delegate(world_.secret_of(kLab), doctor_, 1, 2);
    const auto with = [&](const std::vector<std::pair<FolderKey, const umbral::KeyFragment*>>& of) {
        return why(put(grant, world_.delivery(grant, doctor_, node, of)));
    };
    EXPECT_EQ(with({{world_.key_of(kMind), &fragments[0]}}), "records.fragment_key");
    EXPECT_EQ(with({{lab, &fragments[0]}, {lab, &fragments[1]}}), "records.fragment_key");
    const consent::Grant writer = world_.grant(doctor_, {kLab}, consent::Access::write);
    EXPECT_EQ(why(put(writer, world_.delivery(writer, doctor_, node, {{lab, &fragments[0]}}))),
              "records.fragment_key");
    // Of another folder, for another receiver, signed by another, and one that binds no keys.
    const auto mind = world_.delegate(world_.secret_of(kMind), doctor_, 1, 1);
    EXPECT_EQ(with({{lab, &mind[0]}}), "umbral.fragment_signature");
    const umbral::SecretKey signer = world_.signer(doctor_), stranger = world_.signer(other_);
    const umbral::SecretKey secret = world_.secret_of(kLab);
    const auto theirs = must(umbral::delegate({secret, other_.key, signer, 1, 1}, world_.random));
    EXPECT_EQ(with({{lab, &theirs[0]}}), "umbral.fragment_signature");
    const auto forged =
        must(umbral::delegate({secret, doctor_.key, stranger, 1, 1}, world_.random));
    EXPECT_EQ(with({{lab, &forged[0]}}), "umbral.fragment_signature");
    const auto loose =
        must(umbral::delegate({secret, doctor_.key, signer, 1, 1, false, true}, world_.random));
    EXPECT_EQ(with({{lab, &loose[0]}}), "records.fragment_unbound");
    umbral::KeyFragment broken = fragments[0].copy();
    broken.commitment = node;
    EXPECT_EQ(with({{lab, &broken}}), "umbral.fragment_commitment");
    EXPECT_FALSE(has_fragment(grant));
}

TEST_P(Shelf, OpensWhatWasSealedToItAtItsPlaceAlone) {
    const consent::Grant grant = world_.grant(doctor_, {kLab}),
                         next = world_.grant(doctor_, {kLab});
    const Delivery for_other = world_.whole(grant, doctor_, other_.key, kLab);
    EXPECT_EQ(why(put(grant, for_other)), "records.fragment_not_opened");
    Delivery moved = world_.whole(grant, doctor_, node_->umbral_key, kLab);
    moved.grant = without_names(next);
    EXPECT_EQ(why(put(next, moved)), "records.fragment_not_opened");
}

TEST_P(Shelf, WhatLiesInTheDatabaseIsBoundToItsPlace) {
    const consent::Grant grant = delivered();
    const Hash32 hash = grant_hash(grant);
    const auto box = world_.box(world_.key_of(kLab), "x", 1);
    // To another receiver.
    must(node_->database->run("UPDATE records_fragment SET receiver = ?1", other_.account));
    EXPECT_EQ(why(node_->answer(hash, other_.account, box)), "records.fragment_tampered");
    // To another document.
    must(node_->database->run("UPDATE records_fragment SET receiver = ?1, document = ?2",
                              doctor_.account, Hash32{{1}}));
    EXPECT_EQ(why(node_->answer(Hash32{{1}}, doctor_.account, box)), "records.fragment_tampered");
    must(node_->database->run("UPDATE records_fragment SET document = ?1", hash));
    EXPECT_TRUE(has_fragment(grant));
    // Into another node's database.
    Proxy thief(store::open_sqlite(":memory:").value(), 8, kPlace, kDomain, clock_, world_.random);
    auto rows = must(node_->database->query("SELECT key, sealed FROM records_fragment"));
    ASSERT_TRUE(must(rows->step()));
    must(thief.database->run("INSERT INTO records_fragment(document, key, receiver, sealed)"
                             " VALUES (?1, ?2, ?3, ?4)",
                             hash, rows->blob(0), doctor_.account, rows->blob(1)));
    rows.reset();
    EXPECT_EQ(why(thief.answer(hash, doctor_.account, box)), "records.fragment_tampered");
}

TEST_P(Shelf, ADatabaseEditGivesNobodyAccess) {
    const consent::Grant grant = delivered();
    for (const char* edit : {"grantee", "account"}) {
        must(node_->database->run("UPDATE records_document SET " + std::string(edit) + " = ?1",
                                  other_.account));
        EXPECT_EQ(why(shelf().grants(world_.chain)), "records.fragment_tampered") << edit;
        must(node_->database->run("UPDATE records_document SET grantee = ?1, account = ?2",
                                  grant.grantee, grant.grantor));
    }
    must(run("UPDATE records_document SET ends = ends + 1"));
    EXPECT_EQ(why(shelf().grants(world_.chain)), "records.fragment_tampered");
    must(run("UPDATE records_document SET ends = ends - 1"));
    must(node_->database->run("UPDATE records_document SET hash = ?1", Hash32{{1}}));
    EXPECT_EQ(why(shelf().grants(world_.chain)), "records.fragment_tampered");
}

TEST_P(Shelf, NeitherFragmentsNorNamesOfFoldersLieInTheDatabase) {
    const consent::Grant grant = world_.grant(doctor_, {kMind});
    const auto fragments = world_.delegate(world_.secret_of(kMind), doctor_, 1, 1);
    must(put(grant, world_.delivery(grant, doctor_, node_->umbral_key,
                                    {{world_.key_of(kMind), &fragments[0]}})));
    std::string all;
    for (const char* table : {"records_document", "records_fragment"}) {
        auto rows = must(node_->database->query(std::string("SELECT sealed FROM ") + table));
        while (must(rows->step())) all += to_string(rows->blob(0));
    }
    if (GetParam() == store::Backend::sqlite) { // the files themselves, whole
        for (const auto& file : std::filesystem::directory_iterator(directory_)) {
            std::ifstream in(file.path(), std::ios::binary);
            all += std::string(std::istreambuf_iterator<char>(in), {});
        }
    }
    EXPECT_GT(all.size(), 310U);
    EXPECT_EQ(all.find("mental-health"), std::string::npos);
    EXPECT_EQ(all.find(to_string(fragments[0].key.expose().bytes)), std::string::npos);
    EXPECT_EQ(all.find(to_string(fragments[0].id.bytes)), std::string::npos);
    EXPECT_EQ(all.find(to_hex(fragments[0].key.expose().bytes)), std::string::npos);
    EXPECT_EQ(all.find("TREAT"), std::string::npos);
}

TEST_P(Shelf, ARevocationDestroysFragmentsWithASignedStatement) {
    const consent::Grant grant = delivered({kLab, kMind});
    const Withdrawal revocation = world_.revocation(grant, kPlace);
    EXPECT_TRUE(closed().empty());
    const Destroyed statement = must(shelf().obey(revocation));
    EXPECT_EQ(statement.grant, grant_hash(grant));
    EXPECT_EQ(statement.count, 1U);
    EXPECT_EQ(statement.time, static_cast<std::uint64_t>(kNow));
    EXPECT_TRUE(check_destroyed(statement, node_->signer.address(), kDomain).ok());
    EXPECT_EQ(why(check_destroyed(statement, doctor_.account, kDomain)), "records.bad_destroyed");
    EXPECT_FALSE(has_fragment(grant));
    EXPECT_TRUE(must(shelf().grants(world_.chain)).at(0).revocation_received);
    EXPECT_TRUE(must(shelf().delegated({})).empty());
    // The epoch that was delegated is closed, the other one is not.
    EXPECT_EQ(closed(), std::set<FolderKey>{world_.key_of(kLab)});
    clock_.advance(std::chrono::hours(1));
    node_->open();
    EXPECT_EQ(must(shelf().obey(revocation)), statement) << "again is the same";
    EXPECT_EQ(must(shelf().obey_chain(grant_hash(grant))), statement);
    // What comes after it is refused, also where the fragment is another one.
    EXPECT_EQ(why(put(grant, world_.whole(grant, doctor_, node_->umbral_key, kLab))),
              "records.grant_revoked");
    EXPECT_FALSE(has_fragment(grant));
}

TEST_P(Shelf, ARevocationMayComeFirst) {
    const consent::Grant grant = world_.grant(doctor_, {kLab});
    const Destroyed statement = must(shelf().obey(world_.revocation(grant, kPlace)));
    EXPECT_EQ(statement.count, 0U);
    EXPECT_EQ(why(put(grant, world_.whole(grant, doctor_, node_->umbral_key, kLab))),
              "records.grant_revoked");
    node_->parts.bounds.early_revocations = 1;
    node_->open();
    const consent::Grant next = world_.grant(doctor_, {kLab});
    EXPECT_EQ(why(shelf().obey(world_.revocation(next, kPlace))), "records.too_many_revocations");
    must(put(next, world_.whole(next, doctor_, node_->umbral_key, kLab)));
    EXPECT_EQ(must(shelf().obey(world_.revocation(next, kPlace))).count, 1U)
        << "of a known grant always";
}

TEST_P(Shelf, ObeysTheGrantorAlone) {
    const consent::Grant grant = delivered();
    consent::SignedRevocation forged = world_.revocation(grant, kPlace);
    forged.grantor = world_.root.grantee_account(other_.account);
    EXPECT_EQ(why(shelf().obey(forged)), "records.not_genuine");
    consent::SignedRevocation elsewhere =
        world_.revocation(grant, {kPlace.chain_id + 1, kPlace.contract});
    EXPECT_EQ(why(shelf().obey(elsewhere)), "records.not_genuine");
    // Another's account may revoke the same hash: that is another grant.
    const consent::Grant others = world_.grant(other_, {kLab});
    consent::SignedRevocation aside = world_.revocation(others, kPlace);
    aside.grant_hash = grant_hash(grant);
    aside.signature =
        to_bytes(must(envelope::wallet_sign(
                          world_.root.grantee_key(other_.account),
                          revoke_digest(kPlace, aside.grantor, aside.grant_hash, aside.ends)))
                     .bytes);
    EXPECT_EQ(must(shelf().obey(aside)).count, 0U);
    EXPECT_TRUE(has_fragment(grant));
    EXPECT_EQ(why(shelf().obey_chain(Hash32{{9}})), "records.unknown_grant");
}

TEST_P(Shelf, WhatEndsClosesItsEpochAndIsSweptAway) {
    const consent::Grant grant = delivered({kLab, kMind});
    clock_.set(static_cast<std::int64_t>(grant.until));
    EXPECT_TRUE(closed().empty());
    EXPECT_EQ(must(shelf().sweep(grant.until)), 0U);
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(closed(), std::set<FolderKey>{world_.key_of(kLab)});
    EXPECT_EQ(must(shelf().sweep(grant.until + 1)), 1U);
    EXPECT_FALSE(has_fragment(grant));
    EXPECT_EQ(closed(), std::set<FolderKey>{world_.key_of(kLab)});
    EXPECT_EQ(must(shelf().sweep(grant.until + 1)), 0U);
}

TEST_P(Shelf, ThePatientClosesEpochs) {
    Closure closure{world_.chain, {world_.key_of(kMind), world_.key_of(kLab)}, kNow, {}};
    const Closure signed_one = must(sign_closure(closure, world_.root.ledger_key(), kDomain));
    must(shelf().close(signed_one, world_.root.ledger_account()));
    must(shelf().close(signed_one, world_.root.ledger_account()));
    EXPECT_EQ(closed().size(), 2U);
    EXPECT_TRUE(must(shelf().closed(Hash32{}, kNow)).empty());
    EXPECT_EQ(why(shelf().close(signed_one, doctor_.account)), "records.bad_closure");
    Closure changed = signed_one;
    changed.keys.pop_back();
    EXPECT_EQ(why(shelf().close(changed, world_.root.ledger_account())), "records.bad_closure");
    closure.keys.clear();
    EXPECT_EQ(why(shelf().close(must(sign_closure(closure, world_.root.ledger_key(), kDomain)),
                                world_.root.ledger_account())),
              "records.bad_closure");
}

TEST_P(Shelf, AnEmergencyServesTheInstitutionsThatThePatientTrusts) {
    const Epoch epoch{consent::Folder::emergency, 1};
    consent::EmergencyDocument document;
    document.patient = world_.chain;
    document.account = world_.root.grantee_account({});
    document.epoch = 1;
    document.key = world_.key_of(epoch);
    document.window = 3600;
    document.threshold = 1;
    document.custodians = {node_->signer.address()};
    document.salt = Hash32{{5}};
    const Hash32 hash = emergency_hash(document);
    const auto place = fragment_place(world_.chain, hash);
    EmergencyDelivery delivery{document, {}, {}};
    for (const Grantee* to : {&doctor_, &other_}) {
        const auto fragments = must(umbral::delegate(
            {world_.secret_of(epoch), to->key, world_.signer(doctor_), 1, 1}, world_.random));
        auto sealed = must(
            seal_fragment(place, document.key, fragments[0], node_->umbral_key, world_.random));
        delivery.fragments.push_back({to->account, to->key.bytes(), std::move(sealed.sealed)});
    }
    delivery.verifying = crypto::secp256k1::generate(world_.signer(doctor_)).bytes();
    EXPECT_EQ(why(shelf().put(world_.chain, Hash32{}, delivery)), "records.other_grant");
    must(shelf().put(world_.chain, hash, delivery));
    EXPECT_EQ(must(shelf().emergencies(world_.chain)).at(0).document, document);
    EXPECT_TRUE(must(shelf().grants(world_.chain)).empty());
    const auto box = world_.box(document.key, "allergic to penicillin", 2);
    const auto answer = must(node_->answer(hash, doctor_.account, box));
    ASSERT_TRUE(answer);
    EXPECT_EQ(must(world_.open(box, doctor_, {*answer}, 2)), "allergic to penicillin");
    EXPECT_TRUE(must(node_->answer(hash, other_.account, box)));
    EXPECT_FALSE(must(node_->answer(hash, node_->signer.address(), box)));
    SignedOptOut out{document.account, hash, {uint256(1), kNow + 60}, {}};
    out.signature =
        to_bytes(must(envelope::wallet_sign(world_.root.grantee_key({}),
                                            opt_out_digest(kPlace, out.account, hash, out.ends)))
                     .bytes);
    EXPECT_EQ(must(shelf().obey(out)).count, 2U);
    EXPECT_TRUE(must(shelf().emergencies(world_.chain)).at(0).opt_out_received);
    EXPECT_FALSE(must(node_->answer(hash, doctor_.account, box)));
    EXPECT_EQ(why(shelf().put(world_.chain, hash, delivery)), "records.grant_revoked");
    out.signature[3] ^= 1;
    EXPECT_EQ(why(shelf().obey(out)), "records.not_genuine");
    EmergencyDelivery elsewhere = delivery;
    elsewhere.document.custodians = {doctor_.account};
    EXPECT_EQ(why(shelf().put(world_.chain, emergency_hash(elsewhere.document), elsewhere)),
              "records.fragment_key");
}

INSTANTIATE_TEST_SUITE_P(Engines, Shelf,
                         testing::Values(store::Backend::sqlite, store::Backend::postgres),
                         testing::PrintToStringParamName());

} // namespace
} // namespace salus::records::test
