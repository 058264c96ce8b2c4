#pragma once
// What the hospital knows of the one-time credentials that it issued, in <datadir>/presentations:
//
//   <commitment of a certificate>.ndjson   a line for each of its credentials
//   anchored/<root>.json, .done            the commitments under one root; it stands on chain
//
// Several processes may use the folder: each waits until the others have left it.

#include <mutex>

#include "app/folder_lock.hpp"
#include "base/random.hpp"
#include "passport/presentation_anchor.hpp"
#include "passport/presentation_book.hpp"

namespace salus::app {

// Waits for whoever has the folder; datadir.in_use.
Result<FolderLock> lock_presentations(const std::filesystem::path& folder);

struct PresentationDeskParts { // all outlive it
    eth::Chain& chain;
    eth::Sender& sender;               // of the hospital's account
    Address account, vaccine_passport; // the hospital's; the contract
    const Clock& clock;
    Random& random;
};

class PresentationDesk final : public passport::PresentationBook {
public:
    PresentationDesk(std::filesystem::path folder, const PresentationDeskParts& parts)
        : folder_(std::move(folder)), parts_(parts) {}

    // Finishes what was interrupted, then puts all that is new under one root. How many.
    Result<std::size_t> anchor();
    // Whether any were issued for it here.
    bool knows(const Hash32& certificate) const;

    std::vector<Result<std::size_t>> revoke(std::span<const Hash32> certificates,
                                            std::uint8_t reason) override;
    Result<std::optional<std::size_t>> revoke_anchor(const Hash32& root,
                                                     std::uint8_t reason) override;

private:
    struct Issued {
        Hash32 commitment;
        std::int64_t expires = 0;
    };
    using Anchors = std::vector<passport::PresentationAnchor>;

    static Result<std::vector<Issued>> read_issued(const std::filesystem::path& file);
    std::filesystem::path file_of(const Hash32& certificate) const;
    std::filesystem::path file_of(const passport::PresentationAnchor& anchor) const;
    Result<Anchors> read_anchors() const;
    Status settle(const passport::PresentationAnchor& anchor); // on chain
    Result<std::vector<Hash32>> not_anchored(const Anchors& anchors) const;
    Result<std::size_t> anchor_all(Anchors& anchors);
    Result<std::size_t> revoke_of(const Hash32& certificate, const Anchors& anchors,
                                  std::uint8_t reason);
    // Those that are not revoked yet; how many.
    Result<std::size_t> revoke_all(const std::vector<Hash32>& commitments, const Anchors& anchors,
                                   std::uint8_t reason);
    Result<bool> stands(const Hash32& commitment); // not revoked

    std::filesystem::path folder_;
    PresentationDeskParts parts_;
    std::mutex mutex_;
};

} // namespace salus::app
