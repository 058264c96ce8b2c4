#include <fmt/format.h>

#include "passport/dose_history.hpp"
#include "passport/json_text.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;

json::array remarks_json(const std::vector<DoseRemark>& remarks) {
    json::array out;
    for (const DoseRemark& one : remarks) {
        out.push_back(json::object{{"code", one.code}, {"message", one.text}});
    }
    return out;
}

// "dose 1 of 2", "booster 1", "dose"
std::string place_of(const Dose& dose) {
    if (dose.role == DoseRole::booster) return fmt::format("booster {}", dose.number);
    if (dose.number == 0) return "dose";
    return dose.of == 0 ? fmt::format("dose {}", dose.number)
                        : fmt::format("dose {} of {}", dose.number, dose.of);
}

std::string stated(const DoseStatement& told) {
    if (told.dose == 0) return {};
    return told.series == 0 ? std::to_string(told.dose)
                            : fmt::format("{}/{}", told.dose, told.series);
}

json::object dose_json(const Dose& dose) {
    json::object out{{"place", place_of(dose)}, {"role", name_of(dose.role)}};
    if (dose.number != 0) out["number"] = dose.number;
    if (dose.of != 0) out["of"] = dose.of;
    out["course"] = dose.course;
    put_text(out, "stated", stated(dose.told));
    put_text(out, "date", dose.told.date);
    if (dose.days_since) out["daysSince"] = *dose.days_since;
    put_text(out, "vaccine", dose.told.vaccine);
    put_text(out, "product", dose.told.product);
    put_text(out, "lot", dose.told.lot);
    put_text(out, "country", dose.told.country);
    put_text(out, "provider", dose.told.provider);
    json::array sources;
    for (const std::string& one : dose.sources) sources.emplace_back(one);
    out["sources"] = std::move(sources);
    out["remarks"] = remarks_json(dose.remarks);
    return out;
}

std::string dose_text(const Dose& dose) {
    std::string out =
        fmt::format("  {:<10}  {:<12} {}", dose.told.date.empty() ? "?" : dose.told.date,
                    place_of(dose), dose.told.vaccine);
    const auto add = [&out](const std::string& more) {
        if (!more.empty()) out += " · " + more;
    };
    add(dose.told.lot.empty() ? std::string() : "lot " + dose.told.lot);
    add(dose.told.country);
    add(dose.told.provider);
    if (dose.days_since) add(fmt::format("{} days after", *dose.days_since));
    if (const std::string own = stated(dose.told); !own.empty()) add("stated " + own);
    out += "\n              from " + fmt::format("{}", fmt::join(dose.sources, ", ")) + "\n";
    for (const DoseRemark& one : dose.remarks) {
        out += fmt::format("              ! {} ({})\n", one.text, one.code);
    }
    return out;
}

} // namespace

std::string_view name_of(DoseRole role) {
    switch (role) {
    case DoseRole::primary: return "primary";
    case DoseRole::booster: return "booster";
    case DoseRole::unclear: return "unclear";
    }
    return "unclear";
}

json::object history_json(const DoseHistory& history) {
    json::array diseases;
    for (const DiseaseHistory& one : history.diseases) {
        json::array doses;
        for (const Dose& dose : one.doses) doses.push_back(dose_json(dose));
        diseases.push_back(json::object{{"disease", one.disease},
                                        {"name", one.name},
                                        {"complete", one.complete},
                                        {"doses", std::move(doses)}});
    }
    json::object person;
    put_text(person, "family", history.person.family);
    put_text(person, "given", history.person.given);
    put_text(person, "birthDate", history.person.birth);
    return {{"person", std::move(person)},
            {"diseases", std::move(diseases)},
            {"remarks", remarks_json(history.remarks)}};
}

std::string history_text(const DoseHistory& history) {
    std::string out = fmt::format("{} {}, born {}\n", history.person.given, history.person.family,
                                  history.person.birth);
    for (const DoseRemark& one : history.remarks) {
        out += fmt::format("! {} ({})\n", one.text, one.code);
    }
    for (const DiseaseHistory& one : history.diseases) {
        out += fmt::format("\n{}{}\n", one.name, one.complete ? ": course complete" : "");
        for (const Dose& dose : one.doses) out += dose_text(dose);
    }
    return out;
}

} // namespace salus::passport
