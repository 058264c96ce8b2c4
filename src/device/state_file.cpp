#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"
#include "device/state.hpp"

namespace salus::device {
namespace {

namespace json = codec::json;

crypto::SecretKey32 file_key(const patient::Root& root, std::string_view kind) {
    Bytes info = to_bytes("salus/v1/device");
    info.push_back(0);
    append(info, view(kind));
    return crypto::hkdf_key(root.secret().expose().bytes, {}, info);
}

Bytes associated(std::string_view kind) {
    Bytes out = to_bytes(kind);
    out.push_back(1); // version
    return out;
}

Result<Bytes> hex_member(const json::object& object, std::string_view key) {
    auto text = codec::json_string(object, key);
    if (!text.ok()) return Error(kBadState, std::string(key));
    auto bytes = from_hex(*text);
    if (!bytes.ok()) return Error(kBadState, std::string(key));
    return bytes;
}

} // namespace

std::string seal_file(const patient::Root& root, std::string_view kind, const json::object& content,
                      Random& random) {
    const auto nonce = random.bytes<24>();
    std::string text = codec::print_json(content);
    const Bytes sealed =
        crypto::aead_seal(file_key(root, kind), nonce, view(text), associated(kind));
    return codec::print_json(json::object{{"salus", kind},
                                          {"version", 1},
                                          {"nonce", to_hex(nonce.bytes)},
                                          {"sealed", to_hex(sealed)}}) +
           "\n";
}

Result<json::object> open_file(const patient::Root& root, std::string_view kind,
                               std::string_view text) {
    const auto parsed = codec::parse_json(text, {2 * kMaxState, 4});
    if (!parsed.ok() || !parsed->is_object()) return Error(kBadState, "no JSON object");
    const json::object& file = parsed->get_object();
    const auto said = codec::json_string(file, "salus");
    const auto version = codec::json_u64(file, "version");
    if (!said.ok() || *said != kind || !version.ok() || *version != 1) {
        return Error(kBadState, "not a file of " + std::string(kind) + ", version 1");
    }
    SALUS_TRY_ASSIGN(const Bytes nonce_bytes, hex_member(file, "nonce"));
    SALUS_TRY_ASSIGN(const Bytes sealed, hex_member(file, "sealed"));
    crypto::AeadNonce nonce;
    if (nonce_bytes.size() != nonce.size()) return Error(kBadState, "nonce");
    std::memcpy(nonce.data(), nonce_bytes.data(), nonce.size());
    const auto plain = crypto::aead_open(file_key(root, kind), nonce, sealed, associated(kind));
    if (!plain.ok()) return Error(kOtherState);
    auto content = codec::parse_json(to_string(*plain), {kMaxState, 32});
    if (!content.ok() || !content->is_object()) return Error(kBadState, "its content");
    return std::move(content->get_object());
}

} // namespace salus::device
