#include "passport/dcc.hpp"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "codec/base32.hpp"
#include "fhir/code_tables.hpp"
#include "fhir/covid.hpp"
#include "fhir/primitive.hpp"
#include "passport/names.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;

constexpr std::size_t kMaxName = 80; // characters, DCC schema 1.3.0

// 1 to 9, as the schema has it; 0 otherwise.
int dose_of(const std::string& text) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && value >= 1 && value <= 9 ? value : 0;
}

const fhir::Protocol* covid_protocol(const fhir::Vaccination& vaccination) {
    for (const fhir::Protocol& protocol : vaccination.protocols) {
        for (const fhir::Coding& disease : protocol.target_diseases) {
            if (disease.code == fhir::kCovidDisease) return &protocol;
        }
    }
    const bool only =
        vaccination.protocols.size() == 1 && vaccination.protocols[0].target_diseases.empty();
    return only ? &vaccination.protocols[0] : nullptr;
}

// The day itself where one is recorded.
std::string day_of(const std::string& date_time) {
    const auto moment = fhir::parse_date_time(date_time);
    return moment && moment->precision >= 3 ? date_time.substr(0, 10) : std::string();
}

// At most `kMaxName` characters, cut between code points.
std::string bounded(const std::string& text) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts = (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U;
        if (starts && ++characters > kMaxName) return text.substr(0, i);
    }
    return text;
}

json::object name_json(const fhir::PersonName& name) {
    json::object out{{"fn", bounded(name.family)}, {"fnt", transliterate(name.family)}};
    if (!name.given.empty()) {
        out.emplace("gn", bounded(name.given));
        out.emplace("gnt", transliterate(name.given));
    }
    return out;
}

bool has_dcc_birth(const fhir::Subject& subject) {
    return subject.birth_date.starts_with("19") || subject.birth_date.starts_with("20");
}

// Whom a DCC can name at all.
bool has_dcc_subject(const fhir::Subject& subject) {
    return has_dcc_birth(subject) && !transliterate(subject.name.family).empty();
}

std::string country_of(const std::string& recorded, const DccContext& context) {
    return recorded.empty() ? context.country : recorded;
}

json::object payload_of(const fhir::Subject& subject, const char* kind, json::object entry) {
    return {{"ver", "1.3.0"},
            {"nam", name_json(subject.name)},
            {"dob", subject.birth_date},
            {kind, json::array{std::move(entry)}}};
}

// 2021-06-01T10:00:00.123+02:00 without what comes after the second's point.
std::string without_fraction(const std::string& date_time) {
    const std::size_t point = date_time.find('.');
    if (point == std::string::npos) return date_time;
    const std::size_t offset = date_time.find_first_not_of("0123456789", point + 1);
    return date_time.substr(0, point) + date_time.substr(std::min(offset, date_time.size()));
}

std::string days_after(const std::string& date, int days) {
    const auto moment = fhir::parse_date(date);
    SALUS_ASSERT(moment && moment->precision == 3 && date.size() == 10);
    const auto number = [&](std::size_t from, std::size_t count) {
        int out = 0;
        std::from_chars(date.data() + from, date.data() + from + count, out);
        return out;
    };
    using namespace std::chrono;
    const sys_days first{year(number(0, 4)) / number(5, 2) / number(8, 2)};
    const year_month_day day{first + std::chrono::days(days)};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

} // namespace

std::string certificate_id(std::string_view country, const Hash32& facts_commitment) {
    return "URN:UVCI:01:" + std::string(country) + ":" +
           codec::base32_encode(facts_commitment.bytes);
}

std::optional<json::object> make_dcc(const fhir::Vaccination& vaccination,
                                     const DccContext& context) {
    const fhir::CovidVaccine covid = fhir::classify_covid(vaccination);
    const fhir::Protocol* protocol = covid_protocol(vaccination);
    if (!covid.is_covid || covid.product == nullptr || protocol == nullptr) return std::nullopt;
    if (vaccination.subpotent.value_or(false)) return std::nullopt; // a DCC cannot say it
    const int dose = dose_of(protocol->dose_number);
    const int series = dose_of(protocol->series_doses);
    const std::string day = day_of(vaccination.occurrence);
    if (dose == 0 || series == 0 || day.empty()) return std::nullopt;
    if (!has_dcc_subject(vaccination)) return std::nullopt;
    json::object entry{{"tg", fhir::kCovidDisease},
                       {"vp", covid.prophylaxis},
                       {"mp", covid.product->code},
                       {"ma", covid.product->holder},
                       {"dn", dose},
                       {"sd", series},
                       {"dt", day},
                       {"co", country_of(vaccination.country, context)},
                       {"is", bounded(context.issuer_name)},
                       {"ci", certificate_id(context.country, context.facts_commitment)}};
    return payload_of(vaccination, "v", std::move(entry));
}

std::optional<json::object> make_dcc(const fhir::TestResult& test, const DccContext& context) {
    if (test.disease != fhir::kCovidDisease || !has_dcc_subject(test)) return std::nullopt;
    json::object entry{{"tg", fhir::kCovidDisease}, {"tt", test.method}};
    const bool antigen = test.method == fhir::kRapidAntigenTest;
    // 1.3.0: a NAAT has perhaps a name, a rapid antigen test has its kit's number.
    if (!antigen && !test.device_name.empty()) entry.emplace("nm", bounded(test.device_name));
    if (antigen) entry.emplace("ma", test.device_id);
    entry.emplace("sc", without_fraction(test.sampled));
    entry.emplace("tr", test.detected ? "260373001" : "260415000");
    entry.emplace("tc", bounded(test.centre));
    entry.emplace("co", country_of(test.country, context));
    entry.emplace("is", bounded(context.issuer_name));
    entry.emplace("ci", certificate_id(context.country, context.facts_commitment));
    return payload_of(test, "t", std::move(entry));
}

std::optional<json::object> make_dcc(const fhir::Recovery& recovery, const DccContext& context) {
    if (recovery.disease != fhir::kCovidDisease || !has_dcc_subject(recovery)) return std::nullopt;
    const std::string& first = recovery.first_positive;
    json::object entry{{"tg", fhir::kCovidDisease},
                       {"fr", first},
                       {"co", country_of(recovery.country, context)},
                       {"is", bounded(context.issuer_name)},
                       {"df", days_after(first, fhir::kRecoveryFromDay)},
                       {"du", days_after(first, fhir::kRecoveryUntilDay)},
                       {"ci", certificate_id(context.country, context.facts_commitment)}};
    return payload_of(recovery, "r", std::move(entry));
}

} // namespace salus::passport
