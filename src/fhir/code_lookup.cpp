#include <algorithm>
#include <tuple>

#include "fhir/code_tables.hpp"

namespace salus::fhir {

namespace {

template <typename Row>
const Row* find_in(std::span<const Row> table, std::string_view system, std::string_view code) {
    const auto before = [](const Row& row, const auto& key) {
        return std::tie(row.system, row.code) < key;
    };
    const auto key = std::tie(system, code);
    const auto at = std::lower_bound(table.begin(), table.end(), key, before);
    return at != table.end() && at->system == system && at->code == code ? &*at : nullptr;
}

template <typename Row>
const Row* find_code(std::span<const Row> table, std::string_view code) {
    const auto at =
        std::lower_bound(table.begin(), table.end(), code,
                         [](const Row& row, std::string_view key) { return row.code < key; });
    return at != table.end() && at->code == code ? &*at : nullptr;
}

} // namespace

const TestRow* find_test(std::string_view system, std::string_view code) {
    return find_in(tests_table(), system, code);
}
const AnswerRow* find_answer(std::string_view system, std::string_view code) {
    return find_in(answers_table(), system, code);
}
const VaccineRow* find_vaccine(std::string_view system, std::string_view code) {
    return find_in(vaccines_table(), system, code);
}
const DiseaseRow* find_disease(std::string_view code) {
    return find_code(diseases_table(), code);
}
const ProductRow* find_product(std::string_view code) {
    return find_code(products_table(), code);
}
const HolderRow* find_holder(std::string_view code) {
    return find_code(holders_table(), code);
}

bool holds_disease(std::string_view diseases, std::string_view code) {
    while (!diseases.empty()) {
        const std::size_t end = std::min(diseases.find(' '), diseases.size());
        if (diseases.substr(0, end) == code) return true;
        diseases.remove_prefix(std::min(end + 1, diseases.size()));
    }
    return false;
}

} // namespace salus::fhir
