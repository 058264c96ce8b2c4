#pragma once
// A patient, two hospitals and a node with ledger and vault, on each engine. What the public chain
// says is set by the test; grants, decisions, boxes and fragments are real.

#include "patient/statement.hpp"
#include "records/record_node.hpp"
#include "vault/world_test.hpp"

namespace salus::records::test {

using ledger::EntryKind;
using vault::test::Backend;

inline Address account(Byte seed) {
    return crypto::secp256k1::address_of(ledger::key(seed)).value();
}
inline constexpr Byte kHospital = 2, kSecondHospital = 3, kInsurer = 4, kGuardian = 5, kNode = 9;

// Grants with a chain state that a test sets, and the fragments of a proxy.
class ChainState final : public Consents {
public:
    std::vector<consent::PresentedGrant> grants;
    std::vector<consent::PresentedEmergency> emergencies;
    std::set<Address> accredited{account(kHospital), account(kSecondHospital), account(kNode)};
    std::set<Address> suspended, guardians;
    bool dependant = false;
    std::set<consent::FolderKey> closed;
    std::uint64_t now = ledger::kNow / 1000, head_time = now;
    std::map<std::pair<Hash32, consent::FolderKey>, crypto::umbral::KeyFragment> held;

    Result<Standing> standing(const Patient& patient, const Address& requester) override {
        Standing out;
        for (const auto& one : grants) {
            const bool names = one.grant.patient == patient.chain;
            if (names && one.grant.grantee == requester) out.grants.push_back(one);
        }
        out.emergencies = emergencies;
        out.at.now = now;
        out.at.head_time = head_time;
        out.at.head_age_bound = 60;
        out.at.requester_suspended = suspended.contains(requester);
        out.at.requester_accredited =
            accredited.contains(requester) && !suspended.contains(requester);
        out.at.owner = patient.account;
        out.at.inbox = patient.inbox;
        out.at.is_dependant = dependant;
        out.at.guardians = guardians;
        out.at.closed = closed;
        return out;
    }
    Result<bool> was_accredited(const Address& account, std::uint64_t) override {
        return accredited.contains(account); // a suspension takes nothing back
    }
    Result<std::vector<std::optional<crypto::umbral::CapsuleFragment>>>
    reencrypt(const Patient&, const Hash32& document, const Address&,
              std::span<const KeyedCapsule> capsules) override {
        std::vector<std::optional<crypto::umbral::CapsuleFragment>> out;
        for (const KeyedCapsule& one : capsules) {
            const auto found = held.find({document, one.key});
            if (found == held.end()) {
                out.emplace_back();
                continue;
            }
            const auto fragment = crypto::umbral::Verified<crypto::umbral::KeyFragment>::trusted(
                found->second.copy());
            SALUS_TRY_ASSIGN(auto made, crypto::umbral::reencrypt(one.capsule, fragment, random_));
            out.push_back(std::move(made));
        }
        return out;
    }

private:
    SystemRandom random_;
};

class RecordsWorld : public vault::test::VaultWorld {
protected:
    void SetUp() override {
        VaultWorld::SetUp();
        if (IsSkipped()) return;
        open_node();
        genesis_ = make_genesis(crypto::sha256(view("statement")), {{"statement", "of keys"}},
                                root_.inbox_public(), ledger::kNow, root_.ledger_key(),
                                ledger::kDomain, random_)
                       .value();
        chain_ = ledger::chain_of(genesis_.header);
    }
    void found() { ASSERT_TRUE(node().found(genesis_).ok()); }
    void TearDown() override { record_node_.reset(); }
    void open_node() {
        const RecordNode::Parts parts{*node_.vault, consents_, node_key_, system_random_, clock_};
        record_node_ = RecordNode::make(parts).value();
    }
    void restart() {
        record_node_.reset();
        reopen();
        open_node();
    }
    RecordNode& node() { return *record_node_; }

    // ---- keys
    vault::FolderKey folder(std::string_view name = "vitals", std::uint64_t epoch = 1) const {
        return root_.folder_public(name, epoch).value();
    }
    consent::FolderKey folder_bytes(std::string_view name = "vitals",
                                    std::uint64_t epoch = 1) const {
        return folder(name, epoch).bytes();
    }
    consent::FolderKey inbox() const { return root_.inbox_public().bytes(); }
    Address owner() const { return root_.ledger_account(); }

    // ---- grants
    consent::Grant grant_for(Byte grantee, consent::Access access,
                             const std::vector<consent::FolderKey>& keys,
                             const std::vector<consent::RecordId>& records = {}) {
        consent::Grant out;
        out.patient = chain_;
        out.grantor = root_.grantee_account(account(grantee));
        out.grantee = account(grantee);
        out.grantee_key = grantee_key_.bytes();
        out.purpose = "TREAT";
        out.access = access;
        for (const consent::FolderKey& key : keys) {
            out.folders.push_back(
                consent::granted_folder(consent::Folder::vitals, random_.bytes<16>(), 1, key));
        }
        std::ranges::sort(out.folders, {}, &consent::GrantedFolder::key);
        out.records = records;
        out.from = ledger::kNow / 1000 - 1000;
        out.until = ledger::kNow / 1000 + 1000;
        out.salt = random_.bytes<32>();
        SALUS_ASSERT(consent::check_grant(out).ok());
        return out;
    }
    // Puts it in force; gives its hash.
    Hash32 give(const consent::Grant& grant) {
        consent::PresentedGrant given;
        given.grant = consent::without_names(grant);
        given.status = consent::OnChain::granted;
        given.chain_from = grant.from;
        given.chain_until = grant.until;
        consents_.grants.push_back(given);
        return consent::grant_hash(grant);
    }
    Hash32 give(Byte grantee, consent::Access access, const std::vector<consent::FolderKey>& keys) {
        return give(grant_for(grantee, access, keys));
    }

    // ---- writing
    vault::NewRecord record_of(Byte id, const vault::FolderKey& key,
                               std::string_view text = "systolic 120 mmHg") {
        const vault::BoxPlace where = place(id);
        return {where.record, vault::seal(view(text), key, where, random_).value(), {}};
    }
    // The next header of the chain as this node has it.
    ledger::Header next_header() {
        const ledger::ChainHeads heads = node_.ledger->heads(chain_).value();
        ledger::Header out;
        out.chain = chain_;
        out.time = std::max(heads.time, ledger::kNow);
        out.parents = heads.heads;
        out.height = heads.height + 1;
        out.nonce = random_.bytes<16>();
        return out;
    }
    ledger::Entry fact(EntryKind kind, const ledger::Header& header, std::uint32_t index,
                       const Hash32& digest = {}) {
        return seal_fact(kind, digest, {{"type", "test"}}, root_.inbox_public(),
                         fact_place(header.chain, header.nonce, index), random_)
            .value();
    }
    AppendRequest adding_of(std::vector<vault::NewRecord> records,
                            const crypto::SecretKey32& author) {
        AppendRequest out;
        const ledger::Header header = next_header();
        std::vector<ledger::Entry> entries;
        for (const vault::NewRecord& one : records) {
            entries.push_back(fact(EntryKind::record_added, header,
                                   static_cast<std::uint32_t>(entries.size()),
                                   vault::digest_of(one.box)));
        }
        out.block = ledger::seal(header, std::move(entries), author, ledger::kDomain).value();
        out.records = std::move(records);
        return out;
    }
    AppendRequest adding_of(std::vector<vault::NewRecord> records, Byte author) {
        return adding_of(std::move(records), ledger::key(author));
    }
    AppendRequest telling(const std::vector<EntryKind>& kinds, const crypto::SecretKey32& author) {
        AppendRequest out;
        const ledger::Header header = next_header();
        std::vector<ledger::Entry> entries;
        for (const EntryKind kind : kinds) {
            entries.push_back(fact(kind, header, static_cast<std::uint32_t>(entries.size())));
        }
        out.block = ledger::seal(header, std::move(entries), author, ledger::kDomain).value();
        return out;
    }
    Result<ledger::Promise> append(const AppendRequest& request) {
        return node().append({request.block.header.author, {}, {}}, chain_, request);
    }
    // By the owner.
    void put_record(Byte id, const vault::FolderKey& key,
                    std::string_view text = "systolic 120 mmHg") {
        const auto done = append(adding_of({record_of(id, key, text)}, root_.ledger_key()));
        ASSERT_TRUE(done.ok()) << done.error().text();
    }

    // ---- what the chain tells
    std::vector<ledger::Block> history() const {
        return node_.ledger->history(chain_, 1000).value();
    }
    // Of all record_read entries, in their order.
    std::vector<ReadFact> reads() const {
        std::vector<ReadFact> out;
        for (const ledger::Block& block : history()) {
            for (std::uint32_t i = 0; i < block.entries.size(); ++i) {
                if (block.entries[i].kind != EntryKind::record_read) continue;
                const auto opened = open_fact(block, i, root_.inbox_key());
                out.push_back(read_read_fact(opened.value()).value());
            }
        }
        return out;
    }
    struct Amounts {
        std::int64_t blocks = 0, records = 0, keys = 0;
        friend bool operator==(const Amounts&, const Amounts&) = default;
    };
    Amounts amounts() {
        return {count(*node_.database, "ledger_block"), count(*node_.database, "vault_record"),
                count(*node_.shred_database, "shred_key")};
    }
    // A refusal by name that leaves no trace.
    template <typename Call>
    void refused(const ErrorKind& kind, Call call) {
        const Amounts before = amounts();
        const auto result = call();
        ASSERT_FALSE(result.ok()) << "due was " << kind.name;
        EXPECT_EQ(result.error().name(), kind.name) << result.error().text();
        EXPECT_EQ(amounts(), before) << kind.name;
    }

    const patient::Root root_ = [] {
        SeededRandom seeded{77};
        return patient::Root::generate(seeded);
    }();
    crypto::umbral::SecretKey grantee_secret_ = crypto::secp256k1::Scalar::random(random_);
    crypto::umbral::PublicKey grantee_key_ = crypto::secp256k1::generate(grantee_secret_);
    crypto::SecretKey32 node_key_ = ledger::key(kNode);
    SystemRandom system_random_;
    ChainState consents_;
    std::unique_ptr<RecordNode> record_node_;
    ledger::Block genesis_;
};

} // namespace salus::records::test
