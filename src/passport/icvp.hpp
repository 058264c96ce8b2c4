#pragma once
// The WHO's digital International Certificate of Vaccination or Prophylaxis (SMART ICVP;
// International Health Regulations (2005), annexes 6 and 7), as it stands in claim -260 under -6.
//
// Issued as ICVPMin of SMART ICVP 0.3.0 (2025-10-30): {n, dob, s?, v: {vp, dt, bo, vls, cn?, is?}},
// vp a product of the WHO's list ICVPProductIds, from which disease and manufacturer follow; cn or
// is. For vaccinations against yellow fever: valid from the tenth day on, for life (annex 7), and
// only with a vaccine that the WHO has approved (annex 6): without its product code there is none.
//
// Read are also the models before (2024, DVC: v has tg, vp as ICD-11 codes, dn, mp, ma, mid) and
// after it (2026, DVCMin: nt, id; vx in place of v with dv in place of dt; v the version).

#include <optional>

#include "fhir/vaccination.hpp"
#include "passport/dcc.hpp"
#include "passport/name_match.hpp"

namespace salus::passport {

inline constexpr int kYellowFeverFromDay = 10;

struct Icvp {
    codec::json::object content;
    std::int64_t valid_from = 0; // Unix seconds, of the day in UTC
};

// Nothing where the vaccination is not against yellow fever (alone), or lacks what annex 6 asks
// for: a product of the WHO's list, the day, the batch, a name.
std::optional<Icvp> make_icvp(const fhir::Vaccination& vaccination, const DccContext& context);

// The vaccination in a certificate of any of the models; empty texts where it says nothing.
struct IcvpShot {
    std::string disease;             // SNOMED CT, where the tables know it, else ICD-11
    std::string system, code;        // of the vaccine: kPrequalifiedSystem or kIcd11System
    std::string vaccine;             // its name, else the code
    std::string manufacturer, dose;  // of the model of 2024
    std::string date, lot, from, to; // from, to: of its validity, as dates
    std::string clinician, issuer;
};
std::optional<IcvpShot> icvp_shot(const codec::json::object& content);

CertificatePerson icvp_person(const codec::json::object& content);
// For people, in the words of document_json.
void put_icvp(codec::json::object& out, const codec::json::object& content);
// What is missing or of another form, as "$.v.dt is no day"; empty: as one of the models has it.
std::vector<std::string> icvp_faults(const codec::json::object& content);

} // namespace salus::passport
