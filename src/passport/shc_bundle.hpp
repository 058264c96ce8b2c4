#pragma once
// The FHIR bundle in a SMART Health Card (SMART Health Cards 1.4, "Health Cards are Compact";
// Vaccination & Testing IG, data-minimisation profiles): made, and checked.

#include <span>

#include "fhir/vaccination.hpp"

namespace salus::passport {

inline constexpr ErrorKind kShcBundle{"shc.bundle",
                                      "SMART Health Cards 1.4: a Bundle, collection, entries"};
inline constexpr ErrorKind kShcReference{"shc.reference",
                                         "SMART Health Cards 1.4: resource:N, and it is there"};
inline constexpr ErrorKind kShcEmpty{"shc.empty_element", "FHIR R4 ele-1, json: never empty"};
inline constexpr ErrorKind kShcPatient{"shc.patient", "FHIR R4 Patient: name, birthDate"};
inline constexpr ErrorKind kShcImmunization{
    "shc.immunization", "FHIR R4 Immunization: status completed, vaccineCode, patient, occurrence"};
inline constexpr ErrorKind kShcSecurity{"shc.meta_security", "FHIR R4 Meta.security: Codings"};
// Of a vaccination that is to go into a card:
inline constexpr ErrorKind kShcNothing{"shc.no_vaccination", "one to sixteen vaccinations"};
inline constexpr ErrorKind kShcPersons{"shc.several_persons", "one card, one person"};
inline constexpr ErrorKind kShcNoName{"shc.no_name", "VCI IG: Patient.name, birthDate"};
inline constexpr ErrorKind kShcNoCode{"shc.no_vaccine_code", "VCI IG: Immunization.vaccineCode"};
inline constexpr ErrorKind kShcNoDate{"shc.no_date", "VCI IG: Immunization.occurrence[x]"};

inline constexpr std::size_t kMaxShcVaccinations = 16;
inline constexpr std::size_t kMaxShcEntries = 256;

// Patient resource:0 and an Immunization for each, with no more than the profile asks for: name,
// birth date; vaccine code (CVX where there is one), day, lot, performer, isSubpotent where true.
Result<codec::json::object> make_shc_bundle(std::span<const fhir::Vaccination> vaccinations,
                                            const std::string& performer);

// What the specification forbids in a card for a QR code but a verifier can live with: paths such
// as "Immunization.id", "Coding.display". Refuses by name what it cannot.
Result<std::vector<std::string>> check_shc_bundle(const codec::json::object& bundle);

} // namespace salus::passport
