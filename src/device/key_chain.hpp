#pragma once
// Which of the patient's secret keys opens a box: inbox, folders by epoch, keys of grants, all
// derived from the root when they are asked for. One thread.

#include <map>

#include "consent/folder.hpp"
#include "patient/statement.hpp"
#include "vault/sealed_box.hpp"

namespace salus::device {

class KeyChain {
public:
    explicit KeyChain(const patient::Root& root) : root_(root.copy()) { add_inbox(); }

    struct Name {
        std::string folder; // "inbox", a folder's name, "grant"
        std::uint64_t epoch = 0;
    };
    // All folders of the statement with all epochs up to the successor's.
    void add(const patient::Statement& statement);
    void add_grant(const Hash32& salt);
    const Name* find(const vault::FolderBytes& key) const; // nullptr: not the patient's
    Result<crypto::umbral::SecretKey> secret(const vault::FolderBytes& key) const; // kBoxOtherKey
    Result<Bytes> open(const vault::SealedBox& box, const vault::BoxPlace& place) const;
    const patient::Root& root() const { return root_; }

private:
    struct Known {
        Name name;
        Hash32 salt; // of a grant
    };
    void add_inbox();

    patient::Root root_;
    std::map<vault::FolderBytes, Known> known_;
    std::map<std::string, std::uint64_t> next_; // epoch of each folder that is not known yet
};

} // namespace salus::device
