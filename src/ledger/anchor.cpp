#include "ledger/anchor.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "eth/contracts/ledger_anchor.hpp"
#include "ledger/fields.hpp"

namespace salus::ledger {
namespace {

namespace contract = eth::contracts::ledger_anchor;

constexpr std::uint64_t kAtOnce = 500; // anchors in one call

Anchor anchor_of(std::uint64_t index, const contract::Anchor& from) {
    return {index, from.size, from.root, from.time, from.block_number};
}

Hash32 topic_of(const Address& account) {
    return right_aligned<32>(account.bytes);
}

} // namespace

Hash32 co_sign_digest(const Address& log, std::uint64_t size, const Hash32& root,
                      const Domain& domain) {
    return envelope::typed_digest(
        envelope::domain_separator(
            {"Salus Ledger", "1", uint256(domain.chain_id), domain.anchor, std::nullopt}),
        envelope::StructHash("CoSign(address log,uint64 size,bytes32 root)")
            .add(log)
            .add(uint256(size))
            .add(root)
            .hash());
}

Result<CoSignature> co_sign(const Address& log, const Anchor& anchor,
                            const crypto::SecretKey32& key, const Domain& domain) {
    CoSignature out{{}, anchor.size, anchor.root, {}};
    SALUS_TRY_ASSIGN(out.witness, crypto::secp256k1::address_of(key));
    SALUS_TRY_ASSIGN(
        out.signature,
        envelope::wallet_sign(key, co_sign_digest(log, anchor.size, anchor.root, domain)));
    return out;
}

Status check_co_signature(const CoSignature& given, const Address& log, const Domain& domain) {
    const auto signer = envelope::wallet_recover(
        co_sign_digest(log, given.size, given.root, domain), given.signature.bytes);
    if (!signer.ok()) return Error(kBadTreeHead, signer.error().detail());
    if (*signer == given.witness && given.witness != log) return ok_status();
    return Error(kBadTreeHead, "co-signed by " + hex_text(signer->bytes));
}

Result<Bytes> AnchorContract::ask(Bytes data, const eth::BlockRef& at) {
    eth::CallRequest request;
    request.to = contract_;
    request.data = std::move(data);
    return chain_.call(request, at);
}

Status AnchorContract::check_domain(const Domain& domain) {
    SALUS_TRY_ASSIGN(const std::uint64_t id, chain_.chain_id());
    if (id != domain.chain_id) {
        return Error(kOtherChain, fmt::format("chain {}, not {}", id, domain.chain_id));
    }
    SALUS_TRY_ASSIGN(const Bytes code, chain_.code(contract_));
    if (code.empty()) return Error(kOtherChain, "no contract at " + hex_text(contract_.bytes));
    return ok_status();
}

Result<std::uint64_t> AnchorContract::count(const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const Bytes output, ask(contract::encode_anchor_count(log_), at));
    SALUS_TRY_ASSIGN(const uint256 count, contract::decode_anchor_count(output));
    return count.low64();
}

Result<Anchor> AnchorContract::head(const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const Bytes output, ask(contract::encode_head_of(log_), at));
    SALUS_TRY_ASSIGN(const contract::Anchor head, contract::decode_head_of(output));
    if (head.size == 0) return Anchor();
    SALUS_TRY_ASSIGN(const std::uint64_t number, count(at));
    return anchor_of(number == 0 ? 0 : number - 1, head);
}

Result<Anchor> AnchorContract::at(std::uint64_t index) {
    const Error none(kNoAnchor, fmt::format("number {}", index));
    SALUS_TRY_ASSIGN(const std::uint64_t number, count());
    if (index >= number) return none;
    SALUS_TRY_ASSIGN(const Bytes output, ask(contract::encode_anchor_at(log_, uint256(index))));
    SALUS_TRY_ASSIGN(const contract::Anchor found, contract::decode_anchor_at(output));
    return anchor_of(index, found);
}

Result<std::vector<Anchor>> AnchorContract::all(std::uint64_t first) {
    std::vector<Anchor> out;
    while (true) {
        const std::uint64_t next = first + out.size();
        SALUS_TRY_ASSIGN(const Bytes output,
                         ask(contract::encode_anchors(log_, uint256(next), uint256(kAtOnce))));
        SALUS_TRY_ASSIGN(const auto part, contract::decode_anchors(output));
        if (part.empty()) return out;
        for (const contract::Anchor& one : part) {
            out.push_back(anchor_of(first + out.size(), one));
        }
    }
}

Result<AnchorPlace> AnchorContract::place_of(const Anchor& anchor) {
    SALUS_TRY_ASSIGN(const auto places, places_of({anchor}));
    return places.at(0);
}

Result<std::vector<AnchorPlace>> AnchorContract::places_of(const std::vector<Anchor>& anchors) {
    std::vector<AnchorPlace> out;
    if (anchors.empty()) return out;
    eth::LogFilter filter;
    filter.from_block = anchors.front().block;
    filter.to_block = anchors.back().block;
    filter.addresses = {contract_};
    filter.topics = {{contract::LogAnchored::topic()}, {topic_of(log_)}};
    SALUS_TRY_ASSIGN(const auto logs, chain_.logs(filter));
    std::map<std::uint64_t, AnchorPlace> by_size; // a log has one anchor of a size
    for (const eth::Log& log : logs) {
        SALUS_TRY_ASSIGN(const auto event, contract::LogAnchored::decode(log));
        by_size[event.size] = {log.block_hash, log.transaction_hash};
    }
    for (const Anchor& anchor : anchors) {
        const auto found = by_size.find(anchor.size);
        if (found == by_size.end()) {
            return Error(kNoAnchor, fmt::format("no event of number {} in block {}", anchor.index,
                                                anchor.block));
        }
        out.push_back(found->second);
    }
    return out;
}

Result<std::vector<CoSignature>>
AnchorContract::co_signatures(const std::vector<Address>& witnesses, const Domain& domain) {
    std::vector<CoSignature> out;
    if (witnesses.empty()) return out;
    std::vector<Hash32> names;
    for (const Address& witness : witnesses) names.push_back(topic_of(witness));
    eth::LogFilter filter;
    filter.addresses = {contract_};
    filter.topics = {{contract::LogCoSigned::topic()}, {topic_of(log_)}, names};
    SALUS_TRY_ASSIGN(const auto logs, chain_.logs(filter));
    for (const eth::Log& log : logs) {
        SALUS_TRY_ASSIGN(const auto event, contract::LogCoSigned::decode(log));
        CoSignature one{event.witness, event.size, event.root, {}};
        if (event.signature.size() != one.signature.bytes.size()) continue;
        std::ranges::copy(event.signature, one.signature.bytes.begin());
        if (check_co_signature(one, log_, domain).ok()) out.push_back(one);
    }
    return out;
}

} // namespace salus::ledger
