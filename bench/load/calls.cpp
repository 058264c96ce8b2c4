#include "codec/json.hpp"
#include "load/load.hpp"

namespace salus::load {
using codec::json::array;
using codec::json::object;

void run_calls(const Calls& options) {
    const object transaction{{"to", options.to}, {"data", options.data}};
    const std::string body = codec::print_json(object{{"jsonrpc", "2.0"},
                                                      {"id", 1},
                                                      {"method", "eth_call"},
                                                      {"params", array{transaction, "latest"}}});
    std::atomic<std::uint64_t> good{0};
    std::atomic<std::uint64_t> failed{0};
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    const Meter meter(options.target);
    run_connections(options.target, [&](http::Client& client) {
        const bool answered = post(client, body).find("\"result\":\"0x") != std::string::npos;
        ++(answered ? good : failed);
        return std::chrono::steady_clock::now() < end;
    });
    meter.print(good, failed);
}

} // namespace salus::load
