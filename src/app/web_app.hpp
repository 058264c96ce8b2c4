#pragma once
// The built web app (web/dist) on "/".

#include "http/router.hpp"

namespace salus::app {

// `folder`, else the first that exists of: <program>/../share/salus/web, the build tree's web/dist.
// Where there is none, "/" says how to get it, and the rest of the node works.
Status serve_web_app(http::Router& router, const std::string& folder);

} // namespace salus::app
