#include "app/correct_command.hpp"

#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "passport/commitment.hpp"
#include "passport/hcert.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;

// The commitment itself, or that of a code or of a file with a code.
Result<std::string> commitment_of(const std::string& given) {
    if (hash_from_hex(given).ok()) return given;
    SALUS_TRY_ASSIGN(const std::string code, one_code(given));
    SALUS_TRY_ASSIGN(const passport::Certificate certificate, passport::decode_hcert(code));
    return to_hex0x(passport::commitment_of(certificate.message.payload).bytes);
}

Status run(const CorrectOptions& options) {
    SALUS_TRY_ASSIGN(const std::string commitment, commitment_of(options.certificate));
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.fhir));
    SALUS_TRY_ASSIGN(const codec::Json resource, codec::parse_json(text));
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options.client));
    SALUS_TRY_ASSIGN(
        const codec::Json answer,
        node->post_as_hospital(
            "/api/v1/correct",
            codec::print_json(json::object{{"commitment", commitment}, {"resource", resource}})));
    if (!answer.is_object()) return Error(kNodeRefused, "an answer that is no object");
    SALUS_TRY_ASSIGN(const std::string code, codec::json_string(answer.get_object(), "hcert"));
    if (!options.out.empty()) SALUS_TRY(write_file(options.out, code + "\n", true));
    if (options.client.json) {
        fmt::print("{}\n", codec::print_json(answer));
        return ok_status();
    }
    SALUS_TRY_ASSIGN(const std::string made, codec::json_string(answer.get_object(), "commitment"));
    fmt::print("{} is revoked as superseded; in its place stands {}\n", commitment, made);
    if (options.out.empty()) fmt::print("{}\n", code);
    return ok_status();
}

} // namespace

int correct_command(const CorrectOptions& options) {
    const Status done = run(options);
    return done.ok() ? 0 : fail("correct", done.error());
}

} // namespace salus::app
