#pragma once
// How the documents of this room are written as canonical JSON (RFC 8785) and read back strictly:
// the same bytes, nothing left out, nothing added.

#include "codec/canonical_json.hpp"
#include "consent/grant.hpp"

namespace salus::consent {

std::string uuid_text(const RecordId& id); // 8-4-4-4-12, lower case
std::optional<RecordId> uuid_of(std::string_view text);

std::string canonical_text(const codec::json::object& document);

// Reads the members of an object. Whatever is missing, of another type or malformed is noted by its
// name, and a value of zeros is given; the caller asks fault() once at the end.
class Fields {
public:
    Fields(const codec::json::object& object, const ErrorKind& kind)
        : object_(object), kind_(kind) {}

    std::string text(std::string_view key);
    std::uint64_t number(std::string_view key, std::uint64_t most = kMaxNumber);
    // 0x and lower case alone: a document has one text.
    template <std::size_t N>
    FixedBytes<N> bytes(std::string_view key) {
        FixedBytes<N> out;
        const std::string value = text(key);
        const bool read = value.size() == 2 + 2 * N && from_hex_into(value, out.bytes).ok();
        if (!read || value != to_hex0x(out.bytes)) note(key);
        return out;
    }
    const codec::json::array& list(std::string_view key); // empty where it is none
    bool has(std::string_view key) const { return object_.contains(key); }
    void note(std::string_view key);
    // The first fault, as an error of `kind` that names the member.
    Status fault() const;

private:
    const codec::Json* find(std::string_view key);

    const codec::json::object& object_;
    const ErrorKind& kind_;
    std::string fault_;
};

// What is wrong with a document, all of it.
class Faults {
public:
    void check(bool good, std::string_view field, std::string_view name, std::string_view what) {
        if (!good) list_.push_back({field, name, what});
    }
    std::vector<GrantFault> take() { return std::move(list_); }

private:
    std::vector<GrantFault> list_;
};

// Parses a document: bounded in size, an object, and its canonical text the very same.
Result<codec::json::object> parse_document(std::string_view text, const ErrorKind& kind);

std::vector<RecordId> record_ids(Fields& fields);
codec::json::array record_texts(const std::vector<RecordId>& ids);
std::optional<Access> access_by_name(std::string_view name);

} // namespace salus::consent
