#include "passport/revocation_list.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "crypto/hash.hpp"
#include "passport/json_fields.hpp"
#include "passport/signed_file.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;

constexpr std::uint64_t kFormat = 1;
constexpr codec::JsonLimits kHeadLimits{.bytes = kMaxRevocationHead, .depth = 6};

constexpr SignedKind kKind{"revocations", "Salus Revocation List",
                           "RevocationList(bytes32 digest,uint64 blockNumber,uint64 exportedAt)",
                           kBadRevocations, kRevocationsSignature};

struct Piece {
    std::size_t size = 0;
    Hash32 digest;
};

// ---- the head

json::object key_json(const RevokedKey& key) {
    return {{"issuer", to_hex0x(key.issuer.bytes)},
            {"kid", to_hex0x(key.kid.bytes)},
            {"revokedAt", key.revoked_at},
            {"revokedFrom", key.revoked_from}};
}

json::array pieces_json(const std::vector<Piece>& pieces) {
    json::array out;
    for (const Piece& piece : pieces) {
        out.push_back(json::object{{"size", piece.size}, {"sha256", to_hex(piece.digest.bytes)}});
    }
    return out;
}

Json head_json(const RevocationHead& head, const std::vector<Piece>& pieces) {
    json::array keys;
    for (const RevokedKey& key : head.keys) keys.push_back(key_json(key));
    return json::object{{"version", kFormat},
                        {"chainId", head.chain_id},
                        {"accreditation", to_hex0x(head.accreditation.bytes)},
                        {"vaccinePassport", to_hex0x(head.vaccine_passport.bytes)},
                        {"block", json::object{{"number", head.point.block_number},
                                               {"hash", to_hex0x(head.point.block_hash.bytes)},
                                               {"timestamp", head.block_timestamp}}},
                        {"exportedAt", head.point.exported_at},
                        {"count", head.count},
                        {"falsePositives", kFalsePositives},
                        {"keys", std::move(keys)},
                        {"pieces", pieces_json(pieces)}};
}

Result<RevokedKey> read_key(const json::object& object) {
    RevokedKey out;
    SALUS_TRY_ASSIGN(out.issuer, hex_at<20>(object, "issuer"));
    SALUS_TRY_ASSIGN(out.kid, hex_at<8>(object, "kid"));
    SALUS_TRY_ASSIGN(out.revoked_at, codec::json_u64(object, "revokedAt"));
    SALUS_TRY_ASSIGN(out.revoked_from, codec::json_u64(object, "revokedFrom"));
    return out;
}

Result<Piece> read_piece(const json::object& object) {
    Piece out;
    SALUS_TRY_ASSIGN(const std::uint64_t size, codec::json_u64(object, "size"));
    if (size > kMaxRevocationFile) return Error(kBadRevocations, "the size of a piece");
    out.size = static_cast<std::size_t>(size);
    SALUS_TRY_ASSIGN(out.digest, hex_at<32>(object, "sha256"));
    return out;
}

template <class Item>
Result<std::vector<Item>> read_items(const json::object& object, const char* key,
                                     Result<Item> (*read)(const json::object&)) {
    SALUS_TRY_ASSIGN(const json::array* items, codec::json_array(object, key));
    std::vector<Item> out;
    out.reserve(items->size());
    for (const Json& item : *items) {
        if (!item.is_object()) return Error(codec::kJsonWrongType, key);
        SALUS_TRY_ASSIGN(Item one, read(item.get_object()));
        out.push_back(std::move(one));
    }
    return out;
}

struct Head {
    RevocationHead head;
    std::vector<Piece> pieces;
};

Result<Head> read_head(const json::object& object) {
    Head out;
    RevocationHead& head = out.head;
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != kFormat) return Error(kBadRevocations, "a version this program does not know");
    SALUS_TRY_ASSIGN(head.chain_id, codec::json_u64(object, "chainId"));
    SALUS_TRY_ASSIGN(head.accreditation, hex_at<20>(object, "accreditation"));
    SALUS_TRY_ASSIGN(head.vaccine_passport, hex_at<20>(object, "vaccinePassport"));
    SALUS_TRY_ASSIGN(const json::object* block, codec::json_object(object, "block"));
    SALUS_TRY_ASSIGN(head.point.block_number, codec::json_u64(*block, "number"));
    SALUS_TRY_ASSIGN(head.point.block_hash, hex_at<32>(*block, "hash"));
    SALUS_TRY_ASSIGN(head.block_timestamp, codec::json_u64(*block, "timestamp"));
    SALUS_TRY_ASSIGN(head.point.exported_at, seconds_at(object, "exportedAt"));
    SALUS_TRY_ASSIGN(head.count, codec::json_u64(object, "count"));
    SALUS_TRY_ASSIGN(head.keys, read_items<RevokedKey>(object, "keys", read_key));
    SALUS_TRY_ASSIGN(out.pieces, read_items<Piece>(object, "pieces", read_piece));
    return out;
}

struct Split {
    std::string_view line, filter;
};
Result<Split> split_lines(std::string_view file) {
    const std::size_t end = file.substr(0, kMaxRevocationHead).find('\n');
    if (end == std::string_view::npos) return Error(kBadRevocations, "no line with its head");
    return Split{file.substr(0, end), file.substr(end + 1)};
}

Result<Head> head_of(const SignedParts& parts) {
    auto head = read_head(parts.body.get_object());
    if (!head.ok()) return Error(kBadRevocations, head.error().text());
    return head;
}

// ---- the filter

Status check_pieces(const std::vector<Piece>& pieces, ByteView filter) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Piece& piece = pieces[i];
        if (filter.size() < piece.size) {
            return Error(kRevocationsPiece, fmt::format("piece {} is cut off", i));
        }
        if (crypto::sha256(filter.first(piece.size)) != piece.digest) {
            return Error(kRevocationsPiece, fmt::format("piece {}", i));
        }
        filter = filter.subspan(piece.size);
    }
    if (!filter.empty()) return Error(kRevocationsPiece, "bytes after the last one");
    return ok_status();
}

Result<std::vector<Piece>> pieces_of(ByteView filter) {
    SALUS_TRY_ASSIGN(const std::vector<std::size_t> sizes, codec::FuseFilter::piece_sizes(filter));
    std::vector<Piece> out;
    out.reserve(sizes.size());
    for (const std::size_t size : sizes) {
        out.push_back({size, crypto::sha256(filter.first(size))});
        filter = filter.subspan(size);
    }
    return out;
}

Status check_pins(const RevocationHead& head, const TrustPins& pins) {
    if (pins.chain_id && *pins.chain_id != head.chain_id) {
        return Error(kRevocationsPin, "of another chain");
    }
    if (pins.vaccine_passport && *pins.vaccine_passport != head.vaccine_passport) {
        return Error(kRevocationsPin, "of another passport contract");
    }
    return ok_status();
}

Bytes prefix(std::string_view domain, std::uint64_t chain_id, const Address& contract) {
    Bytes out = to_bytes(domain);
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<Byte>(chain_id >> shift));
    append(out, contract.bytes);
    return out;
}

std::uint64_t hashed(const Bytes& prefix, const Address& issuer, const Hash32& value) {
    std::array<Byte, 128> text{};
    SALUS_ASSERT(prefix.size() + 52 <= text.size());
    auto end = std::copy(prefix.begin(), prefix.end(), text.begin());
    end = std::copy(issuer.begin(), issuer.end(), end);
    end = std::copy(value.begin(), value.end(), end);
    const auto size = static_cast<std::size_t>(end - text.begin());
    const Hash32 digest = crypto::sha256(ByteView(text).first(size));
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) out = (out << 8) | digest[i];
    return out;
}

} // namespace

RevocationKeys::RevocationKeys(std::uint64_t chain_id, const Address& vaccine_passport)
    : commitment_prefix_(prefix("salus/revoked/1", chain_id, vaccine_passport)),
      batch_prefix_(prefix("salus/revoked-batch/1", chain_id, vaccine_passport)) {}

std::uint64_t RevocationKeys::of_commitment(const Address& issuer, const Hash32& commitment) const {
    return hashed(commitment_prefix_, issuer, commitment);
}

std::uint64_t RevocationKeys::of_batch(const Address& issuer, const Hash32& root) const {
    return hashed(batch_prefix_, issuer, root);
}

Result<std::string> export_revocations(RevocationHead head, std::vector<std::uint64_t> entries,
                                       Executor& executor, const eth::Signer& list_key) {
    std::ranges::sort(entries);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    head.count = entries.size();
    SALUS_TRY_ASSIGN(const codec::FuseFilter filter, codec::FuseFilter::build(entries, executor));
    const Bytes encoded = filter.encode();
    SALUS_TRY_ASSIGN(const std::vector<Piece> pieces, pieces_of(encoded));
    SALUS_TRY_ASSIGN(
        std::string out,
        sign_file(kKind, head_json(head, pieces), {head.chain_id, head.accreditation},
                  {head.point.block_number, static_cast<std::uint64_t>(head.point.exported_at)},
                  list_key));
    out.reserve(out.size() + 1 + encoded.size());
    out += '\n';
    out.append(encoded.begin(), encoded.end());
    return out;
}

RevocationSet::RevocationSet(RevocationHead head, const Address& signer, codec::FuseFilter filter)
    : head_(std::move(head)), signer_(signer), keys_(head_.chain_id, head_.vaccine_passport),
      filter_(std::move(filter)) {}

const RevokedKey* RevocationSet::revoked_key(const Address& issuer, const Kid& kid) const {
    const auto found = std::ranges::find_if(
        head_.keys, [&](const RevokedKey& key) { return key.issuer == issuer && key.kid == kid; });
    return found == head_.keys.end() ? nullptr : &*found;
}

Result<RevocationSet> open_revocations(std::string_view file, const TrustPins& pins) {
    if (file.size() > kMaxRevocationFile) return Error(kBadRevocations, "the file is too large");
    SALUS_TRY_ASSIGN(const Split lines, split_lines(file));
    SALUS_TRY_ASSIGN(const SignedParts parts, split_file(kKind, lines.line, kHeadLimits));
    SALUS_TRY_ASSIGN(Head read, head_of(parts));
    const RevocationHead& head = read.head;
    SALUS_TRY_ASSIGN(
        const Address signer,
        signer_of(kKind, parts, {head.chain_id, head.accreditation},
                  {head.point.block_number, static_cast<std::uint64_t>(head.point.exported_at)},
                  pins.list_key));
    SALUS_TRY(check_pins(head, pins));
    SALUS_TRY(check_pieces(read.pieces, view(lines.filter)));
    auto filter = codec::FuseFilter::parse(view(lines.filter));
    if (!filter.ok()) return Error(kBadRevocations, filter.error().text());
    if (filter->count() != head.count) return Error(kBadRevocations, "the count of entries");
    return RevocationSet(std::move(read.head), signer, std::move(*filter));
}

Result<std::vector<RevocationPiece>> revocation_pieces(std::string_view head_line,
                                                       std::string_view mine) {
    SALUS_TRY_ASSIGN(const SignedParts parts, split_file(kKind, head_line, kHeadLimits));
    SALUS_TRY_ASSIGN(const Head wanted, head_of(parts));
    SALUS_TRY_ASSIGN(const Split lines, split_lines(mine));
    SALUS_TRY_ASSIGN(const SignedParts my_parts, split_file(kKind, lines.line, kHeadLimits));
    SALUS_TRY_ASSIGN(const Head held, head_of(my_parts));
    SALUS_TRY(check_pieces(held.pieces, view(lines.filter)));
    std::unordered_map<Hash32, std::size_t> places;
    std::size_t place = lines.line.size() + 1;
    for (const Piece& piece : held.pieces) {
        places.emplace(piece.digest, place);
        place += piece.size;
    }
    std::vector<RevocationPiece> out;
    out.reserve(wanted.pieces.size());
    std::size_t offset = head_line.size() + 1;
    for (const Piece& piece : wanted.pieces) {
        const auto found = places.find(piece.digest);
        out.push_back({offset, piece.size, {}});
        if (found != places.end()) out.back().mine = found->second;
        offset += piece.size;
    }
    return out;
}

Result<TrustMark> accept_revocations(const TrustMark& mark, const RevocationSet& next) {
    const RevocationHead& head = next.head();
    if (head.chain_id != mark.chain_id || head.vaccine_passport != mark.vaccine_passport ||
        head.accreditation != mark.accreditation) {
        return Error(kTrustOtherChain, "the revocations are not of the trust list's chain");
    }
    if (next.signer() != mark.list_key) {
        return Error(kTrustOtherKey, "signed by " + to_hex0x(next.signer().bytes));
    }
    TrustMark out = mark;
    if (mark.revocations) {
        SALUS_TRY(check_forward(*mark.revocations, head.point));
        if (head.count < mark.revoked) {
            return Error(kRevocationsFewer,
                         fmt::format("{} entries, and {} were seen", head.count, mark.revoked));
        }
    }
    out.revocations = head.point;
    out.revoked = head.count;
    return out;
}

} // namespace salus::passport
