// Being asked: letters to the patient's account, opened with the inbox key, and the answers.

#include <algorithm>

#include "consent/document.hpp"
#include "device/device.hpp"

namespace salus::device {

using consent::RequestState;
using records_client::LetterContent;
using records_client::RequestLetter;

namespace {

bool is_open(RequestState state) {
    return state == RequestState::asked || state == RequestState::seen;
}

} // namespace

// A letter that is no request for this patient, or not signed by who asks, is dropped: anybody may
// send letters.
void Device::take_request(const records::Letter& letter, Outcome& out) {
    const auto content = records_client::open_letter(letter, parts_.root.inbox_key());
    const auto* asked = content.ok() ? std::get_if<RequestLetter>(&*content) : nullptr;
    if (asked == nullptr || asked->request.patient != state_.chain) {
        out.notes.push_back("a letter from " + to_hex0x(letter.from.bytes) + " was no request");
        return;
    }
    for (const KnownRequest& known : state_.requests) {
        if (known.progress.request.id == asked->request.id) return;
    }
    auto progress = consent::ask(state_.place(), asked->request, asked->signature.bytes);
    if (!progress.ok()) {
        out.notes.push_back("a request from " + to_hex0x(letter.from.bytes) +
                            " does not hold: " + progress.error().text());
        return;
    }
    state_.requests.push_back({std::move(*progress)});
}

Result<Outcome> Device::fetch_requests() {
    Outcome out;
    const Status done = everywhere(
        [&](Client& client, std::size_t) -> Status {
            std::optional<std::uint64_t> after;
            do {
                SALUS_TRY_ASSIGN(const records::LetterPage page, client.letters(after));
                for (const records::Letter& letter : page.letters) take_request(letter, out);
                SALUS_TRY(save());
                for (const records::Letter& letter : page.letters) {
                    SALUS_TRY(client.drop_letter(letter.id));
                }
                after = page.next;
            } while (after);
            return ok_status();
        },
        out);
    SALUS_TRY(done);
    for (KnownRequest& known : state_.requests) {
        if (!is_open(known.progress.state)) continue;
        const bool over = now() > known.progress.request.expires_at;
        auto next =
            over ? consent::expire(known.progress, now()) : consent::see(known.progress, now());
        if (next.ok()) known.progress = std::move(*next);
    }
    SALUS_TRY(save());
    return out;
}

Result<KnownRequest*> Device::open_request(const vault::RecordId& id) {
    for (KnownRequest& known : state_.requests) {
        if (known.progress.request.id != id) continue;
        if (now() > known.progress.request.expires_at) return Error(consent::kRequestExpired);
        if (!is_open(known.progress.state)) return Error(consent::kAnsweredBefore);
        return &known;
    }
    return Error(kUnknownRequest, consent::uuid_text(id));
}

Result<GrantPlan> Device::plan_for(const vault::RecordId& id) const {
    for (const KnownRequest& known : state_.requests) {
        const consent::AccessRequest& asked = known.progress.request;
        if (asked.id != id) continue;
        GrantPlan out;
        out.grantee = asked.asker;
        out.grantee_key = asked.asker_key;
        out.label = asked.asker_name;
        out.purpose = asked.purpose;
        out.access = asked.access;
        out.folders = asked.folders;
        out.records = asked.records;
        out.from = asked.from;
        out.until = asked.until;
        out.threshold = std::min<std::uint64_t>(state_.nodes.size(), 2);
        out.request = consent::request_hash(asked);
        return out;
    }
    return Error(kUnknownRequest, consent::uuid_text(id));
}

// Signed by the account that is made for the asker; consent::answer says whether it may be given.
Result<Device::Answered> Device::answer_of(const KnownRequest& known,
                                           const GivenGrant* given) const {
    const consent::AccessRequest& asked = known.progress.request;
    const consent::AccessAnswer answer{consent::request_hash(asked),
                                       given != nullptr ? given->hash : Hash32{}, now()};
    const Address account = parts_.root.grantee_account(asked.asker);
    SALUS_TRY_ASSIGN(const auto signature,
                     envelope::wallet_sign(parts_.root.grantee_key(asked.asker),
                                           consent::answer_digest(state_.place(), answer)));
    SALUS_TRY_ASSIGN(consent::RequestProgress next,
                     consent::answer(state_.place(), known.progress, answer,
                                     given != nullptr ? &given->grant : nullptr, account,
                                     signature.bytes));
    return Answered{{answer.request, answer.grant, answer.time, account, signature},
                    std::move(next)};
}

Status Device::answer(KnownRequest& known, const GivenGrant* given, Outcome& out) {
    const consent::AccessRequest& asked = known.progress.request;
    SALUS_TRY_ASSIGN(Answered answered, answer_of(known, given));
    SALUS_TRY_ASSIGN(const auto key, crypto::umbral::PublicKey::from_bytes(asked.asker_key.bytes));
    SALUS_TRY_ASSIGN(const records::NewLetter letter,
                     records_client::seal_letter(answered.letter, asked.asker, key, parts_.random));
    SALUS_TRY(send_everywhere({letter}, out));
    known.progress = std::move(answered.next);
    return save();
}

Result<Outcome> Device::accept(const vault::RecordId& request, GrantPlan plan) {
    SALUS_TRY_ASSIGN(const KnownRequest* known, open_request(request));
    const consent::AccessRequest asked = known->progress.request;
    if (plan.grantee != asked.asker || plan.grantee_key != asked.asker_key) {
        return Error(consent::kForAnother, "the grant is for who asked");
    }
    plan.request = consent::request_hash(asked);
    SALUS_TRY_ASSIGN(const GivenGrant draft, prepare(plan));
    SALUS_TRY(answer_of(*known, &draft)); // not for more than was asked, before anything is given
    SALUS_TRY_ASSIGN(Outcome out, grant(plan));
    SALUS_TRY_ASSIGN(KnownRequest * again, open_request(request));
    const auto at = std::find_if(state_.grants.begin(), state_.grants.end(),
                                 [&](const GivenGrant& one) { return one.hash == out.grant; });
    SALUS_ASSERT(at != state_.grants.end());
    SALUS_TRY(answer(*again, &*at, out));
    return out;
}

Result<Outcome> Device::refuse(const vault::RecordId& request) {
    SALUS_TRY_ASSIGN(KnownRequest * known, open_request(request));
    Outcome out;
    SALUS_TRY(answer(*known, nullptr, out));
    return out;
}

} // namespace salus::device
