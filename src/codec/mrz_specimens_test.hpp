#pragma once
// The specimens of Utopia that ICAO 9303 parts 4 to 7 print, for the tests of the zone.

#include "codec/mrz.hpp"

namespace salus::codec {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

inline constexpr year_month_day kToday{year(2026), month(11), day(23)};
inline constexpr year_month_day kThen{year(2000), month(1),
                                      day(1)}; // when the older specimens lived

inline constexpr std::string_view kPassport = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                                              "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
inline constexpr std::string_view kCard = "I<UTOD231458907<<<<<<<<<<<<<<<\n"
                                          "7408122F1204159UTO<<<<<<<<<<<6\n"
                                          "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
inline constexpr std::string_view kSmallBook = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
                                               "D231458907UTO7408122F1204159<<<<<<<6";
inline constexpr std::string_view kVisaA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                                           "L8988901C4XXX4009078F96121096ZE184226B<<<<<<";
inline constexpr std::string_view kVisaB = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
                                           "L8988901C4XXX4009078F9612109<<<<<<<<";

} // namespace salus::codec
