#pragma once
// The fixture of this room's tests: one hospital with one key, on a trust list, and a vaccination.

#include <map>

#include "crypto/hash.hpp"
#include "passport/commitment.hpp"
#include "passport/dcc.hpp"
#include "passport/verifier.hpp"

namespace salus::passport::testing {

inline constexpr std::int64_t kNow = 1'790'000'000; // 2026-09-21
inline constexpr std::int64_t kIssued = kNow - 86'400;
inline constexpr std::uint64_t kAccredited = 1'780'000'000;

inline fhir::Vaccination covid_vaccination() {
    fhir::Vaccination out;
    out.identity = "urn:uuid:1";
    out.name = {"Müßig-Ångström", "Ærøskøbing Zoë"};
    out.birth_date = "1990-05-17";
    out.gender = "female";
    out.vaccine = {{"http://hl7.org/fhir/sid/cvx", "208", "COVID-19 mRNA"}};
    out.occurrence = "2021-06-01T10:00:00+02:00";
    out.protocols.push_back({"", "", {{"http://snomed.info/sct", "840539006", ""}}, "2", "2"});
    return out;
}

inline fhir::Vaccination flu_vaccination() {
    fhir::Vaccination out = covid_vaccination();
    out.identity = "urn:uuid:2";
    out.vaccine = {{"http://hl7.org/fhir/sid/cvx", "140", "Influenza"}};
    out.protocols.clear();
    return out;
}

// What stands on chain.
class Commitments final : public CommitmentSource {
public:
    Result<CommitmentState> state(const Address& issuer, const Hash32& commitment) override {
        if (down) return Error(eth::kUnreachable, "down");
        const auto found = states.find({issuer, commitment});
        return found == states.end() ? CommitmentState{} : found->second;
    }
    std::map<std::pair<Address, Hash32>, CommitmentState> states;
    bool down = false;
};

struct World {
    World() {
        SeededRandom random(7);
        key = crypto::p256::generate(random);
        other_key = crypto::p256::generate(random);
        TrustedKey trusted;
        trusted.kid = kid;
        trusted.key = *crypto::p256::public_key(key);
        trusted.not_before = kAccredited - 100;
        trusted.not_after = kAccredited + 1'000'000'000;
        trusted.added_at = kAccredited;
        TrustedHospital hospital;
        hospital.account = account;
        hospital.name = "St. Example";
        hospital.country = "DE";
        hospital.history = {{kAccredited, true}};
        hospital.keys = {trusted};
        list.chain_id = 73127;
        list.accreditation = address("0x00000000000000000000000000000000000000aa");
        list.vaccine_passport = contract;
        list.block_number = 9;
        list.exported_at = kNow - 3600;
        list.hospitals = {hospital};
        content.issuer = "DE";
        content.issued = kIssued;
        content.expires = kNow + 86'400;
        content.binding = {73127, contract, account, crypto::sha256(view("facts"))};
        content.kind = ContentKind::dcc;
        content.content =
            *make_dcc(covid_vaccination(), {"DE", "St. Example", content.binding.facts_commitment});
    }

    TrustedHospital& hospital() { return list.hospitals[0]; }
    TrustedKey& trusted() { return list.hospitals[0].keys[0]; }
    void revoke_key(std::uint64_t at) { trusted().revoked_at = trusted().revoked_from = at; }
    // Of `content` as it is when a verifier asks.
    CommitmentState& state() { return on_chain; }
    void forget() { on_chain = {}; }
    std::string text() const { return encode_hcert(content, kid, key)->text; }
    Verdict online(std::string_view code) {
        chain.states[{account, encode_hcert(content, kid, key)->commitment}] = on_chain;
        return Verifier(list, &chain).verify(code, kNow);
    }
    Verdict online() { return online(text()); }
    Verdict offline() { return Verifier(list, nullptr).verify(text(), kNow); }

    Kid kid{{1, 2, 3, 4, 5, 6, 7, 8}};
    Address account = address("0x00000000000000000000000000000000000000bb");
    Address contract = address("0x00000000000000000000000000000000000000cc");
    crypto::SecretKey32 key, other_key;
    TrustList list;
    CertificateContent content;
    Commitments chain;
    CommitmentState on_chain{static_cast<std::uint64_t>(kIssued + 1), 0, 0};
};

} // namespace salus::passport::testing
