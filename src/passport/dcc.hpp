#pragma once
// EU Digital COVID Certificate, schema 1.3.0 (eHealth Network): the payload of a certificate for a
// vaccination against COVID-19, a test for it, or recovery from it.

#include <optional>

#include "fhir/statement.hpp"

namespace salus::passport {

struct DccContext {
    std::string country;     // of the hospital, where the record names none; alpha-2
    std::string issuer_name; // the hospital's
    Hash32 facts_commitment;
};

// The DCC, or nothing where the vaccination is not against COVID-19 or lacks what the schema
// requires (product, full date, dose number and series as numbers, a name in A-Z).
std::optional<codec::json::object> make_dcc(const fhir::Vaccination& vaccination,
                                            const DccContext& context);

// A test's sample time is written without fractions of a second. Nothing where the disease is not
// COVID-19, the name is not to be written in A-Z, or the birth lies before 1900.
std::optional<codec::json::object> make_dcc(const fhir::TestResult& test,
                                            const DccContext& context);
// Valid from the 11th to the 180th day after the first positive test. Nothing as above.
std::optional<codec::json::object> make_dcc(const fhir::Recovery& recovery,
                                            const DccContext& context);

// "URN:UVCI:01:<country>:" ‖ base32 of the facts' commitment.
std::string certificate_id(std::string_view country, const Hash32& facts_commitment);

} // namespace salus::passport
