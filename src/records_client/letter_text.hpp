#pragma once
// What letters say, between a patient's device and grantees (docs/records-api.md, "Letters between
// devices and grantees"): canonical JSON with a member "type", sealed to the receiver's public key
// at the place (chain zero, record = the letter's id). Nodes carry letters and read none. Who sent
// one is not what it says: each content that matters is signed in itself. Pure but for randomness.

#include <variant>

#include "codec/json.hpp"
#include "consent/access_request.hpp"
#include "patient/statement.hpp"
#include "records/grants_wire.hpp"

namespace salus::records_client {

inline constexpr ErrorKind kBadLetter{"letter.malformed",
                                      "docs/records-api.md: letters between devices and grantees"};
inline constexpr ErrorKind kLetterTooLarge{"letter.too_large", "64 KiB a letter"};

inline constexpr std::size_t kMaxLetterNodes = 32;
inline constexpr std::size_t kKeyBoxesPerLetter = 128;

// "grant": all that a grantee needs to read, and to write.
struct GrantLetter {
    struct Node {
        std::string url;
        Address account;
        friend bool operator==(const Node&, const Node&) = default;
    };
    consent::Grant grant; // with the names of its folders
    patient::SignedStatement statement;
    std::vector<Node> nodes; // that hold the fragments
    std::uint64_t threshold = 1;
    // Signed the key fragments. It is the key of the grantor's account, so that nobody can give
    // another one out for it: read_letter checks that.
    FixedBytes<33> verifying;
    std::optional<Hash32> request; // the access request that it answers
    friend bool operator==(const GrantLetter&, const GrantLetter&) = default;
};

// "keys": of a grant of single records. Each box lies at the record's own place, is sealed to the
// key that was made for the grant, and holds the 32 bytes of the record's data key.
struct KeysLetter {
    struct KeyBox {
        vault::RecordId record;
        Bytes box; // vault/sealed_box.hpp
        friend bool operator==(const KeyBox&, const KeyBox&) = default;
    };
    Hash32 grant;
    std::vector<KeyBox> keys; // at most kKeyBoxesPerLetter
    friend bool operator==(const KeysLetter&, const KeysLetter&) = default;
};

// "statement": newer keys to write to.
struct StatementLetter {
    Hash32 patient; // chain
    patient::SignedStatement statement;
    friend bool operator==(const StatementLetter&, const StatementLetter&) = default;
};

// "request": who asks a patient for access.
struct RequestLetter {
    consent::AccessRequest request;
    envelope::WalletSignature signature; // consent::ask_digest
    friend bool operator==(const RequestLetter&, const RequestLetter&) = default;
};

// "answer": to a request; a grant comes in a letter of its own.
struct AnswerLetter {
    Hash32 request, grant;  // hashes; no grant (zero): refused
    std::uint64_t time = 0; // Unix seconds
    Address account;        // that the patient made for the asker
    envelope::WalletSignature signature;
    friend bool operator==(const AnswerLetter&, const AnswerLetter&) = default;
};

// "revoked": that a grant has ended. A courtesy: the chain says so, whoever writes this.
struct RevokedLetter {
    Hash32 grant;
    friend bool operator==(const RevokedLetter&, const RevokedLetter&) = default;
};

using LetterContent = std::variant<GrantLetter, KeysLetter, StatementLetter, RequestLetter,
                                   AnswerLetter, RevokedLetter>;

codec::json::object letter_json(const LetterContent& content);
// kBadLetter, and what the parts themselves refuse.
Result<LetterContent> read_letter(const codec::json::object& object);

// Ready to be sent. kLetterTooLarge.
Result<records::NewLetter> seal_letter(const LetterContent& content, const Address& to,
                                       const crypto::umbral::PublicKey& receiver, Random& random);
// box.*, kBadLetter, and what the parts themselves refuse.
Result<LetterContent> open_letter(const records::Letter& letter,
                                  const crypto::umbral::SecretKey& receiver);

} // namespace salus::records_client
