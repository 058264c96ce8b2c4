#pragma once
// The code tables in use: as made at build time, and what add_codes put to them. For the files that
// look up and add; everyone else: code_tables.hpp.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/code_tables.hpp"

namespace salus::fhir {

// Rows stand in the order of their keys. Copies share the texts that were kept. Pointers to rows
// hold until a row is added.
struct TablesAtHand {
    std::vector<DiseaseRow> diseases;
    std::vector<VaccineRow> vaccines;
    std::vector<ProductRow> products;
    std::vector<HolderRow> holders;
    std::vector<std::shared_ptr<const std::string>> texts; // of rows that were added

    std::string_view keep(const std::string& text);
    void add(const DiseaseRow& row);
    void add(const VaccineRow& row);
    void add(const ProductRow& row);
    void add(const HolderRow& row);

    const DiseaseRow* disease(std::string_view code) const;
    const VaccineRow* vaccine(std::string_view system, std::string_view code) const;
    const ProductRow* product(std::string_view code) const;
    const HolderRow* holder(std::string_view code) const;
};

TablesAtHand& tables_at_hand();

} // namespace salus::fhir
