#pragma once
// The keystore's password: from a file, the environment (SALUS_PASSWORD), or asked for.

#include "base/bytes.hpp"

namespace salus::app {

inline constexpr ErrorKind kNoPassword{"keystore.no_password",
                                       "--password-file FILE, SALUS_PASSWORD, or a terminal"};
inline constexpr ErrorKind kNoSecret{"secret.none",
                                     "--secret-file FILE, SALUS_SECRET, or a terminal"};
inline constexpr ErrorKind kPasswordsDiffer{"keystore.passwords_differ", "typed twice alike"};

// Wiped when it goes out of scope.
class Password {
public:
    Password() = default;
    explicit Password(std::string_view text); // of which the caller wipes its own
    Password(Password&& other) noexcept : text_(std::exchange(other.text_, {})) {}
    Password& operator=(Password&& other) noexcept;
    Password(const Password&) = delete;
    Password& operator=(const Password&) = delete;
    ~Password();

    std::string_view view() const;
    operator std::string_view() const { return view(); } // to be used where a password is asked for

private:
    Bytes text_; // no std::string, which leaves copies of short ones behind
};

// `is_new`: a keystore is about to be made, so the password is asked twice. `dev`: a fixed one.
Result<Password> keystore_password(const std::string& password_file, bool is_new, bool dev);

// Another secret (a passphrase, a recovery code): from a file, the environment (SALUS_SECRET), or
// asked for with `prompt`.
Result<Password> typed_secret(const std::string& file, const char* prompt);

// What is typed shows again, where a password was being asked for. For signal handlers too, and
// before the process is ended from another thread.
void show_input();

} // namespace salus::app
