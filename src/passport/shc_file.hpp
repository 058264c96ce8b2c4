#pragma once
// How SMART Health Cards travel (SMART Health Cards 1.4, "User Retrieves Health Cards"): files
// `.smart-health-card`, and answers of the FHIR operation $health-cards-issue.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/json.hpp"

namespace salus::passport {

inline constexpr ErrorKind kShcFile{"shc.file",
                                    "SMART Health Cards 1.4, File Download: verifiableCredential"};
inline constexpr ErrorKind kShcFileTooLarge{"shc.file_too_large", "size limit of this file"};
inline constexpr ErrorKind kShcAnswer{"shc.issue_answer",
                                      "SMART Health Cards 1.4, $health-cards-issue: Parameters"};

inline constexpr std::string_view kShcMediaType = "application/smart-health-card";
inline constexpr std::string_view kShcExtension = ".smart-health-card";
inline constexpr std::size_t kMaxShcFile = 1024 * 1024; // bytes
inline constexpr std::size_t kMaxShcCards = 100;        // in a file or an answer

// The JWS of each card, as they stand there: none is verified, there is one at least.
Result<std::vector<std::string>> shc_file_read(std::string_view text);
std::string shc_file_print(std::span<const std::string> cards);

// Which resource of a server a card's resource was taken from.
struct ShcResourceLink {
    std::optional<std::size_t> card; // index in `cards`, where there are several
    std::string bundled, hosted;     // resource:N, URL
    friend bool operator==(const ShcResourceLink&, const ShcResourceLink&) = default;
};
struct ShcAnswer {
    std::vector<std::string> cards; // may be none
    std::vector<ShcResourceLink> links;
};
// Parameters of other names are ignored.
Result<ShcAnswer> shc_answer_read(std::string_view text);
std::string shc_answer_print(const ShcAnswer& answer);

} // namespace salus::passport
