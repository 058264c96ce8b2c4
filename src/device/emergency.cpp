// Emergency access: a summary folder that two institutions together can open, and only where the
// patient opted in. The nodes are its custodians.

#include <algorithm>

#include "device/device.hpp"

namespace salus::device {

using consent::EmergencyDocument;
using crypto::umbral::PublicKey;

namespace {

constexpr std::string_view kFolder = "emergency";
// The account for emergencies is derived like one for a grantee; nobody's account is zero.
const Address kNobody{};

} // namespace

// For each custodian, in the order of the document, its fragments for each institution.
Result<std::vector<records::EmergencyDelivery>>
Device::emergency_deliveries(const EmergencyDocument& document, const EmergencyPlan& plan) {
    std::vector<records::EmergencyDelivery> out(document.custodians.size());
    const crypto::SecretKey32 account = parts_.root.grantee_key(kNobody);
    SALUS_TRY_ASSIGN(const auto signer,
                     crypto::umbral::SecretKey::from_bytes(account.expose().bytes));
    SALUS_TRY_ASSIGN(const auto delegating, parts_.root.folder_key(kFolder, document.epoch));
    const vault::BoxPlace place =
        records::fragment_place(state_.chain, consent::emergency_hash(document));
    for (auto& delivery : out) {
        delivery.document = document;
        delivery.verifying = crypto::secp256k1::generate(signer).bytes();
    }
    for (const Institution& institution : plan.institutions) {
        SALUS_TRY_ASSIGN(const auto receiving, PublicKey::from_bytes(institution.key.bytes));
        SALUS_TRY_ASSIGN(const auto made,
                         crypto::umbral::delegate({delegating, receiving, signer, plan.threshold,
                                                   document.custodians.size()},
                                                  parts_.random));
        for (std::size_t i = 0; i < document.custodians.size(); ++i) {
            const auto node =
                std::find_if(state_.nodes.begin(), state_.nodes.end(), [&](const KnownNode& one) {
                    return one.account == document.custodians[i];
                });
            SALUS_TRY_ASSIGN(const auto key, PublicKey::from_bytes(node->key.bytes));
            SALUS_TRY_ASSIGN(
                records::SealedFragment sealed,
                records::seal_fragment(place, document.key, made[i], key, parts_.random));
            out[i].fragments.push_back(
                {institution.account, institution.key, std::move(sealed.sealed)});
        }
    }
    return out;
}

Result<Outcome> Device::opt_in(const EmergencyPlan& plan_as_given) {
    EmergencyPlan plan = plan_as_given;
    std::sort(plan.institutions.begin(), plan.institutions.end(),
              [](const auto& a, const auto& b) { return a.account < b.account; });
    EmergencyDocument document;
    document.patient = state_.chain;
    document.account = parts_.root.grantee_account(kNobody);
    for (const patient::FolderKeys& folder : state_.statement.statement.folders) {
        if (folder.name != kFolder) continue;
        document.epoch = folder.epoch;
        document.key = folder.key;
    }
    document.delay = plan.delay;
    document.window = plan.window;
    document.threshold = static_cast<std::uint8_t>(plan.threshold);
    for (const KnownNode& node : state_.nodes) document.custodians.push_back(node.account);
    std::sort(document.custodians.begin(), document.custodians.end());
    document.salt = parts_.random.bytes<32>();
    SALUS_TRY(consent::check_faults(consent::kBadEmergency, consent::emergency_faults(document)));
    Outcome out;
    out.grant = consent::emergency_hash(document);
    SALUS_TRY_ASSIGN(const auto deliveries, emergency_deliveries(document, plan));
    state_.emergency = OptedIn{document, false, 0};
    SALUS_TRY(save());
    const Status done = everywhere(
        [&](Client& client, std::size_t i) {
            const auto at = std::find(document.custodians.begin(), document.custodians.end(),
                                      state_.nodes[i].account);
            return client.deliver(
                state_.chain,
                deliveries[static_cast<std::size_t>(at - document.custodians.begin())]);
        },
        out);
    SALUS_TRY(done);
    records::RelayOptIn call;
    call.account = document.account;
    call.emergency = out.grant;
    call.delay = document.delay;
    call.window = document.window;
    call.ends = ends(now() + 3600);
    SALUS_TRY_ASSIGN(
        const auto signature,
        envelope::wallet_sign(parts_.root.grantee_key(kNobody),
                              consent::opt_in_digest(state_.place(), call.account, call.emergency,
                                                     call.delay, call.window, call.ends)));
    call.signature = to_bytes(signature.bytes);
    SALUS_TRY(relay(call));
    state_.emergency->in_force = true;
    SALUS_TRY(save());
    return out;
}

Result<Outcome> Device::opt_out() {
    if (!state_.emergency || state_.emergency->ended_at != 0) return Error(kNotOptedIn);
    records::SignedOptOut opt_out;
    opt_out.account = state_.emergency->document.account;
    opt_out.emergency = consent::emergency_hash(state_.emergency->document);
    opt_out.ends = ends(consent::kMaxTime);
    SALUS_TRY_ASSIGN(
        const auto signature,
        envelope::wallet_sign(parts_.root.grantee_key(kNobody),
                              consent::opt_out_digest(state_.place(), opt_out.account,
                                                      opt_out.emergency, opt_out.ends)));
    opt_out.signature = to_bytes(signature.bytes);
    Outcome out;
    out.grant = opt_out.emergency;
    const Status done = everywhere(
        [&](Client& client, std::size_t i) -> Status {
            SALUS_TRY_ASSIGN(const records::Destroyed told, client.withdraw(opt_out));
            return records::check_destroyed(told, state_.nodes[i].account, state_.domain());
        },
        out);
    SALUS_TRY(done);
    SALUS_TRY(relay(records::RelayOptOut{opt_out}));
    state_.emergency->ended_at = now();
    SALUS_TRY(close({state_.emergency->document.key}, out));
    SALUS_TRY(save());
    return out;
}

} // namespace salus::device
