#include "passport/dose_history.hpp"

#include <algorithm>
#include <map>

#include "fhir/code_tables.hpp"
#include "fhir/primitive.hpp"
#include "passport/names.hpp"

namespace salus::passport {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kWholeDate = 10; // characters
constexpr int kClosest = 14;           // days between two doses
constexpr int kNear = 4;               // days by which one event is sometimes told apart
constexpr int kSeason = 150;           // days after which influenza is given anew
constexpr std::string_view kInfluenza = "6142004";

// COVID-19 products whose course is not of two doses, by their manufacturers' instructions.
struct CourseLength {
    std::string_view product;
    int doses;
};
constexpr CourseLength kCourses[] = {
    {"EU/1/20/1525", 1}, {"Sputnik-Light", 1}, {"Convidecia", 1},
    {"Abdala", 3},       {"Soberana-02", 3},   {"Covid-19-recombinant", 3},
};

int course_of(const DoseStatement& dose, std::string_view disease) {
    if (disease != fhir::kCovidDisease) return 0;
    for (const CourseLength& row : kCourses) {
        if (row.product == dose.product) return row.doses;
    }
    return 2;
}

std::optional<std::int64_t> day_of(const std::string& date) {
    if (date.size() != kWholeDate) return std::nullopt;
    const auto moment = fhir::parse_date(date);
    if (!moment) return std::nullopt;
    return (moment->earliest + moment->latest) / 2 / kDay;
}

std::optional<int> days_between(const std::string& a, const std::string& b) {
    const auto first = day_of(a), second = day_of(b);
    if (!first || !second) return std::nullopt;
    return static_cast<int>(*second - *first);
}

// ---- whether two statements tell of one event

bool dates_agree(const std::string& a, const std::string& b) {
    const std::size_t common = std::min(a.size(), b.size());
    return a.compare(0, common, b, 0, common) == 0;
}

bool agree(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b;
}

bool vaccines_agree(const DoseStatement& a, const DoseStatement& b) {
    if (!a.product.empty() && !b.product.empty()) return a.product == b.product;
    if (a.group || b.group || a.code.empty() || b.code.empty()) return true;
    const auto system = [](const std::string& code) { return code.substr(0, code.find(' ')); };
    return system(a.code) != system(b.code) || a.code == b.code;
}

bool share_disease(const DoseStatement& a, const DoseStatement& b) {
    if (a.diseases.empty() || b.diseases.empty()) {
        return a.diseases.empty() && b.diseases.empty() && a.disease_text == b.disease_text;
    }
    return std::any_of(a.diseases.begin(), a.diseases.end(), [&](const std::string& one) {
        return std::find(b.diseases.begin(), b.diseases.end(), one) != b.diseases.end();
    });
}

bool may_be_one(const DoseStatement& a, const DoseStatement& b) {
    return share_disease(a, b) && dates_agree(a.date, b.date) && vaccines_agree(a, b) &&
           agree(a.lot, b.lot) && agree(a.country, b.country);
}

void remark(std::vector<DoseRemark>& to, std::string code, std::string text) {
    const bool there =
        std::any_of(to.begin(), to.end(), [&](const DoseRemark& one) { return one.code == code; });
    if (!there) to.push_back({std::move(code), std::move(text)});
}

std::string stated(const DoseStatement& dose) {
    if (dose.dose == 0) return {};
    return std::to_string(dose.dose) +
           (dose.series == 0 ? std::string() : "/" + std::to_string(dose.series));
}

void take_more(Dose& event, const DoseStatement& more) {
    DoseStatement& told = event.told;
    const auto fill = [](std::string& to, const std::string& from) {
        if (to.empty()) to = from;
    };
    const bool other_series = told.series != 0 && more.series != 0 && told.series != more.series;
    if (told.dose != 0 && more.dose != 0 && (told.dose != more.dose || other_series)) {
        remark(event.remarks, "dose_number_differs",
               "one certificate says dose " + stated(told) + ", another " + stated(more));
    }
    if (told.dose == 0) {
        told.dose = more.dose;
        told.series = more.series;
    }
    if (told.series == 0 && told.dose == more.dose) told.series = more.series;
    if (more.date.size() > told.date.size()) told.date = more.date;
    if (told.product.empty() && !more.product.empty()) {
        told.product = more.product;
        told.vaccine = more.vaccine;
    }
    if (told.group && !more.group) told.code = more.code;
    told.group = told.group && more.group;
    fill(told.code, more.code);
    fill(told.vaccine, more.vaccine);
    fill(told.lot, more.lot);
    fill(told.country, more.country);
    fill(told.provider, more.provider);
    fill(told.certificate_id, more.certificate_id);
    for (const std::string& disease : more.diseases) {
        const auto& known = told.diseases;
        if (std::find(known.begin(), known.end(), disease) == known.end()) {
            told.diseases.push_back(disease);
        }
    }
    event.sources.push_back(more.source);
}

// Whole dates first, so that a partial one meets all events that it could mean.
std::vector<Dose> events_of(std::span<const DoseStatement> statements) {
    std::vector<const DoseStatement*> order;
    order.reserve(statements.size());
    for (const DoseStatement& one : statements) order.push_back(&one);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        if (a->date.size() != b->date.size()) return a->date.size() > b->date.size();
        return a->date < b->date;
    });
    std::vector<Dose> out;
    for (const DoseStatement* statement : order) {
        std::vector<Dose*> meant;
        for (Dose& event : out) {
            if (may_be_one(event.told, *statement)) meant.push_back(&event);
        }
        const bool whole = statement->date.size() == kWholeDate;
        if (!meant.empty() && (whole || meant.size() == 1)) {
            take_more(*meant.front(), *statement);
            continue;
        }
        Dose event;
        event.told = *statement;
        event.sources = {statement->source};
        if (!whole) {
            remark(event.remarks, "date_unclear",
                   statement->date.empty() ? "no date is told" : "the day is not told");
        }
        out.push_back(std::move(event));
    }
    return out;
}

// ---- one disease

// Walks through the doses of a disease in their order.
class Course {
public:
    explicit Course(std::string_view disease) : disease_(disease) {}

    void take(Dose& dose) {
        const DoseStatement& told = dose.told;
        if (is_new_season(dose)) begin_again();
        const int usual = course_of(told, disease_);
        // Beyond its course by its own number: 2/1, and 3/3 where two are a course.
        const bool beyond = told.series != 0 && told.dose > told.series;
        const bool third = usual != 0 && told.dose > usual && told.dose == told.series;
        if (complete_ || beyond || third) return boost(dose, usual);
        if (told.dose == 0) return unnumbered(dose);
        count(dose);
    }

    bool complete() const { return complete_; }

private:
    bool is_new_season(const Dose& dose) const {
        return disease_ == kInfluenza && done_ + boosters_ > 0 && dose.days_since &&
               *dose.days_since > kSeason;
    }

    void begin_again() {
        done_ = needed_ = boosters_ = 0;
        complete_ = false;
        ++course_;
    }

    void boost(Dose& dose, int usual) {
        if (!complete_) {
            const int before =
                std::max(1, dose.told.series < dose.told.dose ? dose.told.series : usual);
            missing(dose, done_ + 1, before);
            complete_ = true;
        } else if (dose.told.dose == 1 && dose.told.series > 1) {
            remark(dose.remarks, "counted_anew",
                   "stated as dose " + stated(dose.told) +
                       " after a course that was complete: counted as a booster");
        }
        dose.role = DoseRole::booster;
        dose.number = ++boosters_;
        dose.course = course_;
    }

    // Where no numbers are told at all, nothing is said of completeness.
    void unnumbered(Dose& dose) {
        dose.course = course_;
        ++done_;
        if (needed_ == 0) return;
        dose.role = DoseRole::primary;
        dose.number = done_;
        dose.of = needed_;
        complete_ = done_ >= needed_;
    }

    void count(Dose& dose) {
        const DoseStatement& told = dose.told;
        const int next = done_ + 1;
        if (told.dose > next) {
            missing(dose, next, told.dose - 1);
            done_ = told.dose - 1;
        } else if (told.dose < next) {
            remark(dose.remarks, "counted_anew",
                   "stated as dose " + stated(told) + ", and " + std::to_string(done_) +
                       (done_ == 1 ? " was" : " were") + " given before: it is dose " +
                       std::to_string(next));
        }
        if (told.series != 0 && needed_ != 0 && told.series != needed_) {
            remark(dose.remarks, "series_differs",
                   "a course of " + std::to_string(told.series) + " doses is stated, before of " +
                       std::to_string(needed_));
        }
        if (told.series != 0) needed_ = std::max(told.series, done_ + 1);
        dose.role = DoseRole::primary;
        dose.number = ++done_;
        dose.of = needed_;
        dose.course = course_;
        complete_ = needed_ != 0 && done_ >= needed_;
    }

    void missing(Dose& dose, int first, int last) {
        if (first > last) return;
        remark(dose.remarks, "missing_doses",
               first == last ? "no certificate tells of dose " + std::to_string(first)
                             : "no certificate tells of doses " + std::to_string(first) + " to " +
                                   std::to_string(last));
    }

    std::string_view disease_;
    int done_ = 0, needed_ = 0, boosters_ = 0, course_ = 1;
    bool complete_ = false;
};

void compare(const Dose& before, Dose& dose) {
    dose.days_since = days_between(before.told.date, dose.told.date);
    if (!dose.days_since) return;
    const int days = *dose.days_since;
    const bool alike = before.told.product == dose.told.product && before.told.dose != 0 &&
                       stated(before.told) == stated(dose.told) &&
                       agree(before.told.lot, dose.told.lot);
    if (days == 0) {
        remark(dose.remarks, "same_day", "another vaccination against this disease on that day");
    } else if (alike && days <= kNear) {
        remark(dose.remarks, "date_differs",
               "as the one " + std::to_string(days) +
                   " days before, but for its date: perhaps one vaccination, told with two dates");
    } else if (days < kClosest) {
        remark(dose.remarks, "too_close",
               std::to_string(days) + " days after the one before it: no schedule has that");
    }
}

DiseaseHistory history_of(std::string disease, std::vector<Dose> doses) {
    DiseaseHistory out;
    const fhir::DiseaseRow* known = fhir::find_disease(disease);
    out.name = known == nullptr ? disease : std::string(known->name);
    out.disease = std::move(disease);
    std::stable_sort(doses.begin(), doses.end(), [](const Dose& a, const Dose& b) {
        if (a.told.date.empty() != b.told.date.empty()) return b.told.date.empty();
        if (a.told.date != b.told.date) return a.told.date < b.told.date;
        return a.told.dose < b.told.dose;
    });
    Course course(out.disease);
    for (std::size_t i = 0; i < doses.size(); ++i) {
        if (i != 0) compare(doses[i - 1], doses[i]);
        course.take(doses[i]);
        const std::string& born = doses[i].told.person.birth;
        const std::string& date = doses[i].told.date;
        const std::size_t common = std::min(born.size(), date.size());
        if (common != 0 && date.compare(0, common, born, 0, common) < 0) {
            remark(doses[i].remarks, "before_birth", "before the birth date on its certificate");
        }
    }
    out.complete = course.complete();
    out.doses = std::move(doses);
    return out;
}

// By what is in A-Z of both; a birth date agrees in the parts that both tell.
bool same_person(const CertificatePerson& a, const CertificatePerson& b) {
    const auto family = [](const CertificatePerson& one) {
        return one.family_mrz.empty() ? transliterate(one.family) : one.family_mrz;
    };
    return dates_agree(a.birth, b.birth) && agree(family(a), family(b));
}

} // namespace

DoseHistory dose_history(std::span<const DoseStatement> statements) {
    DoseHistory out;
    if (statements.empty()) return out;
    out.person = statements.front().person;
    for (const DoseStatement& one : statements) {
        if (same_person(out.person, one.person)) continue;
        remark(out.remarks, "person_differs",
               "the certificates are not all of one person: see " + one.source);
    }
    // A combined vaccine is a dose of each of its diseases.
    std::map<std::string, std::vector<Dose>> by_disease;
    for (const Dose& event : events_of(statements)) {
        if (event.told.diseases.empty()) by_disease[event.told.disease_text].push_back(event);
        for (const std::string& one : event.told.diseases) by_disease[one].push_back(event);
    }
    out.diseases.reserve(by_disease.size());
    for (auto& [disease, doses] : by_disease) {
        out.diseases.push_back(history_of(disease, std::move(doses)));
    }
    std::stable_sort(out.diseases.begin(), out.diseases.end(),
                     [](const auto& a, const auto& b) { return a.name < b.name; });
    return out;
}

} // namespace salus::passport
