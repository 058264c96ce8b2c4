#include "app/code_source.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/bulk_file.hpp"
#include "app/files.hpp"
#include "base/text.hpp"
#include "codec/qr.hpp"
#include "codec/shc_text.hpp"
#include "passport/document.hpp"
#include "passport/shc_file.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

// Longer than any certificate: its beginning is enough for the verdict to say so.
constexpr std::size_t kLongestSent = 64 * 1024;

bool is_picture(std::string_view content) {
    return content.starts_with("\x89PNG") || content.starts_with("\xff\xd8\xff");
}

// "shc:/2/3/…": a part of a card.
bool is_chunk(std::string_view line) {
    if (!line.starts_with("shc:/")) return false;
    return line.substr(5).find('/') != std::string_view::npos;
}

std::string cut(std::string_view text) {
    return std::string(text.substr(0, kLongestSent));
}

Status read_picture(const std::string& source, const std::string& content, std::vector<Code>& out) {
    auto found = codec::qr_read_image(view(content));
    if (!found.ok()) return std::move(found).error().at(source);
    for (std::string& text : *found) out.push_back({source, 0, std::move(text)});
    if (!found->empty()) return ok_status();
    return Error(kCannotRead, source + ": no QR code in this picture; try a sharper one");
}

void join_chunks(const std::string& source, const std::vector<std::string>& chunks,
                 std::vector<Code>& out) {
    if (chunks.empty()) return;
    auto jws = codec::shc_text_join(chunks);
    out.push_back({source, 0, jws.ok() ? std::move(*jws) : chunks[0]});
}

void read_lines(const std::string& source, std::string_view rest, std::vector<Code>& out) {
    std::vector<std::string> chunks;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::string_view text = trimmed(without_mark(line));
        if (text.empty()) continue;
        if (is_chunk(text)) {
            chunks.push_back(cut(text));
        } else {
            out.push_back({source, number, cut(text)});
        }
    }
    join_chunks(source, chunks, out);
}

} // namespace

Result<std::vector<Code>> read_codes(const std::string& source, const std::string& content) {
    std::vector<Code> out;
    if (is_picture(content)) {
        SALUS_TRY(read_picture(source, content, out));
        return out;
    }
    const std::string_view text = trimmed(without_mark(content));
    if (text.starts_with("{")) {
        auto cards = passport::shc_file_read(text);
        if (!cards.ok()) return std::vector<Code>{{source, 0, cut(text)}};
        for (std::string& card : *cards) out.push_back({source, 0, std::move(card)});
        return out;
    }
    read_lines(source, text, out);
    if (out.empty()) out.push_back({source, 0, ""});
    return out;
}

Result<std::vector<Code>> collect_codes(const std::vector<std::string>& inputs) {
    std::vector<Code> out;
    for (const std::string& input : inputs) {
        if (input != "-" && passport::format_of(input) != passport::Format::unknown) {
            out.push_back({"text", 0, input});
            continue;
        }
        std::error_code failed; // also of a code that is too long for a file's name
        if (input != "-" && !fs::exists(input, failed)) {
            return Error(kCannotRead, input.substr(0, 40) + ": no file of this name. " +
                                          std::string(passport::kBeginnings));
        }
        SALUS_TRY_ASSIGN(const std::string content, read_file(input));
        SALUS_TRY_ASSIGN(std::vector<Code> codes,
                         read_codes(input == "-" ? "stdin" : input, content));
        std::move(codes.begin(), codes.end(), std::back_inserter(out));
    }
    return out;
}

Result<std::string> one_code(const std::string& input) {
    SALUS_TRY_ASSIGN(std::vector<Code> codes, collect_codes({input}));
    if (codes.size() == 1) return std::move(codes[0].text);
    return Error(kCannotRead, fmt::format("{}: {} codes; give one alone", input, codes.size()));
}

namespace {

class Blocks {
public:
    Blocks(std::size_t most, const std::function<bool(std::vector<BatchItem>&)>& act)
        : most_(most), act_(act) {}

    bool add(BatchItem item) {
        block_.push_back(std::move(item));
        return block_.size() < most_ || flush();
    }
    bool flush() {
        if (block_.empty()) return true;
        const bool go_on = act_(block_);
        block_.clear();
        return go_on;
    }

    bool add_lines(const std::string& source, const fs::path& path) {
        auto lines = LineReader::open(path, kLongestSent);
        if (!lines.ok()) return add({source, 0, "", false, lines.error()});
        LineReader::Line line;
        while (true) {
            const auto more = lines->next(line);
            if (!more.ok()) return add({source, line.number, "", false, more.error()});
            if (!*more) return true;
            const std::string_view text = trimmed(without_mark(line.text));
            if (!text.empty() && !add({source, line.number, std::string(text), false})) {
                return false;
            }
        }
    }

private:
    std::size_t most_;
    const std::function<bool(std::vector<BatchItem>&)>& act_;
    std::vector<BatchItem> block_;
};

bool is_whole(const fs::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return extension == ".png" || extension == ".jpg" || extension == ".jpeg" ||
           extension == passport::kShcExtension;
}

struct Found {
    std::vector<fs::path> files;
    std::vector<BatchItem> faults; // folders that cannot be read
};

// Links to folders are not followed: they may lead in a circle.
void list(const fs::path& folder, Found& out) {
    std::error_code failed;
    fs::directory_iterator entry(folder, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        std::error_code unknown;
        if (entry->is_directory(unknown) && !entry->is_symlink(unknown)) {
            list(entry->path(), out);
        } else if (entry->is_regular_file(unknown)) {
            out.files.push_back(entry->path());
        }
    }
    if (!failed) return;
    out.faults.push_back({folder.string(), 0, "", false,
                          Error(kCannotRead, folder.string() + ": " + failed.message())});
}

Found files_of(const fs::path& input) {
    Found out;
    std::error_code failed;
    if (!fs::is_directory(input, failed)) {
        out.files.push_back(input);
        return out;
    }
    list(input, out);
    std::sort(out.files.begin(), out.files.end());
    return out;
}

bool add_input(const std::string& input, Blocks& blocks) {
    if (input == "-") return blocks.add_lines("stdin", "/dev/stdin");
    const Found found = files_of(input);
    for (const BatchItem& fault : found.faults) {
        if (!blocks.add(fault)) return false;
    }
    for (const fs::path& path : found.files) {
        const bool go_on = is_whole(path) ? blocks.add({path.string(), 0, "", true})
                                          : blocks.add_lines(path.string(), path);
        if (!go_on) return false;
    }
    return true;
}

} // namespace

void for_each_block(const std::vector<std::string>& inputs, std::size_t most,
                    const std::function<bool(std::vector<BatchItem>&)>& act) {
    Blocks blocks(most, act);
    for (const std::string& input : inputs) {
        if (!add_input(input, blocks)) return;
    }
    blocks.flush();
}

} // namespace salus::app
