// Ommers of proof-of-work blocks (Yellow Paper 11.1): at most two headers, valid themselves, whose
// parents are among the ancestors but one, and which are no part of the chain yet.

#include <algorithm>

#include "state/transition.hpp"

namespace salus::state {

namespace {

constexpr std::size_t kMaxOmmers = 2;

bool is_ancestor(const Hash32& block, std::span<const Ancestor> ancestors) {
    return std::any_of(ancestors.begin(), ancestors.end(),
                       [&](const Ancestor& one) { return hash(one.header) == block; });
}

bool is_included(const BlockHeader& ommer, std::span<const Ancestor> ancestors) {
    return std::any_of(ancestors.begin(), ancestors.end(), [&](const Ancestor& one) {
        return std::find(one.ommers.begin(), one.ommers.end(), ommer) != one.ommers.end();
    });
}

// The header that the ommer stands on: an ancestor older than the block's parent.
const BlockHeader* parent_of(const BlockHeader& ommer, std::span<const Ancestor> ancestors) {
    for (std::size_t i = 1; i < ancestors.size(); ++i) {
        if (hash(ancestors[i].header) == ommer.parent_hash) return &ancestors[i].header;
    }
    return nullptr;
}

Status check_ommer(const ChainConfig& config, const BlockHeader& ommer,
                   std::span<const Ancestor> ancestors) {
    if (is_included(ommer, ancestors)) return Error(kOmmerIncluded);
    if (is_ancestor(hash(ommer), ancestors)) return Error(kOmmerIsAncestor);
    const BlockHeader* parent = parent_of(ommer, ancestors);
    if (parent == nullptr) return Error(kOmmerParent);
    return check_header(config, *parent, ommer);
}

} // namespace

Status check_ommers(const ChainConfig& config, const Block& block,
                    std::span<const Ancestor> ancestors) {
    if (block.ommers.size() > kMaxOmmers) return Error(kTooManyOmmers);
    if (block.ommers.size() == 2 && block.ommers[0] == block.ommers[1]) {
        return Error(kOmmerIncluded, "twice in this block");
    }
    const auto near = ancestors.first(std::min(ancestors.size(), kOmmerGenerations));
    for (const BlockHeader& ommer : block.ommers) {
        auto status = check_ommer(config, ommer, near);
        if (!status) return std::move(status).error().at("ommer " + std::to_string(ommer.number));
    }
    return ok_status();
}

} // namespace salus::state
