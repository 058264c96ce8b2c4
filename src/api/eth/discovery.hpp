#pragma once
// rpc.discover: an OpenRPC 1.3 document made from the table of methods.

#include "api/eth/rpc.hpp"

namespace salus::api::eth {

Json discovery_document(const EndpointOptions& options);
// The schemas that the table names, by name (JSON Schema draft 7).
const json::object& schemas();
// "Block", "Block?" (or null), "[Receipt]" (a list), "[Receipt]?".
Json schema_of(std::string_view name);

} // namespace salus::api::eth
