#include <charconv>

#include "api/records/grant_answer.hpp"
#include "consent/document.hpp"

namespace salus::api::records {
namespace {

namespace json = codec::json;
namespace rooms = salus::records;
using http::Request;
using salus::sign_in::Interaction;

constexpr std::size_t kMaxLetterBody = 96 * 1024; // 64 KiB in base64, and its members
constexpr std::uint64_t kMostLetters = 100;

Result<std::uint64_t> number_of(const Request& request, std::string_view name,
                                std::uint64_t otherwise) {
    const auto text = request.query_parameter(name);
    if (!text) return otherwise;
    std::uint64_t out = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), out);
    const bool whole = !text->empty() && fault == std::errc() && end == text->data() + text->size();
    if (!whole || out > consent::kMaxNumber) {
        return Error(kBadRequest, std::string(name) + ": a whole number");
    }
    return out;
}

Result<GrantAnswer> send(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxLetterBody));
    SALUS_TRY_ASSIGN(const rooms::NewLetter letter, rooms::read_new_letter(body));
    SALUS_TRY(parts.desk.send(caller, letter));
    return GrantAnswer{{{"id", consent::uuid_text(letter.id)}}, 201};
}

Result<GrantAnswer> fetch(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::search));
    SALUS_TRY_ASSIGN(const std::uint64_t after, number_of(request, "after", 0));
    SALUS_TRY_ASSIGN(const std::uint64_t most, number_of(request, "most", kMostLetters));
    if (most == 0 || most > kMostLetters) return Error(kBadRequest, "most: 1 to 100");
    SALUS_TRY_ASSIGN(const auto page, parts.desk.letters(caller, after, most));
    return GrantAnswer{rooms::to_json(page)};
}

Result<GrantAnswer> remove(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::remove));
    const auto found = request.path_parameters.find("id");
    SALUS_ASSERT(found != request.path_parameters.end());
    const auto id = consent::uuid_of(found->second);
    if (!id) return Error(kBadRequest, "the letter's id: a UUID");
    SALUS_TRY(parts.desk.remove_letter(caller, *id));
    return GrantAnswer{{}, 204};
}

} // namespace

void serve_letters(http::Router& router, const GrantParts& parts) {
    add_route(router, parts, "POST", "/api/v1/letters", kMaxLetterBody, send);
    add_route(router, parts, "GET", "/api/v1/letters", 0, fetch);
    add_route(router, parts, "DELETE", "/api/v1/letters/{id}", 0, remove);
}

} // namespace salus::api::records
