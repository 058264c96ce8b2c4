#pragma once
// A patient's resources as the hospital may read them now: listed and opened through the nodes at
// every call, the plain texts kept in memory for the next one.

#include <set>

#include "base/clock.hpp"
#include "gateway/fhir_time.hpp"
#include "gateway/journal.hpp"
#include "gateway/plain_cache.hpp"
#include "gateway/read_trail.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kNoGrant{"gateway.no_grant",
                                    "docs/records-api.md: reading needs a grant of the patient"};
inline constexpr ErrorKind kNotAResourceInside{
    "gateway.not_a_resource", "docs/records-api.md: the plain text of a record is a resource"};

// One version of a resource. `resource` has meta.versionId (the record's id) and meta.lastUpdated
// (the block's time).
struct Version {
    vault::RecordInfo info;
    std::string type, id;
    codec::json::object resource;
    bool opened = false; // by the present call: decided and told already
};

// What of a patient's record is looked for.
struct Wanted {
    std::vector<std::string> types{}; // none: all
    std::string id{};                 // of the one resource, of the one type; empty: all
};

// Oldest first: by the time of the block, then its hash, then the record's id.
bool before(const vault::RecordInfo& a, const vault::RecordInfo& b);

class Reader {
public:
    struct Parts { // all outlive it
        PatientBook& book;
        Journal& journal;
        ReadTrail& trail;
        PlainCache& cache;
        const Clock& clock;
    };
    explicit Reader(Parts parts) : parts_(parts) {}

    // All versions of what is wanted, and whatever else had to be opened to find it, oldest first:
    // the folders' records are listed, and those opened that are it, or were never seen. Records
    // that are no resources are passed over. kNoGrant; the nodes' refusals where no grant is
    // honoured.
    Result<std::vector<Version>> load(RecordSource& source, const EnrolledPatient& patient,
                                      const Asker& asker, const Wanted& wanted = {}) const;
    // Before they are shown: each that load() had at hand already is confirmed by the node, and all
    // of them are told in the trail.
    Status show(RecordSource& source, const EnrolledPatient& patient, const Asker& asker,
                std::span<const Version* const> versions) const;

private:
    struct Session;
    Status list(Session& session, const records_client::HeldGrant& grant) const;
    Status open(Session& session) const;
    Status open_missing(Session& session, const records_client::HeldGrant& grant,
                        std::span<const vault::RecordInfo> infos) const;

    Parts parts_;
};

// The last version of each resource, in the order of names.
std::vector<const Version*> current_of(std::span<const Version> versions);

// The folders in which a resource of the type may lie.
std::set<std::string_view> folders_of(std::string_view type);

} // namespace salus::gateway
