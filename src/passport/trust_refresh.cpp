#include "passport/trust_refresh.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "passport/json_fields.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;

constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kMaxMark = 64 * 1024;

json::object point_json(const TrustPoint& point) {
    return {{"block", point.block_number},
            {"hash", to_hex0x(point.block_hash.bytes)},
            {"exportedAt", point.exported_at}};
}

Result<TrustPoint> point_at(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const json::object* point, codec::json_object(object, key));
    TrustPoint out;
    SALUS_TRY_ASSIGN(out.block_number, codec::json_u64(*point, "block"));
    SALUS_TRY_ASSIGN(out.block_hash, hex_at<32>(*point, "hash"));
    SALUS_TRY_ASSIGN(out.exported_at, seconds_at(*point, "exportedAt"));
    return out;
}

Result<TrustMark> read_mark(const json::object& object) {
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != kFormat) return Error(kBadTrustMark, "a version this program does not know");
    TrustMark out;
    SALUS_TRY_ASSIGN(out.chain_id, codec::json_u64(object, "chainId"));
    SALUS_TRY_ASSIGN(out.accreditation, hex_at<20>(object, "accreditation"));
    SALUS_TRY_ASSIGN(out.vaccine_passport, hex_at<20>(object, "vaccinePassport"));
    SALUS_TRY_ASSIGN(out.list_key, hex_at<20>(object, "listKey"));
    SALUS_TRY_ASSIGN(out.list, point_at(object, "list"));
    if (!object.contains("revocations")) return out;
    SALUS_TRY_ASSIGN(out.revocations, point_at(object, "revocations"));
    SALUS_TRY_ASSIGN(out.revoked, codec::json_u64(object, "revoked"));
    return out;
}

TrustPoint point_of(const TrustList& list) {
    return {list.block_number, list.block_hash, list.exported_at};
}

const TrustSource::Issuer* issuer_in(const TrustSource& source, std::string_view iss) {
    const auto found = std::ranges::find(source.issuers, iss, &TrustSource::Issuer::iss);
    return found == source.issuers.end() ? nullptr : &*found;
}

const ShcRevocations* list_in(const TrustSource::Issuer& issuer, std::string_view kid) {
    const auto found = std::ranges::find(issuer.revocations, kid, &ShcRevocations::kid);
    return found == issuer.revocations.end() ? nullptr : &*found;
}

// Of the keys that are left: with an older list, or none, cards that were revoked would pass.
Status check_issuer_successor(const TrustSource::Issuer& old, const TrustSource::Issuer& next) {
    for (const envelope::Jwk& key : old.keys.keys) {
        const envelope::Jwk* same = next.keys.find(key.kid);
        if (same == nullptr) continue;
        const auto before = key.crl_version;
        if (before && (!same->crl_version || *same->crl_version < *before)) {
            return Error(kShcCrlRollback, next.iss + ": crlVersion");
        }
        const ShcRevocations* held = list_in(old, key.kid);
        const ShcRevocations* given = list_in(next, key.kid);
        if (held == nullptr) continue;
        if (given == nullptr) return Error(kShcCrlRollback, next.iss + ": the list is gone");
        SALUS_TRY(check_crl_successor(*held, *given));
    }
    return ok_status();
}

std::size_t entries(const TrustSource& source) {
    return source.certificates.size() + source.issuers.size();
}

std::string block_text(const Hash32& hash) {
    return to_hex0x(ByteView(hash.bytes).first(4)) + "…";
}

} // namespace

std::string print_trust_mark(const TrustMark& mark) {
    json::object out{{"version", kFormat},
                     {"chainId", mark.chain_id},
                     {"accreditation", to_hex0x(mark.accreditation.bytes)},
                     {"vaccinePassport", to_hex0x(mark.vaccine_passport.bytes)},
                     {"listKey", to_hex0x(mark.list_key.bytes)},
                     {"list", point_json(mark.list)}};
    if (mark.revocations) {
        out["revocations"] = point_json(*mark.revocations);
        out["revoked"] = mark.revoked;
    }
    return codec::print_json_pretty(out);
}

Result<TrustMark> read_trust_mark(std::string_view text) {
    auto parsed = codec::parse_json(text, {.bytes = kMaxMark, .depth = 4});
    if (!parsed.ok()) return Error(kBadTrustMark, parsed.error().text());
    if (!parsed->is_object()) return Error(kBadTrustMark, "the file is no JSON object");
    auto out = read_mark(parsed->get_object());
    if (!out.ok()) return Error(kBadTrustMark, out.error().text());
    return out;
}

TrustMark mark_of(const SignedTrustList& list) {
    return {list.list.chain_id,
            list.list.accreditation,
            list.list.vaccine_passport,
            list.signer,
            point_of(list.list),
            std::nullopt,
            0};
}

Status check_forward(const TrustPoint& seen, const TrustPoint& next) {
    if (next.block_number < seen.block_number) {
        return Error(kTrustRollback, fmt::format("it is of block {}, and one of block {} was seen",
                                                 next.block_number, seen.block_number));
    }
    if (next.block_number > seen.block_number) return ok_status();
    if (next.block_hash != seen.block_hash) {
        return Error(kTrustForked,
                     fmt::format("block {} was {} and is now {}", seen.block_number,
                                 block_text(seen.block_hash), block_text(next.block_hash)));
    }
    if (next.exported_at < seen.exported_at) {
        return Error(kTrustRollback,
                     fmt::format("of block {} one was seen that was exported {} seconds later",
                                 seen.block_number, seen.exported_at - next.exported_at));
    }
    return ok_status();
}

Status check_against_mark(const TrustMark& mark, const SignedTrustList& list,
                          const std::optional<Address>& list_key) {
    if (list.list.chain_id != mark.chain_id) {
        return Error(kTrustOtherChain, fmt::format("it is of chain {}, in use is chain {}",
                                                   list.list.chain_id, mark.chain_id));
    }
    if (list.list.vaccine_passport != mark.vaccine_passport ||
        list.list.accreditation != mark.accreditation) {
        return Error(kTrustOtherChain, "it speaks of other contracts: VaccinePassport " +
                                           to_hex0x(list.list.vaccine_passport.bytes));
    }
    if (list.signer != list_key.value_or(mark.list_key)) {
        return Error(kTrustOtherKey, "signed by " + to_hex0x(list.signer.bytes) + ", in use is " +
                                         to_hex0x(mark.list_key.bytes));
    }
    return check_forward(mark.list, point_of(list.list));
}

std::size_t good_issuers(const TrustList& list) {
    return static_cast<std::size_t>(
        std::ranges::count_if(list.hospitals, [](const TrustedHospital& hospital) {
            return hospital.active() &&
                   std::ranges::any_of(hospital.keys,
                                       [](const TrustedKey& key) { return key.active(); });
        }));
}

Status check_shrinking(std::size_t before, std::size_t after, std::string_view what) {
    if (after >= before - before / 2) return ok_status();
    return Error(kTrustShrinks,
                 fmt::format("{} of {} {} would be left: the old one stays in use. Ask whoever "
                             "publishes it; with --force it is taken all the same",
                             after, before, what));
}

Status check_source_successor(const TrustSource& old, const TrustSource& next, bool force) {
    if (next.info.fetched_at < old.info.fetched_at) {
        return Error(kTrustRollback, "it was fetched before the one in use");
    }
    for (const TrustSource::Issuer& issuer : next.issuers) {
        const TrustSource::Issuer* before = issuer_in(old, issuer.iss);
        if (before != nullptr) SALUS_TRY(check_issuer_successor(*before, issuer));
    }
    if (force) return ok_status();
    if (old.info.signer && old.info.signer != next.info.signer) {
        return Error(kTrustOtherKey,
                     "the one in use is pinned to a signer: give --signer-key, or --force");
    }
    return check_shrinking(entries(old), entries(next), "entries");
}

Result<AcceptedTrust> accept_trust_list(std::string_view text, const TrustPins& pins,
                                        const std::optional<TrustMark>& mark,
                                        const TrustList* current, bool force) {
    SALUS_TRY_ASSIGN(SignedTrustList list, open_trust_list(text, pins));
    if (mark) SALUS_TRY(check_against_mark(*mark, list, pins.list_key));
    if (current != nullptr && !force) {
        SALUS_TRY(check_shrinking(good_issuers(*current), good_issuers(list.list), "issuers"));
    }
    TrustMark next = mark_of(list);
    if (mark) {
        next.revocations = mark->revocations;
        next.revoked = mark->revoked;
    }
    return AcceptedTrust{std::move(list), next};
}

} // namespace salus::passport
