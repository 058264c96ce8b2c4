#include "base/result.hpp"

#include <cstdio>

namespace salus {

std::string Error::text() const {
    std::string out(kind_->name);
    if (!detail_.empty()) out += ": " + detail_;
    if (!kind_->rule.empty()) out += " (" + std::string(kind_->rule) + ")";
    return out;
}

Error Error::at(std::string_view where) && {
    detail_ = detail_.empty() ? std::string(where) : std::string(where) + ": " + detail_;
    return std::move(*this);
}

void assertion_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "salus: broken invariant at %s:%d: %s\n", file, line, expression);
    std::abort();
}

} // namespace salus
