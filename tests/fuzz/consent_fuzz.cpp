#include "consent/access_request.hpp"
#include "consent/emergency.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {

namespace {
// What is read is valid, and is written as the very same bytes.
template <typename Document>
void check(std::string_view text, Result<Document> (*read)(std::string_view),
           std::string (*write)(const Document&)) {
    const auto document = read(text);
    if (document.ok()) SALUS_ASSERT(write(*document) == text);
}
} // namespace

SALUS_FUZZ_TARGET(consent) {
    const std::string text = to_string(input);
    check(text, consent::parse_grant, consent::grant_text);
    check(text, consent::parse_emergency, consent::emergency_text);
    check(text, consent::parse_request, consent::request_text);
    const auto json = codec::parse_json(text);
    if (!json.ok()) return;
    const consent::FolderChoice choice = consent::folder_of(*json);
    SALUS_ASSERT(!choice.reason.empty());
}

} // namespace salus::fuzz
