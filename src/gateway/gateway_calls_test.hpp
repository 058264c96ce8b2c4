#pragma once
// A gateway's calls in the world of gateway_world_test.hpp.

#include "fhir/elements.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/gateway.hpp"
#include "gateway/gateway_world_test.hpp"

namespace salus::gateway::test {
namespace json = codec::json;
using codec::Json;
using consent::Access;
using consent::Folder;

inline json::object object_of(std::string_view text) {
    return parse_exact(text).value().as_object();
}

inline json::object observation(std::string_view patient = "p1", std::string_view code = "8302-2",
                                std::string_view date = "2020-01-01") {
    return {
        {"resourceType", "Observation"},
        {"status", "final"},
        {"category",
         json::array{json::object{
             {"coding",
              json::array{json::object{
                  {"system", "http://terminology.hl7.org/CodeSystem/observation-category"},
                  {"code", "vital-signs"}}}}}}},
        {"code", json::object{{"coding", json::array{json::object{{"system", "http://loinc.org"},
                                                                  {"code", code}}}}}},
        {"subject", json::object{{"reference", "Patient/" + std::string(patient)}}},
        {"effectiveDateTime", date}};
}

inline json::object bundle_of(std::string_view type, json::array entries) {
    return {{"resourceType", "Bundle"}, {"type", type}, {"entry", std::move(entries)}};
}

inline json::object entry_of(json::object resource, std::string_view full_url = "",
                             std::string_view method = "POST", std::string_view url = "") {
    const std::string type = fhir::text_of(resource, "resourceType");
    json::object out{{"resource", std::move(resource)},
                     {"request", json::object{{"method", method},
                                              {"url", url.empty() ? type : std::string(url)}}}};
    if (!full_url.empty()) out["fullUrl"] = full_url;
    return out;
}

class GatewayTest : public GatewayWorld {
protected:
    GatewayTest() {
        gateway_ = std::make_unique<Gateway>(Gateway::Parts{
            *own_, keys_, Author{hospital_key_, hospital_.account, ledger::kDomain}, hospital_,
            [this](const std::vector<std::string>&) {
                return Result<std::shared_ptr<RecordSource>>(source_);
            },
            chain_view_, random_, clock_, "https://h.example/fhir/R4"});
    }
    Call call(std::string form = "") const {
        Call out;
        out.asker = {"ehr", "Practitioner/7", "TREAT"};
        out.form = std::move(form);
        out.strict = true;
        return out;
    }
    Call for_patient(const Person& person, std::string form = "") const {
        Call out = call(std::move(form));
        out.patient = to_hex0x(person.chain.bytes);
        return out;
    }
    static json::object enrolment(const Person& person,
                                  const std::optional<records_client::GrantLetter>& letter = {},
                                  std::string_view id = "p1") {
        json::array parameters{
            json::object{{"name", "chain"}, {"valueString", to_hex0x(person.chain.bytes)}},
            json::object{{"name", "node"}, {"valueUrl", "http://node.example/"}},
            json::object{{"name", "id"}, {"valueId", id}}};
        if (letter) {
            parameters.push_back(json::object{
                {"name", "letter"},
                {"valueString", codec::print_json(records_client::letter_json(*letter))}});
        }
        return {{"resourceType", "Parameters"}, {"parameter", std::move(parameters)}};
    }
    void enrol_with(Access access, std::vector<Folder> folders = {}) {
        const auto done = gateway_->enrol(enrolment(person_, give(person_, access, folders)));
        ASSERT_TRUE(done.ok()) << done.error().text();
    }
    Reply created(json::object resource) {
        const std::string type = fhir::text_of(resource, "resourceType");
        auto reply = gateway_->create(type, std::move(resource), call());
        EXPECT_TRUE(reply.ok()) << reply.error().text();
        return std::move(reply).value();
    }
    static std::size_t matches(const Reply& reply) {
        std::size_t out = 0;
        for (const Json& entry : fhir::array_of(reply.resource, "entry")) {
            if (entry.at("search").at("mode") == "match") ++out;
        }
        return out;
    }
    static std::string next_of(const Reply& reply) {
        for (const Json& link : reply.resource.at("link").as_array()) {
            if (link.at("relation") != "next") continue;
            const std::string url(link.at("url").as_string());
            return url.substr(url.find('=') + 1);
        }
        return {};
    }
    // The read entries of the chain, as the patient opens them.
    std::vector<records::ReadFact> reads() const {
        std::vector<records::ReadFact> out;
        const auto history = ledger_->history(person_.chain, 1000).value();
        for (const ledger::Block& block : history) {
            for (std::uint32_t i = 0; i < block.entries.size(); ++i) {
                if (block.entries[i].kind != ledger::EntryKind::record_read) continue;
                out.push_back(records::read_read_fact(
                                  records::open_fact(block, i, person_.root.inbox_key()).value())
                                  .value());
            }
        }
        return out;
    }
    consent::FolderKey folder_of_record(std::string_view id) const {
        const auto record = consent::uuid_of(id).value();
        return vault_->info({person_.chain, record}).value().folder;
    }

    std::unique_ptr<Gateway> gateway_;
};

} // namespace salus::gateway::test
