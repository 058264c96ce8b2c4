#pragma once
// Logging to standard error as logfmt. A line is an event in a few words and key=value fields.
// Never log a request's body, a secret, or anything that names a patient.

#include <initializer_list>
#include <string>
#include <string_view>

namespace salus::log {

enum class Level { debug, info, warn, error, off };

struct Field {
    std::string_view key;
    std::string value;
};

// Both thread-safe.
void set_level(Level level);
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

} // namespace salus::log
