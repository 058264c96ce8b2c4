#include "print/canvas.hpp"

#include <cairo/cairo-pdf.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include "print/pdf_language.hpp"

namespace salus::print {

namespace {

constexpr double kPoint = 72.0 / 25.4; // in a millimetre

// Latin, Greek and Cyrillic, Arabic; then Chinese. What none has, fontconfig finds.
constexpr const char* kFamilies = "Noto Sans, Noto Sans Arabic, Droid Sans Fallback";

struct Released {
    void operator()(cairo_surface_t* it) const { cairo_surface_destroy(it); }
    void operator()(cairo_t* it) const { cairo_destroy(it); }
    void operator()(cairo_font_options_t* it) const { cairo_font_options_destroy(it); }
    void operator()(PangoLayout* it) const { g_object_unref(it); }
    void operator()(PangoFontDescription* it) const { pango_font_description_free(it); }
};
template <typename T>
using Held = std::unique_ptr<T, Released>;

cairo_status_t write(void* to, const unsigned char* data, unsigned int size) {
    append(*static_cast<Bytes*>(to), ByteView(data, size));
    return CAIRO_STATUS_SUCCESS;
}

std::string iso_time(std::int64_t time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(time)));
}

} // namespace

struct Canvas::Impl {
    Bytes file;
    std::string language;
    int boxes = 0; // instead of the page's own letters
    Held<cairo_surface_t> surface;
    Held<cairo_t> cairo;

    explicit Impl(const Document& document) : language(document.language) {
        surface.reset(cairo_pdf_surface_create_for_stream(&write, &file, document.width * kPoint,
                                                          document.height * kPoint));
        const auto set = [&](cairo_pdf_metadata_t which, const std::string& value) {
            if (!value.empty()) {
                cairo_pdf_surface_set_metadata(surface.get(), which, value.c_str());
            }
        };
        set(CAIRO_PDF_METADATA_TITLE, document.title);
        set(CAIRO_PDF_METADATA_AUTHOR, document.author);
        set(CAIRO_PDF_METADATA_SUBJECT, document.subject);
        set(CAIRO_PDF_METADATA_CREATOR, "Salus");
        set(CAIRO_PDF_METADATA_CREATE_DATE, iso_time(document.time));
        set(CAIRO_PDF_METADATA_MOD_DATE, iso_time(document.time));
        cairo.reset(cairo_create(surface.get()));
        const Held<cairo_font_options_t> options(cairo_font_options_create());
        cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
        cairo_set_font_options(cairo.get(), options.get());
    }

    void grey(double value) { cairo_set_source_rgb(cairo.get(), value, value, value); }

    Held<PangoLayout> layout(std::string_view utf8, double width, const Text& style) {
        Held<PangoLayout> out(pango_cairo_create_layout(cairo.get()));
        PangoContext* context = pango_layout_get_context(out.get());
        pango_context_set_round_glyph_positions(context, 0); // else gaps that read as blanks
        pango_context_set_language(context, pango_language_from_string(language.c_str()));
        const Held<PangoFontDescription> font(pango_font_description_from_string(kFamilies));
        pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
        pango_font_description_set_weight(font.get(),
                                          style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_layout_set_font_description(out.get(), font.get());
        pango_layout_set_text(out.get(), utf8.data(), static_cast<int>(utf8.size()));
        pango_layout_set_width(out.get(), static_cast<int>(width * kPoint * PANGO_SCALE));
        pango_layout_set_height(out.get(), -style.lines);
        pango_layout_set_single_paragraph_mode(out.get(), 1); // or each would have its own lines
        pango_layout_set_wrap(out.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_ellipsize(out.get(), PANGO_ELLIPSIZE_END);
        pango_layout_set_alignment(out.get(),
                                   style.side == Side::left ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
        // The text's own direction; the side on which it stands is the page's.
        const PangoDirection direction = pango_layout_get_direction(out.get(), 0);
        pango_context_set_base_dir(context, direction);
        pango_layout_set_auto_dir(out.get(), 0);
        pango_layout_context_changed(out.get());
        return out;
    }
};

Canvas::Canvas(const Document& document) : impl_(std::make_unique<Impl>(document)) {}
Canvas::~Canvas() = default;

double Canvas::text(std::string_view utf8, double x, double y, double width, const Text& style) {
    const Held<PangoLayout> layout = impl_->layout(utf8, width, style);
    cairo_t* cairo = impl_->cairo.get();
    if (!style.free) impl_->boxes += pango_layout_get_unknown_glyphs_count(layout.get());
    impl_->grey(style.grey);
    const std::string tag(style.tag.empty() ? "P" : style.tag);
    cairo_tag_begin(cairo, tag.c_str(), nullptr);
    cairo_move_to(cairo, x * kPoint, y * kPoint);
    pango_cairo_show_layout(cairo, layout.get());
    cairo_tag_end(cairo, tag.c_str());
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE / kPoint;
}

void Canvas::line(double x1, double y1, double x2, double y2, double thickness, bool dashed,
                  double grey) {
    cairo_t* cairo = impl_->cairo.get();
    cairo_save(cairo);
    impl_->grey(grey);
    cairo_set_line_width(cairo, thickness * kPoint);
    const double dash = 2 * kPoint;
    if (dashed) cairo_set_dash(cairo, &dash, 1, 0);
    cairo_move_to(cairo, x1 * kPoint, y1 * kPoint);
    cairo_line_to(cairo, x2 * kPoint, y2 * kPoint);
    cairo_stroke(cairo);
    cairo_restore(cairo);
}

void Canvas::frame(double x, double y, double width, double height, double grey) {
    constexpr double kThin = 0.2;
    line(x, y, x + width, y, kThin, false, grey);
    line(x, y + height, x + width, y + height, kThin, false, grey);
    line(x, y, x, y + height, kThin, false, grey);
    line(x + width, y, x + width, y + height, kThin, false, grey);
}

// Dark modules of a row that touch are one rectangle: no seams on screens or printers.
void Canvas::qr(const codec::QrSymbol& symbol, double x, double y, double side) {
    cairo_t* cairo = impl_->cairo.get();
    const auto modules = static_cast<double>(symbol.size + 2 * codec::kQuietZone);
    const double module = side / modules * kPoint;
    const auto place = [module](double origin, std::size_t at) {
        return origin * kPoint + static_cast<double>(at + codec::kQuietZone) * module;
    };
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_rectangle(cairo, x * kPoint, y * kPoint, side * kPoint, side * kPoint);
    cairo_fill(cairo);
    impl_->grey(0);
    for (std::size_t row = 0; row < symbol.size; ++row) {
        for (std::size_t column = 0; column < symbol.size;) {
            std::size_t end = column;
            while (end < symbol.size && symbol.dark(end, row)) ++end;
            if (end > column) {
                cairo_rectangle(cairo, place(x, column), place(y, row),
                                static_cast<double>(end - column) * module, module);
            }
            column = end + 1;
        }
    }
    cairo_fill(cairo);
}

Result<Bytes> Canvas::finish() {
    cairo_show_page(impl_->cairo.get());
    cairo_surface_finish(impl_->surface.get());
    cairo_status_t status = cairo_status(impl_->cairo.get());
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(impl_->surface.get());
    if (status != CAIRO_STATUS_SUCCESS) {
        return Error(kNotPrinted, cairo_status_to_string(status));
    }
    if (impl_->boxes != 0) {
        return Error(kNoFont, "no font of this machine has the letters of \"" + impl_->language +
                                  "\": install fonts-noto-core and fonts-droid-fallback");
    }
    return with_language(std::move(impl_->file), impl_->language);
}

} // namespace salus::print
