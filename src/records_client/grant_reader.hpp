#pragma once
// Reading with a grant: asks the patient's nodes for boxes and for what their fragments make of the
// capsules, verifies each answer, and opens with the grantee's own key once as many nodes as the
// threshold have answered. A node that is down, or lies, is passed over.

#include <map>

#include "records_client/letter_text.hpp"
#include "records_client/records_client.hpp"

namespace salus::records_client {

inline constexpr ErrorKind kTooFewNodes{
    "grant.too_few_nodes", "docs/records-api.md: as many nodes as the grant's threshold answer"};
inline constexpr ErrorKind kNoKeyBox{"grant.no_key_box",
                                     "docs/records-api.md: keys of a grant of single records"};
inline constexpr ErrorKind kDigestDiffers{"grant.digest_differs",
                                          "docs/records-vault.md: the digest of a record"};

// What a grantee has been sent.
struct HeldGrant {
    GrantLetter letter;
    std::map<vault::RecordId, vault::SealedBox> keys; // of a grant of single records
    // Adds a letter's boxes; those that are malformed or for another grant are refused.
    Status add(const KeysLetter& letter);
};

class GrantReader {
public:
    // `nodes` are signed in as the grantee and, with the grant and the key, outlive the reader.
    GrantReader(std::vector<ReadingNode*> nodes, const HeldGrant& grant,
                const crypto::umbral::SecretKey& key);
    GrantReader(const std::vector<RecordsClient*>& nodes, const HeldGrant& grant,
                const crypto::umbral::SecretKey& key)
        : GrantReader(std::vector<ReadingNode*>(nodes.begin(), nodes.end()), grant, key) {}

    // Everything that the grant covers, at all nodes that answer: each record once, by time.
    // The first refusal where no node answers. `purpose`: the grant's own where it is empty.
    struct Listed {
        vault::RecordInfo info;
        std::size_t node = 0; // where it was found
    };
    Result<std::vector<Listed>> list(std::string purpose = {});

    struct Opened {
        vault::RecordInfo info;
        std::optional<Bytes> plain; // none: it was erased. The caller wipes it
    };
    // In the order of the list. A refusal of a node, kTooFewNodes, kNoKeyBox, kDigestDiffers,
    // box.*.
    Result<std::vector<Opened>> read(std::span<const Listed> records, std::string purpose = {});

private:
    struct Pending {
        vault::RecordInfo info;
        vault::SealedBox box;
        const vault::SealedBox* key_box = nullptr; // of a grant of single records
        std::map<std::size_t, crypto::umbral::Verified<crypto::umbral::CapsuleFragment>> fragments;
        std::size_t at = 0; // in the answer

        // What the fragments open.
        const vault::SealedBox& wrapped() const { return key_box != nullptr ? *key_box : box; }
    };
    Status list_at(std::size_t node, const std::string& purpose,
                   std::map<vault::RecordId, Listed>& out);
    Status read_at(std::size_t node, std::span<const std::size_t> which,
                   std::span<const Listed> records, const std::string& purpose,
                   std::vector<Opened>& out, std::vector<Pending>& pending);
    Status take_page(std::size_t node, records::ReadAnswer page,
                     const std::map<vault::RecordId, std::size_t>& at, std::vector<Opened>& out,
                     std::vector<Pending>& pending) const;
    Status ask(std::size_t node, const std::string& purpose, std::span<Pending> pending);
    void take(Pending& pending, std::size_t node,
              const crypto::umbral::CapsuleFragment& fragment) const;
    Result<Bytes> open(const Pending& pending) const;
    bool enough(const Pending& pending) const;

    std::vector<ReadingNode*> nodes_;
    const HeldGrant& grant_;
    const crypto::umbral::SecretKey& key_;
    crypto::umbral::PublicKey receiving_;
};

} // namespace salus::records_client
