#pragma once
// A patient with folders, grantees and proxies: what a patient's device delivers to nodes.

#include <gtest/gtest.h>

#include "patient/root.hpp"
#include "records/grants.hpp"
#include "store/sql.hpp"

namespace salus::records::test {

namespace umbral = crypto::umbral;
using crypto::secp256k1::Scalar;

inline constexpr std::int64_t kNow = 1'790'000'000;
inline constexpr std::uint64_t kDay = 86'400;

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) ADD_FAILURE() << result.error().text();
    SALUS_ASSERT(result.ok());
    return std::move(result).value();
}
inline void must(const Status& status) {
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text());
}
template <typename T>
std::string why(const Result<T>& result) {
    return result.ok() ? "none" : std::string(result.error().name());
}

struct Grantee {
    Address account;
    umbral::SecretKey secret;
    umbral::PublicKey key = crypto::secp256k1::generate(secret);
};

// Of a folder in an epoch.
struct Epoch {
    consent::Folder folder = consent::Folder::laboratory;
    std::uint64_t number = 1;
};

struct PatientWorld {
    SeededRandom random{2026};
    patient::Root root = patient::Root::generate(random);
    ledger::PrivateChainId chain = random.bytes<32>();

    Grantee grantee(Byte number) {
        Address account;
        account.bytes.fill(number);
        return {account, Scalar::random(random)};
    }
    umbral::SecretKey secret_of(const Epoch& epoch) const {
        return must(root.folder_key(consent::folder_name(epoch.folder), epoch.number));
    }
    FolderKey key_of(const Epoch& epoch) const {
        return crypto::secp256k1::generate(secret_of(epoch)).bytes();
    }
    consent::Grant grant(const Grantee& to, const std::vector<Epoch>& epochs,
                         consent::Access access = consent::Access::read) {
        consent::Grant out;
        out.patient = chain;
        out.grantor = root.grantee_account(to.account);
        out.grantee = to.account;
        out.grantee_key = to.key.bytes();
        out.purpose = "TREAT";
        out.access = access;
        for (const Epoch& one : epochs) {
            out.folders.push_back(
                consent::granted_folder(one.folder, random.bytes<16>(), one.number, key_of(one)));
        }
        std::ranges::sort(out.folders, {}, &consent::GrantedFolder::key);
        out.from = kNow - 60;
        out.until = kNow + 30 * kDay;
        out.salt = random.bytes<32>();
        return out;
    }
    umbral::SecretKey signer(const Grantee& to) const { // of the fragments
        return must(Scalar::from_bytes(root.grantee_key(to.account).expose().bytes));
    }
    std::vector<umbral::KeyFragment> delegate(const umbral::SecretKey& folder, const Grantee& to,
                                              std::size_t threshold, std::size_t shares) {
        const umbral::SecretKey by = signer(to);
        return must(umbral::delegate({folder, to.key, by, threshold, shares}, random));
    }
    // What goes to the node with this Umbral key, with these fragments: one for each key.
    Delivery delivery(const consent::Grant& grant, const Grantee& to, const umbral::PublicKey& node,
                      const std::vector<std::pair<FolderKey, const umbral::KeyFragment*>>& parts) {
        Delivery out;
        out.grant = without_names(grant);
        const auto place = fragment_place(chain, grant_hash(grant));
        for (const auto& [key, fragment] : parts) {
            out.fragments.push_back(must(seal_fragment(place, key, *fragment, node, random)));
        }
        if (!parts.empty()) {
            out.verifying = crypto::secp256k1::generate(signer(to)).bytes();
        }
        return out;
    }
    // Of one epoch, 1 of 1.
    Delivery whole(const consent::Grant& grant, const Grantee& to, const umbral::PublicKey& node,
                   const Epoch& epoch) {
        const auto fragments = delegate(secret_of(epoch), to, 1, 1);
        return delivery(grant, to, node, {{key_of(epoch), &fragments[0]}});
    }
    vault::SealedBox box(const FolderKey& key, std::string_view text, Byte record) {
        const auto point = must(umbral::PublicKey::from_bytes(key.bytes));
        return must(vault::seal(view(text), point, {chain, {{record}}}, random));
    }
    // The grantee's: checks and opens.
    Result<std::string> open(const vault::SealedBox& box, const Grantee& to,
                             const std::vector<umbral::CapsuleFragment>& answers, Byte record) {
        const auto by = crypto::secp256k1::generate(signer(to));
        std::vector<umbral::Verified<umbral::CapsuleFragment>> checked;
        for (const auto& one : answers) {
            SALUS_TRY_ASSIGN(auto good, verify(one, box.capsule, by, box.folder, to.key));
            checked.push_back(std::move(good));
        }
        SALUS_TRY_ASSIGN(const Bytes plain,
                         open_reencrypted(box, to.secret, checked, {chain, {{record}}}));
        return to_string(plain);
    }
    consent::SignedRevocation revocation(const consent::Grant& grant, const consent::Place& place) {
        consent::SignedRevocation out{
            grant.grantor, grant_hash(grant), {load_be(random.bytes<32>()), 1'900'000'000}, {}};
        const Hash32 digest = revoke_digest(place, out.grantor, out.grant_hash, out.ends);
        const auto key = root.grantee_key(grant.grantee);
        out.signature = to_bytes(must(envelope::wallet_sign(key, digest)).bytes);
        return out;
    }
};

// A node's shelf in a database.
struct Proxy {
    Proxy(std::unique_ptr<store::Database> opened, Byte number, const consent::Place& place,
          const ledger::Domain& domain, const Clock& clock, Random& random)
        : database(std::move(opened)), signer(signer_of(number)), umbral_secret(secret_of(number)),
          umbral_key(crypto::secp256k1::generate(umbral_secret)), parts{*database, commits, signer,
                                                                        random,    clock,   place,
                                                                        domain} {
        open();
    }
    static eth::Signer signer_of(Byte number) {
        Hash32 key;
        key.bytes.fill(number);
        return must(eth::Signer::from_key(crypto::SecretKey32(key)));
    }
    static umbral::SecretKey secret_of(Byte number) {
        SeededRandom random(number);
        return Scalar::random(random);
    }
    void open() {
        Hash32 at_rest;
        at_rest.bytes.fill(0x5a);
        shelf = must(GrantShelf::open(parts, {umbral_secret.copy(), crypto::SecretKey32(at_rest)}));
    }
    Result<std::optional<umbral::CapsuleFragment>>
    answer(const Hash32& document, const Address& receiver, const vault::SealedBox& box) const {
        const FolderKey key = box.folder.bytes();
        const GrantShelf::KeyedCapsuleView one{key, box.capsule};
        SALUS_TRY_ASSIGN(auto out, shelf->reencrypt(document, receiver, {&one, 1}));
        return std::move(out.at(0));
    }

    std::unique_ptr<store::Database> database;
    store::GroupCommit commits{*database};
    eth::Signer signer;
    umbral::SecretKey umbral_secret;
    umbral::PublicKey umbral_key;
    GrantShelf::Parts parts;
    std::unique_ptr<GrantShelf> shelf;
};

} // namespace salus::records::test
