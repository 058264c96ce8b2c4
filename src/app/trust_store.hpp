#pragma once
// What a verifier trusts, in <datadir>/trust: trust-list.json and revocations.salus as they were
// signed, mark.json (the newest that was seen), and sources/<name>.json of foreign trust. A file is
// replaced whole, and only by one that verifies and is newer; the mark is written after it.

#include <filesystem>

#include "app/trust_options.hpp"
#include "passport/revocation_list.hpp"
#include "passport/trust_refresh.hpp"
#include "passport/trust_source.hpp"

namespace salus::app {

inline constexpr ErrorKind kNoTrustYet{"trust_store.empty", "salus trust refresh"};

Result<passport::TrustPins> pins_of(const PinOptions& options);

struct StoredTrust {
    std::string text; // of the list
    passport::SignedTrustList list;
    passport::TrustMark mark;
};

class TrustStore {
public:
    explicit TrustStore(const std::filesystem::path& datadir) : folder_(datadir / "trust") {}

    std::filesystem::path list_path() const { return folder_ / "trust-list.json"; }
    std::filesystem::path revocations_path() const { return folder_ / "revocations.salus"; }
    std::filesystem::path source_path(const std::string& name) const {
        return folder_ / "sources" / (name + ".json");
    }

    // What is in use; none before the first refresh. A list that is older than the mark, or of
    // another chain, is refused: trust_refresh.*. A mark that lags behind its list is not: the
    // program ended between the two.
    Result<std::optional<StoredTrust>> open() const;
    Result<std::optional<passport::RevocationSet>> revocations() const; // likewise
    // In the order of their names.
    Result<std::vector<passport::TrustSource>> sources() const;

    // accept_trust_list, and where it is accepted it is in use from now on.
    Result<passport::AcceptedTrust> accept(const std::string& text, const passport::TrustPins& pins,
                                           bool force);
    // kNoTrustYet before there is a list.
    Result<passport::RevocationSet> accept_revocations(const std::string& file,
                                                       const passport::TrustPins& pins);
    // kTrustRollback where it was fetched before the one of its name; kTrustShrinks, kTrustOtherKey
    // (the source's signer) unless `force`.
    Status accept_source(const passport::TrustSource& source, bool force);

private:
    Result<std::optional<passport::TrustMark>> mark() const;
    Status make_folders() const;

    std::filesystem::path mark_path() const { return folder_ / "mark.json"; }

    std::filesystem::path folder_;
};

} // namespace salus::app
