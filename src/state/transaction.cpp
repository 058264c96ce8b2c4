#include "state/transaction.hpp"

#include <algorithm>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "state/parameters.hpp"

namespace salus::state {

namespace {

using codec::rlp::Reader;
using codec::rlp::Writer;
using evm::Revision;

void write_to(Writer& out, const Transaction& tx) {
    if (tx.to) {
        out.fixed(*tx.to);
    } else {
        out.bytes({});
    }
}

void write_access_list(Writer& out, const std::vector<AccessEntry>& list) {
    out.open_list();
    for (const AccessEntry& entry : list) {
        out.open_list().fixed(entry.address).open_list();
        for (const uint256& key : entry.keys) out.fixed(to_hash(key));
        out.close_list().close_list();
    }
    out.close_list();
}

void write_authorizations(Writer& out, const std::vector<Authorization>& list) {
    out.open_list();
    for (const Authorization& item : list) {
        out.open_list().integer(item.chain_id).fixed(item.address).integer(item.nonce);
        out.integer(std::uint64_t{item.y_parity}).integer(item.r).integer(item.s).close_list();
    }
    out.close_list();
}

void write_blob_fields(Writer& out, const Transaction& tx) {
    out.integer(tx.max_fee_per_blob_gas).open_list();
    for (const Hash32& blob : tx.blob_hashes) out.fixed(blob);
    out.close_list();
}

uint256 legacy_v(const Transaction& tx) {
    const uint256 parity(tx.y_parity);
    return tx.chain_id ? *tx.chain_id * uint256(2) + uint256(35) + parity : uint256(27) + parity;
}

Bytes encode_legacy(const Transaction& tx, bool with_signature) {
    Writer out;
    out.open_list().integer(tx.nonce).integer(tx.max_fee_per_gas).integer(tx.gas_limit);
    write_to(out, tx);
    out.integer(tx.value).bytes(tx.data);
    if (with_signature) {
        out.integer(legacy_v(tx)).integer(tx.r).integer(tx.s);
    } else if (tx.chain_id) { // EIP-155
        out.integer(*tx.chain_id).integer(std::uint64_t{0}).integer(std::uint64_t{0});
    }
    return out.close_list().take();
}

Bytes encode_typed(const Transaction& tx, bool with_signature) {
    Writer out;
    const Byte type = static_cast<Byte>(tx.type);
    out.raw({&type, 1}).open_list();
    out.integer(tx.chain_id.value_or(uint256())).integer(tx.nonce);
    if (tx.has_dynamic_fee()) out.integer(tx.max_priority_fee_per_gas);
    out.integer(tx.max_fee_per_gas).integer(tx.gas_limit);
    write_to(out, tx);
    out.integer(tx.value).bytes(tx.data);
    write_access_list(out, tx.access_list);
    if (tx.type == TransactionType::blob) write_blob_fields(out, tx);
    if (tx.type == TransactionType::set_code) write_authorizations(out, tx.authorizations);
    if (with_signature) {
        out.integer(std::uint64_t{tx.y_parity}).integer(tx.r).integer(tx.s);
    }
    return out.close_list().take();
}

Bytes encode(const Transaction& tx, bool with_signature) {
    return tx.type == TransactionType::legacy ? encode_legacy(tx, with_signature)
                                              : encode_typed(tx, with_signature);
}

Result<std::optional<Address>> read_to(Reader& in) {
    SALUS_TRY_ASSIGN(const ByteView to, in.bytes());
    if (to.empty()) return std::optional<Address>();
    if (to.size() != Address::size()) {
        return Error(codec::rlp::kWrongLength, "`to` has 0 or 20 bytes");
    }
    return std::optional<Address>(right_aligned<20>(to));
}

Result<std::vector<AccessEntry>> read_access_list(Reader& in) {
    SALUS_TRY_ASSIGN(Reader list, in.list());
    std::vector<AccessEntry> out;
    while (!list.done()) {
        SALUS_TRY_ASSIGN(Reader fields, list.list());
        AccessEntry entry;
        SALUS_TRY_ASSIGN(entry.address, fields.fixed<20>());
        SALUS_TRY_ASSIGN(Reader keys, fields.list());
        while (!keys.done()) {
            SALUS_TRY_ASSIGN(const Hash32 key, keys.fixed<32>());
            entry.keys.push_back(load_be(key));
        }
        SALUS_TRY(fields.end());
        out.push_back(std::move(entry));
    }
    return out;
}

Result<Byte> read_small(Reader& in, std::uint64_t maximum) {
    SALUS_TRY_ASSIGN(const uint256 value, in.integer());
    if (value > uint256(maximum)) return Error(kBadV, "y_parity");
    return static_cast<Byte>(value.low64());
}

Result<Authorization> read_authorization(Reader& list) {
    SALUS_TRY_ASSIGN(Reader in, list.list());
    Authorization out;
    SALUS_TRY_ASSIGN(out.chain_id, in.integer());
    SALUS_TRY_ASSIGN(out.address, in.fixed<20>());
    SALUS_TRY_ASSIGN(out.nonce, in.u64());
    SALUS_TRY_ASSIGN(out.y_parity, read_small(in, 255));
    SALUS_TRY_ASSIGN(out.r, in.integer());
    SALUS_TRY_ASSIGN(out.s, in.integer());
    SALUS_TRY(in.end());
    return out;
}

Status read_tail(Reader& in, Transaction& tx) {
    if (tx.type == TransactionType::blob) {
        SALUS_TRY_ASSIGN(tx.max_fee_per_blob_gas, in.integer());
        SALUS_TRY_ASSIGN(Reader list, in.list());
        while (!list.done()) {
            SALUS_TRY_ASSIGN(const Hash32 blob, list.fixed<32>());
            tx.blob_hashes.push_back(blob);
        }
    }
    if (tx.type == TransactionType::set_code) {
        SALUS_TRY_ASSIGN(Reader list, in.list());
        while (!list.done()) {
            SALUS_TRY_ASSIGN(const Authorization item, read_authorization(list));
            tx.authorizations.push_back(item);
        }
    }
    return ok_status();
}

Status read_call(Reader& in, Transaction& tx) {
    SALUS_TRY_ASSIGN(tx.gas_limit, in.u64());
    SALUS_TRY_ASSIGN(tx.to, read_to(in));
    SALUS_TRY_ASSIGN(tx.value, in.integer());
    SALUS_TRY_ASSIGN(const ByteView data, in.bytes());
    tx.data = to_bytes(data);
    return ok_status();
}

Status read_signature(Reader& in, Transaction& tx) {
    SALUS_TRY_ASSIGN(tx.r, in.integer());
    SALUS_TRY_ASSIGN(tx.s, in.integer());
    return in.end();
}

// Splits v into chain id and parity.
Status set_legacy_v(Transaction& tx, const uint256& v) {
    if (v == uint256(27) || v == uint256(28)) {
        tx.y_parity = static_cast<Byte>(v.low64() - 27);
        return ok_status();
    }
    if (v < uint256(35)) return Error(kBadV);
    const uint256 rest = v - uint256(35);
    tx.y_parity = static_cast<Byte>(rest.low64() & 1);
    tx.chain_id = rest >> 1;
    return ok_status();
}

Result<Transaction> decode_legacy(ByteView raw) {
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(raw));
    Transaction tx;
    SALUS_TRY_ASSIGN(tx.nonce, in.u64());
    SALUS_TRY_ASSIGN(tx.max_fee_per_gas, in.integer());
    tx.max_priority_fee_per_gas = tx.max_fee_per_gas;
    SALUS_TRY(read_call(in, tx));
    SALUS_TRY_ASSIGN(const uint256 v, in.integer());
    SALUS_TRY(set_legacy_v(tx, v));
    SALUS_TRY(read_signature(in, tx));
    return tx;
}

Result<Transaction> decode_typed(TransactionType type, ByteView payload) {
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(payload));
    Transaction tx;
    tx.type = type;
    SALUS_TRY_ASSIGN(tx.chain_id, in.integer());
    SALUS_TRY_ASSIGN(tx.nonce, in.u64());
    SALUS_TRY_ASSIGN(tx.max_priority_fee_per_gas, in.integer());
    tx.max_fee_per_gas = tx.max_priority_fee_per_gas;
    if (tx.has_dynamic_fee()) {
        SALUS_TRY_ASSIGN(tx.max_fee_per_gas, in.integer());
    }
    SALUS_TRY(read_call(in, tx));
    SALUS_TRY_ASSIGN(tx.access_list, read_access_list(in));
    SALUS_TRY(read_tail(in, tx));
    SALUS_TRY_ASSIGN(tx.y_parity, read_small(in, 1));
    SALUS_TRY(read_signature(in, tx));
    return tx;
}

// Yellow Paper F with EIP-2's upper bound of s.
Status check_signature(const uint256& r, const uint256& s, const uint256& max_s) {
    using crypto::secp256k1::kOrder;
    if (!r || r >= kOrder) return Error(kBadSignatureValue, "r");
    if (!s || s > max_s) return Error(kBadSignatureValue, "s");
    return ok_status();
}

Result<Address> recover(const Hash32& digest, const uint256& r, const uint256& s, Byte y_parity) {
    if (y_parity > 1) return Error(kBadSignatureValue, "y_parity");
    auto signer = crypto::secp256k1::recover(digest, {to_hash(r), to_hash(s), y_parity});
    if (!signer) return Error(kBadSignatureValue, "no key signed this");
    return *signer;
}

// --- intrinsic gas (Yellow Paper G; EIP-2, 2028, 2930, 3860, 7623, 7702) ------------------------

constexpr std::uint64_t kTransactionGas = 21000;
constexpr std::uint64_t kZeroByteGas = 4;
constexpr std::uint64_t kAccessAddressGas = 2400;
constexpr std::uint64_t kAccessKeyGas = 1900;
constexpr std::uint64_t kAuthorizationGas = 25000;

std::uint64_t access_list_gas(const std::vector<AccessEntry>& list) {
    std::uint64_t gas = 0;
    for (const AccessEntry& entry : list) {
        gas += kAccessAddressGas + kAccessKeyGas * entry.keys.size();
    }
    return gas;
}

std::uint64_t creation_gas(const Transaction& tx, const ForkParameters& fork) {
    if (tx.to) return 0;
    return fork.creation_gas + (tx.data.size() + 31) / 32 * fork.init_code_word_gas;
}

} // namespace

Bytes encode(const Transaction& transaction) {
    return encode(transaction, true);
}

Result<Transaction> decode_transaction(ByteView raw) {
    if (raw.empty()) return Error(kMalformed, "empty");
    if (raw[0] >= 0xc0) return decode_legacy(raw);
    if (raw[0] == 0 || raw[0] > 4) return Error(kUnknownType, std::to_string(raw[0]));
    return decode_typed(static_cast<TransactionType>(raw[0]), raw.subspan(1));
}

Hash32 hash(const Transaction& transaction) {
    return crypto::keccak256(encode(transaction, true));
}

Hash32 signing_hash(const Transaction& transaction) {
    return crypto::keccak256(encode(transaction, false));
}

Result<Address> recover_sender(const Transaction& transaction, Revision revision) {
    using namespace crypto::secp256k1;
    const uint256 max_s = revision >= Revision::homestead ? kHalfOrder : kOrder - uint256(1);
    SALUS_TRY(check_signature(transaction.r, transaction.s, max_s));
    return recover(signing_hash(transaction), transaction.r, transaction.s, transaction.y_parity);
}

Status sign(Transaction& transaction, const crypto::SecretKey32& key) {
    SALUS_TRY_ASSIGN(const auto signature, crypto::secp256k1::sign(key, signing_hash(transaction)));
    transaction.r = load_be(signature.r);
    transaction.s = load_be(signature.s);
    transaction.y_parity = signature.y_parity;
    return ok_status();
}

Hash32 signing_hash(const Authorization& authorization) {
    constexpr Byte kMagic = 0x05;
    Writer out;
    out.raw({&kMagic, 1}).open_list().integer(authorization.chain_id);
    out.fixed(authorization.address).integer(authorization.nonce).close_list();
    return crypto::keccak256(out.take());
}

Result<Address> recover_authority(const Authorization& authorization) {
    SALUS_TRY(check_signature(authorization.r, authorization.s, crypto::secp256k1::kHalfOrder));
    return recover(signing_hash(authorization), authorization.r, authorization.s,
                   authorization.y_parity);
}

Status sign(Authorization& authorization, const crypto::SecretKey32& key) {
    SALUS_TRY_ASSIGN(const auto signature,
                     crypto::secp256k1::sign(key, signing_hash(authorization)));
    authorization.r = load_be(signature.r);
    authorization.s = load_be(signature.s);
    authorization.y_parity = signature.y_parity;
    return ok_status();
}

Address contract_address(const Address& sender, std::uint64_t nonce) {
    Writer out;
    out.open_list().fixed(sender).integer(nonce).close_list();
    return right_aligned<20>(crypto::keccak256(out.take()).bytes);
}

Address contract_address2(const Address& sender, const uint256& salt,
                          const Hash32& init_code_hash) {
    constexpr Byte kMarker = 0xff;
    const Bytes preimage =
        concat({ByteView(&kMarker, 1), sender.bytes, to_hash(salt).bytes, init_code_hash.bytes});
    return right_aligned<20>(crypto::keccak256(preimage).bytes);
}

IntrinsicGas intrinsic_gas(const Transaction& transaction, Revision revision) {
    const std::uint64_t zeros = static_cast<std::uint64_t>(
        std::count(transaction.data.begin(), transaction.data.end(), Byte{0}));
    const std::uint64_t others = transaction.data.size() - zeros;
    const ForkParameters& fork = parameters(revision);
    IntrinsicGas out;
    out.gas = kTransactionGas + zeros * kZeroByteGas + others * fork.data_byte_gas +
              creation_gas(transaction, fork) + access_list_gas(transaction.access_list) +
              kAuthorizationGas * transaction.authorizations.size();
    if (fork.floor_token_gas != 0) {
        out.floor = kTransactionGas + (zeros + 4 * others) * fork.floor_token_gas;
    }
    return out;
}

} // namespace salus::state
