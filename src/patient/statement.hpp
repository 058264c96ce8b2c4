#pragma once
// The patient's statement of public keys: what a writer encrypts to. It is signed by the patient's
// ledger account (EIP-712), and its digest stands on chain: an operator who puts another key into
// it is found by every writer before a byte is encrypted. It goes to writers alone: nodes and chain
// know a folder by its public key and never its name, hence the digest's salt.
//
//     PatientKeys(bytes32 salt,address account,uint64 sequence,uint64 issued,bytes inbox,
//                 FolderKey[] folders)
//     FolderKey(string name,uint64 epoch,bytes key,bytes successor)
//
// in the domain {"Salus Patient Keys", "1", chainId, verifyingContract}. The digest for the chain
// is hashStruct. `successor` is the folder's key of the next epoch, signed beforehand: when a
// revocation or an expiry closes the epoch, writers go on with it without the patient.
// Pure and thread-safe.

#include <set>
#include <string>
#include <vector>

#include "codec/json.hpp"
#include "envelope/eip191.hpp"
#include "ledger/block.hpp"
#include "patient/root.hpp"

namespace salus::patient {

inline constexpr ErrorKind kBadStatement{"patient.keys_malformed",
                                         "docs/patient.md: statement of public keys"};
inline constexpr ErrorKind kKeysSubstituted{
    "patient.keys_substituted", "docs/patient.md: the statement whose digest is on chain"};
inline constexpr ErrorKind kKeysSignature{
    "patient.keys_signature", "docs/patient.md: signed by the account of the patient's ledger"};
inline constexpr ErrorKind kKeysOtherPatient{
    "patient.keys_other_patient", "docs/patient.md: the account that founded the patient's chain"};
inline constexpr ErrorKind kKeysOld{"patient.keys_old", "docs/patient.md: the sequence only grows"};
inline constexpr ErrorKind kNoSuchFolder{"patient.no_such_folder",
                                         "a folder of the patient's statement"};
inline constexpr ErrorKind kEpochClosed{
    "patient.epoch_closed",
    "docs/patient.md: nothing is written to a closed epoch; ask the patient for a new statement"};
inline constexpr ErrorKind kNotAKeyOfPatient{"patient.not_a_key_of_patient",
                                             "docs/patient.md: a key of the patient's statement"};

inline constexpr std::size_t kMaxFolders = 256;

using PublicKeyBytes = crypto::secp256k1::CompressedPoint;

struct FolderKeys {
    std::string name;
    std::uint64_t epoch = 0;
    PublicKeyBytes key;       // of this epoch
    PublicKeyBytes successor; // of the next
    friend bool operator==(const FolderKeys&, const FolderKeys&) = default;
};

struct Statement {
    Hash32 salt;                     // random, so that nobody confirms a guess by the digest
    Address account;                 // of the patient's ledger
    std::uint64_t sequence = 0;      // 1, 2, …: the higher replaces the lower
    std::uint64_t issued = 0;        // Unix seconds
    PublicKeyBytes inbox;            // for those who write without a folder
    std::vector<FolderKeys> folders; // by name, rising
    friend bool operator==(const Statement&, const Statement&) = default;
};

struct SignedStatement {
    Statement statement;
    envelope::WalletSignature signature;
    friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};

struct FolderEpoch {
    std::string name;
    std::uint64_t epoch = 0;
};
struct StatementPlan {
    std::uint64_t sequence = 1, issued = 0;
    std::vector<FolderEpoch> folders; // in any order
};
// kBadFolderName, kBadStatement: a folder twice, or more than kMaxFolders.
Result<SignedStatement> make_statement(const Root& root, const StatementPlan& plan,
                                       const ledger::Domain& domain, Random& random);

Hash32 digest_of(const Statement& statement); // what stands on chain
Hash32 signing_digest(const Statement& statement, const ledger::Domain& domain);

// {"account", "folders": [{"epoch","key","name","successor"}], "inbox", "issued", "salt",
// "sequence", "signature", "version": 1}; hex with 0x, integers as numbers.
codec::json::object statement_json(const SignedStatement& signed_statement);
Result<SignedStatement> read_statement(std::string_view text); // kBadStatement

// What a writer knows before he trusts a statement.
struct Expected {
    Address account;            // the author of the genesis of the patient's chain
    Hash32 digest;              // on chain, at the head
    std::uint64_t sequence = 0; // of the last one that was seen; 0: none
};
// kKeysOtherPatient, kKeysSubstituted, kKeysSignature, kKeysOld.
Status verify(const SignedStatement& signed_statement, const Expected& expected,
              const ledger::Domain& domain);

// The public keys whose epochs are closed (by revocation or expiry), as the chain says.
using ClosedKeys = std::set<PublicKeyBytes>;
struct WriteKey {
    std::uint64_t epoch = 0;
    PublicKeyBytes key;
};
// What to encrypt to: the folder's key, or its successor where the epoch is closed. kNoSuchFolder;
// kEpochClosed where both are.
Result<WriteKey> write_key(const Statement& statement, std::string_view folder,
                           const ClosedKeys& closed);
// Whether something may be taken that was encrypted to `key`: kEpochClosed, kNotAKeyOfPatient.
Status check_write(const Statement& statement, const PublicKeyBytes& key, const ClosedKeys& closed);

} // namespace salus::patient
