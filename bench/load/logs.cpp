#include <fmt/format.h>

#include "load/load.hpp"

namespace salus::load {

// Operations are logs found; where a query may not answer so much, its range is halved.
int run_logs(const Logs& options) {
    http::Client client(http::parse_url(options.target.url).value(), client_options());
    const std::uint64_t head = rpc_number(client, "eth_blockNumber");
    std::uint64_t found = 0;
    std::uint64_t queries = 0;
    const Meter meter(options.target);
    for (std::uint64_t turn = 0; turn < options.turns; ++turn) {
        std::uint64_t range = options.range == 0 ? head + 1 : options.range;
        for (std::uint64_t from = 0; from <= head;) {
            const std::uint64_t to = std::min(head, from + range - 1);
            const std::string answer = post(
                client, fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":)"
                                    R"([{{"fromBlock":"0x{:x}","toBlock":"0x{:x}","address":"{}",)"
                                    R"("topics":{}}}]}})",
                                    from, to, options.address, options.topics));
            ++queries;
            if (answer.find("\"result\":") == std::string::npos) {
                if (range == 1) return fmt::print(stderr, "{}\n", answer.substr(0, 300)), 1;
                range = (range + 1) / 2;
                continue;
            }
            for (auto at = answer.find("\"logIndex\""); at != std::string::npos;
                 at = answer.find("\"logIndex\"", at + 1)) {
                ++found;
            }
            from = to + 1;
        }
    }
    fmt::print(stderr, "{} queries over {} blocks\n", queries, head + 1);
    meter.print(found, 0);
    return 0;
}

} // namespace salus::load
