#pragma once
#include <string_view>

namespace salus::app {

inline constexpr std::string_view kVersion = SALUS_VERSION;
inline constexpr std::string_view kVersionText = "salus " SALUS_VERSION;

} // namespace salus::app
