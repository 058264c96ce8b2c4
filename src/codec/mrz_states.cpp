#include "codec/mrz_states.hpp"

namespace salus::codec {
namespace {

// clang-format off
// ISO 3166-1 alpha-3, without DEU: 9303 writes Germany as D.
constexpr std::string_view kIso =
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD "
    "BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR "
    "COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DJI DMA DNK DOM DZA ECU EGY ERI ESH "
    "ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL "
    "GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR "
    "JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR "
    "MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL "
    "NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY "
    "PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP "
    "SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA "
    "UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE ";
// clang-format on

// Part A: Germany, Kosovo, and the British who are no citizens (their passports bear these codes as
// issuer too). B: European Union. C: United Nations. D: other authorities. F: given up by ISO,
// still met. G: specimens.
constexpr std::string_view kFurther =
    "D RKS GBD GBN GBO GBP GBS EUE UNO UNA UNK XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC ANT NTZ "
    "UTO ";
constexpr std::string_view kPersons = "XXA XXB XXC XXX "; // part E

bool listed(std::string_view list, std::string_view code) {
    while (!list.empty()) {
        const std::size_t end = list.find(' ');
        if (list.substr(0, end) == code) return true;
        list.remove_prefix(end + 1);
    }
    return false;
}

} // namespace

bool is_issuing_state(std::string_view code) {
    return listed(kIso, code) || listed(kFurther, code);
}

bool is_nationality(std::string_view code) {
    return is_issuing_state(code) || listed(kPersons, code);
}

} // namespace salus::codec
