#include <algorithm>

#include <fmt/format.h>

#include "codec/mrz_fields.hpp"
#include "codec/mrz_states.hpp"
#include "codec/transliterate.hpp"

namespace salus::codec {
namespace {

constexpr std::size_t kKeptOfSecondary = 5; // letters, before the primary is cut further

bool is_zone_text(std::string_view text) {
    return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<") ==
           std::string_view::npos;
}

std::vector<std::string> components_of(std::string_view name) {
    std::vector<std::string> out;
    std::string rest = transliterate(name);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('<'), rest.size());
        out.push_back(rest.substr(0, end));
        rest.erase(0, std::min(end + 1, rest.size()));
    }
    return out;
}

std::string joined(const std::vector<std::string>& components) {
    std::string out;
    for (const std::string& component : components) {
        if (!out.empty()) out += '<';
        out += component;
    }
    return out;
}

// Takes one letter off the longest component (the last of equals); false where all are initials.
bool shorten(std::vector<std::string>& components) {
    std::string* longest = nullptr;
    for (std::string& component : components) {
        if (longest == nullptr || component.size() >= longest->size()) longest = &component;
    }
    if (longest == nullptr || longest->size() < 2) return false;
    longest->pop_back();
    return true;
}

// What no zone has room for, so that the rest takes no longer for a longer name.
void bound(std::vector<std::string>& components, std::size_t room) {
    if (components.size() > room) components.resize(room);
    for (std::string& component : components) {
        if (component.size() > room) component.resize(room);
    }
}

std::string whole(const std::vector<std::string>& primary,
                  const std::vector<std::string>& secondary) {
    std::string out = joined(primary);
    if (!secondary.empty()) out += "<<" + joined(secondary);
    return out;
}

// 9303-4 4.2.3 leaves the manner open but for the letter in the last position.
std::string name_field(std::string_view first, std::string_view second, std::size_t room) {
    std::vector<std::string> primary = components_of(first);
    std::vector<std::string> secondary = components_of(second);
    std::string name = whole(primary, secondary);
    if (name.size() <= room) return name;
    bound(primary, room);
    bound(secondary, room);
    const std::size_t kept = std::min(joined(secondary).size(), kKeptOfSecondary);
    const std::size_t for_primary = room - (kept == 0 ? 0 : kept + 2);
    while (joined(primary).size() > for_primary) {
        if (!shorten(primary)) primary.pop_back(); // initials alone: the last ones are left out
    }
    name = whole(primary, secondary);
    while (name.size() > room && name[room - 1] == '<' &&
           (shorten(secondary) || shorten(primary))) {
        name = whole(primary, secondary);
    }
    name.resize(std::min(name.size(), room));
    return name;
}

class ZoneWriter {
public:
    explicit ZoneWriter(const Mrz& mrz)
        : mrz_(mrz), layout_(layout_of(mrz.format)),
          lines_(layout_.lines, std::string(layout_.width, '<')) {}

    Status fill() {
        SALUS_TRY(put_codes());
        SALUS_TRY(put_name());
        SALUS_TRY(put_date(MrzField::birth, mrz_.birth, true));
        SALUS_TRY(put_date(MrzField::expiry, mrz_.expiry, false));
        constexpr std::string_view kSexes[] = {"<", "F", "M"};
        put(MrzField::sex, kSexes[static_cast<std::size_t>(mrz_.sex)]);
        SALUS_TRY(put_number());
        put_check_digits();
        return ok_status();
    }

    std::string text() const {
        std::string out = lines_[0];
        for (std::size_t i = 1; i < lines_.size(); ++i) out.append(1, '\n').append(lines_[i]);
        return out;
    }

private:
    void put(MrzField field, std::string_view text) {
        const MrzSpan* span = layout_.find(field);
        SALUS_ASSERT(span != nullptr && text.size() <= span->length);
        lines_[span->line].replace(span->column, text.size(), text);
    }

    Status put_codes() {
        std::string code = mrz_.document_code;
        code.resize(2, '<');
        if (mrz_.document_code.size() > 2 || !is_document_code(mrz_.format, code)) {
            return Error(kMrzDocumentCode, "no document of this size has this code");
        }
        if (!is_issuing_state(mrz_.issuing_state)) return Error(kMrzIssuingState, "unknown code");
        if (!is_nationality(mrz_.nationality)) return Error(kMrzNationality, "unknown code");
        put(MrzField::document_code, code);
        put(MrzField::issuing_state, mrz_.issuing_state);
        put(MrzField::nationality, mrz_.nationality);
        return ok_status();
    }

    Status put_name() {
        const bool secondary_lost =
            !mrz_.secondary.empty() && transliterate(mrz_.secondary).empty();
        if (secondary_lost || transliterate(mrz_.primary).empty()) {
            return Error(kMrzName, fmt::format("no letter of the {} identifier can be written",
                                               secondary_lost ? "secondary" : "primary"));
        }
        const std::size_t room = layout_.find(MrzField::name)->length;
        put(MrzField::name, name_field(mrz_.primary, mrz_.secondary, room));
        return ok_status();
    }

    Status put_date(MrzField field, const MrzDate& date, bool may_be_unknown) {
        if (date.year < 0 || !exists(date) || (!may_be_unknown && !date.complete())) {
            return Error(kMrzDate, fmt::format("{}: no such day", field_name(field)));
        }
        const auto two = [](unsigned value) { return fmt::format("{:02}", value % 100); };
        std::string text;
        text += date.year == 0 ? "<<" : two(static_cast<unsigned>(date.year));
        text += date.month == 0 ? "<<" : two(date.month);
        text += date.day == 0 ? "<<" : two(date.day);
        put(field, text);
        return ok_status();
    }

    Status put_number() {
        const std::string& number = mrz_.document_number;
        if (number.empty() || number.front() == '<' || number.back() == '<' ||
            !is_zone_text(number)) {
            return Error(kMrzDocumentNumber, "empty, or with characters that no zone holds");
        }
        if (number.size() <= 9) {
            put(MrzField::document_number, number);
            return put_optional(mrz_.optional1);
        }
        const std::string rest = number.substr(9);
        if (!allows_long_number(mrz_.format) || number[8] == '<' ||
            rest.find('<') != std::string::npos) {
            return Error(kMrzLongNumber, "more than nine characters");
        }
        put(MrzField::document_number, number.substr(0, 9));
        std::string data = rest + mrz_check_digit(number) + '<' + mrz_.optional1;
        if (mrz_.optional1.empty() && data.size() > layout_.find(MrzField::optional1)->length) {
            return Error(kMrzLongNumber, "longer than the optional data have room for");
        }
        return put_optional(data);
    }

    Status put_optional(std::string_view first) {
        const MrzSpan* second = layout_.find(MrzField::optional2);
        const std::string& last = mrz_.optional2;
        if (first.size() > layout_.find(MrzField::optional1)->length ||
            last.size() > (second == nullptr ? 0 : second->length)) {
            return Error(kMrzOptional, "longer than the field");
        }
        const bool ends_in_filler = mrz_.optional1.ends_with('<') || last.ends_with('<');
        if (!is_zone_text(first) || !is_zone_text(last) || ends_in_filler) {
            return Error(kMrzOptional, "characters that no zone holds, or a filler at the end");
        }
        put(MrzField::optional1, first);
        if (second != nullptr) put(MrzField::optional2, last);
        return ok_status();
    }

    void put_check_digits() {
        for (const MrzCheck& check : layout_.checks) {
            const bool unused = check.digit == MrzField::optional1_check && mrz_.optional1.empty();
            const bool elsewhere =
                check.digit == MrzField::document_number_check && mrz_.document_number.size() > 9;
            if (unused || elsewhere) continue;
            std::string covered;
            for (const MrzSpan& run : check.covers) covered += characters(lines_, run);
            put(check.digit, std::string(1, mrz_check_digit(covered)));
        }
    }

    const Mrz& mrz_;
    const MrzLayout& layout_;
    std::vector<std::string> lines_;
};

} // namespace

Result<std::string> write_mrz(const Mrz& mrz) {
    ZoneWriter writer(mrz);
    const Status filled = writer.fill();
    if (!filled.ok()) return Error(filled.error());
    return writer.text();
}

} // namespace salus::codec
