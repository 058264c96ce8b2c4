#pragma once
// The clients of <datadir>/clients/*.json (sign_in/assertion.hpp has the form), as they lie there
// now: a file counts a moment after it came, was replaced or was removed. One that cannot be used
// is told of in the log, once, and changes nothing.

#include <filesystem>

#include "app/file_mark.hpp"
#include "app/ticker.hpp"
#include "sign_in/clients.hpp"

namespace salus::app {

class ClientWatch {
public:
    // What lies there counts when this returns.
    explicit ClientWatch(const std::filesystem::path& datadir);

    std::shared_ptr<const sign_in::Clients> now() const; // never nullptr; thread-safe

private:
    struct Book {
        std::optional<FileMark> mark;
        std::optional<sign_in::Client> client; // none: it never could be read
    };
    void look();
    bool read(const std::filesystem::path& path, Book& book);
    void renew();

    std::filesystem::path folder_;
    std::map<std::filesystem::path, Book> books_;
    mutable std::mutex mutex_;
    std::shared_ptr<const sign_in::Clients> clients_;
    std::unique_ptr<Ticker> ticker_; // the last: it ends first
};

} // namespace salus::app
