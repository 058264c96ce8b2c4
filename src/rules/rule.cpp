#include "rules/rule.hpp"

#include <algorithm>
#include <charconv>

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kEngine = "CERTLOGIC";
constexpr std::array<std::string_view, 4> kCertificateTypes{"General", "Vaccination", "Test",
                                                            "Recovery"};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return is_upper(static_cast<char>(c & ~0x20));
}

bool is_country(std::string_view text) {
    return text.size() == 2 && std::all_of(text.begin(), text.end(), is_upper);
}

// (GR|VR|TR|RR|IR)-CC-0000
bool is_identifier(std::string_view text) {
    constexpr std::array<std::string_view, 5> kKinds{"GR", "VR", "TR", "RR", "IR"};
    if (text.size() < 7 || text.size() > 32 || text[2] != '-' || text[5] != '-') return false;
    return std::find(kKinds.begin(), kKinds.end(), text.substr(0, 2)) != kKinds.end() &&
           is_country(text.substr(3, 2)) && std::all_of(text.begin() + 6, text.end(), is_digit);
}

// "en" or "pt-br"
bool is_language(std::string_view text) {
    const bool form = text.size() == 2 || (text.size() == 5 && text[2] == '-');
    return form && is_letter(text[0]) && is_letter(text[1]) &&
           (text.size() == 2 || (is_letter(text[3]) && is_letter(text[4])));
}

bool same_language(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

class RuleReader {
public:
    RuleReader(const json::object& object, const std::string& path, std::vector<Fault>& faults)
        : object_(object), path_(path), faults_(faults) {}

    Rule read() {
        Rule rule;
        read_names(rule);
        rule.version = version("Version");
        rule.schema_version = version("SchemaVersion");
        rule.engine_version = version("EngineVersion");
        read_period(rule);
        read_descriptions(rule);
        read_affected_fields(rule);
        read_logic(rule);
        return rule;
    }

private:
    void fault(const std::string& place, const ErrorKind& kind, std::string message) {
        faults_.push_back({path_ + '/' + place, &kind, std::move(message)});
    }
    const Json* required(const std::string& key) {
        const Json* found = object_.if_contains(key);
        if (found == nullptr) fault(key, kMissingField, "required, but absent");
        return found;
    }
    // Empty where there is none; the fault is noted.
    std::string text(const std::string& key) {
        const Json* found = required(key);
        if (found == nullptr) return {};
        if (found->is_string() && !found->get_string().empty()) {
            return std::string(found->get_string());
        }
        fault(key, kWrongType, "a text is required");
        return {};
    }
    template <typename Test>
    std::string text_of_form(const std::string& key, Test is_right, const char* form) {
        std::string value = text(key);
        if (!value.empty() && !is_right(value)) fault(key, kBadField, form);
        return value;
    }
    Version version(const std::string& key) {
        const std::string value = text(key);
        const auto parsed = parse_version(value);
        if (!value.empty() && !parsed) fault(key, kBadField, "not a version: 1.0.0 is one");
        return parsed.value_or(Version{});
    }
    Instant instant(const std::string& key) {
        const std::string value = text(key);
        const auto parsed = has_offset(value) ? parse_instant(value) : std::nullopt;
        if (!value.empty() && !parsed) {
            fault(key, kBadField, "not a date-time with its offset: 2021-06-01T00:00:00Z is one");
        }
        return parsed.value_or(Instant{});
    }
    const json::array* array(const std::string& key) {
        const Json* found = required(key);
        if (found != nullptr && !found->is_array()) fault(key, kWrongType, "an array is required");
        return found == nullptr ? nullptr : found->if_array();
    }

    void read_names(Rule& rule) {
        rule.identifier = text_of_form("Identifier", is_identifier, "GR-EU-0001 is one");
        rule.country = text_of_form("Country", is_country, "two capital letters are required");
        rule.engine = text("Engine");
        const std::string type = text("Type");
        if (type == "Invalidation") {
            rule.type = RuleType::invalidation;
        } else if (!type.empty() && type != "Acceptance") {
            fault("Type", kBadField, "Acceptance or Invalidation is required");
        }
        const std::string certificate = text("CertificateType");
        const auto known =
            std::find(kCertificateTypes.begin(), kCertificateTypes.end(), certificate);
        if (known != kCertificateTypes.end()) {
            rule.certificate_type = static_cast<CertificateType>(known - kCertificateTypes.begin());
        } else if (!certificate.empty()) {
            fault("CertificateType", kBadField,
                  "General, Vaccination, Test or Recovery is required");
        }
    }

    void read_period(Rule& rule) {
        const std::size_t before = faults_.size();
        rule.valid_from = instant("ValidFrom");
        rule.valid_to = instant("ValidTo");
        if (faults_.size() == before && rule.valid_from >= rule.valid_to) {
            fault("ValidTo", kBadPeriod, "the rule ends before it begins");
        }
    }

    void read_description(const Json& item, const std::string& place, Rule& rule) {
        const json::object* object = item.if_object();
        if (object == nullptr) return fault(place, kWrongType, "an object is required");
        RuleReader part(*object, path_ + '/' + place, faults_);
        const std::size_t before = faults_.size();
        std::string language = part.text_of_form("lang", is_language, "en or pt-br is one");
        std::string words = part.text("desc");
        if (faults_.size() != before) return;
        rule.descriptions.push_back({std::move(language), std::move(words)});
    }

    void read_descriptions(Rule& rule) {
        const json::array* items = array("Description");
        if (items == nullptr) return;
        if (items->empty()) fault("Description", kBadField, "one description is required");
        for (std::size_t i = 0; i < items->size(); ++i) {
            read_description((*items)[i], "Description/" + std::to_string(i), rule);
        }
    }

    void read_affected_fields(Rule& rule) {
        const json::array* items = array("AffectedFields");
        if (items == nullptr) return;
        rule.affected_fields.reserve(items->size());
        for (std::size_t i = 0; i < items->size(); ++i) {
            const Json& item = (*items)[i];
            if (item.is_string() && !item.get_string().empty()) {
                rule.affected_fields.emplace_back(item.get_string());
            } else {
                fault("AffectedFields/" + std::to_string(i), kWrongType, "a text is required");
            }
        }
    }

    // What a newer engine says cannot be judged here.
    void read_logic(Rule& rule) {
        const Json* logic = required("Logic");
        if (logic == nullptr) return;
        if (!logic->is_object()) return fault("Logic", kWrongType, "an object is required");
        if (rule.engine != kEngine || rule.engine_version > *parse_version(kEngineVersion)) return;
        const auto issues = validate_expression(*logic);
        for (const ExpressionIssue& issue : issues) {
            fault("Logic" + issue.path, *issue.kind, issue.message);
        }
        if (issues.empty()) rule.logic = Program::compile(*logic).value();
    }

    const json::object& object_;
    std::string path_;
    std::vector<Fault>& faults_;
};

} // namespace

std::optional<Version> parse_version(std::string_view text) {
    Version version;
    for (std::size_t i = 0; i < version.parts.size(); ++i) {
        if (i > 0) {
            if (!text.starts_with('.')) return std::nullopt;
            text.remove_prefix(1);
        }
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, version.parts[i]);
        if (error != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    }
    if (!text.empty() && text.front() != '-' && text.front() != '+') return std::nullopt;
    return version;
}

std::string_view name_of(CertificateType type) {
    return kCertificateTypes[static_cast<std::size_t>(type)];
}

const std::string& Rule::description(std::string_view language) const {
    static const std::string kNone;
    for (const std::string_view wanted :
         {language, language.substr(0, 2), std::string_view("en")}) {
        for (const Description& entry : descriptions) {
            if (same_language(entry.language, wanted)) return entry.text;
        }
    }
    return descriptions.empty() ? kNone : descriptions.front().text;
}

std::optional<Rule> read_rule(const Json& document, std::vector<Fault>& faults,
                              const std::string& path) {
    const json::object* object = document.if_object();
    if (object == nullptr) {
        faults.push_back({path, &kWrongType, "a rule is an object"});
        return std::nullopt;
    }
    const std::size_t before = faults.size();
    Rule rule = RuleReader(*object, path, faults).read();
    if (faults.size() != before) return std::nullopt;
    return rule;
}

} // namespace salus::rules
