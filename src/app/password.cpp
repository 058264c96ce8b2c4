#include "app/password.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <termios.h>
#include <unistd.h>

#include "app/files.hpp"
#include "crypto/secret.hpp"

namespace salus::app {
namespace {

// How the terminal was before its echo was turned off; a signal must be able to put it back.
termios g_before{};
volatile std::sig_atomic_t g_silent = 0;

void end_aloud(int signal) {
    show_input();
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

// Turns the terminal's echo off while it lives, and on again where Ctrl-C ends the program.
class Silent {
public:
    Silent() {
        if (::tcgetattr(STDIN_FILENO, &g_before) != 0) return;
        g_silent = 1;
        struct sigaction ending {};
        ending.sa_handler = end_aloud;
        for (std::size_t i = 0; i < kEndings.size(); ++i) {
            ::sigaction(kEndings[i], &ending, &former_[i]);
        }
        termios silent = g_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silent() {
        if (g_silent == 0) return;
        show_input();
        for (std::size_t i = 0; i < kEndings.size(); ++i) {
            ::sigaction(kEndings[i], &former_[i], nullptr);
        }
    }
    Silent(const Silent&) = delete;
    Silent& operator=(const Silent&) = delete;

private:
    static constexpr std::array<int, 3> kEndings{SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, kEndings.size()> former_{};
};

// Characters seen as bytes, which may alias them.
void wipe(std::string& text) {
    crypto::wipe({reinterpret_cast<Byte*>(text.data()), text.size()});
}

Password taken(std::string text) {
    Password out(text);
    wipe(text);
    return out;
}

Password ask(const char* prompt) {
    std::fputs(prompt, stderr);
    const Silent silent;
    std::string line;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) {
        line += static_cast<char>(c);
    }
    std::fputs("\n", stderr);
    return taken(std::move(line));
}

Result<Password> from_file(const std::string& path) {
    SALUS_TRY_ASSIGN(std::string text, read_file(path, 4096));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) return Error(kNoPassword, path + " is empty");
    return taken(std::move(text));
}

} // namespace

void show_input() {
    if (g_silent == 0) return;
    g_silent = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &g_before);
}

Password::Password(std::string_view text)
    : text_(salus::view(text).begin(), salus::view(text).end()) {}

Password& Password::operator=(Password&& other) noexcept {
    crypto::wipe(text_);
    text_ = std::exchange(other.text_, {});
    return *this;
}

Password::~Password() {
    crypto::wipe(text_);
}

// Bytes seen as characters, likewise.
std::string_view Password::view() const {
    return {reinterpret_cast<const char*>(text_.data()), text_.size()};
}

Result<Password> keystore_password(const std::string& password_file, bool is_new, bool dev) {
    if (!password_file.empty()) return from_file(password_file);
    if (const char* given = std::getenv("SALUS_PASSWORD"); given != nullptr && *given != '\0') {
        return Password(given);
    }
    if (dev) return Password("salus-dev");
    if (::isatty(STDIN_FILENO) == 0) {
        return Error(kNoPassword, "the keys in the data directory are encrypted: give "
                                  "--password-file FILE or set SALUS_PASSWORD; for trying "
                                  "Salus out, use --dev");
    }
    Password password = ask(is_new ? "New keystore password: " : "Keystore password: ");
    if (is_new && ask("The same again: ").view() != password.view()) {
        return Error(kPasswordsDiffer, "nothing was created");
    }
    if (password.view().empty()) return Error(kNoPassword, "an empty password protects nothing");
    return password;
}

Result<Password> typed_secret(const std::string& file, const char* prompt) {
    if (!file.empty()) return from_file(file);
    if (const char* given = std::getenv("SALUS_SECRET"); given != nullptr && *given != '\0') {
        return Password(given);
    }
    if (::isatty(STDIN_FILENO) == 0) return Error(kNoSecret);
    Password out = ask(prompt);
    if (out.view().empty()) return Error(kNoSecret, "nothing was typed");
    return out;
}

} // namespace salus::app
