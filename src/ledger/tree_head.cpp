#include "ledger/tree_head.hpp"

#include <fmt/format.h>

#include "ledger/fields.hpp"

namespace salus::ledger {
namespace {

using codec::json::object;

Hash32 in_domain(const Domain& domain, const Hash32& struct_hash) {
    return envelope::typed_digest(
        envelope::domain_separator(
            {"Salus Ledger", "1", uint256(domain.chain_id), domain.anchor, std::nullopt}),
        struct_hash);
}

Status signed_by(const Address& log, const Hash32& digest,
                 const envelope::WalletSignature& signature, const ErrorKind& kind) {
    const auto signer = envelope::wallet_recover(digest, signature.bytes);
    if (!signer.ok()) return Error(kind, signer.error().detail());
    if (*signer == log) return ok_status();
    return Error(kind, "signed by " + hex_text(signer->bytes) + ", not by " + hex_text(log.bytes));
}

} // namespace

Hash32 tree_head_digest(const TreeHead& head, const Domain& domain) {
    return in_domain(domain, envelope::StructHash("TreeHead(uint64 size,bytes32 root,uint64 time)")
                                 .add(uint256(head.size))
                                 .add(head.root)
                                 .add(uint256(head.time))
                                 .hash());
}

Result<SignedTreeHead> sign_tree_head(const TreeHead& head, const crypto::SecretKey32& key,
                                      const Domain& domain) {
    SALUS_TRY_ASSIGN(const auto signature,
                     envelope::wallet_sign(key, tree_head_digest(head, domain)));
    return SignedTreeHead{head, signature};
}

Status check_tree_head(const SignedTreeHead& head, const Address& log, const Domain& domain) {
    return signed_by(log, tree_head_digest(head.head, domain), head.signature, kBadTreeHead);
}

Hash32 promise_digest(const Promise& promise, const Domain& domain) {
    return in_domain(domain, envelope::StructHash("Promise(uint64 index,bytes32 block,uint64 time)")
                                 .add(uint256(promise.index))
                                 .add(promise.block)
                                 .add(uint256(promise.time))
                                 .hash());
}

Result<Promise> sign_promise(std::uint64_t index, const BlockHash& block, std::uint64_t time,
                             const crypto::SecretKey32& key, const Domain& domain) {
    Promise out{index, block, time, {}};
    SALUS_TRY_ASSIGN(out.signature, envelope::wallet_sign(key, promise_digest(out, domain)));
    return out;
}

Status check_promise(const Promise& promise, const Address& log, const Domain& domain) {
    return signed_by(log, promise_digest(promise, domain), promise.signature, kBadPromise);
}

Status PinnedLog::advance(const SignedTreeHead& next, std::span<const Hash32> consistency) {
    SALUS_TRY(check_tree_head(next, log_, domain_));
    if (last_) {
        const TreeHead &old = last_->head, &head = next.head;
        if (head.size < old.size || (head.time < old.time && head.size != old.size)) {
            return Error(kShrunkLog, fmt::format("{} leaves at {}, after {} at {}", head.size,
                                                 head.time, old.size, old.time));
        }
        // Whatever follows an empty log is consistent with it.
        const Status grown =
            old.size == 0 && consistency.empty()
                ? ok_status()
                : merkle::verify_consistency(old.size, head.size, old.root, head.root, consistency);
        if (!grown.ok()) {
            return Error(kForkedLog, fmt::format("no proof that the log of {} leaves begins with "
                                                 "that of {}",
                                                 head.size, old.size));
        }
    }
    last_ = next;
    return ok_status();
}

Status PinnedLog::kept(const Promise& promise, std::span<const Hash32> inclusion) const {
    SALUS_TRY(check_promise(promise, log_, domain_));
    const bool covered = last_ && promise.index < last_->head.size;
    if (!covered) {
        if (!last_ || promise.time >= last_->head.time) return ok_status();
        return Error(kBrokenPromise,
                     fmt::format("index {} was promised at {}; at {} the log has {} leaves",
                                 promise.index, promise.time, last_->head.time, last_->head.size));
    }
    const Status there = merkle::verify_inclusion(promise.index, last_->head.size,
                                                  merkle::leaf_hash(promise.block.bytes), inclusion,
                                                  last_->head.root);
    if (there.ok()) return there;
    return Error(kBrokenPromise,
                 fmt::format("block {} at index {}", hex_text(promise.block.bytes), promise.index));
}

codec::Json to_json(const SignedTreeHead& head) {
    return object{{"size", head.head.size},
                  {"root", hex_text(head.head.root.bytes)},
                  {"time", head.head.time},
                  {"signature", hex_text(head.signature.bytes)}};
}

Result<SignedTreeHead> read_tree_head(const object& json) {
    SignedTreeHead out;
    SALUS_TRY_ASSIGN(out.head.size, codec::json_u64(json, "size"));
    SALUS_TRY_ASSIGN(out.head.root, json_fixed<32>(json, "root"));
    SALUS_TRY_ASSIGN(out.head.time, codec::json_u64(json, "time"));
    SALUS_TRY_ASSIGN(out.signature, json_fixed<65>(json, "signature"));
    return out;
}

codec::Json to_json(const Promise& promise) {
    return object{{"index", promise.index},
                  {"block", hex_text(promise.block.bytes)},
                  {"time", promise.time},
                  {"signature", hex_text(promise.signature.bytes)}};
}

Result<Promise> read_promise(const object& json) {
    Promise out;
    SALUS_TRY_ASSIGN(out.index, codec::json_u64(json, "index"));
    SALUS_TRY_ASSIGN(out.block, json_fixed<32>(json, "block"));
    SALUS_TRY_ASSIGN(out.time, codec::json_u64(json, "time"));
    SALUS_TRY_ASSIGN(out.signature, json_fixed<65>(json, "signature"));
    return out;
}

} // namespace salus::ledger
