#include "state/config.hpp"

#include "state/parameters.hpp"

namespace salus::state {

using evm::Revision;

namespace {

struct Name {
    Revision revision;
    std::string_view name;
    std::string_view other; // in test suites
};
constexpr std::array<Name, 15> kNames{{
    {Revision::frontier, "Frontier", ""},
    {Revision::homestead, "Homestead", ""},
    {Revision::tangerine_whistle, "TangerineWhistle", "EIP150"},
    {Revision::spurious_dragon, "SpuriousDragon", "EIP158"},
    {Revision::byzantium, "Byzantium", ""},
    {Revision::constantinople, "Constantinople", ""},
    {Revision::petersburg, "Petersburg", "ConstantinopleFix"},
    {Revision::istanbul, "Istanbul", ""},
    {Revision::berlin, "Berlin", ""},
    {Revision::london, "London", ""},
    {Revision::paris, "Paris", "Merge"},
    {Revision::shanghai, "Shanghai", ""},
    {Revision::cancun, "Cancun", ""},
    {Revision::prague, "Prague", ""},
    {Revision::osaka, "Osaka", ""},
}};

} // namespace

BlobParameters default_blob_parameters(Revision revision) {
    if (revision >= Revision::prague) return kPragueBlobs;
    if (revision >= Revision::cancun) return kCancunBlobs;
    return {};
}

Rules ChainConfig::rules_at(std::uint64_t number, std::uint64_t timestamp) const {
    Rules out{Revision::frontier, {}, 0};
    for (const Activation& activation : activations) {
        const std::uint64_t now = activation.by == Activation::By::number ? number : timestamp;
        if (activation.at > now) continue;
        if (activation.revision) {
            out.revision = *activation.revision;
            out.blobs = default_blob_parameters(out.revision);
            out.bomb_delay = parameters(out.revision).bomb_delay;
        }
        if (activation.bomb_delay) out.bomb_delay = *activation.bomb_delay;
        if (activation.blobs) out.blobs = *activation.blobs;
    }
    return out;
}

ChainConfig ChainConfig::all_at_genesis(std::uint64_t chain_id, Revision revision) {
    ChainConfig out;
    out.chain_id = chain_id;
    for (const Name& entry : kNames) {
        if (entry.revision > revision) break;
        const auto by = entry.revision >= Revision::shanghai ? Activation::By::timestamp
                                                             : Activation::By::number;
        out.activations.push_back({by, 0, entry.revision, {}, {}});
    }
    return out;
}

std::string_view name(Revision revision) {
    return kNames.at(static_cast<std::size_t>(revision)).name;
}

std::optional<Revision> revision_from_name(std::string_view name) {
    for (const Name& entry : kNames) {
        if (entry.name == name || (!entry.other.empty() && entry.other == name)) {
            return entry.revision;
        }
    }
    return std::nullopt;
}

} // namespace salus::state
