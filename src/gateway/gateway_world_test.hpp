#pragma once
// A hospital's gateway, a patient with a device, and a node: ledger, vault, decisions, boxes and
// fragments are real; only the network and the public chain are not.

#include <gtest/gtest.h>

#include "consent/document.hpp"
#include "crypto/secp256k1.hpp"
#include "gateway/enrolment.hpp"
#include "gateway/reader.hpp"
#include "gateway/writer.hpp"
#include "ledger/world_test.hpp"
#include "records/record_node.hpp"
#include "records/sealed_fact.hpp"

namespace salus::gateway::test {

inline constexpr Byte kHospitalKey = 2, kNodeKey = 9;

inline Address account_of(Byte seed) {
    return crypto::secp256k1::address_of(ledger::key(seed)).value();
}

// What the public chain says, and the fragments of one proxy.
class Consents final : public records::Consents {
public:
    std::vector<consent::PresentedGrant> grants;
    std::set<consent::FolderKey> closed;
    std::uint64_t now = ledger::kNow / 1000;
    std::map<std::pair<Hash32, consent::FolderKey>, crypto::umbral::KeyFragment> held;

    Result<records::Standing> standing(const records::Patient& patient,
                                       const Address& requester) override {
        records::Standing out;
        for (const auto& one : grants) {
            const bool names = one.grant.patient == patient.chain;
            if (names && one.grant.grantee == requester) out.grants.push_back(one);
        }
        out.at.now = out.at.head_time = now;
        out.at.head_age_bound = 60;
        out.at.requester_accredited = requester == account_of(kHospitalKey);
        out.at.owner = patient.account;
        out.at.inbox = patient.inbox;
        out.at.closed = closed;
        return out;
    }
    Result<bool> was_accredited(const Address& account, std::uint64_t) override {
        return account == account_of(kHospitalKey);
    }
    Result<std::vector<std::optional<crypto::umbral::CapsuleFragment>>>
    reencrypt(const records::Patient&, const Hash32& document, const Address&,
              std::span<const records::KeyedCapsule> capsules) override {
        std::vector<std::optional<crypto::umbral::CapsuleFragment>> out;
        for (const records::KeyedCapsule& one : capsules) {
            const auto found = held.find({document, one.key});
            if (found == held.end()) {
                out.emplace_back();
                continue;
            }
            SALUS_TRY_ASSIGN(auto made,
                             crypto::umbral::reencrypt(
                                 one.capsule,
                                 crypto::umbral::Verified<crypto::umbral::KeyFragment>::trusted(
                                     found->second.copy()),
                                 random_));
            out.push_back(std::move(made));
        }
        return out;
    }

private:
    SystemRandom random_;
};

// The public chain as the gateway asks it.
class PublicChain final : public ChainView {
public:
    std::map<Address, Hash32> digests;
    Consents* consents = nullptr;

    Result<std::optional<Hash32>> announced(const Address& account) override {
        const auto found = digests.find(account);
        return found == digests.end() ? std::optional<Hash32>() : std::optional(found->second);
    }
    Result<GrantStatus> grant_status(const Address&, const Hash32& grant) override {
        for (const auto& one : consents->grants) {
            if (consent::grant_hash(one.grant) == grant) {
                return GrantStatus{one.status, one.chain_from, one.chain_until, one.chain_from};
            }
        }
        return GrantStatus{};
    }
};

// A node in this process.
class LocalSource final : public RecordSource {
public:
    LocalSource(records::RecordNode& node, vault::Vault& vault, Address account,
                const crypto::umbral::SecretKey& key)
        : node_(node), vault_(vault), account_(account), key_(key),
          receiving_(crypto::secp256k1::generate(key)) {}

    std::optional<Error> append_fails; // before anything is written
    bool answer_lost = false;          // after it was written
    std::size_t lists = 0, opened = 0, confirmed = 0, appended = 0;
    std::optional<ledger::Block> other_genesis;

    records::Caller caller(const Asker& asker) const {
        return {account_, asker.client, asker.clinician};
    }
    Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) override {
        if (other_genesis) return *other_genesis;
        SALUS_TRY_ASSIGN(const auto page, node_.blocks(caller({}), chain, {}, 1));
        return page.blocks.at(0);
    }
    Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) override {
        SALUS_TRY_ASSIGN(const auto info, node_.chain(caller({}), chain));
        return info.heads;
    }
    patient::ClosedKeys closed_keys;
    Result<patient::ClosedKeys> closed(const ledger::PrivateChainId&) override {
        return closed_keys;
    }
    Result<bool> has_block(const ledger::PrivateChainId&, const ledger::BlockHash& block) override {
        return vault_.parts().ledger.index_of(block).ok();
    }
    Status append(const Asker& asker, const ledger::Block& block,
                  std::span<const vault::NewRecord> records) override {
        if (append_fails) return *append_fails;
        SALUS_TRY(node_.append(caller(asker), block.header.chain,
                               {block, {records.begin(), records.end()}, asker.purpose}));
        ++appended;
        if (answer_lost) return Error(records_client::kUnreachable, "the line broke");
        return ok_status();
    }
    Result<records::ListAnswer> list(const Asker& asker, const ledger::PrivateChainId& chain,
                                     const records::ListRequest& request) override {
        ++lists;
        return node_.list(caller(asker), chain, request);
    }
    Result<std::vector<FetchedRecord>> open(const Asker& asker,
                                            const records_client::HeldGrant& grant,
                                            std::span<const vault::RecordInfo> infos) override {
        records::ReadRequest request{asker.purpose, {}};
        for (const auto& info : infos) request.records.push_back(info.id);
        SALUS_TRY_ASSIGN(const auto answer,
                         node_.read(caller(asker), grant.letter.grant.patient, request));
        const auto verifying =
            crypto::umbral::PublicKey::from_bytes(grant.letter.verifying.bytes).value();
        std::vector<FetchedRecord> out;
        for (const records::ReadRecord& one : answer.records) {
            out.push_back({one.info, std::nullopt});
            if (!one.box) continue;
            if (!one.fragment) return Error(records_client::kTooFewNodes);
            SALUS_TRY_ASSIGN(auto fragment,
                             crypto::umbral::verify(*one.fragment, one.box->capsule, verifying,
                                                    one.box->folder, receiving_));
            const std::vector fragments{std::move(fragment)};
            SALUS_TRY_ASSIGN(out.back().plain,
                             vault::open_reencrypted(*one.box, key_, fragments,
                                                     {grant.letter.grant.patient, one.info.id}));
            ++opened;
        }
        return out;
    }
    Result<std::vector<vault::RecordInfo>> confirm(const Asker& asker,
                                                   const ledger::PrivateChainId& chain,
                                                   std::span<const vault::RecordId> ids) override {
        SALUS_TRY_ASSIGN(const auto answer, node_.read(caller(asker), chain,
                                                       {asker.purpose, {ids.begin(), ids.end()}}));
        std::vector<vault::RecordInfo> out;
        for (const auto& one : answer.records) out.push_back(one.info);
        confirmed += out.size();
        return out;
    }

private:
    records::RecordNode& node_;
    vault::Vault& vault_;
    Address account_;
    const crypto::umbral::SecretKey& key_;
    crypto::umbral::PublicKey receiving_;
};

// The patient's device: root, chain, grants.
struct Person {
    patient::Root root;
    patient::SignedStatement statement;
    ledger::Block genesis;
    ledger::PrivateChainId chain;
};

class GatewayWorld : public testing::Test {
protected:
    GatewayWorld() {
        database_ = store::open_sqlite(":memory:").value();
        shred_ = store::open_sqlite(":memory:").value();
        commits_ = std::make_unique<store::GroupCommit>(*database_);
        ledger_ = ledger::Ledger::open(*database_, ledger::kDomain).value();
        vault_ =
            vault::Vault::open({*database_, *commits_, *shred_, *ledger_, random_, clock_}).value();
        node_ = records::RecordNode::make({*vault_, consents_, node_key_, random_, clock_}).value();
        SALUS_ASSERT(migrate(*own_).ok());
        chain_view_.consents = &consents_;
        source_ = std::make_shared<LocalSource>(*node_, *vault_, hospital_.account, umbral_);
        person_ = found(1);
    }

    // A person with keys for all folders, whose chain the node has.
    Person found(std::uint64_t seed) {
        SeededRandom own(seed + 1000);
        patient::Root root = patient::Root::generate(own);
        patient::StatementPlan plan{1, ledger::kNow / 1000, {}};
        for (const consent::Folder folder : consent::all_folders()) {
            plan.folders.push_back({std::string(consent::folder_name(folder)), 1});
        }
        auto statement = patient::make_statement(root, plan, ledger::kDomain, random_).value();
        const Hash32 digest = patient::digest_of(statement.statement);
        auto genesis =
            records::make_genesis(digest, patient::statement_json(statement), root.inbox_public(),
                                  ledger::kNow, root.ledger_key(), ledger::kDomain, random_)
                .value();
        SALUS_ASSERT(node_->found(genesis).ok());
        const auto chain = ledger::chain_of(genesis.header);
        return {std::move(root), std::move(statement), std::move(genesis), chain};
    }
    EnrolledPatient enrolled(const Person& person, std::string id) const {
        const Founding founding =
            check_genesis(person.genesis, person.chain, ledger::kDomain).value();
        return {std::move(id),
                person.chain,
                founding.account,
                founding.inbox,
                founding.digest,
                {"http://node.example"},
                {},
                {}};
    }
    // A grant of these folders (none: all), in force, its fragments with the node.
    records_client::GrantLetter give(const Person& person, consent::Access access,
                                     std::vector<consent::Folder> folders = {},
                                     std::uint64_t epoch = 1) {
        const auto all = consent::all_folders();
        if (folders.empty()) folders.assign(all.begin(), all.end());
        records_client::GrantLetter out;
        consent::Grant& grant = out.grant;
        grant.patient = person.chain;
        grant.grantor = person.root.grantee_account(hospital_.account);
        grant.grantee = hospital_.account;
        grant.grantee_key = hospital_.key;
        grant.purpose = "TREAT";
        grant.access = access;
        for (const consent::Folder folder : folders) {
            const auto key = person.root.folder_public(consent::folder_name(folder), epoch).value();
            grant.folders.push_back(
                consent::granted_folder(folder, random_.bytes<16>(), epoch, key.bytes()));
        }
        std::ranges::sort(grant.folders, {}, &consent::GrantedFolder::key);
        grant.from = ledger::kNow / 1000 - 1000;
        grant.until = ledger::kNow / 1000 + 100'000;
        grant.salt = random_.bytes<32>();
        SALUS_ASSERT(consent::check_grant(grant).ok());
        out.statement = person.statement;
        out.nodes.push_back({"http://node.example", account_of(kNodeKey)});
        put_in_force(person, out, epoch);
        return out;
    }
    void put_in_force(const Person& person, records_client::GrantLetter& letter,
                      std::uint64_t epoch) {
        const consent::Grant& grant = letter.grant;
        const auto signer = crypto::secp256k1::Scalar::from_bytes(
                                person.root.grantee_key(hospital_.account).expose().bytes)
                                .value();
        letter.verifying = crypto::secp256k1::generate(signer).bytes();
        const auto receiving = crypto::secp256k1::generate(umbral_);
        for (const consent::GrantedFolder& folder : grant.folders) {
            const auto secret =
                person.root.folder_key(consent::folder_name(*folder.name), epoch).value();
            auto fragments = crypto::umbral::delegate({secret, receiving, signer}, random_).value();
            consents_.held.insert_or_assign({consent::grant_hash(grant), folder.key},
                                            std::move(fragments[0]));
        }
        consent::PresentedGrant given;
        given.grant = consent::without_names(grant);
        given.status = consent::OnChain::granted;
        given.chain_from = grant.from;
        given.chain_until = grant.until;
        consents_.grants.push_back(std::move(given));
    }
    // Enrolled with a grant of these folders.
    EnrolledPatient enrol(const Person& person, std::string id, consent::Access access,
                          std::vector<consent::Folder> folders = {}) {
        EnrolledPatient out = enrolled(person, std::move(id));
        const auto letter = give(person, access, std::move(folders));
        const Status taken = take_letter(out, letter, hospital_, {}, ledger::kDomain);
        SALUS_ASSERT(taken.ok() && book_.put(out).ok());
        return out;
    }
    void revoke_all() {
        for (auto& one : consents_.grants) one.status = consent::OnChain::revoked;
    }

    Direction direction(const EnrolledPatient* named = nullptr) {
        return {named, [this](std::string_view id) { return book_.by_id(id); },
                "https://h.example/fhir/R4"};
    }
    Writer writer(BlockLimits limits = {}) {
        return Writer({keys_, journal_, book_, chain_view_,
                       Author{hospital_key_, hospital_.account, ledger::kDomain}, random_, clock_,
                       limits});
    }
    Reader reader() { return Reader({book_, journal_, trail_, cache_, clock_}); }
    // What the patient reads with no key but her own: all resources of the chain, by "Type/id".
    std::map<std::string, std::string> read_by_patient(const Person& person) {
        std::map<std::string, std::string> out;
        std::map<consent::FolderKey, crypto::umbral::SecretKey> secrets;
        secrets.emplace(person.root.inbox_public().bytes(), person.root.inbox_key());
        for (const consent::Folder folder : consent::all_folders()) {
            for (const std::uint64_t epoch : {1U, 2U}) {
                const auto name = consent::folder_name(folder);
                secrets.emplace(person.root.folder_public(name, epoch)->bytes(),
                                person.root.folder_key(name, epoch).value());
            }
        }
        const auto infos = vault_->list({person.chain, {}, {}}, 0, 100'000).value();
        for (const vault::RecordInfo& info : infos) {
            const vault::BoxPlace place{person.chain, info.id};
            const auto record = vault_->get(place).value();
            const Bytes plain =
                vault::open(record.box, secrets.at(record.box.folder.bytes()), place).value();
            const auto json = codec::parse_json(to_string(plain)).value();
            out[std::string(json.at("resourceType").as_string()) + "/" +
                std::string(json.at("id").as_string())] = to_string(plain);
        }
        return out;
    }

    SystemRandom random_;
    ManualClock clock_{static_cast<std::int64_t>(ledger::kNow / 1000)};
    Consents consents_;
    PublicChain chain_view_;
    crypto::SecretKey32 node_key_ = ledger::key(kNodeKey);
    crypto::SecretKey32 hospital_key_ = ledger::key(kHospitalKey);
    crypto::umbral::SecretKey umbral_ = crypto::secp256k1::Scalar::random(random_);
    Hospital hospital_{account_of(kHospitalKey), crypto::secp256k1::generate(umbral_).bytes()};
    GatewayKeys keys_{ledger::key(77)};
    std::unique_ptr<store::Database> database_, shred_;
    std::unique_ptr<store::Database> own_ = store::open_sqlite(":memory:").value();
    std::unique_ptr<store::GroupCommit> commits_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<vault::Vault> vault_;
    std::unique_ptr<records::RecordNode> node_;
    std::shared_ptr<LocalSource> source_;
    Person person_{patient::Root::generate(random_), {}, {}, {}};
    PatientBook book_ = PatientBook(*own_, keys_, random_);
    Journal journal_ = Journal(*own_, keys_);
    ReadTrail trail_ = ReadTrail(*own_, keys_, random_);
    PlainCache cache_{64 * 1024 * 1024};
};

template <typename T>
void expect_refused(const Result<T>& result, const ErrorKind& kind) {
    ASSERT_FALSE(result.ok()) << "due was " << kind.name;
    EXPECT_EQ(result.error().name(), kind.name) << result.error().text();
}

} // namespace salus::gateway::test
