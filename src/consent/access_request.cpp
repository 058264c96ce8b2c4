#include "consent/access_request.hpp"

#include <algorithm>

#include "consent/document.hpp"
#include "crypto/hash.hpp"

namespace salus::consent {
namespace {

using envelope::StructHash;
namespace json = codec::json;

constexpr std::string_view kKinds[] = {"hospital", "insurer", "government", "researcher"};
constexpr std::string_view kStates[] = {"asked",   "seen",      "granted",
                                        "refused", "withdrawn", "expired"};
constexpr std::size_t kMaxName = 256, kMaxReason = 2048;
constexpr std::uint64_t kYear = 366 * 86'400;

// What each kind may ask for: these purposes and those below them.
std::span<const std::string_view> purposes_of(AskerKind kind) {
    static constexpr std::string_view hospital[] = {"TREAT", "HOPERAT", "HPAYMT", "PUBHLTH"};
    static constexpr std::string_view insurer[] = {"HPAYMT"};
    static constexpr std::string_view government[] = {"PUBHLTH", "HLEGAL", "GOV", "FRAUD",
                                                      "HCOMPL"};
    static constexpr std::string_view researcher[] = {"HRESCH"};
    switch (kind) {
    case AskerKind::hospital: return hospital;
    case AskerKind::insurer: return insurer;
    case AskerKind::government: return government;
    case AskerKind::researcher: break;
    }
    return researcher;
}

template <typename List, typename Less>
bool ascends(const List& list, Less less) {
    return std::adjacent_find(list.begin(), list.end(), [&](const auto& a, const auto& b) {
               return !less(a, b);
           }) == list.end();
}

bool by_name(Folder a, Folder b) {
    return folder_name(a) < folder_name(b);
}

void check_asker(const AccessRequest& request, Faults& faults) {
    const auto allowed = purposes_of(request.kind);
    faults.check(request.version == 1, "version", "version.unknown", "the version is 1");
    faults.check(!request.id.is_zero(), "id", "id.zero", "an id is 16 random bytes");
    faults.check(!request.asker.is_zero(), "asker", "asker.zero", "an asker is named");
    faults.check(!request.asker_name.empty() && request.asker_name.size() <= kMaxName, "askerName",
                 "asker_name.length", "a name has 1 to 256 bytes");
    faults.check(is_point(request.asker_key), "askerKey", "asker_key.no_point",
                 "the asker's key is a compressed point of secp256k1");
    faults.check(!request.patient.is_zero(), "patient", "patient.zero", "a patient is named");
    faults.check(find_purpose(request.purpose) != nullptr, "purpose", "purpose.unknown",
                 "the purpose is a code of HL7 v3 PurposeOfUse");
    faults.check(std::any_of(allowed.begin(), allowed.end(),
                             [&](auto one) { return purpose_covers(one, request.purpose); }),
                 "purpose", "purpose.kind", "not a purpose for this kind of asker");
    faults.check(!request.reason.empty() && request.reason.size() <= kMaxReason, "reason",
                 "reason.length", "a reason has 1 to 2048 bytes");
}

void check_scope(const AccessRequest& request, Faults& faults) {
    faults.check(request.folders.empty() != request.records.empty(), "folders", "folders.either",
                 "either folders or single records are asked for");
    faults.check(ascends(request.folders, by_name), "folders", "folders.order",
                 "folders ascend by name, none twice");
    faults.check(request.records.size() <= kMaxRecords && ascends(request.records, std::less<>()),
                 "records", "records.order", "at most 1024 records ascend, none twice");
    faults.check(request.records.empty() || request.access == Access::read, "records",
                 "records.write", "single records are read, not written");
    faults.check(request.access == Access::read || request.kind == AskerKind::hospital, "access",
                 "access.kind", "only hospitals write");
    faults.check(request.from <= request.until && request.until <= kMaxTime, "until",
                 "until.before_from", "a grant ends no earlier than it begins");
    faults.check(request.asked_at < request.expires_at &&
                     request.expires_at - request.asked_at <= kYear &&
                     request.expires_at <= kMaxTime,
                 "expiresAt", "expires_at.range", "a request expires within a year");
}

bool is_open(RequestState state) {
    return state == RequestState::asked || state == RequestState::seen;
}

// What holds of every step on an open request.
Status check_step(const RequestProgress& progress, std::uint64_t time) {
    if (progress.state == RequestState::withdrawn) return Error(kWithdrawnBefore);
    if (progress.state == RequestState::expired) return Error(kRequestExpired);
    if (!is_open(progress.state)) return Error(kAnsweredBefore);
    if (time < progress.since) return Error(kBeforeTheLast);
    if (time > progress.request.expires_at) return Error(kRequestExpired);
    return ok_status();
}

RequestProgress moved(const RequestProgress& progress, RequestState state, std::uint64_t time) {
    RequestProgress out = progress;
    out.state = state;
    out.since = time;
    return out;
}

bool access_within(Access asked, Access granted) {
    return asked == Access::read_write || asked == granted;
}

bool scope_within(const AccessRequest& request, const Grant& grant) {
    if (!request.folders.empty()) {
        return std::all_of(grant.folders.begin(), grant.folders.end(), [&](const auto& folder) {
            return folder.name && std::find(request.folders.begin(), request.folders.end(),
                                            *folder.name) != request.folders.end();
        });
    }
    return !grant.records.empty() && std::includes(request.records.begin(), request.records.end(),
                                                   grant.records.begin(), grant.records.end());
}

bool is_within(const AccessRequest& request, const Grant& grant) {
    return grant.patient == request.patient && grant.grantee == request.asker &&
           grant.grantee_key == request.asker_key &&
           purpose_covers(request.purpose, grant.purpose) &&
           access_within(request.access, grant.access) && grant.from >= request.from &&
           grant.until <= request.until && scope_within(request, grant);
}

template <typename Names>
auto index_of(const Names& names, std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) - std::begin(names);
}

} // namespace

std::string_view asker_kind_name(AskerKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

std::string_view request_state_name(RequestState state) {
    return kStates[static_cast<std::size_t>(state)];
}

std::vector<GrantFault> request_faults(const AccessRequest& request) {
    Faults faults;
    check_asker(request, faults);
    check_scope(request, faults);
    return faults.take();
}

std::string request_text(const AccessRequest& request) {
    json::array folders;
    for (const Folder folder : request.folders) folders.emplace_back(folder_name(folder));
    return canonical_text({{"access", access_name(request.access)},
                           {"askedAt", request.asked_at},
                           {"asker", to_hex0x(request.asker.bytes)},
                           {"askerKey", to_hex0x(request.asker_key.bytes)},
                           {"askerName", request.asker_name},
                           {"expiresAt", request.expires_at},
                           {"folders", std::move(folders)},
                           {"from", request.from},
                           {"id", uuid_text(request.id)},
                           {"kind", asker_kind_name(request.kind)},
                           {"patient", to_hex0x(request.patient.bytes)},
                           {"purpose", request.purpose},
                           {"reason", request.reason},
                           {"records", record_texts(request.records)},
                           {"until", request.until},
                           {"version", request.version}});
}

Result<AccessRequest> parse_request(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object object, parse_document(text, kBadRequest));
    Fields fields(object, kBadRequest);
    AccessRequest out;
    out.version = static_cast<std::uint8_t>(fields.number("version", 255));
    const auto id = uuid_of(fields.text("id"));
    if (!id) fields.note("id");
    out.id = id.value_or(RecordId{});
    const auto kind = index_of(kKinds, fields.text("kind"));
    if (kind == std::ssize(kKinds))
        fields.note("kind");
    else
        out.kind = static_cast<AskerKind>(kind);
    out.asker = fields.bytes<20>("asker");
    out.asker_name = fields.text("askerName");
    out.asker_key = fields.bytes<33>("askerKey");
    out.patient = fields.bytes<32>("patient");
    out.purpose = fields.text("purpose");
    const auto access = access_by_name(fields.text("access"));
    if (!access) fields.note("access");
    out.access = access.value_or(Access::read);
    for (const codec::Json& item : fields.list("folders")) {
        const auto folder = item.is_string() ? folder_by_name(item.get_string()) : std::nullopt;
        if (!folder) fields.note("folders");
        out.folders.push_back(folder.value_or(Folder::audit));
    }
    out.records = record_ids(fields);
    out.from = fields.number("from");
    out.until = fields.number("until");
    out.reason = fields.text("reason");
    out.asked_at = fields.number("askedAt");
    out.expires_at = fields.number("expiresAt");
    SALUS_TRY(fields.fault());
    if (object.size() != 16) return Error(kBadRequest, "it has an unknown member");
    SALUS_TRY(check_faults(kBadRequest, request_faults(out)));
    return out;
}

// Of the canonical text: the request is read by programs, not shown by wallets.
Hash32 request_hash(const AccessRequest& request) {
    return StructHash("AccessRequest(string document)").add_text(request_text(request)).hash();
}

Hash32 ask_digest(const Place& place, const AccessRequest& request) {
    return envelope::typed_digest(domain_separator(consent_domain(place)), request_hash(request));
}

Hash32 answer_digest(const Place& place, const AccessAnswer& answer) {
    const Hash32 hash = StructHash("AccessAnswer(bytes32 request,bytes32 grantHash,uint64 time)")
                            .add(answer.request)
                            .add(answer.grant)
                            .add(uint256(answer.time))
                            .hash();
    return envelope::typed_digest(domain_separator(consent_domain(place)), hash);
}

Result<RequestProgress> ask(const Place& place, const AccessRequest& request, ByteView signature) {
    SALUS_TRY(check_faults(kBadRequest, request_faults(request)));
    if (!signed_by(request.asker, ask_digest(place, request), signature)) {
        return Error(kNotTheAsker);
    }
    return RequestProgress{request, RequestState::asked, request.asked_at, {}};
}

Result<RequestProgress> see(const RequestProgress& progress, std::uint64_t time) {
    SALUS_TRY(check_step(progress, time));
    if (progress.state == RequestState::seen) return progress;
    return moved(progress, RequestState::seen, time);
}

Result<RequestProgress> answer(const Place& place, const RequestProgress& progress,
                               const AccessAnswer& answer, const Grant* grant,
                               const Address& patient_account, ByteView signature) {
    SALUS_TRY(check_step(progress, answer.time));
    if (answer.request != request_hash(progress.request)) return Error(kForAnother);
    if (!signed_by(patient_account, answer_digest(place, answer), signature)) {
        return Error(kNotThePatient);
    }
    if (answer.grant.is_zero()) return moved(progress, RequestState::refused, answer.time);
    if (grant == nullptr || grant_hash(*grant) != answer.grant) {
        return Error(kForAnother, "the grant is not the one that the answer names");
    }
    SALUS_TRY(check_grant(*grant));
    if (!is_within(progress.request, *grant)) return Error(kGrantsMore);
    RequestProgress out = moved(progress, RequestState::granted, answer.time);
    out.grant = answer.grant;
    return out;
}

Result<RequestProgress> withdraw(const RequestProgress& progress, const Address& by,
                                 std::uint64_t time) {
    SALUS_TRY(check_step(progress, time));
    if (by != progress.request.asker) return Error(kNotTheAsker);
    return moved(progress, RequestState::withdrawn, time);
}

Result<RequestProgress> expire(const RequestProgress& progress, std::uint64_t time) {
    if (progress.state == RequestState::withdrawn) return Error(kWithdrawnBefore);
    if (progress.state == RequestState::expired) return Error(kRequestExpired);
    if (!is_open(progress.state)) return Error(kAnsweredBefore);
    if (time <= progress.request.expires_at) return Error(kNotExpired);
    return moved(progress, RequestState::expired, time);
}

} // namespace salus::consent
