#pragma once
// What the codecs of grants, letters and relay share. Internal to records.

#include "crypto/hash.hpp"
#include "records/grants_wire.hpp"
#include "records/json_fields.hpp"

namespace salus::records {

// 1 to 1,024 bytes: of a wallet, or of a contract that is an account (ERC-1271).
inline Bytes signature_field(consent::Fields& fields, std::string_view key) {
    const std::string text = fields.text(key);
    auto bytes = from_hex(text);
    const bool good =
        text.starts_with("0x") && bytes.ok() && !bytes->empty() && bytes->size() <= 1'024;
    if (!good) fields.note(key);
    return good ? std::move(*bytes) : Bytes();
}

inline void put_ends(json::object& out, const consent::Ends& ends) {
    out["nonce"] = hex_member(to_hash(ends.nonce).bytes);
    out["deadline"] = ends.deadline;
}
inline consent::Ends read_ends(consent::Fields& fields) {
    consent::Ends out;
    out.nonce = load_be(fields.bytes<32>("nonce"));
    out.deadline = fields.number("deadline");
    return out;
}

inline bool bool_field(consent::Fields& fields, const json::object& from, std::string_view key) {
    const codec::Json* found = codec::json_find(from, key);
    if (found != nullptr && found->is_bool()) return found->get_bool();
    fields.note(key);
    return false;
}

template <typename T, typename Read>
Result<std::vector<T>> read_objects(const json::array& list, const std::string& name, Read read) {
    std::vector<T> out;
    out.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        SALUS_TRY_ASSIGN(T one, read_object(list[i], name + "[" + std::to_string(i) + "]", read));
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace salus::records
