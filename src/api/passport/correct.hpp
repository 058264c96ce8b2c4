#pragma once
// POST /api/v1/correct   {"commitment","resource"} → the new certificate          hospital
//
// `resource`: the corrected record, with one statement, as POST /api/v1/issue takes it.

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::passport {

http::Response correct(const Parts& parts, const http::Request& request);

} // namespace salus::api::passport
