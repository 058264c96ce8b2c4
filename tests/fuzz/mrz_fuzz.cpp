#include "codec/mrz.hpp"
#include "codec/transliterate.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

using namespace std::chrono;

constexpr year_month_day kToday{year(2026), month(11), day(23)};

// What reads can be written, and reads the same; a suggestion never stands where all is well.
void zones(const std::string& text) {
    const codec::MrzReading reading = codec::read_mrz(text, kToday);
    SALUS_ASSERT(reading.ok() == reading.faults.empty());
    if (!reading.ok()) return;
    SALUS_ASSERT(!reading.suggestion.has_value());
    const auto written = codec::write_mrz(*reading.mrz);
    SALUS_ASSERT(written.ok());
    const codec::MrzReading again = codec::read_mrz(*written, kToday);
    SALUS_ASSERT(again.ok() && *again.mrz == *reading.mrz);
}

// The other way: any names in a good zone.
void names(const std::string& text) {
    static const codec::Mrz specimen =
        *codec::read_mrz("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
                         "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
                         kToday)
             .mrz;
    codec::Mrz mrz = specimen;
    const std::size_t half = text.size() / 2;
    mrz.primary = text.substr(0, half);
    mrz.secondary = text.substr(half);
    const auto written = codec::write_mrz(mrz);
    if (written.ok()) SALUS_ASSERT(codec::read_mrz(*written, kToday).ok());
    const std::string once = codec::transliterate(text);
    SALUS_ASSERT(codec::transliterate(once) == once);
}

} // namespace

SALUS_FUZZ_TARGET(mrz) {
    zones(to_string(input));
    names(to_string(input));
}

} // namespace salus::fuzz
