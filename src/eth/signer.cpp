#include "eth/signer.hpp"

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::eth {
namespace {

constexpr Byte kDynamicFee = 0x02; // EIP-1559 in its EIP-2718 envelope

void write_fields(codec::rlp::Writer& out, const TransactionRequest& request) {
    out.integer(request.chain_id)
        .integer(request.nonce)
        .integer(request.max_priority_fee_per_gas)
        .integer(request.max_fee_per_gas)
        .integer(request.gas)
        .bytes(request.to ? ByteView(request.to->bytes) : ByteView())
        .integer(request.value)
        .bytes(request.data)
        .open_list()
        .close_list(); // access list
}

Bytes enveloped(const Bytes& payload) {
    return concat({ByteView(&kDynamicFee, 1), payload});
}

} // namespace

Signer::Signer(crypto::SecretKey32 key, const Address& address)
    : key_(std::move(key)), address_(address) {}

Result<Signer> Signer::from_key(crypto::SecretKey32 key) {
    SALUS_TRY_ASSIGN(const Address address, crypto::secp256k1::address_of(key));
    return Signer(std::move(key), address);
}

Result<SignedTransaction> Signer::sign(const TransactionRequest& request) const {
    codec::rlp::Writer unsigned_fields;
    unsigned_fields.open_list();
    write_fields(unsigned_fields, request);
    unsigned_fields.close_list();
    const Hash32 digest = crypto::keccak256(enveloped(unsigned_fields.take()));
    SALUS_TRY_ASSIGN(const crypto::secp256k1::Signature signature,
                     crypto::secp256k1::sign(key_, digest));
    codec::rlp::Writer fields;
    fields.open_list();
    write_fields(fields, request);
    fields.integer(signature.y_parity)
        .integer(load_be(signature.r))
        .integer(load_be(signature.s))
        .close_list();
    SignedTransaction out;
    out.raw = enveloped(fields.take());
    out.hash = crypto::keccak256(out.raw);
    out.nonce = request.nonce;
    return out;
}

Result<FixedBytes<65>> Signer::sign_digest(const Hash32& digest) const {
    SALUS_TRY_ASSIGN(const crypto::secp256k1::Signature signature,
                     crypto::secp256k1::sign(key_, digest));
    FixedBytes<65> out;
    std::copy(signature.r.begin(), signature.r.end(), out.begin());
    std::copy(signature.s.begin(), signature.s.end(), out.begin() + 32);
    out[64] = static_cast<Byte>(27 + signature.y_parity);
    return out;
}

Address create_address(const Address& sender, std::uint64_t nonce) {
    codec::rlp::Writer out;
    out.open_list().fixed(sender).integer(nonce).close_list();
    return right_aligned<20>(crypto::keccak256(out.take()).bytes);
}

} // namespace salus::eth
