#pragma once
// The node's own bearer token (RFC 6750): who carries it is the node's operator, or a system of its
// hospital that has no session of its own. Sessions, and what the chain says of them: caller.hpp.

#include <optional>
#include <string>

#include "base/random.hpp"
#include "http/message.hpp"

namespace salus::api {

enum class Role { anybody, hospital };

class Authoriser {
public:
    // The token's text; at least 16 characters.
    explicit Authoriser(std::string_view hospital_token);

    // Compared in constant time. A wrong or absent token gives `anybody`.
    Role role_of(const http::Request& request) const;
    bool may_issue(const http::Request& request) const {
        return role_of(request) == Role::hospital;
    }

private:
    FixedBytes<32> digest_; // of the token
};

// What stands after "Bearer " (RFC 6750 2.1); none where there is no such header.
std::optional<std::string_view> bearer_token(const http::Request& request);

// A fresh token, 32 random bytes in base64url.
std::string make_token(Random& random);

} // namespace salus::api
