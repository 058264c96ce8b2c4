#pragma once
// Where `salus verify` takes codes from: arguments, text files, pictures, folders, standard input.

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace salus::app {

struct Code {
    std::string source;   // a file's name, "stdin", or "text"
    std::size_t line = 0; // from 1, of a text file; 0: of a picture, or the whole file
    std::string text;
};

// One code a line; the chunks of one SMART Health Card make one code; a .smart-health-card file
// holds one or several; a VDS-NC seal is a whole file; a picture may hold several. A text without
// any code gives one code that is unreadable.
Result<std::vector<Code>> read_codes(const std::string& source, const std::string& content);
// Codes, files and "-" together, in their order.
Result<std::vector<Code>> collect_codes(const std::vector<std::string>& inputs);

// The same for many: lines of text files and of standard input, and all files of folders, one line
// or picture at a time. Calls `act` with at most `most` of them at once; stops where it returns
// false. What cannot be read is a code with its error.
struct BatchItem {
    std::string source;
    std::size_t line = 0;
    std::string text;     // of a line
    bool picture = false; // `source` is to be read as a picture
};
Status for_each_block(const std::vector<std::string>& inputs, std::size_t most,
                      const std::function<bool(std::vector<BatchItem>&)>& act);

} // namespace salus::app
