#include "codec/csv.hpp"

#include <algorithm>
#include <array>

#include "codec/utf8.hpp"

namespace salus::codec {

namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr std::array<char, 3> kSeparators{',', ';', '\t'};

// The one that stands most often in the first line, outside of quotes; a comma in doubt.
char guess_separator(std::string_view text) {
    std::array<std::size_t, 3> count{};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r')) break;
        for (std::size_t i = 0; i < kSeparators.size(); ++i) {
            if (!quoted && c == kSeparators[i]) ++count[i];
        }
    }
    const auto best = std::max_element(count.begin(), count.end());
    return kSeparators[static_cast<std::size_t>(best - count.begin())];
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
               c == 0x7f;
    });
}

} // namespace

// A record found in the buffer.
struct CsvReader::Cut {
    std::vector<std::string> fields;
    const ErrorKind* fault = nullptr;
    std::size_t text = 0;  // bytes without the line end
    std::size_t whole = 0; // with it
};

void CsvReader::feed(std::string_view bytes) {
    if (at_ != 0) {
        buffer_.erase(0, at_);
        at_ = 0;
    }
    buffer_ += bytes;
}

void CsvReader::drop(std::size_t count) {
    at_ += count;
    consumed_ += count;
}

// True where a record begins here.
bool CsvReader::skip_blank_lines() {
    while (at_ < buffer_.size()) {
        const char c = buffer_[at_];
        if (c != '\n' && c != '\r') return true;
        const bool last = at_ + 1 == buffer_.size();
        if (c == '\r' && last && !finished_) return false;
        const bool pair = c == '\r' && !last && buffer_[at_ + 1] == '\n';
        drop(pair ? 2 : 1);
        ++line_;
    }
    return false;
}

// Once, at the head of the input: the byte order mark and the separator. False: feed more.
bool CsvReader::begin() {
    if (separator_ != 0) return true;
    const std::string_view text = std::string_view(buffer_).substr(at_);
    const bool whole = finished_ || text.size() > limits_.record ||
                       text.find_first_of("\r\n", kMark.size()) != std::string_view::npos;
    if (!whole) return false;
    if (consumed_ == 0 && text.starts_with(kMark)) drop(kMark.size());
    separator_ = guess_separator(std::string_view(buffer_).substr(at_));
    return true;
}

// Nothing: the record goes on beyond the buffer.
std::optional<CsvReader::Cut> CsvReader::cut() const {
    const std::string_view text = std::string_view(buffer_).substr(at_);
    Cut out;
    std::string field;
    enum class In { start, plain, quoted, closed } in = In::start;
    const auto fail = [&out](const ErrorKind& kind) {
        if (out.fault == nullptr) out.fault = &kind;
    };
    std::size_t i = 0;
    for (; i < text.size() && i <= limits_.record && out.fault == nullptr; ++i) {
        const char c = text[i];
        if (in == In::quoted) {
            if (c != '"') field += c;
            if (c != '"') continue;
            if (i + 1 == text.size() && !finished_) return std::nullopt;
            const bool doubled = i + 1 < text.size() && text[i + 1] == '"';
            if (doubled) field += text[++i];
            if (!doubled) in = In::closed;
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 == text.size() && !finished_) return std::nullopt;
            const bool pair = c == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
            out.text = i;
            out.whole = i + (pair ? 2 : 1);
            break;
        } else if (c == separator_) {
            out.fields.push_back(std::move(field));
            field.clear();
            in = In::start;
            if (out.fields.size() >= limits_.fields) fail(kCsvTooMany);
        } else if (c == '"') {
            if (in != In::start) fail(in == In::closed ? kCsvAfterQuote : kCsvStrayQuote);
            in = In::quoted;
        } else {
            if (in == In::closed) fail(kCsvAfterQuote);
            if (in == In::start) in = In::plain;
            field += c;
        }
    }
    if (out.whole == 0 && out.fault == nullptr) {
        if (i > limits_.record)
            fail(kCsvTooLong);
        else if (!finished_)
            return std::nullopt;
        else if (in == In::quoted)
            fail(kCsvUnclosed);
        else
            out.text = out.whole = text.size();
    }
    out.fields.push_back(std::move(field));
    return out;
}

std::optional<CsvRecord> CsvReader::take(Cut cut) {
    const std::string_view text = std::string_view(buffer_).substr(at_);
    if (cut.fault != nullptr) { // the line alone is refused
        const std::size_t end = text.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            // A line without end is not kept whole: the rest of it would look like a record.
            if (!finished_ && text.size() <= 16 * limits_.record) return std::nullopt;
            cut.text = cut.whole = text.size();
        } else {
            if (text[end] == '\r' && end + 1 == text.size() && !finished_) return std::nullopt;
            cut.text = end;
            cut.whole = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
        }
    }
    CsvRecord out;
    out.raw = std::string(text.substr(0, cut.text));
    out.line = line_;
    out.begin = consumed_;
    const std::string_view gone = text.substr(0, cut.whole);
    if (cut.fault == nullptr && !is_utf8(view(out.raw))) cut.fault = &kCsvNotUtf8;
    if (cut.fault == nullptr && has_control(out.raw)) cut.fault = &kCsvControl;
    if (cut.fault != nullptr) {
        out.fault = Error(*cut.fault, "line " + std::to_string(line_));
    } else {
        out.fields = std::move(cut.fields);
    }
    const auto lines = std::count(gone.begin(), gone.end(), '\n');
    line_ += static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(lines, cut.whole > cut.text));
    drop(cut.whole);
    out.end = consumed_;
    return out;
}

std::optional<CsvRecord> CsvReader::next() {
    if (!begin() || !skip_blank_lines()) return std::nullopt;
    std::optional<Cut> found = cut();
    if (!found) return std::nullopt;
    return take(std::move(*found));
}

std::string csv_line(const std::vector<std::string>& fields, char separator) {
    std::string out;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i != 0) out += separator;
        const std::string& field = fields[i];
        const bool plain = field.find_first_of("\",;\t\r\n") == std::string::npos &&
                           !(field.empty() && fields.size() == 1);
        if (plain) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    return out + "\r\n";
}

} // namespace salus::codec
