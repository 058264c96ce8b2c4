#pragma once
// Writing a patient's resources: into one block, or into several where one does not hold them, each
// whole or not at all. Posting the same again writes what is not written yet, and nothing twice.

#include "base/clock.hpp"
#include "gateway/block_maker.hpp"
#include "gateway/journal.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kVersionConflict{"fhir.version_conflict",
                                            "https://hl7.org/fhir/R4/http.html#concurrency"};

// How long a block may be on its way, in milliseconds: then it never came.
inline constexpr std::uint64_t kWriteTime = 5 * 60 * 1000;

struct Written { // what became of a resource
    std::size_t entry = 0;
    std::string type, id;
    vault::RecordId version;
    std::uint64_t time = 0;       // milliseconds, the block's
    bool fresh = false;           // written by this call
    bool created = false;         // its first version
    std::optional<KeyChoice> key; // where it is fresh
    codec::json::object resource;
};
struct WriteReport {
    std::vector<Written> written;
    std::optional<Error> stopped; // the rest was not written
};

class Writer {
public:
    struct Parts { // all outlive it
        const GatewayKeys& keys;
        Journal& journal;
        PatientBook& book;
        ChainView& chain;
        Author author;
        Random& random;
        const Clock& clock;
        BlockLimits limits;
    };
    explicit Writer(Parts parts) : parts_(std::move(parts)) {}

    // kVersionConflict, kTooLarge, kWriteUnderWay before anything is written.
    Result<WriteReport> write(RecordSource& source, const PatientIntake& intake,
                              const Asker& asker) const;

private:
    struct Plan;
    Result<Plan> plan(RecordSource& source, const PatientIntake& intake) const;
    Status settle(RecordSource& source, const EnrolledPatient& patient,
                  std::optional<JournalRow>& row) const;
    Result<KeyState> key_state(RecordSource& source, const EnrolledPatient& patient,
                               const Asker& asker) const;
    Status write_block(RecordSource& source, const EnrolledPatient& patient,
                       std::span<const Planned> planned, const Asker& asker,
                       std::span<Written* const> written) const;
    Status send_block(RecordSource& source, const EnrolledPatient& patient,
                      std::span<const Planned> planned, const Asker& asker,
                      std::span<Written* const> written, const ledger::ChainHeads& heads,
                      const KeyState& state) const;

    Parts parts_;
};

} // namespace salus::gateway
