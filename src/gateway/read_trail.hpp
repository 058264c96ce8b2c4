#pragma once
// What was read through this gateway, for the hospital's own AuditEvents: the nodes write the same
// into the patient's chain, sealed to the patient, so that the hospital cannot read it there. Rows
// are sealed with the hospital's data key. Thread-safe as the database is.

#include "gateway/patient_book.hpp"
#include "gateway/record_source.hpp"

namespace salus::gateway {

struct ReadEvent {
    std::uint64_t number = 0; // of the row
    std::uint64_t time = 0;   // milliseconds
    Asker asker;
    std::string action;                 // list, read
    std::vector<Hash32> grants;         // by which it was asked
    std::vector<std::string> resources; // "Observation/7": of those that were told
    std::uint64_t count = 0;            // how many were told
};

class ReadTrail {
public:
    ReadTrail(store::Database& database, const GatewayKeys& keys, Random& random)
        : database_(database), keys_(keys), random_(random) {}

    Status add(const Hash32& patient, const ReadEvent& event); // durable when it returns
    // The newest, at most `most`.
    Result<std::vector<ReadEvent>> of(const Hash32& patient, std::size_t most) const;

private:
    store::Database& database_;
    const GatewayKeys& keys_;
    Random& random_;
};

// https://hl7.org/fhir/R4/auditevent.html
codec::json::object audit_event(const ReadEvent& event, const EnrolledPatient& patient,
                                const Address& hospital, const GatewayKeys& keys);

} // namespace salus::gateway
