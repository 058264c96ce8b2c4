#include "app/client_watch.hpp"

#include <algorithm>

#include "app/files.hpp"
#include "base/log.hpp"

namespace salus::app {
namespace {

std::vector<std::filesystem::path> client_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    std::error_code ignored; // no folder: no clients
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".json") out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

Result<sign_in::Client> read_client_file(const std::filesystem::path& path) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(path, sign_in::kMaxClient));
    auto out = sign_in::read_client(text);
    if (!out.ok()) return std::move(out).error().at(path.string());
    return out;
}

} // namespace

ClientWatch::ClientWatch(const std::filesystem::path& datadir)
    : folder_(datadir / "clients"), clients_(std::make_shared<const sign_in::Clients>()) {
    constexpr std::chrono::seconds kPause{2};
    look();
    ticker_ = std::make_unique<Ticker>(kPause, [this] { look(); });
}

std::shared_ptr<const sign_in::Clients> ClientWatch::now() const {
    const std::lock_guard lock(mutex_);
    return clients_;
}

bool ClientWatch::read(const std::filesystem::path& path, Book& book) {
    const auto mark = FileMark::of(path);
    if (mark == book.mark) return false;
    book.mark = mark; // of before the reading: what changes meanwhile is read again
    auto client = read_client_file(path);
    if (!client.ok()) {
        log::warn("client.refused", {{"error", client.error().text()},
                                     {"message", "what was in force before stays in force"}});
        return false;
    }
    book.client = std::move(*client);
    return true;
}

void ClientWatch::look() {
    const auto paths = client_files(folder_);
    bool changed = std::erase_if(books_, [&](const auto& book) {
                       return !std::binary_search(paths.begin(), paths.end(), book.first);
                   }) != 0;
    for (const auto& path : paths) changed = read(path, books_[path]) || changed;
    if (changed) renew();
}

void ClientWatch::renew() {
    auto all = std::make_shared<sign_in::Clients>();
    for (const auto& [path, book] : books_) {
        if (!book.client || all->add(*book.client)) continue;
        log::warn("client.refused",
                  {{"file", path.string()}, {"message", "another file has a client of this id"}});
    }
    log::info("clients", {{"registered", std::to_string(all->size())}});
    const std::lock_guard lock(mutex_);
    clients_ = std::move(all);
}

} // namespace salus::app
