#include "passport/standing.hpp"

namespace salus::passport {

namespace {

// As Accreditation.wasAccredited has it: within the second of a change both states hold.
bool was_active(const TrustedHospital& hospital, std::uint64_t time) {
    for (auto change = hospital.history.rbegin(); change != hospital.history.rend(); ++change) {
        if (change->at <= time) return change->active || change->at == time;
    }
    return false;
}

} // namespace

Standing standing_at(const TrustedHospital& hospital, const TrustedKey& key, std::uint64_t time,
                     std::uint64_t leeway) {
    Standing out;
    for (const AccreditationChange& change : hospital.history) {
        out.lost_later = out.lost_later || (!change.active && change.at >= time);
    }
    out.lost_later = out.lost_later || (key.revoked_at != 0 && key.revoked_at >= time);
    const bool before = hospital.history.empty() || time + leeway < hospital.history.front().at;
    if (before) {
        out.fault = "not_yet_accredited";
        out.message = "the hospital was not accredited yet when it was issued";
    } else if (time >= hospital.history.front().at && !was_active(hospital, time)) {
        out.fault = "suspended";
        out.message = "the hospital was suspended when it was issued";
    } else if (key.revoked_at != 0 && time > key.revoked_at) {
        out.fault = "key_revoked";
        out.message = "the hospital's key was revoked when it was issued";
    } else if (time + leeway < key.added_at || time + leeway < key.not_before ||
               time > key.not_after) {
        out.fault = "key_not_valid";
        out.message = "the hospital's key was not valid when it was issued";
    }
    return out;
}

} // namespace salus::passport
