#pragma once
// Verdicts for `salus verify`: of a running node, or offline by a trust list and trust sources;
// what no flag names is taken from <datadir>/trust. Beside them the destination's rules and the
// traveller's document, which never leave this machine.

#include <memory>

#include "app/node_client.hpp"
#include "app/options.hpp"
#include "app/trust_store.hpp"
#include "codec/mrz.hpp"
#include "passport/entry.hpp"
#include "passport/rule_file.hpp"
#include "passport/verifier.hpp"

namespace salus::app {

class Judge {
public:
    static Result<Judge> make(const VerifyOptions& options);

    // As passport::verdict_json has it; with `entry` where --to and `person` where --mrz was given.
    Result<codec::json::object> judge(const std::string& code) const;

    // Offline alone (else nullptr). Thread-safe.
    const passport::Verifier* verifier() const { return verifier_.get(); }
    std::int64_t now() const; // the clock's, or that of --at
    const passport::Meeting& meeting() const { return meeting_; }
    // Adds `entry` and `person` of this document to a verdict's JSON. Thread-safe.
    void add_journey(const passport::Document& document, codec::json::object& verdict) const;

private:
    Judge() = default;
    Status open_offline(const VerifyOptions& options);
    Result<std::optional<passport::TrustList>> open_list(const VerifyOptions& options);
    Result<passport::SignedTrustList> open_list_file(const VerifyOptions& options);
    Status open_revocations(const VerifyOptions& options, passport::MoreTrust& more);
    Status open_rules(const VerifyOptions& options);
    Status open_signed_rules(const VerifyOptions& options);
    Status open_stored_rules(const VerifyOptions& options);
    Status take_rules(passport::SignedRules rules);
    Result<codec::json::object> judge_online(const std::string& code) const;
    Status open_mrz(const VerifyOptions& options);

    std::unique_ptr<NodeClient> node_;
    std::unique_ptr<passport::Verifier> verifier_;
    std::unique_ptr<passport::Verifier> foreign_; // online: of signers that the node does not know
    std::optional<Address> signer_;               // of the trust list
    passport::TrustPins pins_;                    // of it, for whatever else is signed
    bool pinned_ = false;
    std::optional<std::int64_t> at_; // --at; else the clock's: a batch may run for days
    passport::Meeting meeting_;
    rules::RuleSet rules_;
    std::shared_ptr<const codec::Json> value_sets_;
    std::optional<passport::Travel> travel_; // its time where --on is given, else now()
    bool travels_now_ = false;
    std::optional<codec::Mrz> mrz_;
};

// Valid, and where they were asked: accepted by the rules, and of the same person.
bool passes(const codec::json::object& verdict);

} // namespace salus::app
