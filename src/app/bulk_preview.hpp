#pragma once
// salus issue --bulk --preview: what would be issued, and every fault. Changes nothing but the file
// of faults, which has a name of its own.

#include "app/bulk_sender.hpp"

namespace salus::app {

Status preview_bulk(BulkSource& source, NodeClient& node, const BulkOptions& options, bool as_json,
                    bool& refused);

// Files that are written; by default beside the first input.
std::string journal_path(const BulkOptions& options);
std::string certificates_path(const BulkOptions& options);
std::string errors_path(const BulkOptions& options, BulkFormat format);
// What stands against an item: its own faults, and what the node refused.
std::vector<BulkFault> faults_of(const BulkSource& source, const BulkItem& item,
                                 const codec::json::array& results);

} // namespace salus::app
