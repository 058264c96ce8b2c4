#include "load/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

namespace salus::load {
namespace {

using Steady = std::chrono::steady_clock;

// Seconds of CPU that a process has used, user and system (proc(5): fields 14 and 15 of stat).
std::optional<double> cpu_seconds(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (pid == 0 || !std::getline(file, line)) return std::nullopt;
    std::istringstream rest(line.substr(line.rfind(')') + 2)); // a name may hold blanks
    std::string skipped;
    for (int field = 3; field < 14; ++field) rest >> skipped;
    double user = 0;
    double system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

} // namespace

Meter::Meter(const Target& target)
    : pid_(target.pid), start_(Steady::now()), cpu_(cpu_seconds(pid_)) {}

void Meter::print(std::uint64_t operations, std::uint64_t failed) const {
    const double seconds = std::chrono::duration<double>(Steady::now() - start_).count();
    const auto n = static_cast<double>(operations);
    std::string cpu;
    if (const auto used = cpu_seconds(pid_); used && cpu_ && operations != 0) {
        cpu = fmt::format(",\"cpuMicroseconds\":{:.1f}", (*used - *cpu_) / n * 1e6);
    }
    fmt::print("{{\"operations\":{},\"failed\":{},\"seconds\":{:.6f},\"perSecond\":{:.1f}{}}}\n",
               operations, failed, seconds, n / seconds, cpu);
}

http::ClientOptions client_options() {
    http::ClientOptions out;
    out.request_timeout = std::chrono::seconds(120);
    out.answer_limit = std::size_t{1} << 30;
    return out;
}

void run_connections(const Target& target, const std::function<bool(http::Client&)>& work) {
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(target.connections));
    for (int i = 0; i < target.connections; ++i) {
        threads.emplace_back([&] {
            http::Client client(http::parse_url(target.url).value(), client_options());
            while (work(client)) {
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

std::string post(http::Client& client, const std::string& body) {
    http::Client::Call call;
    call.method = "POST";
    call.headers.add("Content-Type", "application/json");
    call.body = body;
    auto answer = client.send(call);
    return answer.ok() && answer->status == 200 ? std::move(answer->body) : std::string();
}

std::string rpc(http::Client& client, const std::string& method, const std::string& params) {
    const std::string answer =
        post(client, fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method,
                                 params));
    constexpr std::string_view kField = "\"result\":\"";
    const auto at = answer.find(kField);
    if (at == std::string::npos) throw std::runtime_error(method + ": " + answer.substr(0, 300));
    const auto begin = at + kField.size();
    return answer.substr(begin, answer.find('"', begin) - begin);
}

std::uint64_t rpc_number(http::Client& client, const std::string& method,
                         const std::string& params) {
    return std::stoull(rpc(client, method, params), nullptr, 16);
}

} // namespace salus::load
