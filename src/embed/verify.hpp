#pragma once
// Verification for gates, kiosks and apps that are not Salus: EU HCERT, SMART Health Cards, ICAO
// seals and Salus presentations, offline. This header needs the standard library alone; link with
// `pkg-config --cflags --libs salus-verify` (docs/operations.md, "In your own program";
// examples/gate.cpp).
//
// A Verifier is made once, from files that were fetched before, and asked any number of times, from
// any number of threads. It opens no file, no socket and no clock, keeps nothing of what it is
// asked, and throws nothing but std::bad_alloc.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace salus::embed {

// Contents of files, not their names. What is empty is not used; a trust list or a source must be
// there.
struct Trust {
    std::string trust_list;           // salus trust export
    std::string list_key;             // "0x…": the account that must have signed it; pin it
    std::vector<std::string> sources; // salus trust import: each a foreign source
    std::string revocations;          // salus trust export --revocations
    std::string rules;                // salus rules sign; needs the trust list
};

enum class Overall {
    valid,      // genuine, and nothing stands against it
    invalid,    // a check failed
    unproven,   // neither: a person should look, or ask online
    unreadable, // no certificate
};

struct Check {
    std::string name; // structure, signature, issuer, validity, content, chain, revocation, holder
    std::string outcome; // passed, failed, unproven, not_checked
    std::string code;    // stable: "signature.wrong"
    std::string message; // one English sentence
};

struct Verdict {
    Overall overall = Overall::unreadable;
    std::vector<Check> checks;
    std::string format; // hcert, shc, vds-nc, sd-jwt; empty where unreadable
    std::string issuer;
    // What the certificate says; empty where it does not.
    std::string family_name, given_name, birth_date;
    // The whole verdict as the API of `salus serve` gives it (docs/protocol.md), with `entry` and
    // `person` where they were asked for.
    std::string json;
};

struct Question {
    std::int64_t now = 0; // Unix seconds
    std::string nonce = {},
                audience = {}; // of presentations, where this gate gave a nonce or has a name
    // Of a journey, where the destination's rules are asked for: without rules for that day the
    // `entry` is open.
    std::string country = {}, region = {}; // ISO 3166 alpha-2
    std::int64_t arrival = 0;              // Unix seconds; 0: now
    std::string language = "en";
    std::string mrz = {}; // of the traveller's document; empty: not compared
};

class Verifier {
public:
    // nullptr, and what is wrong in `error`.
    static std::unique_ptr<Verifier> open(const Trust& trust, std::string& error);
    ~Verifier();
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    // Thread-safe. Never fails: what is no certificate is unreadable.
    Verdict verify(std::string_view code, const Question& question) const;
    // The age of the trust list in seconds, as of `now`; 0 without one. A gate should say so where
    // it is old: revocations and new hospitals are missing in it.
    std::int64_t age(std::int64_t now) const;

private:
    struct Impl;
    explicit Verifier(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The texts of all QR codes in a PNG or JPEG picture; empty where there is none. Thread-safe.
std::vector<std::string> read_picture(std::string_view picture);

} // namespace salus::embed
