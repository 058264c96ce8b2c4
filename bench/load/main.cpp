// A load generator for what clients do over HTTP, the same for Salus and its peers: salus_load
// --help

#include <CLI/CLI.hpp>

#include "load/load.hpp"

namespace {

using namespace salus::load;

CLI::App* add(CLI::App& app, const char* name, const char* what, Target& target) {
    CLI::App* out = app.add_subcommand(name, what);
    out->add_option("--url", target.url)->required();
    out->add_option("--connections", target.connections)->capture_default_str();
    out->add_option("--pid", target.pid, "The server's process: its CPU time is told");
    return out;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("HTTP load for Salus and its peers");
    app.require_subcommand(1);
    int status = 0;

    Calls calls;
    CLI::App* call = add(app, "calls", "eth_call over kept connections", calls.target);
    call->add_option("--to", calls.to)->required();
    call->add_option("--data", calls.data);
    call->add_option("--issuer", calls.issuer, "Instead of data: status() of its commitments");
    call->add_option("--known", calls.known, "How many it issued, from number 0 on");
    call->add_option("--seconds", calls.seconds)->capture_default_str();
    call->callback([&] { run_calls(calls); });

    Issue issue;
    CLI::App* issuing = add(app, "issue", "Certificates issued, each durable", issue.target);
    issuing->add_option("--token", issue.token)->required();
    issuing->add_option("--count", issue.count)->capture_default_str();
    issuing->add_option("--first", issue.first);
    issuing->add_option("--per-request", issue.per_request)->capture_default_str();
    issuing->callback([&] { run_issue(issue); });

    Transactions sent;
    CLI::App* sending = add(app, "transactions", "Raw issue transactions", sent.target);
    sending->add_option("--to", sent.to, "The VaccinePassport contract")->required();
    sending->add_option("--key", sent.key, "Of an accredited hospital, hex")->required();
    sending->add_option("--count", sent.count, "Transactions")->capture_default_str();
    sending->add_option("--batch", sent.batch, "Of a JSON-RPC batch")->capture_default_str();
    sending->add_option("--first", sent.first, "Number of the first commitment");
    sending->add_option("--commitments", sent.commitments, "Of a transaction")
        ->capture_default_str();
    sending->callback([&] { status = run_transactions(sent); });

    Latency latency;
    CLI::App* waiting = add(app, "latency", "Issues in turn, to the receipt", latency.target);
    waiting->add_option("--to", latency.to, "The VaccinePassport contract")->required();
    waiting->add_option("--key", latency.key, "Of an accredited hospital, hex")->required();
    waiting->add_option("--count", latency.count)->capture_default_str();
    waiting->add_option("--first", latency.first, "Number of the first commitment");
    waiting->callback([&] { status = run_latency(latency); });

    Logs logs;
    CLI::App* reading = add(app, "logs", "eth_getLogs over the whole chain", logs.target);
    reading->add_option("--address", logs.address)->required();
    reading->add_option("--topics", logs.topics, "JSON")->capture_default_str();
    reading->add_option("--range", logs.range, "Blocks a query; 0: all in one");
    reading->add_option("--turns", logs.turns, "How often over the whole")->capture_default_str();
    reading->callback([&] { status = run_logs(logs); });

    CLI11_PARSE(app, argc, argv);
    return status;
}
