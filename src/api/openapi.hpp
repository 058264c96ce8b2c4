#pragma once
// The REST interface of /api/v1 as an OpenAPI 3.1 document, served at /openapi.json.

#include "http/router.hpp"

namespace salus::api {

std::string_view openapi_text();
void serve_openapi(http::Router& router);

} // namespace salus::api
