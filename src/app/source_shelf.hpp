#pragma once
// The foreign sources of <datadir>/trust in use. A file that is replaced counts from then on, one
// that is removed no more; one that cannot be read changes nothing: what it held before stays in
// force.

#include <map>

#include "app/file_mark.hpp"
#include "app/trust_store.hpp"

namespace salus::app {

// For one thread.
class SourceShelf {
public:
    explicit SourceShelf(const std::filesystem::path& datadir) : store_(datadir) {}

    struct Look {
        bool changed = false;      // sources() is another
        std::vector<Error> faults; // of files that are new and cannot be used, each told once
    };
    // Reads what has changed since the last look.
    Look look();
    // Together; nullptr where there are none.
    const std::shared_ptr<const passport::TrustSources>& sources() const { return sources_; }

private:
    struct Book {
        std::optional<FileMark> mark;
        std::optional<passport::TrustSource> source; // none: it never could be read
    };
    // Whether its source is another.
    bool read(const std::filesystem::path& path, Book& book, std::vector<Error>& faults);

    TrustStore store_;
    std::map<std::filesystem::path, Book> books_;
    std::shared_ptr<const passport::TrustSources> sources_;
};

} // namespace salus::app
