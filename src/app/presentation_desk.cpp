#include "app/presentation_desk.hpp"

#include <algorithm>
#include <set>
#include <thread>

#include "app/files.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/verifier.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

const passport::PresentationAnchor*
anchor_of(const Hash32& commitment, const std::vector<passport::PresentationAnchor>& all) {
    for (const auto& anchor : all) {
        const auto& of = anchor.commitments;
        if (std::find(of.begin(), of.end(), commitment) != of.end()) return &anchor;
    }
    return nullptr;
}

} // namespace

Result<FolderLock> lock_presentations(const fs::path& folder) {
    constexpr int kTries = 600;
    constexpr std::chrono::milliseconds kPause{100};
    for (int i = 1;; ++i) {
        auto lock = FolderLock::take(folder);
        if (lock.ok() || !(lock.error().kind() == kFolderInUse) || i == kTries) return lock;
        std::this_thread::sleep_for(kPause);
    }
}

// What was issued for one certificate: a line each.
Result<std::vector<PresentationDesk::Issued>> PresentationDesk::read_issued(const fs::path& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    std::vector<Issued> out;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty()) continue;
        const auto value = codec::parse_json(line, {4096, 2});
        if (!value.ok() || !value->is_object()) return Error(passport::kBadAnchor, file.string());
        SALUS_TRY_ASSIGN(const std::string hex_text,
                         codec::json_string(value->get_object(), "commitment"));
        SALUS_TRY_ASSIGN(const std::uint64_t expires,
                         codec::json_u64(value->get_object(), "expires"));
        SALUS_TRY_ASSIGN(const Hash32 commitment, hash_from_hex(hex_text));
        out.push_back({commitment, static_cast<std::int64_t>(expires)});
    }
    return out;
}

fs::path PresentationDesk::file_of(const Hash32& certificate) const {
    return folder_ / (to_hex(certificate.bytes) + ".ndjson");
}

fs::path PresentationDesk::file_of(const passport::PresentationAnchor& anchor) const {
    return folder_ / "anchored" / (to_hex(anchor.root.bytes) + ".json");
}

bool PresentationDesk::knows(const Hash32& certificate) const {
    std::error_code ignored;
    return fs::exists(file_of(certificate), ignored);
}

Result<PresentationDesk::Anchors> PresentationDesk::read_anchors() const {
    SALUS_TRY(make_private_folder(folder_ / "anchored"));
    Anchors out;
    for (const auto& entry : fs::directory_iterator(folder_ / "anchored")) {
        if (entry.path().extension() != ".json") continue;
        SALUS_TRY_ASSIGN(const std::string text, read_file(entry.path()));
        auto anchor = passport::read_anchor(text);
        if (!anchor.ok()) return std::move(anchor).error().at(entry.path().string());
        out.push_back(std::move(*anchor));
    }
    return out;
}

// A mark beside the file spares asking the chain for it again.
Status PresentationDesk::settle(const passport::PresentationAnchor& anchor) {
    const fs::path mark = file_of(anchor).replace_extension(".done");
    if (fs::exists(mark)) return ok_status();
    SALUS_TRY(passport::send_anchor(parts_.chain, parts_.sender, parts_.account,
                                    parts_.vaccine_passport, anchor));
    return write_file(mark, "", true);
}

// Of all certificates, unexpired.
Result<std::vector<Hash32>> PresentationDesk::not_anchored(const Anchors& anchors) const {
    std::set<Hash32> known;
    for (const auto& anchor : anchors) {
        known.insert(anchor.commitments.begin(), anchor.commitments.end());
    }
    std::vector<Hash32> out;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        if (entry.path().extension() != ".ndjson") continue;
        SALUS_TRY_ASSIGN(const auto issued, read_issued(entry.path()));
        for (const Issued& credential : issued) {
            const bool live = credential.expires > parts_.clock.unix_seconds();
            if (live && known.insert(credential.commitment).second) {
                out.push_back(credential.commitment);
            }
        }
    }
    return out;
}

Result<std::size_t> PresentationDesk::anchor_all(Anchors& anchors) {
    for (const passport::PresentationAnchor& anchor : anchors) SALUS_TRY(settle(anchor));
    SALUS_TRY_ASSIGN(std::vector<Hash32> fresh, not_anchored(anchors));
    if (fresh.empty()) return std::size_t{0};
    const std::size_t count = fresh.size();
    auto made = passport::PresentationAnchor::of(std::move(fresh), parts_.random);
    const std::string text = codec::print_json(codec::Json(passport::anchor_json(made)));
    SALUS_TRY(write_file(file_of(made), text + "\n", true));
    SALUS_TRY(settle(made));
    anchors.push_back(std::move(made));
    return count;
}

Result<std::size_t> PresentationDesk::anchor() {
    const std::lock_guard guard(mutex_);
    SALUS_TRY_ASSIGN(const FolderLock lock, lock_presentations(folder_));
    SALUS_TRY_ASSIGN(Anchors anchors, read_anchors());
    return anchor_all(anchors);
}

std::vector<Result<std::size_t>> PresentationDesk::revoke(std::span<const Hash32> certificates,
                                                          std::uint8_t reason) {
    std::vector<Result<std::size_t>> out(certificates.size(), std::size_t{0});
    const bool any = std::any_of(certificates.begin(), certificates.end(),
                                 [this](const Hash32& one) { return knows(one); });
    if (!any) return out;
    const std::lock_guard guard(mutex_);
    const auto lock = lock_presentations(folder_);
    auto anchors = lock.ok() ? read_anchors() : Result<Anchors>(lock.error());
    auto anchored = anchors.ok() ? anchor_all(*anchors) : Result<std::size_t>(anchors.error());
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!knows(certificates[i])) continue;
        out[i] = anchored.ok() ? revoke_of(certificates[i], *anchors, reason)
                               : Result<std::size_t>(anchored.error());
    }
    return out;
}

Result<std::size_t> PresentationDesk::revoke_of(const Hash32& certificate, const Anchors& anchors,
                                                std::uint8_t reason) {
    SALUS_TRY_ASSIGN(const auto issued, read_issued(file_of(certificate)));
    std::vector<Hash32> live;
    for (const Issued& credential : issued) {
        if (credential.expires > parts_.clock.unix_seconds()) live.push_back(credential.commitment);
    }
    return revoke_all(live, anchors, reason);
}

Result<bool> PresentationDesk::stands(const Hash32& commitment) {
    passport::ChainCommitments states(parts_.chain, parts_.vaccine_passport);
    SALUS_TRY_ASSIGN(const auto state, states.state(parts_.account, commitment));
    return state.revoked_at == 0;
}

Result<std::size_t> PresentationDesk::revoke_all(const std::vector<Hash32>& commitments,
                                                 const Anchors& anchors, std::uint8_t reason) {
    struct Sent {
        Hash32 commitment;
        Result<eth::Sender::Handle> handle;
    };
    std::vector<Sent> sent;
    for (const Hash32& commitment : commitments) {
        SALUS_TRY_ASSIGN(const bool live, stands(commitment));
        if (!live) continue;
        const passport::PresentationAnchor* anchor = anchor_of(commitment, anchors);
        if (anchor == nullptr) return Error(passport::kNotAnchored);
        SALUS_TRY_ASSIGN(const eth::Intent intent,
                         passport::presentation_revocation(parts_.account, parts_.vaccine_passport,
                                                           *anchor, commitment, reason));
        sent.push_back({commitment, parts_.sender.submit(intent)});
    }
    std::optional<Error> first;
    for (const Sent& one : sent) {
        const auto receipt =
            one.handle.ok() ? one.handle->wait() : Result<eth::Receipt>(one.handle.error());
        if (receipt.ok()) continue;
        const auto live = stands(one.commitment); // another may have revoked it meanwhile
        if ((!live.ok() || *live) && !first) first = receipt.error();
    }
    if (first) return *first;
    return sent.size();
}

Result<std::optional<std::size_t>> PresentationDesk::revoke_anchor(const Hash32& root,
                                                                   std::uint8_t reason) {
    passport::PresentationAnchor named;
    named.root = root;
    if (!fs::exists(file_of(named))) return std::optional<std::size_t>();
    const std::lock_guard guard(mutex_);
    SALUS_TRY_ASSIGN(const FolderLock lock, lock_presentations(folder_));
    SALUS_TRY_ASSIGN(const Anchors anchors, read_anchors());
    const auto found = std::find_if(anchors.begin(), anchors.end(),
                                    [&](const auto& one) { return one.root == root; });
    if (found == anchors.end()) return std::optional<std::size_t>();
    SALUS_TRY(settle(*found));
    SALUS_TRY_ASSIGN(const std::size_t count, revoke_all(found->commitments, {*found}, reason));
    namespace contract = eth::contracts::vaccine_passport;
    eth::CallRequest request;
    request.to = parts_.vaccine_passport;
    request.data = contract::encode_anchored(parts_.account, root);
    SALUS_TRY_ASSIGN(const Bytes output, parts_.chain.call(request));
    SALUS_TRY_ASSIGN(const auto state, contract::decode_anchored(output));
    if (state.revoked_at == 0) {
        SALUS_TRY(parts_.sender.send_and_wait(
            passport::anchor_revocation(parts_.account, parts_.vaccine_passport, root, reason)));
    }
    return std::optional<std::size_t>(count);
}

} // namespace salus::app
