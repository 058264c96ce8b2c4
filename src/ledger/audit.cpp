#include "ledger/audit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ledger/fields.hpp"

namespace salus::ledger {

Result<std::vector<AnchorRow>> read_anchor_rows(AnchorContract& contract) {
    SALUS_TRY_ASSIGN(const auto anchors, contract.all());
    SALUS_TRY_ASSIGN(const auto places, contract.places_of(anchors));
    std::vector<AnchorRow> out;
    out.reserve(anchors.size());
    for (std::size_t i = 0; i < anchors.size(); ++i) out.push_back({anchors[i], places[i]});
    return out;
}

std::string vouching_text(const AuditReport& report, const Vouchers& vouchers) {
    std::uint64_t co_signed = 0;
    std::vector<Address> who;
    for (const CoSignature& one : vouchers.co_signatures) {
        if (one.size > report.anchored) continue;
        co_signed = std::max(co_signed, one.size);
        if (std::ranges::find(who, one.witness) == who.end()) who.push_back(one.witness);
    }
    if (!who.empty()) {
        std::string names;
        for (const Address& one : who) {
            names += (names.empty() ? "" : ", ") + hex_text(one.bytes);
        }
        return fmt::format("co-signed up to {} blocks by {}", co_signed, names);
    }
    if (report.anchored == 0) return "not anchored: nobody but the node vouches for this history";
    if (vouchers.outside_chain) {
        return fmt::format(
            "anchored up to {} blocks, as a chain tells that a follower or an outside "
            "network keeps",
            report.anchored);
    }
    return fmt::format("self-anchored: the first {} blocks agree with a chain that the same "
                       "operator seals; no follower or outside chain has co-signed them",
                       report.anchored);
}

} // namespace salus::ledger
