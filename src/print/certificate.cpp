#include "print/certificate.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "codec/shc_text.hpp"
#include "passport/document.hpp"

namespace salus::print {

namespace {

namespace json = codec::json;

struct Field {
    Word word;
    std::string_view key; // of passport::document_json
};
constexpr Field kFields[] = {
    {Word::name, "name"},
    {Word::birth_date, "birthDate"},
    {Word::disease, "disease"},
    {Word::vaccine, "vaccine"},
    {Word::manufacturer, "manufacturer"},
    {Word::lot, "lot"},
    {Word::dose, "dose"},
    {Word::test_type, "test"},
    {Word::test_name, "testName"},
    {Word::result, "result"},
    {Word::date, "date"},
    {Word::performer, "performer"},
    {Word::country, "country"},
    {Word::issued_by, "issuedBy"},
    {Word::issued, "issued"},
    {Word::expires, "expires"},
    {Word::certificate_id, "certificateId"},
};

std::string text_of(const json::object& from, std::string_view key) {
    const codec::Json* value = codec::json_find(from, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

struct Shown {
    Word word;
    std::string value;
};

// "1 of 2" is English; an instant is shown as its day.
std::string shown_value(const Field& field, std::string value) {
    constexpr std::string_view kOf = " of ";
    constexpr std::size_t kDay = 10;
    if (field.word == Word::dose) {
        if (const auto at = value.find(kOf); at != std::string::npos) {
            value.replace(at, kOf.size(), "/");
        }
    }
    const bool day = field.word == Word::issued || field.word == Word::expires;
    return day ? value.substr(0, kDay) : value;
}

// The date of a vaccination is that of a test's sample, or of the first positive test.
Word word_of(const Field& field, Word statement) {
    if (field.word != Word::date || statement == Word::vaccination) return field.word;
    return statement == Word::test ? Word::sample_date : Word::first_positive;
}

std::vector<Shown> fields_of(const json::object& certificate, Word statement) {
    std::vector<Shown> out;
    for (const Field& field : kFields) {
        std::string value = shown_value(field, text_of(certificate, field.key));
        if (!value.empty()) out.push_back({word_of(field, statement), std::move(value)});
    }
    return out;
}

Word title_of(const json::object& certificate) {
    const std::string statement = text_of(certificate, "statement");
    if (statement == "test") return Word::test;
    return statement == "recovery" ? Word::recovery : Word::vaccination;
}

class Page {
public:
    Page(const json::object& certificate, const codec::QrSymbol& symbol,
         const PrintOptions& options)
        : language_(options.language), title_(title_of(certificate)),
          fields_(fields_of(certificate, title_)), symbol_(symbol), now_(options.now),
          side_(is_right_to_left(language_) ? Side::right : Side::left),
          canvas_(document(certificate)) {}

    Result<Bytes> sheet() {
        constexpr double kMargin = 20, kWidth = 170, kGap = 8;
        const double qr = qr_side(kLargestOnSheet);
        const bool mirrored = side_ == Side::right;
        double y = heading(kMargin, kMargin, kWidth, kSheetTitle);
        canvas_.line(kMargin, y + 3, kMargin + kWidth, y + 3, 0.5, false, 0);
        y += 9;
        const double qr_x = mirrored ? kMargin : kMargin + kWidth - qr;
        const double text_x = mirrored ? kMargin + qr + kGap : kMargin;
        canvas_.qr(symbol_, qr_x, y, qr);
        const double below =
            y + qr + 2 + both(Word::scan, qr_x, y + qr + 2, qr, {9, false, 0.2, side_, 3});
        double at = y;
        std::size_t left = fields_.size();
        for (const Shown& field : fields_) {
            const bool beside = at < below;
            const double x = beside ? text_x : kMargin;
            const double width = beside ? kWidth - qr - kGap : kWidth;
            at += row(field, x, at, width, sheet_row(field, at, left--));
        }
        foot(kMargin, std::max(at, below) + 6, kWidth);
        return canvas_.finish();
    }

    Result<Bytes> card() {
        constexpr double kX = 31, kY = 25, kPanel = 74, kHeight = 105, kMargin = 5;
        const double room = kPanel - 2 * kMargin;
        const double qr = qr_side(room);
        if (qr > room) return Error(kTooLargeForCard);
        const bool mirrored = side_ == Side::right;
        const double facts_x = kX + kMargin + (mirrored ? kPanel : 0);
        const double code_x = kX + kMargin + (mirrored ? 0 : kPanel);
        canvas_.frame(kX, kY, 2 * kPanel, kHeight);
        canvas_.line(kX + kPanel, kY - 4, kX + kPanel, kY + kHeight + 4, 0.2, true);
        card_facts(facts_x, kY + kMargin, room);
        canvas_.qr(symbol_, code_x + (room - qr) / 2, kY + kMargin, qr);
        double y = kY + kMargin + qr + 2;
        y += both(Word::scan, code_x, y, room, {7, false, 0.2, side_, 3}) + 1.5;
        if (const Shown* id = find(Word::certificate_id)) {
            row(*id, code_x, y, room, {5.5, 5.5, 0, 3});
        }
        y = kY + kHeight + 6;
        y += both(Word::fold, kX, y, 2 * kPanel, {9, false, 0.3, side_, 1}) + 6;
        foot(kX, y, 2 * kPanel);
        return canvas_.finish();
    }

private:
    struct RowStyle {
        double label, value, gap; // points, points, millimetres
        int lines;
    };
    static constexpr RowStyle kSheetRow{8, 11.5, 2.6, 3};
    static constexpr RowStyle kCardRow{5.5, 8, 0.9, 2};
    static constexpr int kNameLines = 5; // whole, as it is compared with the travel document
    static constexpr double kSheetTitle = 24, kCardTitle = 13; // points
    static constexpr double kLargestOnSheet = 90;              // millimetres

    // As many lines as leave one to each of the `left` rows from here on.
    static RowStyle sheet_row(const Shown& field, double at, std::size_t left) {
        constexpr double kEnd = 250, kLeast = 11, kLine = 5.6; // millimetres
        RowStyle out = kSheetRow;
        const int most = field.word == Word::name ? kNameLines : out.lines;
        const double room = kEnd - at - static_cast<double>(left) * kLeast;
        out.lines = std::clamp(1 + static_cast<int>(room / kLine), 1, most);
        return out;
    }

    static RowStyle card_row(const Shown& field) {
        RowStyle out = kCardRow;
        if (field.word == Word::name) out.lines = kNameLines;
        return out;
    }

    const Shown* find(Word word) const {
        const auto found = std::find_if(fields_.begin(), fields_.end(),
                                        [word](const Shown& field) { return field.word == word; });
        return found == fields_.end() ? nullptr : &*found;
    }

    // Two short fields stand beside each other; what is not there leaves no gap.
    void card_facts(double x, double y, double width) {
        constexpr std::pair<Word, Word> kRows[] = {
            {Word::name, Word::name},
            {Word::birth_date, Word::dose},
            {Word::disease, Word::disease},
            {Word::vaccine, Word::vaccine},
            {Word::date, Word::country},
            {Word::test_type, Word::test_type},
            {Word::result, Word::sample_date},
            {Word::first_positive, Word::first_positive},
            {Word::lot, Word::expires},
            {Word::issued_by, Word::issued_by},
            {Word::manufacturer, Word::manufacturer},
        };
        constexpr double kGap = 3;
        const double end = y + 95;
        const double half = (width - kGap) / 2;
        y = heading(x, y, width, kCardTitle) + 1.5;
        for (const auto& [first, second] : kRows) {
            const Shown* one = find(first);
            const Shown* other = first == second ? nullptr : find(second);
            if (one == nullptr) std::swap(one, other);
            constexpr double kLeast = 7; // of a row
            if (one == nullptr || y + kLeast > end) continue;
            const bool alone = other == nullptr;
            const double far = x + half + kGap;
            const bool mirrored = side_ == Side::right;
            double height =
                row(*one, mirrored && !alone ? far : x, y, alone ? width : half, card_row(*one));
            if (!alone) {
                height = std::max(height, row(*other, mirrored ? x : far, y, half, kCardRow));
            }
            y += height;
        }
    }

    Document document(const json::object& certificate) const {
        Document out;
        out.title = std::string(say(title_, language_)) + " – " + text_of(certificate, "name");
        out.author = text_of(certificate, "issuedBy");
        out.subject = text_of(certificate, "certificateId");
        out.language = std::string(tag_of(language_));
        out.time = now_;
        return out;
    }

    // Of the code with its quiet zone: as large as there is room, up to a millimetre a module.
    double qr_side(double room) const {
        constexpr double kLargestModule = 0.7;
        const auto modules = static_cast<double>(symbol_.size + 2 * codec::kQuietZone);
        return modules * std::clamp(room / modules, kSmallestModule, kLargestModule);
    }

    bool is_english() const { return language_ == Language::english; }

    // "Nom · Name"
    std::string label_of(Word word) const {
        const std::string_view own = say(word, language_);
        const std::string_view english = say(word, Language::english);
        return own == english ? std::string(own) : fmt::format("{} · {}", own, english);
    }

    // In the language, and in English below.
    double both(Word word, double x, double y, double width, Text style) {
        double height = canvas_.text(say(word, language_), x, y, width, style);
        if (is_english()) return height;
        style.grey = 0.4;
        style.size *= 0.85;
        return height + canvas_.text(say(word, Language::english), x, y + height, width, style);
    }

    double heading(double x, double y, double width, double size) {
        y += canvas_.text(say(title_, language_), x, y, width,
                          {size, true, 0, side_, 2, false, "H1"});
        if (is_english()) return y;
        return y + canvas_.text(say(title_, Language::english), x, y, width,
                                {size * 0.5, false, 0.35, side_, 1});
    }

    double row(const Shown& field, double x, double y, double width, const RowStyle& style) {
        const double top = y;
        y += canvas_.text(label_of(field.word), x, y, width, {style.label, false, 0.35, side_, 1});
        const bool is_name = field.word == Word::name;
        y += canvas_.text(field.value, x, y, width,
                          {style.value, is_name, 0, side_, style.lines, true});
        return y + style.gap - top;
    }

    void foot(double x, double y, double width) {
        canvas_.line(x, y, x + width, y, 0.2);
        y += 3 + both(Word::proof, x, y + 2, width, {9, false, 0.2, side_, 4});
        const std::string day =
            fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(now_)));
        row({Word::printed, day}, x, y + 2, width, {7, 8, 0, 1});
    }

    Language language_;
    Word title_;
    std::vector<Shown> fields_;
    const codec::QrSymbol& symbol_;
    std::int64_t now_;
    Side side_;
    Canvas canvas_;
};

} // namespace

std::optional<Layout> layout_of(std::string_view name) {
    if (name == "sheet") return Layout::sheet;
    if (name == "card") return Layout::card;
    return std::nullopt;
}

Result<Bytes> print_certificate(std::string_view text, const PrintOptions& options) {
    constexpr int kLargest = 40; // one that others issued may be larger than ours ever are
    SALUS_TRY_ASSIGN(const passport::Document read, passport::read_document(text));
    SALUS_TRY_ASSIGN(const codec::QrSymbol symbol, text.starts_with("shc:/")
                                                       ? codec::shc_symbol(text)
                                                       : codec::qr_encode(text, kLargest));
    Page page(passport::document_json(read), symbol, options);
    return options.layout == Layout::card ? page.card() : page.sheet();
}

} // namespace salus::print
