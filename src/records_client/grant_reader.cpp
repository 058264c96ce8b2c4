#include "records_client/grant_reader.hpp"

#include <algorithm>

namespace salus::records_client {
namespace {

using crypto::umbral::PublicKey;

// A refusal says more than that somebody was not there.
void remember(std::optional<Error>& first, Error error) {
    if (!first || (is_passing(*first) && !is_passing(error))) first = std::move(error);
}

records::ListRequest list_request(const consent::Grant& grant, const std::string& purpose) {
    records::ListRequest out;
    out.purpose = purpose;
    out.records = grant.records;
    if (grant.records.empty()) {
        for (const consent::GrantedFolder& folder : grant.folders) out.keys.push_back(folder.key);
    }
    out.most = records::kMaxListed;
    return out;
}

// Requests name at most kMaxListed records.
std::vector<records::ListRequest> pages_of(const records::ListRequest& whole) {
    if (whole.records.size() <= records::kMaxListed) return {whole};
    std::vector<records::ListRequest> out;
    for (std::size_t from = 0; from < whole.records.size(); from += records::kMaxListed) {
        const std::size_t to = std::min(from + records::kMaxListed, whole.records.size());
        records::ListRequest part = whole;
        part.records.assign(whole.records.begin() + static_cast<std::ptrdiff_t>(from),
                            whole.records.begin() + static_cast<std::ptrdiff_t>(to));
        out.push_back(std::move(part));
    }
    return out;
}

} // namespace

Status HeldGrant::add(const KeysLetter& keys_letter) {
    if (keys_letter.grant != consent::grant_hash(letter.grant)) {
        return Error(kBadLetter, "keys of another grant");
    }
    for (const KeysLetter::KeyBox& one : keys_letter.keys) {
        SALUS_TRY_ASSIGN(vault::SealedBox box, vault::decode_box(one.box));
        const auto& granted = letter.grant.records;
        if (!std::binary_search(granted.begin(), granted.end(), one.record)) {
            return Error(kBadLetter, "a record that was not granted");
        }
        keys.insert_or_assign(one.record, std::move(box));
    }
    return ok_status();
}

GrantReader::GrantReader(std::vector<ReadingNode*> nodes, const HeldGrant& grant,
                         const crypto::umbral::SecretKey& key)
    : nodes_(std::move(nodes)), grant_(grant), key_(key),
      receiving_(crypto::secp256k1::generate(key)) {}

Status GrantReader::list_at(std::size_t node, const std::string& purpose,
                            std::map<vault::RecordId, Listed>& out) {
    for (records::ListRequest request : pages_of(list_request(grant_.letter.grant, purpose))) {
        while (true) {
            SALUS_TRY_ASSIGN(const records::ListAnswer page,
                             nodes_[node]->list(grant_.letter.grant.patient, request));
            for (const vault::RecordInfo& info : page.records) {
                out.emplace(info.id, Listed{info, node});
            }
            if (!page.next || page.records.empty()) break;
            request.after = *page.next;
        }
    }
    return ok_status();
}

Result<std::vector<GrantReader::Listed>> GrantReader::list(std::string purpose) {
    if (purpose.empty()) purpose = grant_.letter.grant.purpose;
    std::map<vault::RecordId, Listed> found;
    std::optional<Error> refusal;
    std::size_t answered = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        const Status done = list_at(node, purpose, found);
        if (done.ok()) {
            ++answered;
        } else {
            remember(refusal, done.error());
        }
    }
    if (answered == 0) return refusal.value_or(Error(kTooFewNodes, "the grant names no node"));
    std::vector<Listed> out;
    for (auto& [id, one] : found) out.push_back(std::move(one));
    std::stable_sort(out.begin(), out.end(),
                     [](const Listed& a, const Listed& b) { return a.info.time < b.info.time; });
    return out;
}

bool GrantReader::enough(const Pending& pending) const {
    return pending.fragments.size() >= grant_.letter.threshold;
}

// What does not verify is passed over as if it had not come.
void GrantReader::take(Pending& pending, std::size_t node,
                       const crypto::umbral::CapsuleFragment& fragment) const {
    const auto verifying = PublicKey::from_bytes(grant_.letter.verifying.bytes);
    if (!verifying.ok()) return;
    auto verified = crypto::umbral::verify(fragment, pending.wrapped().capsule, *verifying,
                                           pending.wrapped().folder, receiving_);
    if (!verified.ok()) return;
    for (const auto& [other, known] : pending.fragments) {
        if (known->id == (*verified)->id) return; // the same node under another address
    }
    pending.fragments.emplace(node, std::move(*verified));
}

Status GrantReader::take_page(std::size_t node, records::ReadAnswer page,
                              const std::map<vault::RecordId, std::size_t>& at,
                              std::vector<Opened>& out, std::vector<Pending>& pending) const {
    for (records::ReadRecord& record : page.records) {
        const auto place = at.find(record.info.id);
        if (place == at.end()) return Error(kBadAnswer, "a record that was not asked for");
        out[place->second].info = record.info;
        if (!record.box) continue; // erased
        if (vault::digest_of(*record.box, record.info.object) != record.info.digest) {
            return Error(kDigestDiffers);
        }
        const vault::SealedBox* key_box = nullptr;
        if (!grant_.letter.grant.records.empty()) {
            const auto known = grant_.keys.find(record.info.id);
            if (known == grant_.keys.end()) return Error(kNoKeyBox, "the letter may be on its way");
            key_box = &known->second;
        }
        pending.push_back({record.info, std::move(*record.box), key_box, {}, place->second});
        // A fragment that comes with the box is for the box.
        if (record.fragment && key_box == nullptr) take(pending.back(), node, *record.fragment);
    }
    return ok_status();
}

Status GrantReader::read_at(std::size_t node, std::span<const std::size_t> which,
                            std::span<const Listed> records, const std::string& purpose,
                            std::vector<Opened>& out, std::vector<Pending>& pending) {
    std::map<vault::RecordId, std::size_t> at;
    std::vector<vault::RecordId> left;
    for (const std::size_t i : which) {
        at.emplace(records[i].info.id, i);
        left.push_back(records[i].info.id);
    }
    while (!left.empty()) {
        const std::size_t count = std::min(left.size(), records::kMaxRead);
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(count);
        const records::ReadRequest request{purpose, {left.begin(), end}};
        left.erase(left.begin(), end);
        SALUS_TRY_ASSIGN(records::ReadAnswer page,
                         nodes_[node]->read(grant_.letter.grant.patient, request));
        if (page.left.size() >= count) return Error(kBadAnswer, "a read that tells nothing");
        left.insert(left.end(), page.left.begin(), page.left.end());
        SALUS_TRY(take_page(node, std::move(page), at, out, pending));
    }
    return ok_status();
}

// What a node's fragments make of those capsules that are not open yet.
Status GrantReader::ask(std::size_t node, const std::string& purpose, std::span<Pending> pending) {
    std::vector<Pending*> missing;
    for (Pending& one : pending) {
        if (!enough(one) && !one.fragments.contains(node)) missing.push_back(&one);
    }
    for (std::size_t from = 0; from < missing.size(); from += records::kMaxCapsules) {
        const std::size_t to = std::min(from + records::kMaxCapsules, missing.size());
        records::ReencryptRequest request;
        request.purpose = purpose;
        for (std::size_t i = from; i < to; ++i) {
            const vault::SealedBox& box = missing[i]->wrapped();
            request.capsules.push_back({missing[i]->info.id, box.folder.bytes(), box.capsule});
        }
        SALUS_TRY_ASSIGN(const records::ReencryptAnswer answer,
                         nodes_[node]->reencrypt(grant_.letter.grant.patient, request));
        for (std::size_t i = from; i < to; ++i) {
            const auto& fragment = answer.fragments[i - from].fragment;
            if (fragment) take(*missing[i], node, *fragment);
        }
    }
    return ok_status();
}

Result<Bytes> GrantReader::open(const Pending& pending) const {
    std::vector<crypto::umbral::Verified<crypto::umbral::CapsuleFragment>> fragments;
    for (const auto& [node, fragment] : pending.fragments) {
        if (fragments.size() < grant_.letter.threshold) fragments.push_back(fragment);
    }
    const vault::BoxPlace place{grant_.letter.grant.patient, pending.info.id};
    SALUS_TRY_ASSIGN(Bytes plain,
                     vault::open_reencrypted(pending.wrapped(), key_, fragments, place));
    if (pending.key_box == nullptr) return plain;
    if (plain.size() != 32) return Error(kBadLetter, "a key box holds 32 bytes");
    FixedBytes<32> key;
    std::memcpy(key.data(), plain.data(), 32);
    crypto::wipe(plain);
    const crypto::SecretKey32 data_key(key);
    crypto::wipe(key.bytes);
    return vault::open_with(pending.box, data_key, place);
}

Result<std::vector<GrantReader::Opened>> GrantReader::read(std::span<const Listed> records,
                                                           std::string purpose) {
    if (purpose.empty()) purpose = grant_.letter.grant.purpose;
    std::map<std::size_t, std::vector<std::size_t>> by_node;
    std::vector<Opened> out(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) by_node[records[i].node].push_back(i);
    std::vector<Pending> pending;
    for (const auto& [node, which] : by_node) {
        SALUS_TRY(read_at(node, which, records, purpose, out, pending));
    }
    std::optional<Error> refusal;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        const Status asked = ask(node, purpose, pending);
        if (!asked.ok()) remember(refusal, asked.error());
    }
    for (const Pending& one : pending) {
        if (!enough(one)) {
            if (refusal && !is_passing(*refusal)) return *refusal;
            return Error(kTooFewNodes, std::to_string(one.fragments.size()) + " of " +
                                           std::to_string(grant_.letter.threshold) + " answered");
        }
        SALUS_TRY_ASSIGN(out[one.at].plain, open(one));
    }
    return out;
}

} // namespace salus::records_client
