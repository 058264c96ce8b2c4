#pragma once
// What is said of a certificate: every check with its result, a stable code and a sentence.

#include <optional>
#include <vector>

#include "passport/document.hpp"

namespace salus::passport {

// The clock of a verifier and that of the issuer may differ by this much.
inline constexpr std::int64_t kClockLeeway = 60; // seconds

enum class Overall { valid, invalid, unproven, unreadable };
enum class Outcome { passed, failed, unproven, not_checked };

struct Check {
    // structure: text, packing, envelope, claims · signature · issuer: who, whether trusted and for
    // this · validity: the certificate's own times · content: the standard's schema · chain: its
    // commitment, of certificates of this network; revocation: what is known of others
    std::string_view name;
    Outcome outcome = Outcome::not_checked;
    std::string code;    // stable: signature.wrong, chain.revoked, …; "<name>.ok" where passed
    std::string message; // for people
};

struct Verdict {
    Overall overall = Overall::unreadable;
    bool online = false;
    std::vector<Check> checks; // in the order above
    // Of what was read, where it could be:
    std::optional<Document> document;
    std::string hospital;                   // the issuer's name, where it is known
    std::string source;                     // of a foreign issuer: the trust source that names it
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

// For the API and --json: {overall, mode, format, checks:[…], certificate:{…}, trustList:{…},
// checkedAt}.
codec::json::object verdict_json(const Verdict& verdict);

} // namespace salus::passport
