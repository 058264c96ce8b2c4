#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "load/hospital.hpp"

namespace salus::load {
namespace {

// Signed and sent before the next are signed: so many transactions, of so many commitments.
constexpr std::uint64_t kWindow = 20'000;
constexpr std::uint64_t kWindowCommitments = 400'000;

std::string body_of(std::span<const std::string> raws) {
    std::string out;
    for (std::size_t i = 0; i < raws.size(); ++i) {
        out += fmt::format(
            R"({}{{"jsonrpc":"2.0","id":{},"method":"eth_sendRawTransaction","params":["{}"]}})",
            i == 0 ? "" : ",", i, raws[i]);
    }
    return raws.size() == 1 ? out : "[" + out + "]";
}

std::vector<std::string> sign_all(const Hospital& hospital, const Transactions& options,
                                  std::uint64_t nonce, std::uint64_t turn, std::uint64_t count) {
    std::vector<std::string> out(count);
    const auto sign = [&](std::uint64_t at) {
        std::vector<Hash32> commitments;
        commitments.reserve(options.commitments);
        for (std::uint64_t i = 0; i < options.commitments; ++i) {
            commitments.push_back(
                commitment(options.first + (turn + at) * options.commitments + i));
        }
        out[at] = hospital.sign(nonce + at, commitments);
    };
    std::vector<std::thread> threads;
    const std::uint64_t workers = std::max(1U, std::thread::hardware_concurrency());
    for (std::uint64_t t = 0; t < workers; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t i = t; i < count; i += workers) sign(i);
        });
    }
    for (std::thread& thread : threads) thread.join();
    return out;
}

std::uint64_t occurrences(const std::string& text, std::string_view of) {
    std::uint64_t out = 0;
    for (auto at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++out;
    return out;
}

} // namespace

int run_transactions(const Transactions& options) {
    const Hospital hospital(options.target, options.to, options.key);
    const std::uint64_t window =
        std::clamp<std::uint64_t>(kWindowCommitments / options.commitments, 1, kWindow);
    for (std::uint64_t done = 0; done < options.count; done += window) {
        const std::uint64_t count = std::min(window, options.count - done);
        const std::uint64_t nonce = hospital.nonce("latest");
        const std::vector<std::string> raws = sign_all(hospital, options, nonce, done, count);
        std::atomic<std::uint64_t> next{0};
        std::atomic<std::uint64_t> accepted{0};
        const Meter meter(options.target);
        run_connections(options.target, [&](http::Client& client) {
            const std::uint64_t begin = next.fetch_add(options.batch);
            if (begin >= count) return false;
            const auto part =
                std::span(raws).subspan(begin, std::min(options.batch, count - begin));
            const std::string answer = post(client, body_of(part));
            const std::uint64_t good = occurrences(answer, "\"result\":\"0x");
            if (good != part.size()) fmt::print(stderr, "{}\n", answer.substr(0, 300));
            accepted += good;
            return true;
        });
        while (accepted == count && hospital.nonce("latest") < nonce + count) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        meter.print(accepted, count - accepted);
        if (accepted != count) return 1;
    }
    return 0;
}

} // namespace salus::load
