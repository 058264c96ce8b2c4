#include <algorithm>
#include <tuple>

#include "fhir/made_tables.hpp"
#include "fhir/tables_at_hand.hpp"

namespace salus::fhir {

namespace {

template <typename Row>
auto key_of(const Row& row) {
    if constexpr (requires { row.system; }) {
        return std::tuple(row.system, row.code);
    } else {
        return std::tuple(row.code);
    }
}

template <typename Row, typename Key>
const Row* find_in(std::span<const Row> table, const Key& key) {
    const auto at =
        std::lower_bound(table.begin(), table.end(), key,
                         [](const Row& row, const Key& wanted) { return key_of(row) < wanted; });
    return at != table.end() && key_of(*at) == key ? &*at : nullptr;
}

template <typename Row>
void insert(std::vector<Row>& table, const Row& row) {
    const auto at =
        std::lower_bound(table.begin(), table.end(), row, [](const Row& left, const Row& right) {
            return key_of(left) < key_of(right);
        });
    table.insert(at, row);
}

template <typename Row>
std::vector<Row> copied(std::span<const Row> made) {
    return {made.begin(), made.end()};
}

} // namespace

std::string_view TablesAtHand::keep(const std::string& text) {
    if (text.empty()) return {};
    return *texts.emplace_back(std::make_shared<const std::string>(text));
}
void TablesAtHand::add(const DiseaseRow& row) {
    insert(diseases, row);
}
void TablesAtHand::add(const VaccineRow& row) {
    insert(vaccines, row);
}
void TablesAtHand::add(const ProductRow& row) {
    insert(products, row);
}
void TablesAtHand::add(const HolderRow& row) {
    insert(holders, row);
}
const DiseaseRow* TablesAtHand::disease(std::string_view code) const {
    return find_in(std::span(diseases), std::tuple(code));
}
const VaccineRow* TablesAtHand::vaccine(std::string_view system, std::string_view code) const {
    return find_in(std::span(vaccines), std::tuple(system, code));
}
const ProductRow* TablesAtHand::product(std::string_view code) const {
    return find_in(std::span(products), std::tuple(code));
}
const HolderRow* TablesAtHand::holder(std::string_view code) const {
    return find_in(std::span(holders), std::tuple(code));
}

TablesAtHand& tables_at_hand() {
    static TablesAtHand tables{copied(made_diseases_table()),
                               copied(made_vaccines_table()),
                               copied(made_products_table()),
                               copied(made_holders_table()),
                               {}};
    return tables;
}

std::span<const TestRow> tests_table() {
    return made_tests_table();
}
std::span<const AnswerRow> answers_table() {
    return made_answers_table();
}
std::span<const DiseaseRow> diseases_table() {
    return tables_at_hand().diseases;
}
std::span<const VaccineRow> vaccines_table() {
    return tables_at_hand().vaccines;
}
std::span<const ProductRow> products_table() {
    return tables_at_hand().products;
}
std::span<const HolderRow> holders_table() {
    return tables_at_hand().holders;
}

const TestRow* find_test(std::string_view system, std::string_view code) {
    return find_in(tests_table(), std::tuple(system, code));
}
const AnswerRow* find_answer(std::string_view system, std::string_view code) {
    return find_in(answers_table(), std::tuple(system, code));
}
const VaccineRow* find_vaccine(std::string_view system, std::string_view code) {
    return tables_at_hand().vaccine(system, code);
}
const DiseaseRow* find_disease(std::string_view code) {
    return tables_at_hand().disease(code);
}
const ProductRow* find_product(std::string_view code) {
    return tables_at_hand().product(code);
}
const HolderRow* find_holder(std::string_view code) {
    return tables_at_hand().holder(code);
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
