#pragma once
// The WHO's digital International Certificate of Vaccination or Prophylaxis (SMART Trust, DVC
// logical model; International Health Regulations (2005), annexes 6 and 7), as it stands in claim
// -260 under -6: {n, dob, s?, ntl?, nid?, gn?, v: {dn, tg, vp, mp?, ma?, dt, bo, vls, vle?, cn?,
// is}}. tg and vp are ICD-11 codes.
//
// Issued for vaccinations against yellow fever: valid from the tenth day on, for life (annex 7).

#include <optional>

#include "fhir/vaccination.hpp"
#include "passport/dcc.hpp"
#include "passport/name_match.hpp"

namespace salus::passport {

inline constexpr std::string_view kPrequalifiedSystem =
    "http://smart.who.int/pcmt-vaxprequal/CodeSystem/PreQualProductIDs";
inline constexpr int kYellowFeverFromDay = 10;

struct Icvp {
    codec::json::object content;
    std::int64_t valid_from = 0; // Unix seconds, of the day in UTC
};

// Nothing where the vaccination is not against yellow fever (alone), or lacks what annex 6 asks
// for: the day, the batch, a name.
std::optional<Icvp> make_icvp(const fhir::Vaccination& vaccination, const DccContext& context);

CertificatePerson icvp_person(const codec::json::object& content);
// For people, in the words of document_json.
void put_icvp(codec::json::object& out, const codec::json::object& content);
// What is missing or of another form, as "$.v.dt is no day"; empty: as the model has it.
std::vector<std::string> icvp_faults(const codec::json::object& content);

} // namespace salus::passport
