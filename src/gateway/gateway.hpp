#pragma once
// The FHIR R4 interface of a hospital's gateway, without HTTP: what is posted is written into
// patients' chains, what is asked for is read from them. Each call goes to the nodes, which decide
// and write down. Thread-safe.

#include "gateway/enrolment.hpp"
#include "gateway/reader.hpp"
#include "gateway/search.hpp"
#include "gateway/writer.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kNotFound{"fhir.not_found", "https://hl7.org/fhir/R4/http.html#read"};
inline constexpr ErrorKind kBadPage{"search.page",
                                    "docs/records-api.md: pages; search again from the start"};
inline constexpr ErrorKind kTooCostly{"search.too_costly",
                                      "docs/records-api.md: a search names its patient"};
inline constexpr ErrorKind kIncomplete{"gateway.incomplete",
                                       "docs/records-api.md: post the same again to go on"};

inline constexpr std::size_t kMostBooked = 1'000'000; // enrolled patients
inline constexpr std::size_t kMostPatients = 100;     // that one search for Patients looks at

// What came with a request.
struct Call {
    Asker asker;
    std::string patient; // X-Salus-Patient or ?patient-chain: a chain id in hex; empty: none
    bool strict = false; // Prefer: handling=strict
    std::string if_match;
    std::string form; // the URL's query, as sent, or the body of _search
};

struct Reply {
    int status = 200;
    codec::json::object resource;
    std::string location, etag;            // empty: none
    std::optional<std::uint64_t> modified; // milliseconds
};

class Gateway {
public:
    struct Parts { // all outlive it; `database` is migrated (migrate())
        store::Database& database;
        const GatewayKeys& keys;
        Author author;
        Hospital hospital;
        SourceOf source_of;
        ChainView& chain;
        Random& random;
        const Clock& clock;
        std::string base; // "https://h.example/fhir/R4"
        BlockLimits limits{};
        std::size_t cache_bytes = 64 * 1024 * 1024;
    };
    explicit Gateway(Parts parts);

    // Which letter, statement or genesis is refused, and why: enrolment.hpp.
    Result<Reply> enrol(const codec::json::object& parameters);
    // A letter of whatever kind that came for the hospital. What is not for a gateway is passed
    // over.
    Status take(const records_client::LetterContent& letter);

    Result<Reply> create(std::string_view type, codec::json::object resource, const Call& call);
    Result<Reply> update(std::string_view type, std::string_view id, codec::json::object resource,
                         const Call& call);
    Result<Reply> transact(const codec::json::object& bundle, const Call& call);

    Result<Reply> read(std::string_view type, std::string_view id, const Call& call);
    Result<Reply> vread(std::string_view type, std::string_view id, std::string_view version,
                        const Call& call);
    Result<Reply> history(std::string_view type, std::string_view id, const Call& call);
    Result<Reply> search(std::string_view type, const Call& call);
    Result<Reply> everything(std::string_view id, const Call& call);
    Result<Reply> page(std::string_view token, const Call& call); // of a next link

    // Whether a resource or a Bundle's is about somebody who is enrolled here.
    bool concerns(const codec::json::object& resource) const;
    PatientBook& book() { return book_; }

private:
    struct Found;      // what a search looks at
    class Shelf;       // what of it is current
    struct SearchPlan; // what is asked, and from where on
    Result<std::shared_ptr<RecordSource>> source(const EnrolledPatient& patient) const;
    Result<std::optional<EnrolledPatient>> named(const Call& call) const;
    Direction direction(const std::optional<EnrolledPatient>& named) const;
    Result<EnrolledPatient> holder_of(std::string_view type, std::string_view id,
                                      const Call& call) const;
    Result<Reply> enrol_now(const EnrolRequest& request);
    Result<Reply> write_one(Intake intake, const Call& call);
    Result<Reply> own_resource(const EnrolledPatient& patient, std::string_view type,
                               std::string_view id) const;
    Result<std::vector<codec::json::object>> own_resources(const EnrolledPatient& patient,
                                                           std::string_view type) const;
    Result<std::vector<EnrolledPatient>> searched(const SearchQuery& query, const Call& call) const;
    Status gather(Found& found, const EnrolledPatient& patient, const Wanted& wanted,
                  std::span<const std::string> own, const Call& call) const;
    Result<Reply> run(const SearchPlan& plan, const Call& call) const;
    Result<Reply> answer(const Found& found, const SearchPlan& plan, const Call& call) const;
    std::vector<const codec::json::object*> matching(const Shelf& shelf,
                                                     const SearchPlan& plan) const;
    std::string next_link(const SearchPlan& plan) const;

    Parts parts_;
    std::mutex enrolling_; // who enrols reads the patient's row and writes it again
    mutable PatientBook book_;
    mutable Journal journal_;
    mutable ReadTrail trail_;
    mutable PlainCache cache_;
    Writer writer_;
    Reader reader_;
};

} // namespace salus::gateway
