#pragma once
// Sealed messages that a node keeps for an account until it fetches and deletes them: a grant with
// its names to the grantee, a request to a patient. Anybody who signed in may send, within bounds;
// the node cannot read them. Table `records_letter`, set of migrations `letters`. Thread-safe.

#include "base/clock.hpp"
#include "records/grants_wire.hpp"
#include "store/group_commit.hpp"

namespace salus::records {

inline constexpr ErrorKind kLetterTooLarge{"letters.too_large", "64 KiB a letter"};
inline constexpr ErrorKind kLetterBoxFull{"letters.receiver_full",
                                          "docs/records-api.md: letters that wait for one account"};
inline constexpr ErrorKind kTooManyLetters{"letters.too_many",
                                           "docs/records-api.md: letters of one sender that wait"};
inline constexpr ErrorKind kLetterTaken{"letters.id_taken", "a letter's id is used once"};
inline constexpr ErrorKind kUnknownLetter{"letters.unknown", "a letter to who asks"};

struct LetterBounds {
    std::size_t of_receiver = 1'000;        // that wait for one account
    std::size_t of_strangers = 100;         // among them, from accounts that the node does not know
    std::size_t of_sender = 2'000;          // that wait, of one sender
    std::size_t of_stranger = 32;           // of one whom the node does not know
    std::size_t of_all_strangers = 2'000;   // of all of these together
    std::uint64_t seconds = 90ULL * 86'400; // then it is gone
};

class LetterBox {
public:
    struct Parts { // all outlive it; `commits` is of `database`
        store::Database& database;
        store::GroupCommit& commits;
        const Clock& clock;
    };
    static Result<std::unique_ptr<LetterBox>> open(const Parts& parts,
                                                   const LetterBounds& bounds = {});

    // `known`: a patient or an accredited hospital of this node's. The same letter again is
    // success. kLetterTooLarge, kLetterBoxFull, kTooManyLetters, kLetterTaken.
    Status send(const Address& from, const NewLetter& letter, bool known);
    // To this account, those after `after`, at most `most` and 4 MiB.
    Result<LetterPage> fetch(const Address& to, std::uint64_t after, std::size_t most) const;
    Status remove(const Address& to, const FixedBytes<16>& id); // kUnknownLetter

private:
    LetterBox(const Parts& parts, const LetterBounds& bounds) : parts_(parts), bounds_(bounds) {}

    Parts parts_;
    LetterBounds bounds_;
};

} // namespace salus::records
