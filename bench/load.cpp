// A load generator for what clients do over HTTP, the same for Salus and its peers:
//   salus_load calls --url URL --to CONTRACT --data 0x… --seconds 5 --connections 8
//   salus_load issue --url URL --token TOKEN --count 5000 --connections 8 --per-request 50
// Prints one line of JSON: {"operations", "seconds", "perSecond", "failed"}.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "codec/json.hpp"
#include "http/client.hpp"

namespace salus {
namespace {

using codec::json::array;
using codec::json::object;
using Steady = std::chrono::steady_clock;

struct Outcome {
    std::atomic<std::uint64_t> operations{0};
    std::atomic<std::uint64_t> failed{0};
};

// Runs `work(client, turn)` on each connection until it returns false.
double run_connections(const std::string& url, int connections,
                       const std::function<bool(http::Client&)>& work) {
    const auto begin = Steady::now();
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(connections));
    for (int i = 0; i < connections; ++i) {
        threads.emplace_back([&] {
            http::ClientOptions options;
            options.request_timeout = std::chrono::seconds(120);
            http::Client client(http::parse_url(url).value(), options);
            while (work(client)) {
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    return std::chrono::duration<double>(Steady::now() - begin).count();
}

void print(const Outcome& outcome, double seconds) {
    const auto operations = outcome.operations.load();
    fmt::print("{{\"operations\":{},\"seconds\":{:.3f},\"perSecond\":{:.1f},\"failed\":{}}}\n",
               operations, seconds, static_cast<double>(operations) / seconds,
               outcome.failed.load());
}

struct Calls {
    std::string url, to, data;
    int seconds = 5;
    int connections = 8;
};

void run_calls(const Calls& options) {
    http::Client::Call call;
    call.method = "POST";
    call.target = "/";
    call.headers.add("Content-Type", "application/json");
    const object transaction{{"to", options.to}, {"data", options.data}};
    call.body = codec::print_json(object{{"jsonrpc", "2.0"},
                                         {"id", 1},
                                         {"method", "eth_call"},
                                         {"params", array{transaction, "latest"}}});
    Outcome outcome;
    const auto end = Steady::now() + std::chrono::seconds(options.seconds);
    const double seconds = run_connections(options.url, options.connections, [&](auto& client) {
        const auto answer = client.send(call);
        const bool good = answer.ok() && answer->status == 200 &&
                          answer->body.find("\"result\":\"0x") != std::string::npos;
        ++(good ? outcome.operations : outcome.failed);
        return Steady::now() < end;
    });
    print(outcome, seconds);
}

struct Issue {
    std::string url, token;
    std::uint64_t count = 5000, per_request = 50, first = 0;
    int connections = 8;
};

object entry(const std::string& full_url, object resource) {
    const std::string type(resource["resourceType"].as_string());
    return {{"fullUrl", full_url},
            {"resource", std::move(resource)},
            {"request", object{{"method", "POST"}, {"url", type}}}};
}

// One patient with `count` influenza vaccinations, each of its own identity.
std::string bundle(std::uint64_t first, std::uint64_t count) {
    const std::string patient = fmt::format("urn:uuid:00000000-0000-4000-8000-{:012x}", first);
    array entries;
    entries.push_back(
        entry(patient, {{"resourceType", "Patient"},
                        {"name", array{object{{"family", "Load"}, {"given", array{"Test"}}}}},
                        {"birthDate", "1980-01-01"}}));
    for (std::uint64_t i = first; i < first + count; ++i) {
        object immunization{
            {"resourceType", "Immunization"},
            {"status", "completed"},
            {"vaccineCode",
             object{{"coding",
                     array{object{{"system", "http://hl7.org/fhir/sid/cvx"}, {"code", "140"}}}}}},
            {"patient", object{{"reference", patient}}},
            {"occurrenceDateTime",
             fmt::format("20{:02}-{:02}-{:02}", 1 + i % 20, 1 + i % 12, 1 + i % 28)}};
        entries.push_back(entry(fmt::format("urn:uuid:00000000-0000-4000-9000-{:012x}", i),
                                std::move(immunization)));
    }
    return codec::print_json(
        object{{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", std::move(entries)}});
}

void run_issue(const Issue& options) {
    Outcome outcome;
    std::atomic<std::uint64_t> next{0};
    const double seconds = run_connections(options.url, options.connections, [&](auto& client) {
        const std::uint64_t begin = next.fetch_add(options.per_request);
        if (begin >= options.count) return false;
        const std::uint64_t size = std::min(options.per_request, options.count - begin);
        http::Client::Call call;
        call.method = "POST";
        call.target = "/api/v1/issue";
        call.headers.add("Content-Type", "application/json");
        call.headers.add("Authorization", "Bearer " + options.token);
        call.body = bundle(options.first + begin, size);
        call.timeout = std::chrono::seconds(120);
        const auto answer = client.send(call);
        std::uint64_t issued = 0;
        if (answer.ok() && answer->status == 200) {
            const auto parsed = codec::parse_json(answer->body);
            if (parsed.ok()) issued = parsed->as_object().at("issued").as_array().size();
        }
        outcome.operations += issued;
        outcome.failed += size - issued;
        return true;
    });
    print(outcome, seconds);
}

} // namespace
} // namespace salus

int main(int argc, char** argv) {
    CLI::App app("HTTP load for Salus and its peers");
    app.require_subcommand(1);
    salus::Calls calls;
    CLI::App* call = app.add_subcommand("calls", "eth_call over kept connections");
    call->add_option("--url", calls.url)->required();
    call->add_option("--to", calls.to)->required();
    call->add_option("--data", calls.data)->required();
    call->add_option("--seconds", calls.seconds);
    call->add_option("--connections", calls.connections);
    call->callback([&] { salus::run_calls(calls); });
    salus::Issue issue;
    CLI::App* issuing = app.add_subcommand("issue", "Certificates issued, each durable");
    issuing->add_option("--url", issue.url)->required();
    issuing->add_option("--token", issue.token)->required();
    issuing->add_option("--count", issue.count);
    issuing->add_option("--first", issue.first);
    issuing->add_option("--per-request", issue.per_request);
    issuing->add_option("--connections", issue.connections);
    issuing->callback([&] { salus::run_issue(issue); });
    CLI11_PARSE(app, argc, argv);
    return 0;
}
