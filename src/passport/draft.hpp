#pragma once
// A verdict while its checks are being made.

#include "passport/verdict.hpp"

namespace salus::passport {

class Draft {
public:
    // All checks stand as not checked; `last` is "chain" or "revocation".
    Draft(std::string_view last, std::int64_t now);

    Verdict verdict; // its checks are set below

    void pass(std::string_view check, std::string message);
    // `code` without the check's name: "wrong" of the check signature is signature.wrong.
    void fail(std::string_view check, std::string_view code, std::string message);
    void leave_unproven(std::string_view check, std::string_view code, std::string message);
    void leave_unchecked(std::string_view check, std::string_view code, std::string message);
    // The error's own name is the code.
    void fail(std::string_view check, const Error& error, std::string message);
    void rename_last(std::string_view last);
    void set_last(Check check);

    // The overall verdict of what was checked, or of what could not be read.
    Verdict conclude();
    Verdict unreadable();

private:
    void name_unchecked();
    void set(std::string_view check, Outcome outcome, std::string code, std::string message);
};

std::string age_text(std::int64_t seconds); // "60 minutes"

} // namespace salus::passport
