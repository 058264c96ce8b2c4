#pragma once
// One history of vaccinations out of a person's certificates, whoever issued them and in whatever
// format. Pure: nothing is verified, no time is read. The rule (docs/protocol.md, "History of
// doses"):
//
// Same event. Two statements tell of one event where they name a disease in common; their dates
// agree
//   in the parts that both tell, and both tell a day or one of them can mean no other event; and
//   products, lots and countries do not differ where both tell them. A vaccine's group ("mRNA
//   vaccine") agrees with every product. Their sources stand together (the EU certificate and the
//   SMART Health Card of one dose); numbers that differ are named: dose_number_differs.
// Order. By date; what has none stands last.
// Courses. A course begins with the first dose and is as long as its certificates say (1/2: two).
//   Counting goes over providers: a dose 1/2 after another 1/2 of another day is the second one
//   (counted_anew). Numbers that jump leave a gap (missing_doses). A dose beyond the course is a
//   booster, however it is numbered: 3/3, 2/1, 1/1 after a complete course. 3/3 with a product
//   whose course has two doses, and 2/1 of any, is a booster even where the earlier doses are not
//   at hand. Influenza is given anew each season: each dose more than 150 days after the last
//   begins a course.
// Contradictions. same_day: two products against one disease; too_close: under 14 days between two
//   doses; date_differs: product, number and lot alike, dates a few days apart: perhaps one event;
//   before_birth; person_differs: name or birth date are another's.

#include <span>

#include "passport/document.hpp"

namespace salus::passport {

// One dose as one certificate tells it. Empty and 0: not told.
struct DoseStatement {
    std::string source; // what the caller calls the certificate
    Format format = Format::unknown;
    CertificatePerson person;
    std::vector<std::string> diseases; // SNOMED CT
    std::string disease_text;          // where there is no code
    std::string product;               // fhir::ProductRow::code
    std::string code;                  // "system code" of a vaccine that is of no product
    bool group = false;                // the code is of a group of vaccines
    std::string vaccine;               // for people
    std::string date;                  // YYYY-MM-DD, YYYY-MM or YYYY
    int dose = 0, series = 0;
    std::string country, provider, lot, certificate_id;
};

// Of every vaccination in the certificate; none of a test or a recovery.
std::vector<DoseStatement> doses_of(const Document& document, const std::string& source);

struct DoseRemark {
    std::string code; // stable: "counted_anew"
    std::string text; // for people
};

enum class DoseRole { primary, booster, unclear };
std::string_view name_of(DoseRole role);

struct Dose {
    DoseStatement told; // what the certificates tell together
    std::vector<std::string> sources;
    DoseRole role = DoseRole::unclear;
    int number = 0;                // in its course, or of the boosters; 0 where unclear
    int of = 0;                    // doses of the course; 0 where unknown, and of boosters
    int course = 1;                // of the disease
    std::optional<int> days_since; // the one before it
    std::vector<DoseRemark> remarks;
};

struct DiseaseHistory {
    std::string disease; // SNOMED CT, or the text
    std::string name;
    std::vector<Dose> doses;
    bool complete = false; // the last course, as far as it is told
};

struct DoseHistory {
    CertificatePerson person; // of the first certificate
    std::vector<DiseaseHistory> diseases;
    std::vector<DoseRemark> remarks;
};

DoseHistory dose_history(std::span<const DoseStatement> statements);

codec::json::object history_json(const DoseHistory& history);
std::string history_text(const DoseHistory& history); // for a terminal

} // namespace salus::passport
