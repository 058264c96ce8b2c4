#include <fmt/format.h>

#include <algorithm>

#include "load/hospital.hpp"

namespace salus::load {
namespace {

using Steady = std::chrono::steady_clock;

double milliseconds_since(Steady::time_point begin) {
    return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

// From the sending of the transaction to its receipt; none: it was refused.
std::optional<double> time_to_receipt(http::Client& client, const std::string& raw) {
    const auto begin = Steady::now();
    const std::string hash = rpc(client, "eth_sendRawTransaction", fmt::format(R"(["{}"])", raw));
    const std::string question = fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"eth_getTransactionReceipt","params":["{}"]}})", hash);
    while (milliseconds_since(begin) < 10'000) {
        const std::string answer = post(client, question);
        if (answer.find("\"status\":\"0x1\"") != std::string::npos)
            return milliseconds_since(begin);
        if (answer.find("\"status\":\"0x0\"") != std::string::npos) break;
    }
    return std::nullopt;
}

} // namespace

int run_latency(const Latency& options) {
    const Hospital hospital(options.target, options.to, options.key);
    http::Client client(http::parse_url(options.target.url).value(), client_options());
    const std::uint64_t nonce = hospital.nonce("pending");
    std::vector<double> times;
    times.reserve(options.count);
    const Meter meter(options.target);
    for (std::uint64_t i = 0; i < options.count; ++i) {
        const Hash32 issued = commitment(options.first + i);
        const auto time = time_to_receipt(client, hospital.sign(nonce + i, {&issued, 1}));
        if (!time) break; // those after it would wait for ever
        times.push_back(*time);
    }
    if (!times.empty()) {
        std::sort(times.begin(), times.end());
        fmt::print(R"({{"medianMilliseconds":{:.3f},"p99Milliseconds":{:.3f},)"
                   R"("mostMilliseconds":{:.3f}}})"
                   "\n",
                   times[times.size() / 2], times[times.size() * 99 / 100], times.back());
    }
    meter.print(times.size(), options.count - times.size());
    return times.size() == options.count ? 0 : 1;
}

} // namespace salus::load
