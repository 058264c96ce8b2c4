#pragma once
// What a verifier trusts, in <datadir>/trust: trust-list.json and revocations.salus as they were
// signed, mark.json (the newest that was seen), sources/<name>.json of foreign trust and
// rules/<name>.json of rule sets. A file is
// replaced whole, and only by one that verifies and is newer; the mark is written after it.

#include <filesystem>

#include "app/trust_options.hpp"
#include "passport/revocation_list.hpp"
#include "passport/rule_file.hpp"
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

// The name of a file of foreign trust is its source's.
Result<passport::TrustSource> read_source_file(const std::filesystem::path& path);

class TrustStore {
public:
    explicit TrustStore(const std::filesystem::path& datadir) : folder_(datadir / "trust") {}

    std::filesystem::path list_path() const { return folder_ / "trust-list.json"; }
    std::filesystem::path revocations_path() const { return folder_ / "revocations.salus"; }
    std::filesystem::path source_path(const std::string& name) const {
        return folder_ / "sources" / (name + ".json");
    }

    std::filesystem::path rules_path(const std::string& name) const {
        return folder_ / "rules" / (name + ".json");
    }

    // What is in use; none before the first refresh. A list that is older than the mark, or of
    // another chain, is refused: trust_refresh.*. A mark that lags behind its list is not: the
    // program ended between the two.
    Result<std::optional<StoredTrust>> open() const;
    Result<std::optional<passport::RevocationSet>> revocations() const; // likewise
    // In the order of their names.
    Result<std::vector<passport::TrustSource>> sources() const;
    std::vector<std::filesystem::path> source_paths() const;
    // Likewise; signed by the list key of the mark, where there is one.
    Result<std::vector<passport::SignedRules>> rules() const;

    // accept_trust_list, and where it is accepted it is in use from now on.
    Result<passport::AcceptedTrust> accept(const std::string& text, const passport::TrustPins& pins,
                                           bool force);
    // kNoTrustYet before there is a list.
    Result<passport::RevocationSet> accept_revocations(const std::string& file,
                                                       const passport::TrustPins& pins);
    // A rule set of the list's network, newer than the one of its name: rule_file.*. kNoTrustYet
    // where neither pins nor a list tell who must have signed it.
    Result<passport::SignedRules> accept_rules(const std::string& text,
                                               const passport::TrustPins& pins);
    // kTrustRollback where it was fetched before the one of its name; kTrustShrinks, kTrustOtherKey
    // (the source's signer) unless `force`.
    Status accept_source(const passport::TrustSource& source, bool force);

private:
    Result<std::optional<passport::TrustMark>> mark() const;
    Status make_folders() const;
    // What the mark says, and where `pins` says otherwise, that.
    Result<passport::TrustPins> pins_with_mark(const passport::TrustPins& pins) const;

    std::filesystem::path mark_path() const { return folder_ / "mark.json"; }

    std::filesystem::path folder_;
};

} // namespace salus::app
