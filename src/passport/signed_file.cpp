#include "passport/signed_file.hpp"

#include "codec/canonical_json.hpp"
#include "crypto/hash.hpp"
#include "envelope/eip191.hpp"
#include "envelope/eip712.hpp"
#include "passport/json_fields.hpp"

namespace salus::passport {

namespace {

Hash32 digest_of(const SignedKind& kind, const SignedScope& scope, std::string_view canonical,
                 std::initializer_list<std::uint64_t> fields) {
    envelope::Eip712Domain domain;
    domain.name = std::string(kind.domain);
    domain.version.emplace(1, '1');
    domain.chain_id = uint256(scope.chain_id);
    domain.verifying_contract = scope.accreditation;
    envelope::StructHash hash(kind.type);
    hash.add(crypto::sha256(view(canonical)));
    for (const std::uint64_t field : fields) hash.add(uint256(field));
    return envelope::typed_digest(envelope::domain_separator(domain), hash.hash());
}

} // namespace

Result<std::string> sign_file(const SignedKind& kind, const codec::Json& body,
                              const SignedScope& scope, std::initializer_list<std::uint64_t> fields,
                              const eth::Signer& key) {
    SALUS_TRY_ASSIGN(const std::string canonical, codec::canonical_json(body));
    SALUS_TRY_ASSIGN(const FixedBytes<65> signature,
                     key.sign_digest(digest_of(kind, scope, canonical, fields)));
    return codec::canonical_json(codec::json::object{
        {kind.member, body}, {"signature", to_hex0x(ByteView(signature.bytes))}});
}

Result<SignedParts> split_file(const SignedKind& kind, std::string_view text,
                               const codec::JsonLimits& limits) {
    auto parsed = codec::parse_json(text, limits);
    if (!parsed.ok()) return Error(kind.malformed, parsed.error().text());
    codec::json::object* file = parsed->if_object();
    if (file == nullptr) return Error(kind.malformed, "the file is no JSON object");
    const auto signature = hex_at<65>(*file, "signature");
    if (!signature.ok()) return Error(kind.malformed, "signature: 65 bytes of hex");
    const auto body = codec::json_object(*file, kind.member);
    if (!body.ok()) return Error(kind.malformed, body.error().text());
    return SignedParts{std::move(file->at(kind.member)), *signature};
}

Result<Address> signer_of(const SignedKind& kind, const SignedParts& parts,
                          const SignedScope& scope, std::initializer_list<std::uint64_t> fields,
                          const std::optional<Address>& pinned) {
    const auto canonical = codec::canonical_json(parts.body);
    if (!canonical.ok()) return Error(kind.malformed, canonical.error().text());
    const auto signer = envelope::wallet_recover(digest_of(kind, scope, *canonical, fields),
                                                 ByteView(parts.signature.bytes));
    if (!signer.ok()) return Error(kind.signature_wrong, "no key made this signature");
    if (pinned && *pinned != *signer) {
        return Error(kind.signature_wrong, "signed by another key, or changed since");
    }
    return *signer;
}

} // namespace salus::passport
