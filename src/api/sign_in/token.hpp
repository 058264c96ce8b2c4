#pragma once
// POST /oauth/token: RFC 6749 4.4 with a client assertion (RFC 7523 2.2), as SMART Backend Services
// has it. Answers and errors of RFC 6749 5.

#include "api/sign_in/endpoint.hpp"

namespace salus::api::sign_in {

http::Response token(const Parts& parts, const http::Request& request);

// The fields of an application/x-www-form-urlencoded body; none where it is malformed, or has a
// field twice (RFC 6749 3.2).
std::optional<std::map<std::string, std::string, std::less<>>> read_form(std::string_view body);

} // namespace salus::api::sign_in
