#pragma once
// Envelopes as subcommands make and open them: of patients, and of grantees, who keep theirs alike.

#include <string>

#include "patient/envelope.hpp"

namespace salus::app {

struct EnvelopeOptions {
    std::string envelope = "patient.json"; // the file
    std::string wrap;                      // its id; by default the first that a secret opens
    std::string secret_file;               // of what opens: a code or a passphrase
    std::string second_share;              // file with the second share of a chosen passphrase
};

Result<patient::Envelope> envelope_in(const EnvelopeOptions& options);
Status save_envelope(const EnvelopeOptions& options, const patient::Envelope& envelope);

// By the wrap that is named, or by the first that the secret opens.
Result<patient::Root> open_root(const EnvelopeOptions& options, const patient::Envelope& envelope);
Result<patient::Root> open_root(const EnvelopeOptions& options);

// A new root secret in a new file, opened by a recovery code that is shown once.
Status make_envelope(const EnvelopeOptions& options, bool as_json);
// What is shown once: on standard output, so that it can go to a printer.
void show_secret(bool as_json, const char* what, const std::string& secret,
                 codec::json::object more);

} // namespace salus::app
