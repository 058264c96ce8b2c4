#pragma once
// Where `salus verify` takes codes from: arguments, text files, pictures, folders, standard input.

#include <functional>
#include <optional>
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

// The one code that an argument is, or names: as collect_codes reads it. kCannotRead where there
// are none or several.
Result<std::string> one_code(const std::string& input);

// The same for many: lines of text files and of standard input, and all files of folders, one line,
// picture or .smart-health-card file at a time; memory is bounded, whatever a line's length. Calls
// `act` with at most `most` of them at once; stops where it returns false. What cannot be read is
// an item with its fault, and does not keep the others from being read.
struct BatchItem {
    std::string source;
    std::size_t line = 0;
    std::string text;   // of a line
    bool whole = false; // `source` is to be read as one file: a picture, a card
    std::optional<Error> fault = {};
};
void for_each_block(const std::vector<std::string>& inputs, std::size_t most,
                    const std::function<bool(std::vector<BatchItem>&)>& act);

} // namespace salus::app
