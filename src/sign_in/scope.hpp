#pragma once
// What a client's session may be used for: the `system` scopes of SMART App Launch 2.2 ("Scopes for
// requesting FHIR Resources"): system/Immunization.rs, system/*.cruds; also those of version 1
// (.read is rs, .write is cud, .* all). They narrow what the chain allows the hospital, and never
// widen it. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace salus::sign_in {

inline constexpr ErrorKind kBadScope{"sign_in.scope",
                                     "SMART App Launch 2.2: system/<type or *>.<of cruds>"};

inline constexpr std::size_t kMaxScope = 2048; // characters

enum class Interaction : char {
    create = 'c',
    read = 'r',
    update = 'u',
    remove = 'd',
    search = 's',
};

class Scopes {
public:
    Scopes() = default;
    // Of what was asked for: its system scopes. Others (launch, openid, user/…, with a query) are
    // passed over, as RFC 6749 3.3 lets us; kBadScope where none is left, or a system scope is
    // malformed.
    static Result<Scopes> read(std::string_view text);

    bool allow(std::string_view resource_type, Interaction interaction) const;
    const std::string& text() const { return text_; } // what was granted, as a token answer has it

private:
    struct One {
        std::string type; // "*": all
        std::string letters;
    };
    std::vector<One> all_;
    std::string text_;
};

} // namespace salus::sign_in
