#include "vault/receipt.hpp"

#include <algorithm>

#include "codec/wire.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::vault {
namespace {

constexpr std::uint8_t kVersion = 1;

Hash32 digests_root(const std::vector<Hash32>& digests) {
    std::vector<Hash32> leaves;
    leaves.reserve(digests.size());
    for (const Hash32& digest : digests) leaves.push_back(merkle::leaf_hash(digest.bytes));
    return merkle::root_of(leaves);
}

Hash32 signed_digest(const PurgeReceipt& receipt, const ledger::Domain& domain) {
    const Hash32 separator = envelope::domain_separator(
        {"Salus Ledger", "1", uint256(domain.chain_id), domain.anchor, std::nullopt});
    return envelope::typed_digest(
        separator, envelope::StructHash("PurgeReceipt(bytes32 chain,bytes32 erasureBlock,"
                                        "uint64 time,uint32 count,bytes32 digests)")
                       .add(receipt.chain)
                       .add(receipt.block)
                       .add(uint256(receipt.time))
                       .add(uint256(receipt.digests.size()))
                       .add(digests_root(receipt.digests))
                       .hash());
}

bool rising(const std::vector<Hash32>& digests) {
    return std::ranges::adjacent_find(digests, std::greater_equal()) == digests.end();
}

} // namespace

Result<PurgeReceipt> sign_receipt(PurgeReceipt receipt, const crypto::SecretKey32& node,
                                  const ledger::Domain& domain) {
    std::ranges::sort(receipt.digests);
    const auto repeated = std::ranges::unique(receipt.digests);
    receipt.digests.erase(repeated.begin(), repeated.end());
    SALUS_TRY_ASSIGN(receipt.node, crypto::secp256k1::address_of(node));
    SALUS_TRY_ASSIGN(receipt.signature,
                     envelope::wallet_sign(node, signed_digest(receipt, domain)));
    return receipt;
}

Status check_receipt(const PurgeReceipt& receipt, const ledger::Domain& domain) {
    if (!rising(receipt.digests)) return Error(kBadReceipt, "digests out of order");
    const auto signer =
        envelope::wallet_recover(signed_digest(receipt, domain), receipt.signature.bytes);
    if (!signer.ok()) return Error(kBadReceiptSignature, signer.error().detail());
    if (*signer != receipt.node) return Error(kBadReceiptSignature, "another account signed it");
    return ok_status();
}

Bytes encode(const PurgeReceipt& receipt) {
    codec::WireWriter out;
    out.u8(kVersion).bytes(receipt.chain.bytes).bytes(receipt.block.bytes).u64(receipt.time);
    out.u32(static_cast<std::uint32_t>(receipt.digests.size()));
    for (const Hash32& digest : receipt.digests) out.bytes(digest.bytes);
    return out.bytes(receipt.node.bytes).bytes(receipt.signature.bytes).take();
}

Result<PurgeReceipt> decode_receipt(ByteView input) {
    codec::WireReader in(input);
    PurgeReceipt out;
    const std::uint8_t version = in.u8();
    out.chain = in.fixed<32>();
    out.block = in.fixed<32>();
    out.time = in.u64();
    const std::uint32_t count = in.u32();
    if (count > in.left() / 32) return Error(kBadReceipt, "it is cut off");
    out.digests.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) out.digests.push_back(in.fixed<32>());
    out.node = in.fixed<20>();
    out.signature = in.fixed<65>();
    if (!in.finish().ok()) return Error(kBadReceipt, "its length");
    if (version != kVersion) return Error(kBadReceipt, "version " + std::to_string(version));
    if (!rising(out.digests)) return Error(kBadReceipt, "digests out of order");
    return out;
}

} // namespace salus::vault
