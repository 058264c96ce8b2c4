#include "records/relay.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "eth/contracts/consent.hpp"

namespace salus::records {
namespace {

namespace contract = eth::contracts::consent;
using consent::Place;

// Of any call here: the dearest takes about 150,000, smart wallets' own checks come on top.
constexpr std::uint64_t kGas = 1'000'000;
constexpr std::size_t kMaxCallers = 10'000; // that are counted at once

struct Signature {
    Address by;
    Hash32 digest;
    ByteView bytes;
};

// What a call comes down to.
struct Message {
    std::vector<Signature> signatures; // the first is of whom the nonce is
    std::uint64_t deadline = 0;
    Bytes data;
};

Message message_of(const RelayGrant& call, const Place& place) {
    const auto& ends = call.ends;
    return {{{call.grantor, give_digest(place, call.grant, call.from, call.until, ends),
              call.signature}},
            ends.deadline,
            contract::encode_grant(call.grantor, call.grant, call.from, call.until, ends.nonce,
                                   uint256(ends.deadline), call.signature)};
}

Message message_of(const RelayRevoke& call, const Place& place) {
    const auto& [grantor, hash, ends, signature] = call.revocation;
    return {{{grantor, revoke_digest(place, grantor, hash, ends), signature}},
            ends.deadline,
            contract::encode_revoke(grantor, hash, ends.nonce, uint256(ends.deadline), signature)};
}

Message message_of(const RelayKeys& call, const Place& place) {
    const auto& ends = call.ends;
    return {{{call.account, announce_digest(place, call.account, call.digest, call.epoch, ends),
              call.signature}},
            ends.deadline,
            contract::encode_announce_keys(call.account, call.digest, call.epoch, ends.nonce,
                                           uint256(ends.deadline), call.signature)};
}

Message message_of(const RelayOptIn& call, const Place& place) {
    const auto& ends = call.ends;
    const Hash32 digest =
        opt_in_digest(place, call.account, call.emergency, call.delay, call.window, ends);
    return {{{call.account, digest, call.signature}},
            ends.deadline,
            contract::encode_opt_in(call.account, call.emergency, call.delay, call.window,
                                    ends.nonce, uint256(ends.deadline), call.signature)};
}

Message message_of(const RelayOptOut& call, const Place& place) {
    const auto& [account, emergency, ends, signature] = call.opt_out;
    return {{{account, opt_out_digest(place, account, emergency, ends), signature}},
            ends.deadline,
            contract::encode_opt_out(account, emergency, ends.nonce, uint256(ends.deadline),
                                     signature)};
}

Message message_of(const RelayBreakGlass& call, const Place& place) {
    const auto& what = call.what;
    const auto& ends = call.ends;
    const Hash32 digest = break_glass_digest(place, what, ends);
    return {
        {{what.first, digest, call.first_signature}, {what.second, digest, call.second_signature}},
        ends.deadline,
        contract::encode_break_glass(what.account, what.emergency_hash, what.first, what.second,
                                     what.reason, ends.nonce, uint256(ends.deadline),
                                     call.first_signature, call.second_signature)};
}

std::optional<Withdrawal> withdrawal_of(const RelayCall& call) {
    if (const auto* revoke = std::get_if<RelayRevoke>(&call)) return revoke->revocation;
    if (const auto* opt_out = std::get_if<RelayOptOut>(&call)) return opt_out->opt_out;
    return std::nullopt;
}

Hash32 document_of(const Withdrawal& withdrawal) {
    if (const auto* one = std::get_if<consent::SignedRevocation>(&withdrawal)) {
        return one->grant_hash;
    }
    return std::get<SignedOptOut>(withdrawal).emergency;
}

// A contract that is an account signs by ERC-1271: the rehearsal asks it.
Status check_signature(eth::Chain& chain, const Signature& one) {
    if (one.bytes.empty()) return Error(kRelayUnsigned, to_hex0x(one.by.bytes));
    if (consent::signed_by(one.by, one.digest, one.bytes)) return ok_status();
    SALUS_TRY_ASSIGN(const Bytes code, chain.code(one.by));
    if (code.empty()) return Error(kRelayUnsigned, to_hex0x(one.by.bytes));
    return ok_status();
}

// As of the next block.
Status rehearse(eth::Chain& chain, eth::Sender& sender, const Address& to, const Bytes& data) {
    eth::CallRequest request;
    request.from = sender.account();
    request.to = to;
    request.data = data;
    eth::BlockRef next;
    next.pending = true;
    const auto output = chain.call(request, next);
    if (output.ok()) return ok_status();
    const auto reason = eth::revert_data(output.error());
    if (!reason) return output.error();
    return Error(kRelayRefused, eth::decode_revert(*reason, sender.error_names()).reason);
}

} // namespace

// Two of the same, sent at once, would both pass the rehearsal, and one would be paid for in vain.
class ConsentRelay::Turn {
public:
    static Result<std::unique_ptr<Turn>> take(ConsentRelay& relay, const Address& account) {
        const std::lock_guard guard(relay.mutex_);
        if (!relay.busy_.insert(account).second) return Error(kRelayUnderWay);
        return std::make_unique<Turn>(relay, account);
    }
    Turn(ConsentRelay& relay, const Address& account) : relay_(relay), account_(account) {}
    ~Turn() {
        const std::lock_guard guard(relay_.mutex_);
        relay_.busy_.erase(account_);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    ConsentRelay& relay_;
    const Address account_;
};

Status ConsentRelay::count(const Address& caller) {
    const auto hour = static_cast<std::uint64_t>(parts_.clock.unix_seconds()) / 3600;
    const std::lock_guard guard(mutex_);
    if (sent_.size() >= kMaxCallers) {
        std::erase_if(sent_, [&](const auto& one) { return one.second.first != hour; });
        if (sent_.size() >= kMaxCallers) return Error(kRelayTooOften);
    }
    auto& [of, sent] = sent_[caller];
    if (of != hour) sent = 0;
    of = hour;
    if (++sent > kRelaysAnHour) return Error(kRelayTooOften);
    return ok_status();
}

Result<Relayed> ConsentRelay::relay(const Address& caller, const RelayCall& call) {
    const auto withdrawal = withdrawal_of(call);
    if (withdrawal) {
        // What cannot be obeyed at once (a contract's signature) is when the chain has it.
        const auto obeyed = parts_.shelf.obey(*withdrawal);
        const bool passed = obeyed.ok() || obeyed.error().kind() == kNotGenuine ||
                            obeyed.error().kind() == kTooManyRevocations;
        if (!passed) return obeyed.error();
    }
    const Place& place = parts_.shelf.parts().place;
    const Message message =
        std::visit([&](const auto& one) { return message_of(one, place); }, call);
    eth::Chain& chain = parts_.facts.chain();
    const auto now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    if (message.deadline < now) return Error(kRelayExpired);
    for (const Signature& one : message.signatures) SALUS_TRY(check_signature(chain, one));
    SALUS_TRY_ASSIGN(const auto turn, Turn::take(*this, message.signatures.front().by));
    SALUS_TRY(rehearse(chain, parts_.sender, place.contract, message.data));
    SALUS_TRY(count(caller));
    SALUS_TRY_ASSIGN(const eth::Receipt receipt, send(message.data));
    if (withdrawal) (void)parts_.shelf.obey_chain(document_of(*withdrawal)); // known or not
    return Relayed{receipt.transaction_hash, receipt.block_number};
}

Result<eth::Receipt> ConsentRelay::send(const Bytes& data) {
    const Address& contract = parts_.shelf.parts().place.contract;
    eth::Intent intent;
    intent.to = contract;
    intent.gas = kGas;
    intent.data = data;
    SALUS_TRY_ASSIGN(const std::uint64_t sent,
                     parts_.facts.chain().transaction_count(parts_.sender.account(), {}));
    intent.purpose_key = "consent/" + to_hex(contract.bytes) + "/" +
                         to_hex(crypto::keccak256(data).bytes) + "/" + std::to_string(sent);
    return parts_.sender.send_and_wait(intent);
}

} // namespace salus::records
