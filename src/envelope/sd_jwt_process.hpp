#pragma once
// The walk through the claims of an SD-JWT (RFC 9901 7.1, steps 3 to 5), for sd_process and
// sd_outline.

#include <unordered_map>
#include <unordered_set>

#include "envelope/sd_jwt_make.hpp"

namespace salus::envelope {

class SdProcessor { // used once
public:
    explicit SdProcessor(const std::vector<std::string>& disclosures);

    Result<codec::json::object> run(const codec::json::object& payload);
    // After a run that went well: where each disclosure came to be, a parent before its children.
    std::vector<DisclosedClaim> take_outline() { return std::move(outline_); }

private:
    struct Place {
        std::string path;                  // JSON pointer
        std::size_t depth = 1;             // of the value there
        std::optional<std::size_t> holder; // the disclosure that it is part of

        Place below(const std::string& name) const {
            return {path + "/" + name, depth + 1, holder};
        }
        Place within(std::size_t disclosure) const { return {path, depth, disclosure}; }
    };

    Status read();
    Status visit_value(codec::Json& value, const Place& place);
    Status visit_object(codec::json::object& object, const Place& place);
    Status visit_array(codec::json::array& array, const Place& place);
    Result<std::vector<std::string>> take_digests(codec::json::object& object);
    Result<std::optional<std::size_t>> meet(const std::string& digest);
    Status property(codec::json::object& object, const std::string& digest, const Place& place);
    Status element(codec::json::array& into, const std::string& digest, const Place& place);

    const std::vector<std::string>& texts_;
    std::vector<Disclosure> disclosures_;
    std::unordered_map<std::string, std::size_t> by_digest_;
    std::unordered_set<std::string> met_;
    std::vector<bool> used_;
    std::vector<DisclosedClaim> outline_;
};

} // namespace salus::envelope
