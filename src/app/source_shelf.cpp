#include "app/source_shelf.hpp"

#include <algorithm>

namespace salus::app {

bool SourceShelf::read(const std::filesystem::path& path, Book& book, std::vector<Error>& faults) {
    const auto mark = FileMark::of(path);
    if (mark == book.mark) return false;
    book.mark = mark; // of before the reading: what changes meanwhile is read again
    auto source = read_source_file(path);
    if (source.ok() && book.source && source->info.fetched_at < book.source->info.fetched_at) {
        source =
            Error(passport::kTrustRollback, path.string() + " was fetched before what is in use");
    }
    if (!source.ok()) {
        faults.push_back(std::move(source).error());
        return false;
    }
    book.source = std::move(*source);
    return true;
}

SourceShelf::Look SourceShelf::look() {
    Look out;
    const std::vector<std::filesystem::path> paths = store_.source_paths();
    const auto removed = std::erase_if(books_, [&](const auto& book) {
        return !std::binary_search(paths.begin(), paths.end(), book.first);
    });
    out.changed = removed != 0;
    for (const auto& path : paths) {
        out.changed = read(path, books_[path], out.faults) || out.changed;
    }
    if (!out.changed) return out;
    std::vector<passport::TrustSource> all;
    for (const auto& [path, book] : books_) {
        if (book.source) all.push_back(*book.source);
    }
    sources_.reset();
    if (all.empty()) return out;
    auto made = passport::TrustSources::make(std::move(all));
    SALUS_ASSERT(made.ok()); // each is of another name: its file's
    sources_ = std::move(*made);
    return out;
}

} // namespace salus::app
