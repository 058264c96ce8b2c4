#pragma once
// The keystore's password: from a file, the environment (SALUS_PASSWORD), or asked for.

#include <string>

#include "base/result.hpp"

namespace salus::app {

inline constexpr ErrorKind kNoPassword{"keystore.no_password",
                                       "--password-file FILE, SALUS_PASSWORD, or a terminal"};
inline constexpr ErrorKind kPasswordsDiffer{"keystore.passwords_differ", "typed twice alike"};

// `is_new`: a keystore is about to be made, so the password is asked twice. `dev`: a fixed one.
Result<std::string> keystore_password(const std::string& password_file, bool is_new, bool dev);

// What is typed shows again, where a password was being asked for. For signal handlers too, and
// before the process is ended from another thread.
void show_input();

} // namespace salus::app
