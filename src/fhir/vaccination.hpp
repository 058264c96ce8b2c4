#pragma once
// Whom a certificate is for, and the facts of one vaccination, taken from an Immunization and its
// Patient: what a certificate states (https://hl7.org/fhir/R4/immunization.html).

#include <optional>

#include "codec/json.hpp"

namespace salus::fhir {

struct Coding {
    std::string system, code, display;
    friend bool operator==(const Coding&, const Coding&) = default;
};

// The one HumanName a certificate shows: use official before usual before none before any other;
// maiden, old and ended names only where nothing else is there. Prefixes are left out, suffixes
// stay with the family name ("King Jr").
struct PersonName {
    std::string family; // the whole name where only `text` was recorded
    std::string given;  // all given names, in their order
    friend bool operator==(const PersonName&, const PersonName&) = default;
};

struct Protocol { // Immunization.protocolApplied
    std::string series, authority;
    std::vector<Coding> target_diseases;
    std::string dose_number; // "2", or the recorded text
    std::string series_doses;
};

struct Organisation {
    std::string name;
    std::string identifier; // its value, where one is recorded
};

struct Subject {
    // Which record this is, to its hospital: "identifier|<system>|<value>", else
    // "Immunization/<id>", else "<fullUrl>". The same whether it comes alone or in a Bundle, as far
    // as it has an identifier or id. Not part of the certificate.
    std::string identity;

    PersonName name;
    std::string birth_date; // FHIR date: YYYY, YYYY-MM or YYYY-MM-DD
    std::string gender;     // administrative-gender code, or empty
};

struct Vaccination : Subject {
    std::vector<Coding> vaccine;
    std::string vaccine_text;
    std::string occurrence; // FHIR dateTime as recorded
    std::string lot, expiration_date;
    Organisation manufacturer;
    std::string performer; // name of the person or organisation that gave it, where recorded
    std::string country;   // where it was given, ISO 3166-1 alpha-2, where recorded
    std::vector<Protocol> protocols;
    std::optional<bool> primary_source, subpotent;
};

// The facts as JSON; empty ones are left out. Its RFC 8785 form is what a commitment covers.
codec::json::object facts_json(const Vaccination& vaccination);

} // namespace salus::fhir
