#include "ledger/block.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/wire.hpp"
#include "crypto/hash.hpp"
#include "merkle/log.hpp"

namespace salus::ledger {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMinEntry = 1 + 32 + 4;

Status check_parents(const Header& header) {
    if (header.height == 0) {
        if (header.parents.empty() && header.chain.is_zero()) return ok_status();
        return Error(kBadParents, "a genesis has no parents and no chain id");
    }
    if (header.parents.empty() || header.chain.is_zero()) {
        return Error(kBadParents, "none, and it is no genesis");
    }
    const bool rising = std::ranges::adjacent_find(header.parents, std::ranges::greater_equal()) ==
                        header.parents.end();
    return rising ? ok_status() : Status(Error(kBadParents, "they are not in rising order"));
}

Result<Header> read_header(codec::WireReader& in) {
    Header out;
    const std::uint8_t version = in.u8();
    const std::uint8_t kind = in.u8();
    out.kind = static_cast<ChainKind>(kind);
    out.chain = in.fixed<32>();
    out.height = in.u64();
    const std::size_t parents = in.u8();
    for (std::size_t i = 0; i < parents && !in.failed(); ++i) out.parents.push_back(in.fixed<32>());
    out.time = in.u64();
    out.nonce = in.fixed<16>();
    out.entries_root = in.fixed<32>();
    out.entry_count = in.u32();
    out.author = in.fixed<20>();
    SALUS_TRY(in.status());
    if (version != kVersion) return Error(kBadVersion, fmt::format("{}", version));
    if (kind != 1 && kind != 2) return Error(kBadBlock, fmt::format("a chain of kind {}", kind));
    if (parents > kMaxParents) return Error(kBadParents, fmt::format("{} of them", parents));
    SALUS_TRY(check_parents(out));
    return out;
}

Result<Entry> read_entry(codec::WireReader& in) {
    Entry out;
    const std::uint8_t kind = in.u8();
    out.kind = static_cast<EntryKind>(kind);
    out.digest = in.fixed<32>();
    out.sealed = to_bytes(in.sized(kMaxSealed));
    SALUS_TRY(in.status());
    if (kind < 1 || kind > static_cast<std::uint8_t>(EntryKind::emergency)) {
        return Error(kBadBlock, fmt::format("an entry of kind {}", kind));
    }
    return out;
}

} // namespace

Bytes encode(const Entry& entry) {
    SALUS_ASSERT(entry.sealed.size() <= kMaxSealed);
    return codec::WireWriter()
        .u8(static_cast<std::uint8_t>(entry.kind))
        .bytes(entry.digest.bytes)
        .sized(entry.sealed)
        .take();
}

Bytes encode(const Header& header) {
    SALUS_ASSERT(header.parents.size() <= kMaxParents);
    codec::WireWriter out;
    out.u8(kVersion).u8(static_cast<std::uint8_t>(header.kind)).bytes(header.chain.bytes);
    out.u64(header.height).u8(static_cast<std::uint8_t>(header.parents.size()));
    for (const BlockHash& parent : header.parents) out.bytes(parent.bytes);
    out.u64(header.time).bytes(header.nonce.bytes).bytes(header.entries_root.bytes);
    out.u32(header.entry_count).bytes(header.author.bytes);
    return out.take();
}

Bytes encode(const Block& block) {
    Bytes out = encode(block.header);
    append(out, block.signature.bytes);
    for (const Entry& entry : block.entries) append(out, encode(entry));
    return out;
}

Result<Block> decode_block(ByteView input) {
    if (input.size() > kMaxBlock) return Error(kBadBlock, fmt::format("{} bytes", input.size()));
    codec::WireReader in(input);
    Block out;
    SALUS_TRY_ASSIGN(out.header, read_header(in));
    out.signature = in.fixed<65>();
    const std::size_t count = out.header.entry_count;
    if (count == 0 || count > kMaxEntries || count > in.left() / kMinEntry) {
        return Error(kBadBlock, fmt::format("{} entries", count));
    }
    out.entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        SALUS_TRY_ASSIGN(Entry entry, read_entry(in));
        out.entries.push_back(std::move(entry));
    }
    SALUS_TRY(in.finish());
    if (merkle::root_of(entry_leaves(out.entries)) != out.header.entries_root) {
        return Error(kBadEntriesRoot);
    }
    return out;
}

Result<Header> decode_header(ByteView input) {
    codec::WireReader in(input);
    SALUS_TRY_ASSIGN(Header out, read_header(in));
    SALUS_TRY(in.finish());
    return out;
}

BlockHash hash_of(const Header& header) {
    return crypto::sha256(encode(header));
}

PrivateChainId chain_of(const Header& header) {
    return header.height == 0 ? hash_of(header) : header.chain;
}

std::vector<Hash32> entry_leaves(std::span<const Entry> entries) {
    std::vector<Hash32> out;
    out.reserve(entries.size());
    for (const Entry& entry : entries) out.push_back(merkle::leaf_hash(encode(entry)));
    return out;
}

Hash32 seal_digest(const BlockHash& block, const Domain& domain) {
    const Hash32 separator = envelope::domain_separator(
        {"Salus Ledger", "1", uint256(domain.chain_id), domain.anchor, std::nullopt});
    return envelope::typed_digest(
        separator, envelope::StructHash("SealBlock(bytes32 block)").add(block).hash());
}

Result<Block> seal(Header header, std::vector<Entry> entries, const crypto::SecretKey32& key,
                   const Domain& domain) {
    SALUS_ASSERT(!entries.empty() && entries.size() <= kMaxEntries);
    std::ranges::sort(header.parents);
    header.entry_count = static_cast<std::uint32_t>(entries.size());
    header.entries_root = merkle::root_of(entry_leaves(entries));
    SALUS_TRY_ASSIGN(header.author, crypto::secp256k1::address_of(key));
    SALUS_TRY(check_parents(header));
    SALUS_TRY_ASSIGN(const envelope::WalletSignature signature,
                     envelope::wallet_sign(key, seal_digest(hash_of(header), domain)));
    return Block{std::move(header), signature, std::move(entries)};
}

Status check_author(const Block& block, const Domain& domain) {
    const auto signer =
        envelope::wallet_recover(seal_digest(hash_of(block.header), domain), block.signature.bytes);
    if (!signer.ok()) return Error(kBadAuthor, signer.error().detail());
    if (*signer != block.header.author) return Error(kBadAuthor, "another account signed it");
    return ok_status();
}

} // namespace salus::ledger
