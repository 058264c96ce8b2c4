#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
#include "chain/records.hpp"
#include "crypto/hash.hpp"

namespace salus::api::eth {

// The node holds no keys for others: wallets sign.
Result<Json> Methods::accounts(const Params&, const Caller&) {
    return Json(json::array());
}

Result<Json> Methods::net_version(const Params&, const Caller&) {
    return Json(std::to_string(chain_.chain_id()));
}

Result<Json> Methods::net_listening(const Params&, const Caller&) {
    return Json(true);
}

Result<Json> Methods::net_peer_count(const Params&, const Caller&) {
    return Json("0x0");
}

Result<Json> Methods::client_version(const Params&, const Caller&) {
    return Json(options_.client_version);
}

Result<Json> Methods::sha3(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Bytes data, params.get(0, read_data));
    return Json(to_hex0x(crypto::keccak256(data).bytes));
}

Result<Json> Methods::rpc_modules(const Params&, const Caller&) {
    return Json(json::object{{"debug", "1.0"},
                             {"eth", "1.0"},
                             {"net", "1.0"},
                             {"rpc", "1.0"},
                             {"salus", "1.0"},
                             {"txpool", "1.0"},
                             {"web3", "1.0"}});
}

Result<Json> Methods::pool_status(const Params&, const Caller&) {
    const chain::PoolStatus status = chain_.pool_status();
    return Json(json::object{{"pending", quantity(std::uint64_t{status.pending})},
                             {"queued", quantity(std::uint64_t{status.queued})}});
}

namespace {

json::object nonces_json(const chain::PoolContent::BySender::mapped_type& by_nonce) {
    json::object out;
    for (const auto& [nonce, transaction] : by_nonce) {
        out[std::to_string(nonce)] = to_json(*transaction);
    }
    return out;
}

json::object senders_json(const chain::PoolContent::BySender& senders) {
    json::object out;
    for (const auto& [sender, by_nonce] : senders) {
        out[to_hex0x(sender.bytes)] = nonces_json(by_nonce);
    }
    return out;
}

json::object nonces_of(const chain::PoolContent::BySender& senders, const Address& sender) {
    const auto found = senders.find(sender);
    return found == senders.end() ? json::object() : nonces_json(found->second);
}

// "0x…: 1 wei + 21000 gas × 7 wei", as geth words it.
std::string summary(const chain::TransactionInfo& info) {
    const state::Transaction& transaction = info.transaction;
    return (transaction.to ? to_hex0x(transaction.to->bytes) : "contract creation") + ": " +
           to_decimal(transaction.value) + " wei + " + std::to_string(transaction.gas_limit) +
           " gas × " + to_decimal(transaction.max_fee_per_gas) + " wei";
}

json::object summaries_json(const chain::PoolContent::BySender& senders) {
    json::object out;
    for (const auto& [sender, by_nonce] : senders) {
        json::object lines;
        for (const auto& [nonce, transaction] : by_nonce) {
            lines[std::to_string(nonce)] = summary(*transaction);
        }
        out[to_hex0x(sender.bytes)] = std::move(lines);
    }
    return out;
}

} // namespace

Result<Json> Methods::pool_content_from(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Address sender, params.get(0, read_address));
    const chain::PoolContent content = chain_.pool_content();
    return Json(json::object{{"pending", nonces_of(content.pending, sender)},
                             {"queued", nonces_of(content.queued, sender)}});
}

Result<Json> Methods::pool_inspect(const Params&, const Caller&) {
    const chain::PoolContent content = chain_.pool_content();
    return Json(json::object{{"pending", summaries_json(content.pending)},
                             {"queued", summaries_json(content.queued)}});
}

// Not in the specification, but web3.js asks for it. Every sender's: the node has no accounts.
Result<Json> Methods::pending_transactions(const Params&, const Caller&) {
    const chain::PoolContent content = chain_.pool_content();
    json::array out;
    for (const auto& [sender, by_nonce] : content.pending) {
        for (const auto& [nonce, transaction] : by_nonce) out.push_back(to_json(*transaction));
    }
    return Json(std::move(out));
}

// Blocks, receipts and states are kept from genesis on, proofs for the newest blocks.
Result<Json> Methods::capabilities(const Params&, const Caller&) {
    const chain::HeaderInfo head = chain_.head();
    const std::uint64_t number = head.header.number;
    const std::uint64_t proofs =
        number < chain::kTouchedBlocks ? 0 : number + 1 - chain::kTouchedBlocks;
    const auto from = [](std::uint64_t oldest) {
        return json::object{{"disabled", false}, {"oldestBlock", quantity(oldest)}};
    };
    json::object out{
        {"head", json::object{{"number", quantity(number)}, {"hash", to_hex0x(head.hash.bytes)}}}};
    for (const char* kept : {"state", "tx", "logs", "receipts", "blocks"}) out[kept] = from(0);
    out["stateproofs"] = from(proofs);
    return Json(std::move(out));
}

Result<Json> Methods::pool_content(const Params&, const Caller&) {
    const chain::PoolContent content = chain_.pool_content();
    return Json(json::object{{"pending", senders_json(content.pending)},
                             {"queued", senders_json(content.queued)}});
}

} // namespace salus::api::eth
