#include "passport/standing.hpp"

#include <algorithm>

namespace salus::passport {

namespace {

using History = std::vector<AccreditationChange>;

// As Accreditation has it: within the second of a change both states hold.
bool was_active(const History& history, std::uint64_t time, bool before) {
    for (auto change = history.rbegin(); change != history.rend(); ++change) {
        if (change->at <= time) return change->active || change->at == time;
    }
    return before;
}

bool lost_since(const History& history, std::uint64_t time) {
    return std::ranges::any_of(history, [&](const AccreditationChange& change) {
        return !change.active && change.at >= time;
    });
}

} // namespace

Standing standing_at(const TrustedHospital& hospital, const TrustedKey& key, std::uint64_t time,
                     std::uint64_t leeway) {
    Standing out;
    out.lost_later = lost_since(hospital.history, time) || lost_since(key.history, time) ||
                     (key.revoked_at != 0 && key.revoked_from >= time);
    const bool before = hospital.history.empty() || time + leeway < hospital.history.front().at;
    if (before) {
        out.fault = "not_yet_accredited";
        out.message = "the hospital was not accredited yet when it was issued";
    } else if (time >= hospital.history.front().at && !was_active(hospital.history, time, false)) {
        out.fault = "suspended";
        out.message = "the hospital was suspended when it was issued";
    } else if (key.revoked_at != 0 && time > key.revoked_from) {
        out.fault = "key_revoked";
        out.message = "the hospital's key was revoked when it was issued";
    } else if (!was_active(key.history, time, true)) {
        out.fault = "key_suspended";
        out.message = "the hospital's key was suspended when it was issued";
    } else if (time + leeway < key.added_at || time + leeway < key.not_before ||
               time > key.not_after) {
        out.fault = "key_not_valid";
        out.message = "the hospital's key was not valid when it was issued";
    }
    return out;
}

} // namespace salus::passport
