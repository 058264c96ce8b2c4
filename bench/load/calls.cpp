#include <random>
#include <thread>

#include "codec/json.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "load/hospital.hpp"

namespace salus::load {
namespace {

using codec::json::array;
using codec::json::object;

std::string body_of(const std::string& to, const std::string& data) {
    const object transaction{{"to", to}, {"data", data}};
    return codec::print_json(object{{"jsonrpc", "2.0"},
                                    {"id", 1},
                                    {"method", "eth_call"},
                                    {"params", array{transaction, "latest"}}});
}

std::string random_status(const Calls& options) {
    thread_local std::mt19937_64 engine(std::hash<std::thread::id>()(std::this_thread::get_id()));
    const std::uint64_t number =
        std::uniform_int_distribution<std::uint64_t>(0, options.known - 1)(engine);
    const Bytes data = eth::contracts::vaccine_passport::encode_status(
        *address_from_hex(options.issuer), commitment(number));
    return body_of(options.to, to_hex0x(data));
}

} // namespace

void run_calls(const Calls& options) {
    const std::string body = body_of(options.to, options.data);
    std::atomic<std::uint64_t> good{0};
    std::atomic<std::uint64_t> failed{0};
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    const Meter meter(options.target);
    run_connections(options.target, [&](http::Client& client) {
        const std::string answer = post(client, options.known == 0 ? body : random_status(options));
        // A commitment that is known was issued at some time, which is not zero.
        const bool answered =
            answer.find("\"result\":\"0x") != std::string::npos &&
            (options.known == 0 || answer.find("\"0x" + std::string(64, '0')) == std::string::npos);
        ++(answered ? good : failed);
        return std::chrono::steady_clock::now() < end;
    });
    meter.print(good, failed);
}

} // namespace salus::load
