#pragma once
// salus issue --bulk: its options, and the command itself.

#include "app/options.hpp"

namespace salus::app {

struct BulkOptions {
    std::vector<std::string> inputs; // CSV tables, or FHIR ndjson files
    bool preview = false;            // say what would be issued; change nothing
    bool make_template = false;      // print an empty table and its columns
    std::string certificates;        // ndjson; by default beside the first input
    std::string errors;              // by default beside the first input
    std::string journal;             // by default beside the first input
    std::size_t batch = 400;         // items a request
    std::size_t parallel = 6;        // requests at a time
    std::uint64_t wait = 300;        // seconds that a node may be away

    bool wanted() const { return make_template || !inputs.empty(); }
};

int bulk_command(const BulkOptions& bulk, const ClientOptions& client);

} // namespace salus::app
