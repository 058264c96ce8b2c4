#include "codec/mrz_layout.hpp"

#include "base/bytes.hpp"

namespace salus::codec {
namespace {

using F = MrzField;

constexpr MrzSpan kTd1[] = {{F::document_code, 0, 0, 2},    {F::issuing_state, 0, 2, 3},
                            {F::document_number, 0, 5, 9},  {F::document_number_check, 0, 14, 1},
                            {F::optional1, 0, 15, 15},      {F::birth, 1, 0, 6},
                            {F::birth_check, 1, 6, 1},      {F::sex, 1, 7, 1},
                            {F::expiry, 1, 8, 6},           {F::expiry_check, 1, 14, 1},
                            {F::nationality, 1, 15, 3},     {F::optional2, 1, 18, 11},
                            {F::composite_check, 1, 29, 1}, {F::name, 2, 0, 30}};

// The first 28 characters of the lower line are the same in all formats of two lines.
#define SALUS_MRZ_TWO_LINES(name_length)                                                           \
    {F::document_code, 0, 0, 2}, {F::issuing_state, 0, 2, 3}, {F::name, 0, 5, name_length},        \
        {F::document_number, 1, 0, 9}, {F::document_number_check, 1, 9, 1},                        \
        {F::nationality, 1, 10, 3}, {F::birth, 1, 13, 6}, {F::birth_check, 1, 19, 1},              \
        {F::sex, 1, 20, 1}, {F::expiry, 1, 21, 6}, {                                               \
        F::expiry_check, 1, 27, 1                                                                  \
    }

constexpr MrzSpan kTd2[] = {
    SALUS_MRZ_TWO_LINES(31), {F::optional1, 1, 28, 7}, {F::composite_check, 1, 35, 1}};
constexpr MrzSpan kTd3[] = {SALUS_MRZ_TWO_LINES(39),
                            {F::optional1, 1, 28, 14},
                            {F::optional1_check, 1, 42, 1},
                            {F::composite_check, 1, 43, 1}};
constexpr MrzSpan kMrvA[] = {SALUS_MRZ_TWO_LINES(39), {F::optional1, 1, 28, 16}};
constexpr MrzSpan kMrvB[] = {SALUS_MRZ_TWO_LINES(31), {F::optional1, 1, 28, 8}};
#undef SALUS_MRZ_TWO_LINES

constexpr MrzSpan kTd1Number[] = {{F::zone, 0, 5, 9}};
constexpr MrzSpan kTd1Birth[] = {{F::zone, 1, 0, 6}};
constexpr MrzSpan kTd1Expiry[] = {{F::zone, 1, 8, 6}};
constexpr MrzSpan kTd1All[] = {
    {F::zone, 0, 5, 25}, {F::zone, 1, 0, 7}, {F::zone, 1, 8, 7}, {F::zone, 1, 18, 11}};
constexpr MrzSpan kNumber[] = {{F::zone, 1, 0, 9}};
constexpr MrzSpan kBirth[] = {{F::zone, 1, 13, 6}};
constexpr MrzSpan kExpiry[] = {{F::zone, 1, 21, 6}};
constexpr MrzSpan kPersonal[] = {{F::zone, 1, 28, 14}};
constexpr MrzSpan kTd2All[] = {{F::zone, 1, 0, 10}, {F::zone, 1, 13, 7}, {F::zone, 1, 21, 14}};
constexpr MrzSpan kTd3All[] = {{F::zone, 1, 0, 10}, {F::zone, 1, 13, 7}, {F::zone, 1, 21, 22}};

constexpr MrzCheck kTd1Checks[] = {{F::document_number_check, &kMrzNumberCheck, kTd1Number},
                                   {F::birth_check, &kMrzBirthCheck, kTd1Birth},
                                   {F::expiry_check, &kMrzExpiryCheck, kTd1Expiry},
                                   {F::composite_check, &kMrzCompositeCheck, kTd1All}};
constexpr MrzCheck kTd2Checks[] = {{F::document_number_check, &kMrzNumberCheck, kNumber},
                                   {F::birth_check, &kMrzBirthCheck, kBirth},
                                   {F::expiry_check, &kMrzExpiryCheck, kExpiry},
                                   {F::composite_check, &kMrzCompositeCheck, kTd2All}};
constexpr MrzCheck kTd3Checks[] = {{F::document_number_check, &kMrzNumberCheck, kNumber},
                                   {F::birth_check, &kMrzBirthCheck, kBirth},
                                   {F::expiry_check, &kMrzExpiryCheck, kExpiry},
                                   {F::optional1_check, &kMrzOptionalCheck, kPersonal},
                                   {F::composite_check, &kMrzCompositeCheck, kTd3All}};
constexpr MrzCheck kMrvChecks[] = {{F::document_number_check, &kMrzNumberCheck, kNumber},
                                   {F::birth_check, &kMrzBirthCheck, kBirth},
                                   {F::expiry_check, &kMrzExpiryCheck, kExpiry}};

constexpr MrzLayout kLayouts[] = {{MrzFormat::td1, 3, 30, kTd1, kTd1Checks},
                                  {MrzFormat::td2, 2, 36, kTd2, kTd2Checks},
                                  {MrzFormat::td3, 2, 44, kTd3, kTd3Checks},
                                  {MrzFormat::mrv_a, 2, 44, kMrvA, kMrvChecks},
                                  {MrzFormat::mrv_b, 2, 36, kMrvB, kMrvChecks}};

} // namespace

const MrzSpan* MrzLayout::find(MrzField field) const {
    for (const MrzSpan& span : fields) {
        if (span.field == field) return &span;
    }
    return nullptr;
}

const MrzLayout& layout_of(MrzFormat format) {
    return kLayouts[static_cast<std::size_t>(format)];
}

std::string_view characters(const std::vector<std::string>& lines, const MrzSpan& span) {
    return std::string_view(lines[span.line]).substr(span.column, span.length);
}

bool allows_long_number(MrzFormat format) {
    return format == MrzFormat::td1 || format == MrzFormat::td2;
}

std::string_view field_name(MrzField field) {
    constexpr std::string_view kNames[] = {"zone",
                                           "document code",
                                           "issuing state",
                                           "name",
                                           "document number",
                                           "check digit of the document number",
                                           "nationality",
                                           "date of birth",
                                           "check digit of the date of birth",
                                           "sex",
                                           "date of expiry",
                                           "check digit of the date of expiry",
                                           "optional data",
                                           "check digit of the personal number",
                                           "further optional data",
                                           "composite check digit"};
    return kNames[static_cast<std::size_t>(field)];
}

} // namespace salus::codec
