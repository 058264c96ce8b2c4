#pragma once
// Result<T>: a value or a named Error. Bad input, a full disk and a peer that lies are Errors;
// a broken invariant of the program itself is an assertion (SALUS_ASSERT), never an Error.
//
// An ErrorKind is declared once, as an `inline constexpr` of the room that raises it, and cites
// the rule that the input broke. Its address is its identity:
//
//     inline constexpr ErrorKind kTruncated{"rlp.truncated", "Yellow Paper, appendix B"};
//     if (input.empty()) return Error(kTruncated, "expected a list");
//     EXPECT_EQ(decode({}).error().kind(), kTruncated);
//
// The text of an Error may be shown to a user: it never holds a secret or a patient's data.

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace salus {

struct ErrorKind {
    std::string_view name; // "room.what_is_wrong", stable: clients may match on it
    std::string_view rule; // the clause that was broken: EIP, RFC section, FHIR page

    constexpr ErrorKind(std::string_view name_, std::string_view rule_)
        : name(name_), rule(rule_) {}
    ErrorKind(const ErrorKind&) = delete;
    ErrorKind& operator=(const ErrorKind&) = delete;

    friend bool operator==(const ErrorKind& a, const ErrorKind& b) { return &a == &b; }
};

class Error {
public:
    explicit Error(const ErrorKind& kind, std::string detail = {})
        : kind_(&kind), detail_(std::move(detail)) {}

    const ErrorKind& kind() const { return *kind_; }
    std::string_view name() const { return kind_->name; }
    const std::string& detail() const { return detail_; }
    // "name: detail (rule)", for a terminal or a log.
    std::string text() const;
    // The same error with `where` (a path, an index) set before its detail.
    Error at(std::string_view where) &&;

private:
    const ErrorKind* kind_;
    std::string detail_;
};

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

#define SALUS_ASSERT(expression)                                                                   \
    ((expression) ? static_cast<void>(0)                                                           \
                  : ::salus::assertion_failed(#expression, __FILE__, __LINE__))

struct Unit {
    friend bool operator==(Unit, Unit) { return true; }
};

template <typename T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return require(), *std::get_if<0>(&state_); }
    const T& value() const& { return require(), *std::get_if<0>(&state_); }
    T&& value() && { return require(), std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const& { return SALUS_ASSERT(!ok()), *std::get_if<1>(&state_); }
    Error&& error() && { return SALUS_ASSERT(!ok()), std::move(*std::get_if<1>(&state_)); }

    T value_or(T other) && { return ok() ? std::move(*this).value() : std::move(other); }

private:
    void require() const { SALUS_ASSERT(ok()); }

    std::variant<T, Error> state_;
};

using Status = Result<Unit>;
inline Status ok_status() {
    return Unit{};
}

// The propagation words: SALUS_TRY(expr) returns the Error of a failed Status or Result;
// SALUS_TRY_ASSIGN(auto x, expr) binds the value of a good one.
#define SALUS_CONCAT_(a, b) a##b
#define SALUS_CONCAT(a, b) SALUS_CONCAT_(a, b)
#define SALUS_TRY(expression)                                                                      \
    do {                                                                                           \
        auto salus_try_result = (expression);                                                      \
        if (!salus_try_result.ok()) return std::move(salus_try_result).error();                    \
    } while (false)
#define SALUS_TRY_ASSIGN_(declaration, expression, name)                                           \
    auto name = (expression);                                                                      \
    if (!name.ok()) return std::move(name).error();                                                \
    declaration = std::move(name).value()
#define SALUS_TRY_ASSIGN(declaration, expression)                                                  \
    SALUS_TRY_ASSIGN_(declaration, expression, SALUS_CONCAT(salus_try_, __LINE__))

} // namespace salus
