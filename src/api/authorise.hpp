#pragma once
// The one place that decides who may call what. In this version there are two kinds of callers:
// anybody (verify, status, trust list, QR pictures), and the hospital's own systems, which carry
// the node's bearer token (RFC 6750).

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

// A fresh token, 32 random bytes in base64url.
std::string make_token(Random& random);

} // namespace salus::api
