#include "passport/dcc.hpp"

#include <charconv>

#include "codec/base32.hpp"
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
    const bool born =
        vaccination.birth_date.starts_with("19") || vaccination.birth_date.starts_with("20");
    if (dose == 0 || series == 0 || day.empty() || !born) return std::nullopt;
    if (transliterate(vaccination.name.family).empty()) return std::nullopt;

    const std::string& country =
        vaccination.country.empty() ? context.country : vaccination.country;
    json::object entry{{"tg", fhir::kCovidDisease},
                       {"vp", covid.prophylaxis},
                       {"mp", covid.product->code},
                       {"ma", covid.product->holder},
                       {"dn", dose},
                       {"sd", series},
                       {"dt", day},
                       {"co", country},
                       {"is", bounded(context.issuer_name)},
                       {"ci", certificate_id(context.country, context.facts_commitment)}};
    return json::object{{"ver", "1.3.0"},
                        {"nam", name_json(vaccination.name)},
                        {"dob", vaccination.birth_date},
                        {"v", json::array{std::move(entry)}}};
}

} // namespace salus::passport
