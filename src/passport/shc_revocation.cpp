#include "passport/shc_revocation.hpp"

#include <charconv>
#include <map>

#include <fmt/format.h>

#include "passport/shc_card.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;

Result<std::int64_t> timestamp_of(std::string_view text) {
    std::int64_t out = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    const bool good = error == std::errc() && stop == end && text[0] != '-' && text.size() <= 12;
    if (!good) return Error(kShcCrlEntry, "timestamp");
    return out;
}

Status read_entry(const codec::Json& value, ShcRevocations& out) {
    if (!value.is_string()) return Error(kShcCrlEntry, "not a string");
    const std::string_view text{value.get_string().data(), value.get_string().size()};
    const std::size_t dot = text.find('.');
    const std::string_view rid = text.substr(0, dot);
    if (!is_shc_rid(rid)) return Error(kShcCrlEntry);
    std::optional<std::int64_t> before;
    if (dot != text.npos) {
        if (dot + 1 == text.size()) return Error(kShcCrlEntry, "timestamp");
        SALUS_TRY_ASSIGN(before, timestamp_of(text.substr(dot + 1)));
    }
    if (!out.entries.emplace(rid, before).second) return Error(kShcCrlTwice);
    return ok_status();
}

} // namespace

bool ShcRevocations::revokes(const std::string& rid, double not_before) const {
    const auto found = entries.find(rid);
    if (rid.empty() || found == entries.end()) return false;
    return !found->second || not_before < static_cast<double>(*found->second);
}

Result<ShcRevocations> shc_crl_parse(std::string_view text) {
    if (text.size() > kMaxCrlBytes) return Error(kShcCrlTooLarge);
    const auto value = codec::parse_json(text, {kMaxCrlBytes, 4});
    if (!value.ok()) return Error(kShcCrl, std::string(value.error().name()));
    if (!value->is_object()) return Error(kShcCrl, "not an object");
    const json::object& list = value->get_object();
    ShcRevocations out;
    auto kid = codec::json_string(list, "kid");
    if (!kid.ok() || kid->empty()) return Error(kShcCrl, "kid");
    out.kid = std::move(*kid);
    const auto method = codec::json_string(list, "method");
    if (!method.ok() || *method != "rid") return Error(kShcCrlMethod);
    const auto counter = codec::json_u64(list, "ctr");
    if (!counter.ok() || *counter == 0) return Error(kShcCrlCounter);
    out.counter = *counter;
    const auto rids = codec::json_array(list, "rids");
    if (!rids.ok()) return Error(kShcCrl, "rids");
    out.entries.reserve((*rids)->size());
    for (std::size_t i = 0; i < (*rids)->size(); ++i) {
        auto status = read_entry((**rids)[i], out);
        if (!status.ok()) return std::move(status).error().at(fmt::format("rids[{}]", i));
    }
    return out;
}

std::string shc_crl_print(const ShcRevocations& list) {
    json::array rids;
    for (const auto& [rid, before] : std::map(list.entries.begin(), list.entries.end())) {
        const std::string entry = before ? fmt::format("{}.{}", rid, *before) : rid;
        rids.push_back(codec::Json(json::string(entry)));
    }
    return codec::print_json(json::object{
        {"kid", list.kid}, {"method", "rid"}, {"ctr", list.counter}, {"rids", std::move(rids)}});
}

Status check_crl_of_key(const ShcRevocations& list, const envelope::Jwk& key) {
    if (list.kid != key.kid) return Error(kShcCrlKey);
    if (key.crl_version && *key.crl_version != list.counter) {
        return Error(kShcCrlVersion, fmt::format("crlVersion {}, ctr {}: fetch key set and list",
                                                 *key.crl_version, list.counter));
    }
    return ok_status();
}

Status check_crl_successor(const ShcRevocations& old, const ShcRevocations& next) {
    if (old.kid != next.kid) return Error(kShcCrlKey);
    if (next.counter < old.counter) {
        return Error(kShcCrlRollback, fmt::format("{} after {}", next.counter, old.counter));
    }
    if (next.counter == old.counter && !(next == old)) {
        return Error(kShcCrlRollback, "another content under the same ctr");
    }
    return ok_status();
}

} // namespace salus::passport
