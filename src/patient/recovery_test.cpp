#include "patient/recovery.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace salus::patient {
namespace {

using crypto::SecretKey32;
using envelope::WalletSignature;

constexpr std::uint64_t kNow = 1'700'000'000;
constexpr std::uint64_t kWeek = 7 * 86'400;

SecretKey32 key_of(Byte fill) {
    SecretKey32 out;
    out.expose().bytes.fill(fill);
    return out;
}

Address account_of(const SecretKey32& key) {
    return crypto::secp256k1::address_of(key).value();
}

WalletSignature signed_with(const SecretKey32& key, const Hash32& digest) {
    return envelope::wallet_sign(key, digest).value();
}

// A patient, three guardians of whom two suffice, a node, and a device that is to be the new one.
struct World {
    SeededRandom random{21};
    ledger::Domain domain{31337, address("0x5FbDB2315678afecb367f032d93F642f64180aa3")};
    SecretKey32 patient = key_of(1);
    std::vector<Byte> guardians{2, 3, 4};
    crypto::umbral::SecretKey node = crypto::secp256k1::Scalar::random(random);
    crypto::umbral::SecretKey device = crypto::secp256k1::Scalar::random(random);
    crypto::shamir::Share share{1, crypto::secp256k1::Scalar::random(random)};
    Deposit held;
    RecoveryRequest request;

    World() {
        held.envelope = random.bytes<16>();
        held.wrap = random.bytes<8>();
        held.patient = account_of(patient);
        for (const Byte fill : guardians) held.guardians.push_back(account_of(key_of(fill)));
        held.threshold = 2;
        held.delay = kWeek;
        held.share = seal_share(share, crypto::secp256k1::generate(node), random).value();
        request.envelope = held.envelope;
        request.wrap = held.wrap;
        request.receiver = crypto::secp256k1::generate(device).bytes();
        request.nonce = random.bytes<32>();
        request.deadline = kNow + 3600;
    }
    Bytes patient_signs(const Hash32& digest) const {
        return to_bytes(signed_with(patient, digest).bytes);
    }
    std::vector<WalletSignature> guardians_sign(std::initializer_list<Byte> who) const {
        std::vector<WalletSignature> out;
        for (const Byte fill : who) {
            out.push_back(signed_with(key_of(fill), request_digest(request, domain)));
        }
        return out;
    }
    RecoveryCase deposited() const {
        return deposit({}, held, patient_signs(deposit_digest(held, domain)), domain).value();
    }
    RecoveryCase waiting() const {
        return ask(deposited(), request, guardians_sign({2, 3}), domain, kNow).value();
    }
    RecoveryCase vetoed() const {
        const Hash32 hash = request_hash(request);
        return veto(waiting(), hash, patient_signs(veto_digest(hash, domain)), domain).value();
    }
};

template <typename T>
void expect_refused(const Result<T>& result, const ErrorKind& kind) {
    ASSERT_FALSE(result.ok()) << kind.name;
    EXPECT_EQ(result.error().kind(), kind) << result.error().text();
}

TEST(Recovery, ReleasedAfterTheDelayAndNotASecondBefore) {
    const World world;
    const RecoveryCase waiting = world.waiting();
    EXPECT_EQ(waiting.opens_at(), kNow + kWeek);
    expect_refused(release(waiting, kNow), kStillLocked);
    expect_refused(release(waiting, kNow - kWeek), kStillLocked); // the clock went back
    expect_refused(release(waiting, kNow + kWeek - 1), kStillLocked);
    const auto released = release(waiting, kNow + kWeek);
    ASSERT_TRUE(released.ok());
    EXPECT_EQ(released->state, RecoveryState::released);
    EXPECT_EQ(release(*released, kNow).value(), *released); // again, to the same device
}

// design.md, section 7: guardians skip the time lock (the part of the nodes).
TEST(Recovery, GuardiansSkipTheTimeLock) {
    const World world;
    expect_refused(release(world.deposited(), kNow + 52 * kWeek), kNoRequest); // none has asked
    expect_refused(release(world.waiting(), kNow + 60), kStillLocked);
    expect_refused(release(world.vetoed(), kNow + 52 * kWeek), kVetoed);
    // All of them together cannot shorten what the patient signed,
    Deposit shorter = world.held;
    shorter.delay = kMinDelay;
    shorter.sequence = 2;
    const auto by_guardian = signed_with(key_of(2), deposit_digest(shorter, world.domain));
    expect_refused(deposit(world.waiting(), shorter, by_guardian.bytes, world.domain),
                   kNotThePatient);
    Deposit theirs = shorter;
    theirs.patient = account_of(key_of(2));
    expect_refused(deposit(world.waiting(), theirs,
                           signed_with(key_of(2), deposit_digest(theirs, world.domain)).bytes,
                           world.domain),
                   kNotThePatient);
    // nor swap the receiver of a request that waits,
    World other;
    other.request.nonce[0] ^= 1;
    expect_refused(
        ask(world.waiting(), other.request, other.guardians_sign({2, 3}), world.domain, kNow + 1),
        kRequestWaiting);
    // nor ask again by what was vetoed.
    expect_refused(
        ask(world.vetoed(), world.request, world.guardians_sign({2, 3}), world.domain, kNow + 1),
        kRequestUsed);
}

TEST(Recovery, AVetoIsOfThePatientAndComesBeforeTheRelease) {
    const World world;
    const Hash32 hash = request_hash(world.request);
    const Hash32 digest = veto_digest(hash, world.domain);
    expect_refused(veto(world.waiting(), hash, signed_with(key_of(2), digest).bytes, world.domain),
                   kNotThePatient);
    expect_refused(veto(world.waiting(), Hash32{}, world.patient_signs(digest), world.domain),
                   kNoRequest);
    expect_refused(veto(world.deposited(), hash, world.patient_signs(digest), world.domain),
                   kNoRequest);
    const RecoveryCase released = release(world.waiting(), kNow + kWeek).value();
    expect_refused(veto(released, hash, world.patient_signs(digest), world.domain),
                   kReleasedAlready);
    EXPECT_EQ(world.vetoed().state, RecoveryState::vetoed);
}

TEST(Recovery, AfterAVetoGuardiansMayAskAnewAndWaitAnew) {
    World world;
    const RecoveryCase vetoed = world.vetoed();
    world.request.nonce[0] ^= 1;
    const auto again =
        ask(vetoed, world.request, world.guardians_sign({3, 4}), world.domain, kNow + 100);
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(again->opens_at(), kNow + 100 + kWeek);
    RecoveryCase full = vetoed;
    full.refused.resize(kMaxRefused);
    expect_refused(ask(full, world.request, world.guardians_sign({3, 4}), world.domain, kNow),
                   kRequestUsed);
}

TEST(Recovery, RequestsNeedTheirGuardians) {
    const World world;
    const RecoveryCase held = world.deposited();
    const auto refused = [&](std::initializer_list<Byte> who, const ErrorKind& kind) {
        expect_refused(ask(held, world.request, world.guardians_sign(who), world.domain, kNow),
                       kind);
    };
    refused({}, kTooFewGuardians);
    refused({2}, kTooFewGuardians);
    refused({2, 2}, kTooFewGuardians); // one, twice
    refused({2, 3, 5}, kNotAGuardian);
    refused({1, 2}, kNotAGuardian); // the patient is none
    ledger::Domain other = world.domain;
    other.chain_id = 1;
    expect_refused(ask(held, world.request, world.guardians_sign({2, 3}), other, kNow),
                   kNotAGuardian);
    expect_refused(ask(held, world.request, world.guardians_sign({2, 3}), world.domain,
                       world.request.deadline + 1),
                   kRequestExpired);
    World next;
    next.request.sequence = 2;
    expect_refused(ask(held, next.request, next.guardians_sign({2, 3}), world.domain, kNow),
                   kOtherDeposit);
}

TEST(Recovery, DepositsOutOfBoundsAreRefused) {
    const World world;
    const auto refused = [&](const auto& change) {
        Deposit bad = world.held;
        change(bad);
        expect_refused(
            deposit({}, bad, world.patient_signs(deposit_digest(bad, world.domain)), world.domain),
            kBadDeposit);
    };
    refused([](Deposit& bad) { bad.guardians[1] = bad.guardians[0]; });
    refused([](Deposit& bad) { bad.guardians.clear(); });
    refused([](Deposit& bad) { bad.threshold = 0; });
    refused([](Deposit& bad) { bad.threshold = 4; });
    refused([](Deposit& bad) { bad.delay = kMinDelay - 1; });
    refused([](Deposit& bad) { bad.delay = kMaxDelay + 1; });
    refused([](Deposit& bad) { bad.share.pop_back(); });
}

TEST(Recovery, ANewDepositEndsWhatWasWaitingAndNoOldOneComesBack) {
    World world;
    const RecoveryCase waiting = world.waiting();
    const Bytes old = world.patient_signs(deposit_digest(world.held, world.domain));
    expect_refused(deposit(waiting, world.held, old, world.domain), kDepositOld);
    Deposit next = world.held;
    next.sequence = 2;
    const auto fresh = deposit(
        waiting, next, world.patient_signs(deposit_digest(next, world.domain)), world.domain);
    ASSERT_TRUE(fresh.ok());
    expect_refused(release(*fresh, kNow + 52 * kWeek), kNoRequest);
}

TEST(Recovery, AWithdrawnDepositIsGoneAndDoesNotComeBack) {
    const World world;
    const Hash32 digest = withdraw_digest(world.held, world.domain);
    expect_refused(withdraw(world.waiting(), signed_with(key_of(2), digest).bytes, world.domain),
                   kNotThePatient);
    const auto gone = withdraw(world.waiting(), world.patient_signs(digest), world.domain);
    ASSERT_TRUE(gone.ok());
    EXPECT_TRUE(gone->deposit.share.empty());
    expect_refused(release(*gone, kNow + 52 * kWeek), kNoRequest);
    expect_refused(ask(*gone, world.request, world.guardians_sign({2, 3}), world.domain, kNow),
                   kNoDeposit);
    const Bytes old = world.patient_signs(deposit_digest(world.held, world.domain));
    expect_refused(deposit(*gone, world.held, old, world.domain), kDepositOld);
}

struct Desk : World {
    std::unique_ptr<store::Database> database = store::open_sqlite(":memory:").value();
    RecoveryDesk desk = RecoveryDesk::open(*database, domain, node, random).value();
};

TEST(RecoveryDesk, TheShareReachesTheNewDeviceAlone) {
    Desk world;
    RecoveryDesk& desk = world.desk;
    const Bytes signature = world.patient_signs(deposit_digest(world.held, world.domain));
    ASSERT_TRUE(desk.take(world.held, signature).ok());
    EXPECT_EQ(desk.ask(world.request, world.guardians_sign({2, 4}), kNow).value(), kNow + kWeek);
    expect_refused(desk.release(world.held.envelope, world.held.wrap, kNow), kStillLocked);
    // Another process opens the same database.
    auto again = RecoveryDesk::open(*world.database, world.domain, world.node, world.random);
    const auto sealed = again->release(world.held.envelope, world.held.wrap, kNow + kWeek);
    ASSERT_TRUE(sealed.ok()) << sealed.error().text();
    EXPECT_EQ(open_share(*sealed, world.device)->bytes().expose(), world.share.bytes().expose());
    expect_refused(open_share(*sealed, world.node), kBadShare);
    const RecoveryCase held = desk.find(world.held.envelope, world.held.wrap).value();
    EXPECT_EQ(held.state, RecoveryState::released);
    EXPECT_EQ(held.request, world.request);
}

TEST(RecoveryDesk, RemembersAVetoAndAWithdrawal) {
    Desk world;
    RecoveryDesk& desk = world.desk;
    const Deposit& held = world.held;
    const Hash32 hash = request_hash(world.request);
    ASSERT_TRUE(desk.take(held, world.patient_signs(deposit_digest(held, world.domain))).ok());
    ASSERT_TRUE(desk.ask(world.request, world.guardians_sign({2, 3}), kNow).ok());
    ASSERT_TRUE(desk.veto(held.envelope, held.wrap, hash,
                          world.patient_signs(veto_digest(hash, world.domain)))
                    .ok());
    EXPECT_EQ(desk.find(held.envelope, held.wrap).value(), world.vetoed());
    expect_refused(desk.release(held.envelope, held.wrap, kNow + 52 * kWeek), kVetoed);
    expect_refused(desk.ask(world.request, world.guardians_sign({2, 3}), kNow), kRequestUsed);
    ASSERT_TRUE(desk.withdraw(held.envelope, held.wrap,
                              world.patient_signs(withdraw_digest(held, world.domain)))
                    .ok());
    expect_refused(desk.release(held.envelope, held.wrap, kNow + 52 * kWeek), kNoRequest);
}

TEST(RecoveryDesk, TakesSharesForItselfAndKnowsNoOthers) {
    Desk world;
    Deposit other = world.held;
    other.share =
        seal_share(world.share, crypto::secp256k1::generate(world.device), world.random).value();
    expect_refused(world.desk.take(other, world.patient_signs(deposit_digest(other, world.domain))),
                   kBadShare);
    expect_refused(world.desk.find(other.envelope, other.wrap), kNoDeposit);
    expect_refused(world.desk.ask(world.request, {}, kNow), kNoDeposit);
}

// Secrets in the database are for the node's key: a copy of the file is none of the share.
TEST(RecoveryDesk, TheDatabaseHoldsNoShareInClear) {
    Desk world;
    ASSERT_TRUE(
        world.desk.take(world.held, world.patient_signs(deposit_digest(world.held, world.domain)))
            .ok());
    const RecoveryCase held = world.desk.find(world.held.envelope, world.held.wrap).value();
    const auto clear = world.share.secret.expose();
    EXPECT_EQ(std::search(held.deposit.share.begin(), held.deposit.share.end(), clear.begin(),
                          clear.end()),
              held.deposit.share.end());
}

} // namespace
} // namespace salus::patient
