#include "passport/presentation_anchor.hpp"

#include <algorithm>

#include "eth/contracts/vaccine_passport.hpp"
#include "passport/commitment_tree.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
namespace contract = eth::contracts::vaccine_passport;

constexpr std::string_view kType = "salus/presentation-anchor/1";
constexpr std::size_t kMostBytes = 256 * 1024 * 1024;

} // namespace

PresentationAnchor PresentationAnchor::of(std::vector<Hash32> commitments, Random& random) {
    SALUS_ASSERT(!commitments.empty());
    // In the order of random keys: no commitment's place tells when it was issued.
    std::vector<std::pair<Hash32, Hash32>> keyed;
    keyed.reserve(commitments.size());
    for (const Hash32& commitment : commitments) keyed.emplace_back(random.bytes<32>(), commitment);
    std::sort(keyed.begin(), keyed.end());
    PresentationAnchor out;
    out.commitments.reserve(keyed.size());
    for (const auto& [key, commitment] : keyed) out.commitments.push_back(commitment);
    out.root = commitment_root(out.commitments);
    return out;
}

json::object anchor_json(const PresentationAnchor& anchor) {
    json::array list;
    list.reserve(anchor.commitments.size());
    for (const Hash32& commitment : anchor.commitments)
        list.emplace_back(to_hex0x(commitment.bytes));
    return {
        {"type", kType}, {"root", to_hex0x(anchor.root.bytes)}, {"commitments", std::move(list)}};
}

Result<PresentationAnchor> read_anchor(std::string_view text) {
    const auto value = codec::parse_json(text, {kMostBytes, 4});
    if (!value.ok() || !value->is_object()) return Error(kBadAnchor);
    const json::object& from = value->get_object();
    const auto type = codec::json_string(from, "type");
    const auto root = codec::json_string(from, "root");
    const auto list = codec::json_array(from, "commitments");
    if (!type.ok() || *type != kType || !root.ok() || !list.ok() || (*list)->empty()) {
        return Error(kBadAnchor);
    }
    PresentationAnchor out;
    out.commitments.reserve((*list)->size());
    for (const codec::Json& item : **list) {
        const auto commitment =
            item.is_string() ? hash_from_hex(item.get_string()) : Result<Hash32>(Error(kBadAnchor));
        if (!commitment.ok()) return Error(kBadAnchor, "a commitment");
        out.commitments.push_back(*commitment);
    }
    out.root = commitment_root(out.commitments);
    if (to_hex0x(out.root.bytes) != *root) return Error(kBadAnchor, "another root");
    return out;
}

Result<std::optional<eth::Receipt>> send_anchor(eth::Chain& chain, eth::Sender& hospital,
                                                const Address& account,
                                                const Address& vaccine_passport,
                                                const PresentationAnchor& anchor) {
    eth::CallRequest request;
    request.to = vaccine_passport;
    request.data = contract::encode_anchored(account, anchor.root);
    SALUS_TRY_ASSIGN(const Bytes output, chain.call(request));
    SALUS_TRY_ASSIGN(const auto state, contract::decode_anchored(output));
    if (state.anchored_at != 0) return std::optional<eth::Receipt>();
    eth::Intent intent;
    intent.to = vaccine_passport;
    intent.purpose_key = "presentations/anchor/" + to_hex(anchor.root.bytes);
    intent.data = contract::encode_anchor(anchor.root, anchor.commitments.size());
    SALUS_TRY_ASSIGN(eth::Receipt receipt, hospital.send_and_wait(intent));
    return std::optional(std::move(receipt));
}

Result<eth::Intent> presentation_revocation(const Address& account, const Address& vaccine_passport,
                                            const PresentationAnchor& anchor,
                                            const Hash32& commitment, std::uint8_t reason) {
    const auto found = std::find(anchor.commitments.begin(), anchor.commitments.end(), commitment);
    if (found == anchor.commitments.end()) return Error(kNotAnchored);
    const auto index = static_cast<std::size_t>(found - anchor.commitments.begin());
    eth::Intent intent;
    intent.to = vaccine_passport;
    intent.purpose_key = "presentations/revoke/" + to_hex(commitment.bytes);
    intent.data = contract::encode_revoke_anchored(account, anchor.root,
                                                   commitment_proof(anchor.commitments, index),
                                                   uint256(index), commitment, reason);
    return intent;
}

eth::Intent anchor_revocation(const Address& account, const Address& vaccine_passport,
                              const Hash32& root, std::uint8_t reason) {
    eth::Intent intent;
    intent.to = vaccine_passport;
    intent.purpose_key = "presentations/revoke-anchor/" + to_hex(root.bytes);
    intent.data = contract::encode_revoke_batch(account, root, reason);
    return intent;
}

} // namespace salus::passport
