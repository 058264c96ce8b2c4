#pragma once
// What is said of a certificate: every check with its result, a stable code and a sentence.

#include <array>
#include <optional>

#include "passport/hcert.hpp"

namespace salus::passport {

enum class Overall { valid, invalid, unproven, unreadable };
enum class Outcome { passed, failed, unproven, not_checked };

struct Check {
    std::string_view name; // structure, signature, issuer, validity, chain
    Outcome outcome = Outcome::not_checked;
    std::string code;    // stable: signature.wrong, chain.revoked, …; "<name>.ok" where passed
    std::string message; // for people
};

struct Verdict {
    Overall overall = Overall::unreadable;
    bool online = false;
    std::array<Check, 5> checks; // in the order above
    // Of what was read, where it could be:
    std::optional<Certificate> certificate;
    std::string hospital;                   // name, where the issuer is known
    std::optional<std::uint64_t> issued_at; // block time of the commitment, where found
    std::optional<std::uint64_t> revoked_at;
    std::optional<std::uint8_t> revocation_reason;
    std::int64_t checked_at = 0;
    std::int64_t trust_list_age = 0; // seconds since it was known to be that of the chain's head
    std::uint64_t trust_list_block = 0;

    const Check& check(std::string_view name) const;
};

std::string_view name_of(Overall overall);
std::string_view name_of(Outcome outcome);
// What a reason of VaccinePassport.revoke means; the contract lists them.
std::string_view revocation_reason(std::uint8_t reason);

// For the API and --json: {overall, online, checks:[…], certificate:{…}, trustList:{…}, checkedAt}.
codec::json::object verdict_json(const Verdict& verdict);
// The certificate's facts for people, DCC or FHIR alike: {kind, name, birthDate, vaccine, dose,
// date, country, issuer, issued, expires, commitment, kid, …}.
codec::json::object certificate_json(const Certificate& certificate);

} // namespace salus::passport
