#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace salus::log {
namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = spdlog::stderr_color_mt("salus");
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: break;
    }
    return spdlog::level::off;
}

// Control characters would let a peer forge lines.
std::string quoted(std::string_view value) {
    const bool plain =
        !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
        std::none_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < 32; });
    if (plain) return std::string(value);
    std::string out = "\"";
    for (char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c >= 0 && c < 32 ? '?' : c;
    }
    return out + '"';
}

} // namespace

void set_level(Level level) {
    logger().set_level(spdlog_level(level));
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!logger().should_log(spdlog_level(level))) return;
    std::string line(event);
    for (const Field& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        line += quoted(field.value);
    }
    logger().log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

} // namespace salus::log
