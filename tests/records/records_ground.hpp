#pragma once
// A patient, two hospitals, three nodes that are proxies, and a relay on a chain whose clock the
// test holds.

#include "eth/contracts/consent.hpp"
#include "network.hpp"
#include "passport/identity.hpp"
#include "records/chain_consents.hpp"
#include "records/grants_world_test.hpp"
#include "records/relay.hpp"

namespace salus::records::test {

namespace accreditation = eth::contracts::accreditation;
namespace contract = eth::contracts::consent;
using consent::Action;
using consent::Folder;
using consent::Reason;

// What a node asks: counted, and shown an old head where a test wants that.
class Endpoint final : public eth::Chain {
public:
    explicit Endpoint(eth::Chain& inner) : inner_(inner) {}
    std::size_t calls = 0;
    bool no_creation = false, down = false;
    std::optional<eth::Head> frozen;

    Result<std::uint64_t> chain_id() override { return inner_.chain_id(); }
    Result<Hash32> genesis_hash() override { return inner_.genesis_hash(); }
    Result<eth::Head> head(const eth::BlockRef& at) override {
        if (down) return Error(eth::kUnreachable);
        if (frozen) return *frozen;
        return inner_.head(at);
    }
    Result<Bytes> call(const eth::CallRequest& request, const eth::BlockRef& at) override {
        ++calls;
        if (no_creation && !request.to) return Error(eth::kRpcError, "no creation here");
        return inner_.call(request, at);
    }
    Result<Bytes> code(const Address& address, const eth::BlockRef& at) override {
        return inner_.code(address, at);
    }
    Result<uint256> balance(const Address& address, const eth::BlockRef& at) override {
        return inner_.balance(address, at);
    }
    Result<std::uint64_t> transaction_count(const Address& address,
                                            const eth::BlockRef& at) override {
        return inner_.transaction_count(address, at);
    }
    Result<std::uint64_t> estimate_gas(const eth::CallRequest& request) override {
        return inner_.estimate_gas(request);
    }
    Result<eth::Fees> suggest_fees() override { return inner_.suggest_fees(); }
    Result<Hash32> send_raw(ByteView raw) override { return inner_.send_raw(raw); }
    Result<std::optional<eth::Receipt>> receipt(const Hash32& hash) override {
        return inner_.receipt(hash);
    }
    Result<std::vector<eth::Log>> logs(const eth::LogFilter& filter) override {
        return inner_.logs(filter);
    }
    Result<eth::Head> wait_for_head(const Hash32& known,
                                    std::chrono::milliseconds timeout) override {
        return inner_.wait_for_head(known, timeout);
    }

private:
    eth::Chain& inner_;
};

inline constexpr std::size_t kHospital = 1, kOther = 2, kThird = 3, kGuardian = 6;
inline constexpr std::uint64_t kBound = 3600; // seconds that a head may be old

// A node behind an endpoint of its own.
struct Node {
    Node(passport::testing::Network& network, Byte number, const FactsOptions& options)
        : endpoint(*network.eth),
          proxy(store::open_sqlite(":memory:").value(), number,
                {chain::testing::kTestChainId, network.contracts.consent},
                {chain::testing::kTestChainId, network.contracts.ledger_anchor}, network.clock,
                network.random),
          facts(endpoint,
                {network.contracts.accreditation, network.contracts.medical_identity,
                 network.contracts.vaccine_passport, network.contracts.consent,
                 network.contracts.ledger_anchor},
                network.clock, options),
          consents(facts, *proxy.shelf) {}
    Endpoint endpoint;
    Proxy proxy;
    ChainFacts facts;
    ChainConsents consents;
};

struct Ground {
    explicit Ground(const FactsOptions& options = {kBound, false}) {
        network.as_authority(
            accreditation::encode_accredit(account_of(kOther), "Other Clinic", "FR"));
        for (const Byte number : {Byte{0x11}, Byte{0x12}, Byte{0x13}}) {
            nodes.push_back(std::make_unique<Node>(network, number, options));
        }
        sender = network.sender_of(kHospital, journal);
        relay = std::make_unique<ConsentRelay>(
            ConsentRelay::Parts{*sender, nodes[0]->facts, *nodes[0]->proxy.shelf, network.clock});
    }
    static Address account_of(std::size_t who) { return chain::testing::address_of(who); }
    Grantee institution(std::size_t who) { return {account_of(who), Scalar::random(world.random)}; }
    Patient patient() const {
        return {world.chain, world.root.ledger_account(), world.root.inbox_public().bytes()};
    }
    std::uint64_t now() const { return static_cast<std::uint64_t>(network.clock.unix_seconds()); }
    consent::Place place() const { return nodes[0]->proxy.parts.place; }
    consent::Ends ends() { return {load_be(world.random.bytes<32>()), now() + 86'400}; }
    static Bytes sign(const crypto::SecretKey32& key, const Hash32& what) {
        return to_bytes(must(envelope::wallet_sign(key, what)).bytes);
    }

    Result<Relayed> send(const RelayCall& call) {
        auto out = relay->relay(world.root.ledger_account(), call);
        network.clock.advance(std::chrono::seconds(2));
        return out;
    }
    Result<Relayed> give(const consent::Grant& grant) {
        const consent::Ends with = ends();
        return send(RelayGrant{
            grant.grantor, grant_hash(grant), grant.from, grant.until, with,
            sign(world.root.grantee_key(grant.grantee), give_digest(place(), grant, with))});
    }
    // The grant's fragments for the epochs, t of the nodes, delivered to each.
    std::vector<std::vector<umbral::KeyFragment>> deliver(const consent::Grant& grant,
                                                          const Grantee& to,
                                                          const std::vector<Epoch>& epochs,
                                                          std::size_t threshold = 2) {
        std::vector<std::vector<umbral::KeyFragment>> all;
        for (const Epoch& epoch : epochs) {
            all.push_back(world.delegate(world.secret_of(epoch), to, threshold, nodes.size()));
        }
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            std::vector<std::pair<FolderKey, const umbral::KeyFragment*>> parts;
            for (std::size_t k = 0; k < epochs.size(); ++k) {
                parts.emplace_back(world.key_of(epochs[k]), &all[k][i]);
            }
            put(i, grant, world.delivery(grant, to, nodes[i]->proxy.umbral_key, parts));
        }
        return all;
    }
    void put(std::size_t node, const consent::Grant& grant, const Delivery& delivery) {
        must(nodes[node]->proxy.shelf->put(world.chain, grant_hash(grant), delivery));
    }
    Reason decide(const Address& requester, const FolderKey& key, Action action = Action::read,
                  std::size_t node = 0, const std::string& purpose = "TREAT",
                  std::optional<consent::RecordId> record = {}) {
        const Standing standing = must(nodes[node]->consents.standing(patient(), requester));
        return standing.decide({action, world.chain, requester, purpose, key, record}).reason;
    }
    // What the nodes that permit it answer for a box.
    std::vector<umbral::CapsuleFragment> ask(const Grantee& who, const vault::SealedBox& box,
                                             const std::string& purpose = "TREAT",
                                             std::optional<consent::RecordId> record = {}) {
        std::vector<umbral::CapsuleFragment> out;
        for (const auto& node : nodes) {
            const Standing standing = must(node->consents.standing(patient(), who.account));
            const FolderKey key = box.folder.bytes();
            const auto decision =
                standing.decide({Action::read, world.chain, who.account, purpose, key, record});
            if (!decision.permit) continue;
            const KeyedCapsule one{key, box.capsule};
            auto answers = must(
                node->consents.reencrypt(patient(), decision.document, who.account, {&one, 1}));
            if (answers.at(0)) out.push_back(*answers[0]);
        }
        return out;
    }
    Result<std::string> read(const Grantee& who, const vault::SealedBox& box, Byte record) {
        return world.open(box, who, ask(who, box), record);
    }
    void new_head() { network.as_authority(accreditation::encode_set_list_key(account_of(7))); }

    passport::testing::Network network;
    PatientWorld world;
    std::vector<std::unique_ptr<Node>> nodes;
    eth::MemoryJournal journal;
    std::unique_ptr<eth::Sender> sender;
    std::unique_ptr<ConsentRelay> relay;
};

} // namespace salus::records::test
