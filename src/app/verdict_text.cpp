#include "app/verdict_text.hpp"

#include <fmt/format.h>

#include "app/terminal.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

struct Mark {
    std::string_view sign, colour;
};

Mark mark_of(std::string_view outcome) {
    if (outcome == "passed" || outcome == "valid") return {"✓", "\033[32m"};
    if (outcome == "failed" || outcome == "invalid" || outcome == "unreadable") {
        return {"✗", "\033[31m"};
    }
    return {outcome == "unproven" ? "?" : "–", "\033[33m"};
}

std::string painted(std::string_view text, std::string_view colour, bool wanted) {
    return wanted ? fmt::format("{}{}\033[0m", colour, text) : std::string(text);
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string joined(std::initializer_list<std::string> parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!out.empty()) out += separator;
        out += part;
    }
    return out;
}

// A member's text, fit for a terminal: certificates say what their makers like.
std::string said(const object& from, std::string_view key) {
    return plain(text_member(from, key));
}

const object* member(const object& from, std::string_view key) {
    const codec::Json* value = codec::json_find(from, key);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

std::string with(std::string_view prefix, const std::string& text) {
    return text.empty() ? text : std::string(prefix) + text;
}

std::string person(const object& certificate) {
    return joined({said(certificate, "name"), with("born ", said(certificate, "birthDate"))}, ", ");
}

std::string vaccination(const object& certificate) {
    return joined({said(certificate, "vaccine"), with("against ", said(certificate, "disease")),
                   with("dose ", said(certificate, "dose")),
                   with("on ", said(certificate, "date"))},
                  ", ");
}

// The first check that did not pass says why.
std::string reason(const object& verdict) {
    const codec::Json* checks = codec::json_find(verdict, "checks");
    if (checks == nullptr || !checks->is_array()) return {};
    for (const char* outcome : {"failed", "unproven"}) {
        for (const codec::Json& check : checks->get_array()) {
            if (said(check.as_object(), "outcome") == outcome) {
                return fmt::format("{} ({})", said(check.as_object(), "message"),
                                   said(check.as_object(), "code"));
            }
        }
    }
    return {};
}

std::string headline(const object& verdict, bool colour) {
    const std::string overall = said(verdict, "overall");
    return painted(fmt::format("{} {}", mark_of(overall).sign, upper(overall)),
                   mark_of(overall).colour, colour);
}

// The destination's rules: a line for all, and one for each that did not pass.
std::string entry_text(const object& entry, bool colour) {
    const std::string overall = said(entry, "overall");
    const Mark mark = mark_of(overall == "open" ? "unproven" : overall);
    const codec::Json* rules = codec::json_find(entry, "rules");
    const array none;
    const array& all = rules != nullptr && rules->is_array() ? rules->get_array() : none;
    std::string out =
        fmt::format("  {} {:<10} {}\n", painted(mark.sign, mark.colour, colour), "rules",
                    joined({fmt::format("{} on {}: {}", said(entry, "country"),
                                        said(entry, "on").substr(0, 10), overall),
                            said(entry, "reason"),
                            all.empty() ? "" : fmt::format("{} rules apply", all.size())},
                           ", "));
    for (const codec::Json& one : all) {
        const object& rule = one.as_object();
        if (said(rule, "outcome") == "passed") continue;
        const object* values = member(rule, "values");
        out += fmt::format("      {} {}: {} {}\n", said(rule, "identifier"), said(rule, "outcome"),
                           said(rule, "description"),
                           values == nullptr ? "" : plain(codec::print_json(*values)));
    }
    return out;
}

std::string person_text(const object& person, bool colour) {
    const std::string outcome = said(person, "outcome");
    const Mark mark = mark_of(outcome == "match"     ? "passed"
                              : outcome == "partial" ? "unproven"
                                                     : "failed");
    const codec::Json* differences = codec::json_find(person, "differences");
    std::string out = outcome == "match"     ? "the document names the same person"
                      : outcome == "partial" ? "perhaps the same person: look at both documents"
                                             : "the document names another person";
    if (differences != nullptr && !differences->as_array().empty()) {
        out += " " + plain(codec::print_json(*differences));
    }
    return fmt::format("  {} {:<10} {}\n", painted(mark.sign, mark.colour, colour), "person", out);
}

} // namespace

std::string text_member(const object& from, std::string_view key) {
    const codec::Json* value = codec::json_find(from, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::string verdict_line(const object& verdict, const std::string& source, bool colour) {
    std::string what = reason(verdict);
    const object* certificate = member(verdict, "certificate");
    if (what.empty() && certificate != nullptr) {
        what = joined({person(*certificate), vaccination(*certificate)}, ": ");
    }
    return fmt::format("{}  {}  {}\n", headline(verdict, colour), plain(source), what);
}

std::string verdict_text(const object& verdict, const std::string& source, bool colour) {
    std::string out = fmt::format("{}  {}\n", headline(verdict, colour), plain(source));
    if (const object* certificate = member(verdict, "certificate")) {
        for (const std::string& line :
             {person(*certificate), vaccination(*certificate),
              joined({with("issued by ", said(verdict, "hospital")),
                      said(*certificate, "issuerCountry"),
                      with("committed on chain ", said(verdict, "committedAt"))},
                     ", ")}) {
            if (!line.empty()) out += "  " + line + "\n";
        }
    }
    const codec::Json* checks = codec::json_find(verdict, "checks");
    if (checks == nullptr || !checks->is_array()) return out;
    for (const codec::Json& check : checks->get_array()) {
        const object& one = check.as_object();
        const Mark mark = mark_of(said(one, "outcome"));
        out += fmt::format("  {} {:<10} {} ({})\n", painted(mark.sign, mark.colour, colour),
                           said(one, "name"), said(one, "message"), said(one, "code"));
    }
    if (const object* entry = member(verdict, "entry")) out += entry_text(*entry, colour);
    if (const object* seen = member(verdict, "person")) out += person_text(*seen, colour);
    return out;
}

} // namespace salus::app
