#include <fmt/format.h>

#include "codec/json.hpp"
#include "load/load.hpp"

namespace salus::load {
namespace {

using codec::json::array;
using codec::json::object;

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

} // namespace

void run_issue(const Issue& options) {
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> good{0};
    std::atomic<std::uint64_t> failed{0};
    const Meter meter(options.target);
    run_connections(options.target, [&](http::Client& client) {
        const std::uint64_t begin = next.fetch_add(options.per_request);
        if (begin >= options.count) return false;
        const std::uint64_t size = std::min(options.per_request, options.count - begin);
        http::Client::Call call;
        call.method = "POST";
        call.target = "/api/v1/issue";
        call.headers.add("Content-Type", "application/json");
        call.headers.add("Authorization", "Bearer " + options.token);
        call.body = bundle(options.first + begin, size);
        const auto answer = client.send(call);
        std::uint64_t issued = 0;
        if (answer.ok() && answer->status == 200) {
            const auto parsed = codec::parse_json(answer->body);
            if (parsed.ok()) issued = parsed->as_object().at("issued").as_array().size();
        }
        good += issued;
        failed += size - issued;
        return true;
    });
    meter.print(good, failed);
}

} // namespace salus::load
