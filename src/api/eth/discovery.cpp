#include "api/eth/discovery.hpp"

#include "api/eth/methods.hpp"

namespace salus::api::eth {

Json schema_of(std::string_view name) {
    if (name.ends_with('?')) {
        return json::object{{"oneOf", json::array{schema_of(name.substr(0, name.size() - 1)),
                                                  json::object{{"type", "null"}}}}};
    }
    if (name.starts_with('[')) {
        return json::object{{"type", "array"},
                            {"items", schema_of(name.substr(1, name.size() - 2))}};
    }
    return json::object{{"$ref", "#/components/schemas/" + std::string(name)}};
}

namespace {

json::object error_json(const ErrorKind& kind) {
    const RpcError error = to_rpc_error(Error(kind));
    return {{"code", error.code}, {"message", error.message}, {"data", std::string(kind.name)}};
}

json::object method_json(const Methods::Method& method) {
    json::array params;
    for (const Methods::Parameter& one : method.parameters) {
        params.push_back(json::object{
            {"name", one.name}, {"required", one.required}, {"schema", schema_of(one.schema)}});
    }
    json::array errors;
    if (!method.parameters.empty()) errors.push_back(error_json(kInvalidParams));
    for (const ErrorKind* kind : method.errors) errors.push_back(error_json(*kind));
    return {{"name", method.name},
            {"summary", method.summary},
            {"paramStructure", "by-position"},
            {"params", std::move(params)},
            {"result", json::object{{"name", "result"}, {"schema", schema_of(method.result)}}},
            {"errors", std::move(errors)}};
}

} // namespace

Json discovery_document(const EndpointOptions& options) {
    json::array methods;
    for (const Methods::Method& method : Methods::table()) {
        if (options.testing || !method.name.starts_with("testing_")) {
            methods.push_back(method_json(method));
        }
    }
    return json::object{
        {"openrpc", "1.3.2"},
        {"info",
         json::object{
             {"title", "Salus: Ethereum JSON-RPC"},
             {"version", options.client_version},
             {"description", "Limits: " + std::to_string(options.batch_limit) +
                                 " requests in a batch, " + std::to_string(options.request_limit) +
                                 " bytes of a request, " + std::to_string(options.response_limit) +
                                 " bytes of an answer. Beyond a limit: -32005."}}},
        {"methods", std::move(methods)},
        {"components", json::object{{"schemas", schemas()}}}};
}

Result<Json> Methods::discover(const Params&, const Caller&) {
    return discovery_document(options_);
}

} // namespace salus::api::eth
