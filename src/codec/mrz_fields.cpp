#include "codec/mrz_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/mrz_states.hpp"

namespace salus::codec {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}

unsigned value_of(char c) {
    return is_digit(c)    ? static_cast<unsigned>(c - '0')
           : is_letter(c) ? static_cast<unsigned>(c - 'A') + 10
                          : 0;
}

bool readable(std::string_view text) {
    return text.find(kMrzUnreadable) == std::string_view::npos;
}

std::string_view without_fillers(std::string_view text) {
    const std::size_t last = text.find_last_not_of('<');
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string with_blanks(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '<', ' ');
    return out;
}

int birth_year(int two_digits, const MrzDate& known, std::chrono::year_month_day today) {
    const int now = static_cast<int>(today.year());
    int year = now / 100 * 100 + two_digits;
    const auto later = [&] {
        if (year != now) return year > now;
        const unsigned month = static_cast<unsigned>(today.month());
        if (known.month != month) return known.month > month;
        return known.day > static_cast<unsigned>(today.day());
    };
    while (later()) year -= 100;
    return year;
}

int expiry_year(int two_digits, MrzFormat format, std::chrono::year_month_day today) {
    const int latest = static_cast<int>(today.year()) + (allows_long_number(format) ? 79 : 20);
    return latest - (latest - two_digits) % 100;
}

// An unused personal number may have a filler for its digit.
bool fits(const MrzCheck& check, char digit, std::string_view covered) {
    return digit == mrz_check_digit(covered) || (check.digit == MrzField::optional1_check &&
                                                 digit == '<' && without_fillers(covered).empty());
}

// A filler for the check digit, after nine characters that are all used.
bool is_long_number(const MrzLayout& layout, const std::vector<std::string>& lines) {
    return allows_long_number(layout.format) &&
           characters(lines, *layout.find(MrzField::document_number)).back() != '<' &&
           characters(lines, *layout.find(MrzField::document_number_check)) == "<";
}

bool long_number_holds(const MrzLayout& layout, const std::vector<std::string>& lines) {
    const std::string_view data = characters(lines, *layout.find(MrzField::optional1));
    const std::size_t end = data.find('<');
    if (end == std::string_view::npos || end < 2) return false;
    std::string number(characters(lines, *layout.find(MrzField::document_number)));
    number += data.substr(0, end - 1);
    return data[end - 1] == mrz_check_digit(number);
}

class FieldReader {
public:
    FieldReader(const MrzLayout& layout, const std::vector<std::string>& lines,
                std::chrono::year_month_day today, std::vector<MrzFault>& faults)
        : layout_(layout), lines_(lines), today_(today), faults_(faults) {}

    Mrz read() {
        out_.format = layout_.format;
        for (const MrzSpan& span : layout_.fields) read_field(span, characters(lines_, span));
        for (const MrzCheck& check : layout_.checks) verify(check);
        return std::move(out_);
    }

private:
    void fault(const ErrorKind& kind, const MrzSpan& span, std::string_view what) {
        faults_.push_back(mrz_fault(kind, span, what));
    }
    // The part of a field from `offset` on.
    static MrzSpan part(const MrzSpan& span, std::size_t offset, std::size_t length) {
        return {span.field, span.line, span.column + offset, length};
    }

    void read_field(const MrzSpan& span, std::string_view text) {
        if (!readable(text)) return;
        switch (span.field) {
        case MrzField::document_code: return read_code(span, text);
        case MrzField::issuing_state: return read_state(span, text);
        case MrzField::nationality: return read_nationality(span, text);
        case MrzField::name: return read_name(span, text);
        case MrzField::document_number: return read_number(span, text);
        case MrzField::birth: return read_birth(span, text);
        case MrzField::expiry: return read_expiry(span, text);
        case MrzField::sex: return read_sex(span, text);
        case MrzField::optional1:
            if (!long_number_) out_.optional1 = without_fillers(text);
            return;
        case MrzField::optional2: out_.optional2 = without_fillers(text); return;
        default: return;
        }
    }

    void read_code(const MrzSpan& span, std::string_view text) {
        out_.document_code = without_fillers(text);
        if (!is_document_code(layout_.format, text)) {
            fault(kMrzDocumentCode, span, "no document of this size has this code");
        }
    }

    void read_state(const MrzSpan& span, std::string_view text) {
        out_.issuing_state = without_fillers(text);
        if (!is_issuing_state(out_.issuing_state)) {
            fault(kMrzIssuingState, span, "no state or organization has this code");
        }
    }

    void read_nationality(const MrzSpan& span, std::string_view text) {
        out_.nationality = without_fillers(text);
        if (!is_nationality(out_.nationality)) {
            fault(kMrzNationality, span, "no nationality has this code");
        }
    }

    void read_name(const MrzSpan& span, std::string_view text) {
        bool good = true;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (!is_digit(text[i])) continue;
            fault(kMrzName, part(span, i, 1), "a digit");
            good = false;
        }
        if (text.front() == '<') return fault(kMrzName, part(span, 0, 1), "begins with a filler");
        const std::string_view body = without_fillers(text);
        const std::size_t gap = body.find("<<");
        const std::string_view secondary =
            gap == std::string_view::npos ? std::string_view{} : body.substr(gap + 2);
        const std::size_t second_gap = secondary.starts_with('<') ? 0 : secondary.find("<<");
        if (second_gap != std::string_view::npos) {
            const std::size_t at = gap + 2 + second_gap;
            return fault(kMrzName, part(span, at, 1),
                         "a filler too many between the parts of the name");
        }
        if (!good) return;
        out_.primary = with_blanks(body.substr(0, gap));
        out_.secondary = with_blanks(secondary);
        out_.name_truncated = text.back() != '<';
    }

    void read_number(const MrzSpan& span, std::string_view text) {
        out_.document_number = without_fillers(text);
        if (text.front() == '<') {
            fault(kMrzDocumentNumber, span, "is empty or begins with a filler");
        }
        if (!is_long_number(layout_, lines_)) return;
        long_number_ = true;
        read_rest_of_number(*layout_.find(MrzField::optional1));
    }

    // The optional data hold the rest of the number, its check digit, a filler, and only then
    // optional data.
    void read_rest_of_number(const MrzSpan& span) {
        const std::string_view text = characters(lines_, span);
        const std::size_t end = text.find('<');
        const std::string_view rest = text.substr(0, end);
        if (!readable(rest)) return;
        if (end == std::string_view::npos || end < 2 || !is_digit(rest.back())) {
            return fault(kMrzLongNumber, span,
                         "does not go on with the document number, its check digit and a filler");
        }
        out_.document_number += rest.substr(0, end - 1);
        out_.optional1 = without_fillers(text.substr(end + 1));
        if (!readable(out_.document_number)) return;
        if (mrz_check_digit(out_.document_number) != rest.back()) {
            MrzSpan where = part(span, end - 1, 1);
            where.field = MrzField::document_number_check;
            fault(kMrzNumberCheck, where, "does not fit the characters that it covers");
        }
    }

    // Two digits; 0 for two fillers where the part may be unknown; -1 for anything else.
    static int read_part(std::string_view two, bool may_be_unknown) {
        if (two == "<<" && may_be_unknown) return 0;
        if (!is_digit(two[0]) || !is_digit(two[1])) return -1;
        return (two[0] - '0') * 10 + (two[1] - '0');
    }

    // Year (two digits yet), month and day; false after a fault.
    bool read_parts(const MrzSpan& span, std::string_view text, bool may_be_unknown, MrzDate& out) {
        int parts[3];
        for (std::size_t i = 0; i < 3; ++i) {
            const std::string_view two = text.substr(2 * i, 2);
            parts[i] = read_part(two, may_be_unknown);
            const bool zero = i > 0 && two == "00";
            if (parts[i] >= 0 && !zero) continue;
            fault(kMrzDate, part(span, 2 * i, 2),
                  may_be_unknown ? "neither two digits of a date nor two fillers"
                                 : "not two digits of a date");
            return false;
        }
        out = {parts[0], static_cast<unsigned>(parts[1]), static_cast<unsigned>(parts[2])};
        return true;
    }

    void read_birth(const MrzSpan& span, std::string_view text) {
        if (!read_parts(span, text, true, out_.birth)) return;
        MrzDate& birth = out_.birth;
        birth.year = text.starts_with("<<") ? 0 : birth_year(birth.year, birth, today_);
        if (!exists(birth)) fault(kMrzDate, span, "no such day");
    }

    void read_expiry(const MrzSpan& span, std::string_view text) {
        if (!read_parts(span, text, false, out_.expiry)) return;
        out_.expiry.year = expiry_year(out_.expiry.year, layout_.format, today_);
        if (!exists(out_.expiry)) fault(kMrzDate, span, "no such day");
    }

    void read_sex(const MrzSpan& span, std::string_view text) {
        const char c = text.front();
        out_.sex = c == 'F' ? MrzSex::female : c == 'M' ? MrzSex::male : MrzSex::unspecified;
        if (c != 'F' && c != 'M' && c != '<') fault(kMrzSexCode, span, "none of F, M and <");
    }

    void verify(const MrzCheck& check) {
        if (long_number_ && check.digit == MrzField::document_number_check) return;
        const MrzSpan& span = *layout_.find(check.digit);
        std::string covered;
        for (const MrzSpan& run : check.covers) covered += characters(lines_, run);
        const char digit = characters(lines_, span).front();
        if (digit == kMrzUnreadable || !readable(covered)) return;
        if (fits(check, digit, covered)) return;
        fault(*check.kind, span,
              is_digit(digit) ? "does not fit the characters that it covers" : "is no digit");
    }

    const MrzLayout& layout_;
    const std::vector<std::string>& lines_;
    std::chrono::year_month_day today_;
    std::vector<MrzFault>& faults_;
    Mrz out_;
    bool long_number_ = false;
};

} // namespace

char mrz_check_digit(std::string_view text) {
    constexpr unsigned kWeights[] = {7, 3, 1};
    unsigned sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) sum += value_of(text[i]) * kWeights[i % 3];
    return static_cast<char>('0' + sum % 10);
}

MrzFault mrz_fault(const ErrorKind& kind, const MrzSpan& where, std::string_view what) {
    return {Error(kind, fmt::format("line {}, column {}: {}: {}", where.line + 1, where.column + 1,
                                    field_name(where.field), what)),
            where.field, where.line + 1, where.column + 1, where.length};
}

bool check_digits_hold(const MrzLayout& layout, const std::vector<std::string>& lines) {
    const bool long_number = is_long_number(layout, lines);
    if (long_number && !long_number_holds(layout, lines)) return false;
    for (const MrzCheck& check : layout.checks) {
        if (long_number && check.digit == MrzField::document_number_check) continue;
        std::string covered;
        for (const MrzSpan& run : check.covers) covered += characters(lines, run);
        if (!fits(check, characters(lines, *layout.find(check.digit)).front(), covered)) {
            return false;
        }
    }
    return true;
}

bool exists(const MrzDate& date) {
    using namespace std::chrono;
    if (date.month > 12) return false;
    const year_month_day whole{year(date.year == 0 ? 2000 : date.year),
                               month(date.month == 0 ? 1 : date.month),
                               day(date.day == 0 ? 1 : date.day)};
    return whole.ok();
}

bool is_document_code(MrzFormat format, std::string_view code) {
    const char first = code[0];
    const char second = code[1];
    if (second != '<' && !is_letter(second)) return false;
    switch (format) {
    case MrzFormat::td3: return first == 'P';
    case MrzFormat::mrv_a:
    case MrzFormat::mrv_b: return first == 'V';
    case MrzFormat::td1:
        return (first == 'A' || first == 'C' || first == 'I') && second != 'V' && code != "AI";
    case MrzFormat::td2:
        return (first == 'A' || first == 'C' || first == 'I') && second != 'V' && code != "AC";
    }
    return false;
}

Mrz read_fields(const MrzLayout& layout, const std::vector<std::string>& lines,
                std::chrono::year_month_day today, std::vector<MrzFault>& faults) {
    return FieldReader(layout, lines, today, faults).read();
}

} // namespace salus::codec
