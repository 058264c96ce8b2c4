#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
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
    return Json(json::object{{"eth", "1.0"},
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

json::object senders_json(const chain::PoolContent::BySender& senders) {
    json::object out;
    for (const auto& [sender, by_nonce] : senders) {
        json::object transactions;
        for (const auto& [nonce, transaction] : by_nonce) {
            transactions[std::to_string(nonce)] = to_json(*transaction);
        }
        out[to_hex0x(sender.bytes)] = std::move(transactions);
    }
    return out;
}

} // namespace

Result<Json> Methods::pool_content(const Params&, const Caller&) {
    const chain::PoolContent content = chain_.pool_content();
    return Json(json::object{{"pending", senders_json(content.pending)},
                             {"queued", senders_json(content.queued)}});
}

} // namespace salus::api::eth
