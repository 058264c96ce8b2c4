// A round with the other followers: seals compared at one height, proofs passed on.

#include <fmt/format.h>

#include "base/log.hpp"
#include "follow/follower.hpp"

namespace salus::follow {

void Follower::ask_peers() {
    for (std::size_t i = 0; i < peers_.size(); ++i) {
        const Result<std::uint64_t> agreed = ask_peer(*peers_[i]);
        if (!agreed.ok() && agreed.error().kind() == kEquivocation) {
            stop_for(agreed.error(), nullptr);
        }
        const std::lock_guard lock(mutex_);
        PeerStatus& peer = status_.peers[i];
        std::string reason = agreed.ok() ? "" : agreed.error().text();
        if (!agreed.ok() && reason != peer.reason) {
            log::warn("follow.peer", {{"peer", peer.url}, {"reason", reason}});
        }
        peer.reason = std::move(reason);
        if (agreed.ok()) peer.agrees_at = *agreed;
    }
}

// The height at which seals are equal; 0: one of us has none yet. Faults of the peer itself, such
// as seals of another key, are errors but no proof.
Result<std::uint64_t> Follower::ask_peer(Source& peer) {
    SALUS_TRY(adopt_proofs(peer));
    SALUS_TRY_ASSIGN(auto theirs, peer.seal({}));
    const std::uint64_t ours = chain_.head().header.number;
    if (!theirs || ours == 0) return std::uint64_t{0};
    const std::uint64_t height = std::min(theirs->number, ours);
    if (theirs->number != height) {
        SALUS_TRY_ASSIGN(theirs, peer.seal(height));
        if (!theirs || theirs->number != height) {
            return Error(kBadAnswer, fmt::format("no seal at height {}", height));
        }
    }
    SALUS_TRY(check_seal(scope_, height, theirs->hash, theirs->seal));
    SALUS_TRY(compare_seals(*theirs, peer.url()));
    return height;
}

Status Follower::compare_seals(const SealedHeader& theirs, const std::string& from) {
    SALUS_TRY_ASSIGN(const auto ours, sealed_header(chain_, theirs.number));
    if (!ours || ours->hash == theirs.hash) return ok_status();
    SALUS_TRY(accuse(make_proof(scope_, *ours, theirs, clock_.unix_seconds(), from)));
    return Error(kBadAnswer, "it follows another branch, whose proof is known");
}

// What others found is as good as what we find: a proof needs no trust in who shows it.
Status Follower::adopt_proofs(Source& peer) {
    SALUS_TRY_ASSIGN(const auto shown, peer.proofs());
    for (std::size_t i = 0; i < shown.size() && i < options_.most_proofs; ++i) {
        SALUS_TRY_ASSIGN(FaultProof proof, read_proof(shown[i]));
        if (proof.scope != scope_) continue; // of another sealer or chain
        SALUS_TRY(verify(proof));
        proof.found = clock_.unix_seconds();
        proof.from = peer.url();
        SALUS_TRY(accuse(proof));
    }
    return ok_status();
}

} // namespace salus::follow
