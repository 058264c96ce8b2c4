#include "app/identity_command.hpp"

#include <fmt/format.h>

#include "app/dev_accounts.hpp"
#include "app/files.hpp"
#include "app/one_shot.hpp"
#include "app/password.hpp"
#include "app/terminal.hpp"
#include "envelope/keystore.hpp"
#include "eth_remote/remote_chain.hpp"
#include "passport/identity.hpp"

namespace salus::app {
namespace {

Result<Address> account_at(const std::string& text, std::string_view flag) {
    auto account = address_from_hex(text);
    if (!account.ok()) return std::move(account).error().at(flag);
    return account;
}

// The chain behind --node, and who acts on it.
class Desk {
public:
    explicit Desk(const IdentityOptions& options) : options_(options) {}

    Status open() {
        SALUS_TRY_ASSIGN(const passport::Contracts contracts, contracts_of_node(options_.node));
        SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options_.node));
        chain_ = eth::make_remote_chain(std::move(url));
        identities_.emplace(*chain_, contracts.medical_identity);
        return ok_status();
    }

    passport::Identities& identities() { return *identities_; }
    std::int64_t now() const { return clock_.unix_seconds(); }
    Random& random() { return random_; }

    Result<std::unique_ptr<eth::Sender>> sender(bool as_authority = false) {
        SALUS_TRY(open_keys());
        return make_sender(*chain_, as_authority ? keys_->authority : keys_->hospital, journal_,
                           clock_);
    }
    Result<eth::Signer> registrar() {
        SALUS_TRY(open_keys());
        return eth::Signer::from_key(keys_->hospital.copy());
    }
    // For the message that speaks for `account`.
    Result<passport::RequestEnds> ends(const Address& account) {
        passport::RequestEnds out;
        SALUS_TRY_ASSIGN(out.nonce, identities_->nonce(account));
        out.deadline = static_cast<std::uint64_t>(now()) + options_.valid_days * 86'400;
        return out;
    }

private:
    Status open_keys() {
        if (keys_) return ok_status();
        SALUS_TRY_ASSIGN(KeyRing keys, authority_keys(options_.datadir, options_.password_file,
                                                      options_.dev, clock_, random_));
        keys_.emplace(std::move(keys));
        return ok_status();
    }

    const IdentityOptions& options_;
    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<eth::Chain> chain_;
    std::optional<passport::Identities> identities_;
    std::optional<KeyRing> keys_;
    eth::MemoryJournal journal_;
};

// ---- requests

Result<codec::Mrz> document_of(const IdentityOptions& options, std::int64_t now) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.mrz, 4096));
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(now)));
    const codec::MrzReading reading = codec::read_mrz(text, today);
    if (!reading.ok()) return Error(reading.faults.front().error);
    return *reading.mrz;
}

struct Prepared {
    passport::IdentityRequest request;
    std::optional<Hash32> salt; // that the patient must keep
};

Result<Prepared> document_request(const IdentityOptions& options, Desk& desk,
                                  const passport::IdentityPlace& place) {
    SALUS_TRY_ASSIGN(const codec::Mrz document, document_of(options, desk.now()));
    Hash32 salt = desk.random().bytes<32>();
    if (!options.salt.empty()) {
        auto given = hash_from_hex(options.salt);
        if (!given.ok()) return std::move(given).error().at("--salt");
        salt = *given;
    }
    passport::DocumentBinding binding;
    auto nullifier = hash_from_hex(options.nullifier);
    if (!nullifier.ok()) return std::move(nullifier).error().at("--nullifier");
    binding.nullifier = *nullifier;
    binding.commitment = passport::document_commitment(document, salt);
    SALUS_TRY_ASSIGN(binding.patient, account_at(options.patient, "--patient"));
    SALUS_TRY_ASSIGN(const eth::Signer registrar, desk.registrar());
    binding.registrar = registrar.address();
    SALUS_TRY_ASSIGN(const passport::RequestEnds ends, desk.ends(binding.patient));
    if (options.action == "bind") return Prepared{bind_request(place, binding, ends), salt};
    if (options.action == "renew") return Prepared{renew_request(place, binding, ends), salt};
    SALUS_TRY_ASSIGN(const Address lost, account_at(options.lost, "--lost"));
    return Prepared{rebind_request(place, lost, binding, ends), salt};
}

Result<Prepared> family_request(const IdentityOptions& options, Desk& desk,
                                const passport::IdentityPlace& place) {
    SALUS_TRY_ASSIGN(const Address dependant, account_at(options.dependant, "--dependant"));
    if (options.action == "appoint") {
        SALUS_TRY_ASSIGN(const Address guardian, account_at(options.guardian, "--guardian"));
        SALUS_TRY_ASSIGN(const eth::Signer registrar, desk.registrar());
        SALUS_TRY_ASSIGN(const passport::RequestEnds ends, desk.ends(dependant));
        return Prepared{
            appoint_request(
                place, {dependant, guardian, registrar.address(), options.majority_year}, ends),
            {}};
    }
    SALUS_TRY_ASSIGN(const Address patient, account_at(options.patient, "--patient"));
    SALUS_TRY_ASSIGN(const Address by, account_at(options.by, "--by"));
    SALUS_TRY_ASSIGN(const passport::RequestEnds ends, desk.ends(patient));
    return Prepared{hand_over_request(place, dependant, patient, by, ends), {}};
}

Result<Prepared> hearing_request(const IdentityOptions& options, Desk& desk,
                                 const passport::IdentityPlace& place) {
    SALUS_TRY_ASSIGN(const Address lost, account_at(options.lost, "--lost"));
    SALUS_TRY_ASSIGN(const Address patient, account_at(options.patient, "--patient"));
    if (options.action == "object") {
        SALUS_TRY_ASSIGN(const passport::RequestEnds ends, desk.ends(lost));
        return Prepared{object_request(place, lost, patient, ends), {}};
    }
    auto nullifier = hash_from_hex(options.nullifier);
    if (!nullifier.ok()) return std::move(nullifier).error().at("--nullifier");
    SALUS_TRY_ASSIGN(const eth::Signer registrar, desk.registrar());
    SALUS_TRY_ASSIGN(const passport::RequestEnds ends, desk.ends(patient));
    return Prepared{uphold_request(place, lost, patient, registrar.address(), *nullifier, ends),
                    {}};
}

Result<Prepared> prepare(const IdentityOptions& options, Desk& desk) {
    SALUS_TRY_ASSIGN(const passport::IdentityPlace place, desk.identities().place());
    if (options.action == "appoint" || options.action == "hand-over") {
        return family_request(options, desk, place);
    }
    if (options.action == "object" || options.action == "uphold") {
        return hearing_request(options, desk, place);
    }
    return document_request(options, desk, place);
}

std::vector<Address> missing_signers(const passport::IdentityRequest& request) {
    std::vector<Address> out;
    for (const Address& signer : signers_of(request)) {
        if (!request.signatures.contains(signer)) out.push_back(signer);
    }
    return out;
}

void say_what_is_missing(const passport::IdentityRequest& request, const std::string& file) {
    const auto missing = missing_signers(request);
    for (const Address& signer : missing) {
        fmt::print("still to sign: {} (salus identity sign {})\n", to_hex0x(signer.bytes), file);
    }
    if (missing.empty()) fmt::print("all have signed: salus identity send {}\n", file);
}

Status write_request(const passport::IdentityRequest& request, const std::string& file) {
    return write_file(file, codec::print_json_pretty(request_json(request)) + "\n", true);
}

Status make_request(const IdentityOptions& options, Desk& desk) {
    SALUS_TRY_ASSIGN(Prepared prepared, prepare(options, desk));
    if (options.action != "object") {
        SALUS_TRY_ASSIGN(const eth::Signer registrar, desk.registrar());
        const auto asked = signers_of(prepared.request);
        if (std::find(asked.begin(), asked.end(), registrar.address()) != asked.end()) {
            SALUS_TRY(sign_request(prepared.request, registrar));
        }
    }
    SALUS_TRY(write_request(prepared.request, options.out));
    if (options.json) {
        codec::json::object out{{"request", options.out}};
        if (prepared.salt) out["salt"] = to_hex0x(prepared.salt->bytes);
        fmt::print("{}\n", codec::print_json(out));
        return ok_status();
    }
    fmt::print("wrote {}\n", options.out);
    if (prepared.salt) {
        fmt::print("salt for the patient to keep: {}\n", to_hex0x(prepared.salt->bytes));
    }
    say_what_is_missing(prepared.request, options.out);
    return ok_status();
}

// ---- signatures

Result<eth::Signer> wallet_of(const IdentityOptions& options) {
    if (options.dev_account >= 0) {
        const auto& account = dev_accounts()[static_cast<std::size_t>(options.dev_account)];
        return eth::Signer::from_key(account.key.copy());
    }
    if (options.key.empty()) {
        return Error(kBadUsage, "give --key, or --signature with what a wallet has signed");
    }
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.key, 64 * 1024));
    SALUS_TRY_ASSIGN(const Password password,
                     keystore_password(options.password_file, false, false));
    SALUS_TRY_ASSIGN(envelope::StoredKey stored, envelope::keystore_decrypt(text, password));
    return eth::Signer::from_key(std::move(stored.secret));
}

Result<passport::IdentityRequest> request_in(const std::string& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, 64 * 1024));
    return passport::read_request(text);
}

Status sign(const IdentityOptions& options) {
    SALUS_TRY_ASSIGN(passport::IdentityRequest request, request_in(options.request));
    if (options.signature.empty()) {
        SALUS_TRY_ASSIGN(const eth::Signer wallet, wallet_of(options));
        SALUS_TRY(sign_request(request, wallet));
    } else {
        auto bytes = from_hex(options.signature);
        if (!bytes.ok()) return std::move(bytes).error().at("--signature");
        SALUS_TRY(add_signature(request, *bytes));
    }
    SALUS_TRY(write_request(request, options.request));
    say_what_is_missing(request, options.request);
    return ok_status();
}

// ---- the chain

void say_done(const IdentityOptions& options, const eth::Receipt& receipt) {
    if (options.json) {
        const codec::json::object out{
            {"blockNumber", receipt.block_number},
            {"transactionHash", to_hex0x(receipt.transaction_hash.bytes)}};
        fmt::print("{}\n", codec::print_json(out));
        return;
    }
    fmt::print("{}: done in block {} (transaction {})\n", options.action, receipt.block_number,
               to_hex0x(receipt.transaction_hash.bytes));
}

Result<eth::Receipt> transact(const IdentityOptions& options, Desk& desk) {
    if (options.action == "send") {
        SALUS_TRY_ASSIGN(const passport::IdentityRequest request, request_in(options.request));
        SALUS_TRY_ASSIGN(const auto hospital, desk.sender());
        return desk.identities().send(*hospital, request);
    }
    if (options.action == "end-guardianship") {
        SALUS_TRY_ASSIGN(const Address dependant, account_at(options.dependant, "dependant"));
        SALUS_TRY_ASSIGN(const Address guardian, account_at(options.guardian, "guardian"));
        SALUS_TRY_ASSIGN(const auto authority, desk.sender(true));
        return desk.identities().end_guardianship(*authority, dependant, guardian);
    }
    SALUS_TRY_ASSIGN(const Address lost, account_at(options.lost, "lost"));
    SALUS_TRY_ASSIGN(const Address patient, account_at(options.patient, "patient"));
    SALUS_TRY_ASSIGN(const auto hospital, desk.sender());
    if (options.action == "cancel") return desk.identities().cancel(*hospital, lost, patient);
    return desk.identities().complete(*hospital, lost, patient);
}

std::string time_text(std::uint64_t seconds) {
    const std::time_t time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void print_move(const passport::IdentityState& state) {
    if (!state.moving()) return;
    const std::string when = state.completable_at == 0
                                 ? std::string("once a second hospital upholds it")
                                 : "from " + time_text(state.completable_at) + " on";
    fmt::print("is to move  to {} {}, says {}\n", to_hex0x(state.moving_to.bytes), when,
               to_hex0x(state.moving_registrar.bytes));
    if (state.objected_at != 0) fmt::print("objected    {}\n", time_text(state.objected_at));
    if (!state.second_registrar.is_zero()) {
        fmt::print("upheld      by {}\n", to_hex0x(state.second_registrar.bytes));
    }
}

void print_state(const passport::IdentityState& state) {
    fmt::print("account     {}{}\n", to_hex0x(state.account.bytes),
               state.bound() ? "" : ", not bound");
    for (const auto& document : state.documents) {
        fmt::print(
            "document    commitment {}\n            nullifier  {}\n            bound {} by {}\n",
            to_hex0x(document.commitment.bytes), to_hex0x(document.nullifier.bytes),
            time_text(document.bound_at), to_hex0x(document.registrar.bytes));
    }
    if (!state.predecessor.is_zero()) {
        fmt::print("moved from  {}\n", to_hex0x(state.predecessor.bytes));
    }
    if (!state.successor.is_zero()) {
        fmt::print("moved to    {}\n", to_hex0x(state.current.bytes));
    }
    print_move(state);
    for (const auto& guardian : state.guardians) {
        fmt::print("guardian    {} since {}{}\n", to_hex0x(guardian.account.bytes),
                   time_text(guardian.since),
                   guardian.until == 0 ? "" : " until " + time_text(guardian.until));
    }
    if (state.majority_at != 0) fmt::print("of age      {}\n", time_text(state.majority_at));
}

Status show(const IdentityOptions& options, Desk& desk) {
    SALUS_TRY_ASSIGN(const Address account, account_at(options.patient, "account"));
    SALUS_TRY_ASSIGN(const passport::IdentityState state, desk.identities().state(account));
    if (options.json) {
        fmt::print("{}\n", codec::print_json(identity_json(state)));
    } else {
        print_state(state);
    }
    return ok_status();
}

Status run(const IdentityOptions& options) {
    if (options.action == "sign") return sign(options);
    Desk desk(options);
    SALUS_TRY(desk.open());
    if (options.action == "show") return show(options, desk);
    if (!options.out.empty()) return make_request(options, desk);
    SALUS_TRY_ASSIGN(const eth::Receipt receipt, transact(options, desk));
    say_done(options, receipt);
    return ok_status();
}

} // namespace

int identity_command(const IdentityOptions& options) {
    const Status done = run(options);
    return done.ok() ? 0 : fail("identity", done.error());
}

} // namespace salus::app
