#include "records/letters.hpp"

namespace salus::records {
namespace {

constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE records_letter (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          BLOB NOT NULL,
    sender      BLOB NOT NULL,
    receiver    BLOB NOT NULL,
    time        INTEGER NOT NULL,
    stranger    INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    UNIQUE (receiver, id)
) STRICT;
CREATE INDEX records_letter_to ON records_letter(receiver, number);
CREATE INDEX records_letter_from ON records_letter(sender);
CREATE INDEX records_letter_time ON records_letter(time);
CREATE INDEX records_letter_strangers ON records_letter(stranger);
)sql"},
};

constexpr std::size_t kPageBytes = 4 * 1024 * 1024;

template <typename... T>
Result<std::size_t> count(store::Database& database, std::string_view where, const T&... values) {
    SALUS_TRY_ASSIGN(const auto rows, database.query("SELECT COUNT(*) FROM records_letter WHERE " +
                                                         std::string(where),
                                                     values...));
    SALUS_TRY(rows->step());
    return static_cast<std::size_t>(rows->integer(0));
}

Status check_room(store::Database& database, const Address& from, const Address& to, bool known,
                  const LetterBounds& bounds) {
    SALUS_TRY_ASSIGN(const std::size_t sent, count(database, "sender = ?1", from));
    if (sent >= (known ? bounds.of_sender : bounds.of_stranger)) return Error(kTooManyLetters);
    SALUS_TRY_ASSIGN(const std::size_t waiting, count(database, "receiver = ?1", to));
    if (waiting >= bounds.of_receiver) return Error(kLetterBoxFull);
    if (known) return ok_status();
    SALUS_TRY_ASSIGN(const std::size_t here, count(database, "receiver = ?1 AND stranger = 1", to));
    if (here >= bounds.of_strangers) return Error(kLetterBoxFull);
    SALUS_TRY_ASSIGN(const std::size_t all, count(database, "stranger = 1"));
    if (all >= bounds.of_all_strangers) return Error(kTooManyLetters);
    return ok_status();
}

// Whether this very letter is here already: kLetterTaken where another has its id.
Result<bool> is_here(store::Database& database, const Address& from, const NewLetter& letter,
                     ByteView sealed) {
    SALUS_TRY_ASSIGN(const auto rows, database.query("SELECT sender, sealed FROM records_letter"
                                                     " WHERE receiver = ?1 AND id = ?2",
                                                     letter.to, letter.id));
    SALUS_TRY_ASSIGN(const bool found, rows->step());
    if (!found) return false;
    if (!equal(rows->blob(0), from.bytes) || !equal(rows->blob(1), sealed)) {
        return Error(kLetterTaken);
    }
    return true;
}

Result<Letter> read_row(const store::Statement& row) {
    const auto number = static_cast<std::uint64_t>(row.integer(0));
    SALUS_TRY_ASSIGN(const auto id, row.fixed<16>(1));
    SALUS_TRY_ASSIGN(const Address from, row.fixed<20>(2));
    SALUS_TRY_ASSIGN(const Address to, row.fixed<20>(3));
    const auto time = static_cast<std::uint64_t>(row.integer(4));
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::decode_box(row.blob(5)));
    return Letter{number, id, from, to, time, std::move(box)};
}

} // namespace

Result<std::unique_ptr<LetterBox>> LetterBox::open(const Parts& parts, const LetterBounds& bounds) {
    SALUS_TRY(parts.database.migrate(kMigrations, "letters"));
    return std::unique_ptr<LetterBox>(new LetterBox(parts, bounds));
}

Status LetterBox::send(const Address& from, const NewLetter& letter, bool known) {
    const Bytes sealed = encode(letter.sealed);
    if (sealed.size() > kMaxLetter) return Error(kLetterTooLarge);
    const auto now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    return parts_.commits.run([&](store::Database& database) -> Status {
        SALUS_TRY(database.run("DELETE FROM records_letter WHERE time < ?1",
                               now - std::min(now, bounds_.seconds)));
        SALUS_TRY_ASSIGN(const bool here, is_here(database, from, letter, sealed));
        if (here) return ok_status();
        SALUS_TRY(check_room(database, from, letter.to, known, bounds_));
        return database.run("INSERT INTO records_letter(id, sender, receiver, time, stranger,"
                            " sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                            letter.id, from, letter.to, now, !known, sealed);
    });
}

Result<LetterPage> LetterBox::fetch(const Address& to, std::uint64_t after,
                                    std::size_t most) const {
    const auto now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    SALUS_TRY_ASSIGN(const auto rows,
                     parts_.database.query(
                         "SELECT number, id, sender, receiver, time, sealed FROM records_letter"
                         " WHERE receiver = ?1 AND number > ?2 AND time >= ?3"
                         " ORDER BY number LIMIT ?4",
                         to, after, now - std::min(now, bounds_.seconds), most + 1));
    LetterPage out;
    std::size_t bytes = 0;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        if (out.letters.size() == most || bytes > kPageBytes) {
            if (!out.letters.empty()) out.next = out.letters.back().number;
            return out;
        }
        SALUS_TRY_ASSIGN(Letter one, read_row(*rows));
        bytes += one.sealed.ciphertext.size();
        out.letters.push_back(std::move(one));
    }
}

Status LetterBox::remove(const Address& to, const FixedBytes<16>& id) {
    return parts_.commits.run([&](store::Database& database) -> Status {
        SALUS_TRY(
            database.run("DELETE FROM records_letter WHERE receiver = ?1 AND id = ?2", to, id));
        if (database.changed_rows() == 0) return Error(kUnknownLetter);
        return ok_status();
    });
}

} // namespace salus::records
