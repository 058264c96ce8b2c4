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

} // namespace

const TestRow* find_test(std::string_view system, std::string_view code) {
    return find_in(tests_table(), system, code);
}
const AnswerRow* find_answer(std::string_view system, std::string_view code) {
    return find_in(answers_table(), system, code);
}

} // namespace salus::fhir
