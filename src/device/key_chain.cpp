#include "device/key_chain.hpp"

namespace salus::device {

void KeyChain::add_inbox() {
    known_.emplace(root_.inbox_public().bytes(), Known{{"inbox", 0}, {}});
}

void KeyChain::add(const patient::Statement& statement) {
    for (const patient::FolderKeys& folder : statement.folders) {
        for (std::uint64_t& epoch = next_[folder.name]; epoch <= folder.epoch + 1; ++epoch) {
            const auto key = root_.folder_public(folder.name, epoch);
            if (key.ok()) known_.emplace(key->bytes(), Known{{folder.name, epoch}, {}});
        }
    }
}

void KeyChain::add_grant(const Hash32& salt) {
    const auto key = crypto::secp256k1::generate(root_.grant_key(salt));
    known_.emplace(key.bytes(), Known{{"grant", 0}, salt});
}

const KeyChain::Name* KeyChain::find(const vault::FolderBytes& key) const {
    const auto at = known_.find(key);
    return at == known_.end() ? nullptr : &at->second.name;
}

Result<crypto::umbral::SecretKey> KeyChain::secret(const vault::FolderBytes& key) const {
    const auto at = known_.find(key);
    if (at == known_.end()) return Error(vault::kBoxOtherKey, "none of the patient's keys");
    const Known& known = at->second;
    if (known.name.folder == "inbox") return root_.inbox_key();
    if (known.name.folder == "grant") return root_.grant_key(known.salt);
    return root_.folder_key(known.name.folder, known.name.epoch);
}

Result<Bytes> KeyChain::open(const vault::SealedBox& box, const vault::BoxPlace& place) const {
    SALUS_TRY_ASSIGN(const crypto::umbral::SecretKey key, secret(box.folder.bytes()));
    return vault::open(box, key, place);
}

} // namespace salus::device
