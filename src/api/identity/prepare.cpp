#include "api/identity/prepare.hpp"

#include <algorithm>

#include "api/problem.hpp"

namespace salus::api::identity {
namespace {

namespace json = codec::json;
namespace pass = salus::passport;

Error wrong(std::string_view member, std::string_view form) {
    return Error(kBadRequest, "\"" + std::string(member) + "\": " + std::string(form));
}

Result<std::string> text_of(const json::object& body, std::string_view member) {
    auto text = codec::json_string(body, member);
    if (!text.ok()) return wrong(member, "a text");
    return text;
}

Result<Hash32> digest_of(const json::object& body, std::string_view member) {
    SALUS_TRY_ASSIGN(const std::string text, text_of(body, member));
    auto digest = hash_from_hex(text);
    if (!digest.ok()) return wrong(member, "32 bytes of hex");
    return digest;
}

// Faults by their rule and place; what stands in the zone is never repeated.
Result<codec::Mrz> zone_of(const Parts& parts, const json::object& body) {
    SALUS_TRY_ASSIGN(const std::string text, text_of(body, "mrz"));
    const std::chrono::sys_seconds now{std::chrono::seconds(parts.clock.unix_seconds())};
    const codec::MrzReading reading =
        codec::read_mrz(text, std::chrono::floor<std::chrono::days>(now));
    if (!reading.ok()) return Error(kBadZone, reading.faults.front().error.text());
    return *reading.mrz;
}

// "commitment" where the document was read elsewhere; the zone's otherwise, salted.
Status put_commitment(const Parts& parts, const json::object& body, pass::DocumentBinding& binding,
                      std::optional<Hash32>& salt) {
    if (body.contains("commitment")) {
        SALUS_TRY_ASSIGN(binding.commitment, digest_of(body, "commitment"));
        return ok_status();
    }
    SALUS_TRY_ASSIGN(const codec::Mrz zone, zone_of(parts, body));
    salt = parts.identities->fresh_salt();
    if (body.contains("salt")) {
        SALUS_TRY_ASSIGN(salt, digest_of(body, "salt"));
    }
    binding.commitment = pass::document_commitment(zone, *salt);
    return ok_status();
}

Result<Prepared> of_document(const Parts& parts, const json::object& body, std::string_view act) {
    pass::IdentityDesk& desk = *parts.identities;
    Prepared out;
    pass::DocumentBinding binding;
    binding.registrar = desk.registrar();
    SALUS_TRY_ASSIGN(binding.patient, account_of(body, "patient"));
    SALUS_TRY_ASSIGN(binding.nullifier, digest_of(body, "nullifier"));
    SALUS_TRY(put_commitment(parts, body, binding, out.salt));
    SALUS_TRY_ASSIGN(const pass::IdentityPlace place, desk.place());
    SALUS_TRY_ASSIGN(const pass::RequestEnds ends, desk.ends(binding.patient));
    if (act == "bind") out.request = pass::bind_request(place, binding, ends);
    if (act == "renew") out.request = pass::renew_request(place, binding, ends);
    if (act == "rebind") {
        SALUS_TRY_ASSIGN(const Address lost, account_of(body, "lost"));
        out.request = pass::rebind_request(place, lost, binding, ends);
    }
    return out;
}

Result<Prepared> of_hearing(const Parts& parts, const json::object& body, std::string_view act) {
    pass::IdentityDesk& desk = *parts.identities;
    SALUS_TRY_ASSIGN(const Address lost, account_of(body, "lost"));
    SALUS_TRY_ASSIGN(const Address patient, account_of(body, "patient"));
    SALUS_TRY_ASSIGN(const pass::IdentityPlace place, desk.place());
    SALUS_TRY_ASSIGN(const pass::RequestEnds ends, desk.ends(act == "object" ? lost : patient));
    if (act == "object") return Prepared{pass::object_request(place, lost, patient, ends), {}};
    SALUS_TRY_ASSIGN(const Hash32 nullifier, digest_of(body, "nullifier"));
    return Prepared{pass::uphold_request(place, lost, patient, desk.registrar(), nullifier, ends),
                    {}};
}

Result<Prepared> appointment(const Parts& parts, const json::object& body) {
    pass::IdentityDesk& desk = *parts.identities;
    pass::Appointment out;
    out.registrar = desk.registrar();
    SALUS_TRY_ASSIGN(out.dependant, account_of(body, "dependant"));
    SALUS_TRY_ASSIGN(out.guardian, account_of(body, "guardian"));
    const auto year = codec::json_u64(body, "majorityYear");
    if (!year.ok() || *year > 9999) return wrong("majorityYear", "a year");
    out.majority_year = static_cast<std::uint16_t>(*year);
    SALUS_TRY_ASSIGN(const pass::IdentityPlace place, desk.place());
    SALUS_TRY_ASSIGN(const pass::RequestEnds ends, desk.ends(out.dependant));
    return Prepared{pass::appoint_request(place, out, ends), {}};
}

Result<Prepared> hand_over(const Parts& parts, const json::object& body) {
    pass::IdentityDesk& desk = *parts.identities;
    SALUS_TRY_ASSIGN(const Address dependant, account_of(body, "dependant"));
    SALUS_TRY_ASSIGN(const Address patient, account_of(body, "patient"));
    SALUS_TRY_ASSIGN(const Address by, account_of(body, "by"));
    SALUS_TRY_ASSIGN(const pass::IdentityPlace place, desk.place());
    SALUS_TRY_ASSIGN(const pass::RequestEnds ends, desk.ends(patient));
    return Prepared{pass::hand_over_request(place, dependant, patient, by, ends), {}};
}

Result<Prepared> unsigned_request(const Parts& parts, const json::object& body,
                                  std::string_view act) {
    if (act == "appoint") return appointment(parts, body);
    if (act == "handOver") return hand_over(parts, body);
    if (act == "object" || act == "uphold") return of_hearing(parts, body, act);
    return of_document(parts, body, act);
}

} // namespace

Result<Address> account_of(const json::object& body, std::string_view member) {
    SALUS_TRY_ASSIGN(const std::string text, text_of(body, member));
    auto account = address_from_hex(text);
    if (!account.ok()) return wrong(member, "an account, 20 bytes of hex");
    return account;
}

Result<Prepared> prepare(const Parts& parts, const json::object& body, bool hospital) {
    constexpr std::array kAttested{"bind", "renew", "rebind", "uphold", "appoint"};
    SALUS_TRY_ASSIGN(const std::string act, text_of(body, "act"));
    const bool attested = std::find(kAttested.begin(), kAttested.end(), act) != kAttested.end();
    if (!attested && act != "object" && act != "handOver") {
        return wrong("act", "bind, renew, rebind, object, uphold, appoint or handOver");
    }
    if (attested && !hospital) return Error(kNotAuthorised);
    SALUS_TRY_ASSIGN(Prepared out, unsigned_request(parts, body, act));
    const auto asked = signers_of(out.request);
    const bool asks_us =
        std::find(asked.begin(), asked.end(), parts.identities->registrar()) != asked.end();
    if (hospital && asks_us) {
        SALUS_TRY(parts.identities->attest(out.request));
    }
    return out;
}

} // namespace salus::api::identity
