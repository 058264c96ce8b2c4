#pragma once
// salus correct: a new certificate in the place of a wrong one.

#include "app/options.hpp"

namespace salus::app {

struct CorrectOptions {
    ClientOptions client;
    std::string certificate; // the wrong one: its commitment, its code, or a file with the code
    std::string fhir;        // the corrected record
    std::string out;         // file for the new code; empty: printed
};

int correct_command(const CorrectOptions& options);

} // namespace salus::app
