#include "passport/dcc_schema.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "codec/utf8.hpp"
#include "fhir/primitive.hpp"

namespace salus::passport {

namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kType = "eu-dcc-schema: type";
constexpr std::string_view kRequired = "eu-dcc-schema: required";
constexpr std::string_view kPattern = "eu-dcc-schema: pattern";
constexpr std::string_view kLength = "eu-dcc-schema: maxLength";
constexpr std::string_view kRange = "eu-dcc-schema: minimum, maximum";
constexpr std::string_view kItems = "eu-dcc-schema: minItems, maxItems";
constexpr std::string_view kFormat = "eu-dcc-schema: format";
constexpr std::string_view kOne = "HCERT 3.3.7: one statement in a DCC";

enum class Form {
    text,
    bounded,  // 50 characters, 80 from 1.3.0 on
    limited,  // the same from 1.3.0 on, without a limit before
    standard, // bounded, A to Z and <
    country,  // text with a capital letter in it
    dose,
    date,
    date_time,
};

struct Field {
    std::string_view name;
    Form form;
    bool required = false;
    DccVersion optional_from = DccVersion::v1_3_2; // where `required` ends before
    bool stays_required = true;
};

constexpr bool kMust = true;

constexpr Field kName[] = {
    {"fn", Form::bounded},
    {"fnt", Form::standard},
    {"gn", Form::bounded},
    {"gnt", Form::standard},
};
constexpr Field kVaccination[] = {
    {"tg", Form::text, kMust},    {"vp", Form::text, kMust},    {"mp", Form::text, kMust},
    {"ma", Form::text, kMust},    {"dn", Form::dose, kMust},    {"sd", Form::dose, kMust},
    {"dt", Form::date, kMust},    {"co", Form::country, kMust}, {"is", Form::bounded, kMust},
    {"ci", Form::bounded, kMust},
};
constexpr Field kTest[] = {
    {"tg", Form::text, kMust},
    {"tt", Form::text, kMust},
    {"nm", Form::limited},
    {"ma", Form::text},
    {"sc", Form::date_time, kMust},
    {"tr", Form::text, kMust},
    {"tc", Form::bounded, kMust, DccVersion::v1_3_0, false},
    {"co", Form::country, kMust},
    {"is", Form::bounded, kMust},
    {"ci", Form::bounded, kMust},
};
constexpr Field kRecovery[] = {
    {"tg", Form::text, kMust},    {"fr", Form::date, kMust}, {"co", Form::country, kMust},
    {"is", Form::bounded, kMust}, {"df", Form::date, kMust}, {"du", Form::date, kMust},
    {"ci", Form::bounded, kMust},
};

struct Group {
    std::string_view name;
    DccKind kind;
    std::span<const Field> fields;
};
constexpr Group kGroups[] = {
    {"v", DccKind::vaccination, kVaccination},
    {"t", DccKind::test, kTest},
    {"r", DccKind::recovery, kRecovery},
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Digits with dashes at the places of a date, of one of the lengths.
bool date_shaped(std::string_view text, std::initializer_list<std::size_t> lengths) {
    if (std::ranges::find(lengths, text.size()) == lengths.end()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
    }
    return text.starts_with("19") || text.starts_with("20");
}

// The number of the version's part at the front, which is taken off.
std::optional<unsigned> take_number(std::string_view& text) {
    unsigned out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return out;
}

class Checker {
public:
    Checker(DccVersion version, bool check_dates) : version_(version), check_dates_(check_dates) {}

    std::vector<DccFault> take() { return std::move(faults_); }

    void payload(const Json& value) {
        const json::object* object = object_at("$", value);
        if (object == nullptr) return;
        if (const std::string* ver = text_at("$", *object, "ver", kMust)) {
            if (!dcc_version(*ver)) fault("$.ver", kPattern, "is not a version as 1.3.0 is");
        }
        name(*object);
        birth(*object);
        std::size_t statements = 0;
        for (const Group& group : kGroups) statements += statements_in(*object, group);
        if (statements != 1) {
            fault("$", kOne, fmt::format("holds {} statements of v, t and r, not one", statements));
        }
    }

private:
    void fault(std::string path, std::string_view rule, std::string message) {
        faults_.push_back({std::move(path), rule, std::move(message)});
    }

    const json::object* object_at(const std::string& path, const Json& value) {
        if (const json::object* out = value.if_object()) return out;
        fault(path, kType, "is not an object");
        return nullptr;
    }

    const Json* at(const std::string& path, const json::object& object, std::string_view key,
                   bool required) {
        const Json* found = codec::json_find(object, key);
        if (found == nullptr && required) {
            fault(path + "." + std::string(key), kRequired, "is missing");
        }
        return found;
    }

    const std::string* text_at(const std::string& path, const json::object& object,
                               std::string_view key, bool required) {
        const Json* found = at(path, object, key, required);
        if (found == nullptr) return nullptr;
        if (const auto* text = found->if_string()) {
            text_.assign(text->data(), text->size());
            return &text_;
        }
        fault(path + "." + std::string(key), kType, "is not a text");
        return nullptr;
    }

    void name(const json::object& payload) {
        const Json* value = at("$", payload, "nam", kMust);
        const json::object* object = value == nullptr ? nullptr : object_at("$.nam", *value);
        if (object == nullptr) return;
        for (const Field& one : kName) field("$.nam", *object, one);
        const bool family = object->contains("fnt");
        const bool enough = family || (version_ >= DccVersion::v1_3_2 && object->contains("gnt"));
        if (!enough) {
            fault("$.nam", kRequired,
                  version_ >= DccVersion::v1_3_2 ? "has neither fnt nor gnt" : "has no fnt");
        }
    }

    // Before 1.1.0 the pattern is not bound to the text's ends.
    void birth(const json::object& payload) {
        const std::string* dob = text_at("$", payload, "dob", kMust);
        if (dob == nullptr) return;
        bool good = date_shaped(*dob, {4, 7, 10});
        if (version_ == DccVersion::v1_0_0) {
            good = false;
            for (std::size_t i = 0; i + 10 <= dob->size() && !good; ++i) {
                good = date_shaped(std::string_view(*dob).substr(i, 10), {10});
            }
        }
        good = good || (version_ >= DccVersion::v1_3_0 && dob->empty());
        if (!good) return fault("$.dob", kPattern, "is no date of 1900 to 2099");
        if (check_dates_ && !dob->empty() && !fhir::parse_date(*dob)) {
            fault("$.dob", kFormat, "is no day of the calendar");
        }
    }

    std::size_t statements_in(const json::object& payload, const Group& group) {
        const Json* value = codec::json_find(payload, group.name);
        if (value == nullptr) return 0;
        const std::string path = "$." + std::string(group.name);
        const json::array* array = value->if_array();
        if (array == nullptr) return fault(path, kType, "is not an array"), 0;
        if (array->empty()) fault(path, kItems, "is empty");
        for (std::size_t i = 0; i < array->size(); ++i) {
            const std::string place = fmt::format("{}[{}]", path, i);
            if (const json::object* object = object_at(place, (*array)[i])) {
                for (const Field& one : group.fields) field(place, *object, one);
            }
        }
        return array->size();
    }

    void field(const std::string& path, const json::object& object, const Field& one) {
        const bool required = one.required && (one.stays_required || version_ < one.optional_from);
        const std::string place = path + "." + std::string(one.name);
        if (one.form == Form::dose) {
            if (const Json* found = at(path, object, one.name, required)) dose(place, *found);
            return;
        }
        const std::string* text = text_at(path, object, one.name, required);
        if (text != nullptr) check(place, *text, one.form);
    }

    // JSON has no integers: 1.0 is one to JSON Schema.
    void dose(const std::string& place, const Json& value) {
        double number = 0;
        if (value.is_number()) number = value.to_number<double>();
        if (!value.is_number() || number != static_cast<double>(static_cast<long long>(number))) {
            return fault(place, kType, "is not a whole number");
        }
        const double most = version_ >= DccVersion::v1_3_0 ? 1e15 : 9;
        if (number < 1 || number > most) fault(place, kRange, "is no number of a dose");
    }

    void check(const std::string& place, const std::string& text, Form form) {
        const bool later = version_ >= DccVersion::v1_3_0;
        const bool bounded =
            form == Form::bounded || form == Form::standard || (form == Form::limited && later);
        if (bounded && codec::utf8_length(text) > (later ? 80U : 50U)) {
            fault(place, kLength,
                  later ? "is longer than 80 characters" : "is longer than 50 characters");
        }
        const auto standard = [](char c) { return c == '<' || (c >= 'A' && c <= 'Z'); };
        if (form == Form::standard && !std::ranges::all_of(text, standard)) {
            fault(place, kPattern, "has other characters than A to Z and <");
        }
        const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (form == Form::country && !std::ranges::any_of(text, capital)) {
            fault(place, kPattern, "is no country or organisation in capital letters");
        }
        if (!check_dates_) return;
        if (form == Form::date && !fhir::parse_date(text)) {
            fault(place, kFormat, "is no day of the calendar");
        }
        // Offsets are written in several ways, and were always taken.
        if (form == Form::date_time &&
            (text.size() < 13 || text[10] != 'T' || !fhir::parse_date(text.substr(0, 10)))) {
            fault(place, kFormat, "is no date and time");
        }
    }

    DccVersion version_;
    bool check_dates_;
    std::string text_; // the field that is being checked
    std::vector<DccFault> faults_;
};

} // namespace

std::optional<DccVersion> dcc_version(std::string_view ver) {
    unsigned part[3]{};
    for (int i = 0; i < 3; ++i) {
        if (i != 0) {
            if (!ver.starts_with('.')) return std::nullopt;
            ver.remove_prefix(1);
        }
        const auto number = take_number(ver);
        if (!number) return std::nullopt;
        part[i] = *number;
    }
    if (!ver.empty() || part[0] != 1) return std::nullopt;
    if (part[1] == 0) return DccVersion::v1_0_0;
    if (part[1] < 3) return DccVersion::v1_1_0;
    return part[1] == 3 && part[2] < 2 ? DccVersion::v1_3_0 : DccVersion::v1_3_2;
}

std::vector<DccFault> dcc_faults(const Json& payload, DccVersion version, bool check_dates) {
    Checker checker(version, check_dates);
    checker.payload(payload);
    return checker.take();
}

std::optional<DccKind> dcc_kind(const Json& payload) {
    std::optional<DccKind> out;
    if (!payload.is_object()) return out;
    for (const Group& group : kGroups) {
        const Json* value = codec::json_find(payload.get_object(), group.name);
        const json::array* array = value == nullptr ? nullptr : value->if_array();
        if (array == nullptr || array->empty()) continue;
        if (out || array->size() > 1) return std::nullopt;
        out = group.kind;
    }
    return out;
}

} // namespace salus::passport
