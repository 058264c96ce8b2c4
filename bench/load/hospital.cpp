#include "load/hospital.hpp"

#include <fmt/format.h>

#include "crypto/hash.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "state/transaction.hpp"

namespace salus::load {

namespace contract = eth::contracts::vaccine_passport;

Hash32 commitment(std::uint64_t number) {
    FixedBytes<8> text;
    for (std::size_t i = 0; i < 8; ++i) text[7 - i] = static_cast<Byte>(number >> (8 * i));
    return crypto::keccak256(text.bytes);
}

Hospital::Hospital(const Target& target, const std::string& contract, const std::string& key)
    : contract_(*address_from_hex(contract)), key_(*hash_from_hex(key)),
      account_(to_hex0x(crypto::secp256k1::address_of(key_).value().bytes)),
      client_(http::parse_url(target.url).value(), client_options()),
      chain_id_(rpc_number(client_, "eth_chainId")),
      fee_(rpc_number(client_, "eth_gasPrice") * 10 + 1) {}

std::uint64_t Hospital::nonce(const char* tag) const {
    return rpc_number(client_, "eth_getTransactionCount",
                      fmt::format(R"(["{}","{}"])", account_, tag));
}

std::string Hospital::sign(std::uint64_t nonce, std::span<const Hash32> commitments) const {
    state::Transaction out;
    out.type = state::TransactionType::dynamic_fee;
    out.chain_id = chain_id_;
    out.nonce = nonce;
    out.max_fee_per_gas = fee_;
    out.max_priority_fee_per_gas = 1;
    out.gas_limit = 60'000 + 25'500 * commitments.size();
    out.to = contract_;
    out.data = commitments.size() == 1 ? contract::encode_issue(commitments[0])
                                       : contract::encode_issue_many(commitments);
    if (!state::sign(out, key_).ok()) throw std::runtime_error("the key cannot sign");
    return to_hex0x(state::encode(out));
}

} // namespace salus::load
