#pragma once
// One page of a PDF, drawn in millimetres from the upper left corner: text shaped and broken into
// lines by Pango, in the order of its script; lines; QR codes as one vector path. cairo and Pango
// are behind this door alone.

#include <memory>

#include "codec/qr.hpp"

namespace salus::print {

inline constexpr ErrorKind kNotPrinted{"print.failed", "cairo's own status"};
inline constexpr ErrorKind kNoFont{"print.no_font",
                                   "Debian: fonts-noto-core, fonts-droid-fallback"};

struct Document {
    std::string title, author, subject;
    std::string language;  // BCP 47; of the whole document
    std::int64_t time = 0; // Unix seconds, as its date of creation
    double width = 210, height = 297;
};

enum class Side { left, right };

struct Text {
    double size = 10; // points
    bool bold = false;
    double grey = 0; // 0 black, 1 white
    Side side = Side::left;
    int lines = 1;          // what needs more is cut with an ellipsis
    bool free = false;      // of any script: a box stands for what no font has; else kNoFont
    std::string_view tag{}; // of the PDF's structure: H1, P, …
};

class Canvas {
public:
    explicit Canvas(const Document& document);
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    // In a box of this width whose top is at y, as one paragraph; returns the height that it took.
    double text(std::string_view utf8, double x, double y, double width, const Text& style);
    void line(double x1, double y1, double x2, double y2, double thickness, bool dashed = false,
              double grey = 0.6);
    void frame(double x, double y, double width, double height, double grey = 0.6);
    // With its quiet zone inside of the square of this side.
    void qr(const codec::QrSymbol& symbol, double x, double y, double side);

    // The whole file. Once. kNoFont where the page's own words would be boxes.
    Result<Bytes> finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::print
