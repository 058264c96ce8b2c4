#include <fmt/format.h>

#include "follow/follower.hpp"

namespace salus::follow {

using codec::json::array;
using codec::json::object;

std::string_view name_of(State state) {
    switch (state) {
    case State::starting: return "starting";
    case State::catching_up: return "catching_up";
    case State::following: return "following";
    case State::behind: return "behind";
    case State::unreachable: return "unreachable";
    case State::stalled: return "stalled";
    case State::fault: return "fault";
    }
    return "";
}

namespace {

std::string sentence(const FollowStatus& status) {
    switch (status.state) {
    case State::starting: return "the sealer has not answered yet";
    case State::catching_up:
        return fmt::format("catching up: block {} of {}", status.height, status.sealer_height);
    case State::following: return fmt::format("verified to block {}", status.height);
    default: return fmt::format("verified to block {}; {}", status.height, status.reason);
    }
}

array peers_json(const std::vector<PeerStatus>& peers) {
    array out;
    out.reserve(peers.size());
    for (const PeerStatus& peer : peers) {
        object one{{"url", peer.url}, {"agreesAt", quantity(peer.agrees_at)}};
        if (!peer.reason.empty()) one["reason"] = peer.reason;
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace

codec::Json to_json(const Follower& follower) {
    const FollowStatus status = follower.status();
    object out{{"state", name_of(status.state)},
               {"text", sentence(status)},
               {"sealer", to_hex0x(follower.sealer().bytes)},
               {"url", follower.url()},
               {"height", quantity(status.height)},
               {"sealerHeight", quantity(status.sealer_height)},
               {"lastAnswer", status.answered},
               {"proofs", status.proofs},
               {"peers", peers_json(status.peers)}};
    if (status.fault) {
        out["fault"] = object{{"name", status.fault->error.name()},
                              {"detail", status.fault->error.detail()},
                              {"number", quantity(status.fault->number)},
                              {"found", status.fault->found}};
    }
    return out;
}

} // namespace salus::follow
