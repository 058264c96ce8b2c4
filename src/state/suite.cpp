#include "state/suite.hpp"

#include "state/config.hpp"

namespace salus::state {

std::string_view kind_of_case(const codec::json::object& test) {
    const auto is = [&](std::string_view key, auto type) {
        const codec::Json* value = codec::json_find(test, key);
        return value != nullptr && value->kind() == type;
    };
    using codec::json::kind;
    if (is("blocks", kind::array)) return "a blockchain test";
    if (is("engineNewPayloads", kind::array)) return "an engine test";
    if (is("syncPayload", kind::object)) return "a sync test";
    if (is("exec", kind::object)) return "a VM test";
    if (is("transaction", kind::object) && test.contains("post")) return "a state test";
    if (test.contains("txbytes")) return "a transaction test";
    if (is("vectors", kind::object)) return "an EOF test";
    return {};
}

bool is_chosen(const SuiteOptions& options, std::string_view fork) {
    if (options.fork.empty() || options.fork == fork) return true;
    const auto wanted = revision_from_name(options.fork);
    return wanted && wanted == revision_from_name(fork);
}

} // namespace salus::state
