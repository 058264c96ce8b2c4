#pragma once
// A request for access: a hospital, an insurer, a government office or a researcher asks a patient
// for a grant. It travels encrypted to the patient and never touches a chain.

#include "consent/message.hpp"

namespace salus::consent {

inline constexpr ErrorKind kBadRequest{"consent.bad_request", "docs/consent.md, Access request"};
inline constexpr ErrorKind kNotTheAsker{"request.not_the_asker", "who asked signs it"};
inline constexpr ErrorKind kNotThePatient{"request.not_the_patient", "the patient answers it"};
inline constexpr ErrorKind kAnsweredBefore{"request.answered_before", "it is answered once"};
inline constexpr ErrorKind kWithdrawnBefore{"request.withdrawn_before", "it was withdrawn"};
inline constexpr ErrorKind kRequestExpired{"request.expired", "it was to be answered before"};
inline constexpr ErrorKind kNotExpired{"request.not_expired", "it can still be answered"};
inline constexpr ErrorKind kBeforeTheLast{"request.before_the_last", "times do not go back"};
inline constexpr ErrorKind kForAnother{"request.for_another", "an answer names its request's hash"};
inline constexpr ErrorKind kGrantsMore{"request.grants_more",
                                       "a grant in answer is for who asked, and for no more"};

enum class AskerKind : std::uint8_t { hospital, insurer, government, researcher };
std::string_view asker_kind_name(AskerKind kind);

struct AccessRequest {
    std::uint8_t version = 1;
    RecordId id; // random
    AskerKind kind = AskerKind::hospital;
    Address asker;
    std::string asker_name; // as the patient reads it, 1 to 256 bytes
    FolderKey asker_key;    // Umbral
    Hash32 patient;
    std::string purpose;
    Access access = Access::read;
    std::vector<Folder> folders;                // either these, ascending by name,
    std::vector<RecordId> records;              // or these, ascending
    std::uint64_t from = 0, until = 0;          // of the grant that is asked for
    std::string reason;                         // for the patient, 1 to 2048 bytes
    std::uint64_t asked_at = 0, expires_at = 0; // at most a year apart

    friend bool operator==(const AccessRequest&, const AccessRequest&) = default;
};
// Hospitals ask for TREAT, HOPERAT, HPAYMT and PUBHLTH and what lies below them, insurers for
// HPAYMT, government offices for PUBHLTH, HLEGAL, GOV, FRAUD and HCOMPL, researchers for HRESCH.
std::vector<GrantFault> request_faults(const AccessRequest& request);
std::string request_text(const AccessRequest& request); // canonical JSON
Result<AccessRequest> parse_request(std::string_view text);
Hash32 request_hash(const AccessRequest& request); // EIP-712 hashStruct of the canonical text
Hash32 ask_digest(const Place& place, const AccessRequest& request);

struct AccessAnswer {
    Hash32 request;         // its hash
    Hash32 grant;           // zero: refused
    std::uint64_t time = 0; // Unix seconds
};
// Signed by the account that the patient made for this asker (a grant's grantor).
Hash32 answer_digest(const Place& place, const AccessAnswer& answer);

enum class RequestState : std::uint8_t { asked, seen, granted, refused, withdrawn, expired };
std::string_view request_state_name(RequestState state);

// Where a request stands: a value; each step gives the next one or a refusal by name.
struct RequestProgress {
    AccessRequest request;
    RequestState state = RequestState::asked;
    std::uint64_t since = 0;
    Hash32 grant; // where granted

    friend bool operator==(const RequestProgress&, const RequestProgress&) = default;
};
// kBadRequest, kNotTheAsker
Result<RequestProgress> ask(const Place& place, const AccessRequest& request, ByteView signature);
// Seeing twice changes nothing.
Result<RequestProgress> see(const RequestProgress& progress, std::uint64_t time);
// A refusal has no grant. kGrantsMore where the grant is for others, another purpose, more folders
// or a longer time than was asked for.
Result<RequestProgress> answer(const Place& place, const RequestProgress& progress,
                               const AccessAnswer& answer, const Grant* grant,
                               const Address& patient_account, ByteView signature);
Result<RequestProgress> withdraw(const RequestProgress& progress, const Address& by,
                                 std::uint64_t time);
Result<RequestProgress> expire(const RequestProgress& progress, std::uint64_t time);

} // namespace salus::consent
