#include <fmt/format.h>

#include <thread>

#include "crypto/hash.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "load/load.hpp"
#include "state/transaction.hpp"

namespace salus::load {
namespace {

namespace contract = eth::contracts::vaccine_passport;

constexpr std::uint64_t kWindow = 20'000; // transactions signed and sent before the next are signed

Hash32 commitment(std::uint64_t number) {
    FixedBytes<8> text;
    for (std::size_t i = 0; i < 8; ++i) text[7 - i] = static_cast<Byte>(number >> (8 * i));
    return crypto::keccak256(text.bytes);
}

// The hospital's transactions in the order of their nonces.
class Work {
public:
    explicit Work(const Transactions& options)
        : options_(options), contract_(*address_from_hex(options.to)),
          key_(*hash_from_hex(options.key)),
          account_(to_hex0x(crypto::secp256k1::address_of(key_).value().bytes)),
          client_(http::parse_url(options.target.url).value(), client_options()),
          chain_id_(rpc_number(client_, "eth_chainId")),
          fee_(rpc_number(client_, "eth_gasPrice") * 10 + 1) {}

    std::uint64_t nonce(const char* tag) {
        return rpc_number(client_, "eth_getTransactionCount",
                          fmt::format(R"(["{}","{}"])", account_, tag));
    }
    std::string sign(std::uint64_t nonce, std::uint64_t turn) const {
        state::Transaction out;
        out.type = state::TransactionType::dynamic_fee;
        out.chain_id = chain_id_;
        out.nonce = nonce;
        out.max_fee_per_gas = fee_;
        out.max_priority_fee_per_gas = 1;
        out.gas_limit = 60'000 + 25'500 * options_.commitments;
        out.to = contract_;
        std::vector<Hash32> commitments;
        for (std::uint64_t i = 0; i < options_.commitments; ++i) {
            commitments.push_back(commitment(options_.first + turn * options_.commitments + i));
        }
        out.data = commitments.size() == 1 ? contract::encode_issue(commitments[0])
                                           : contract::encode_issue_many(commitments);
        if (!state::sign(out, key_).ok()) throw std::runtime_error("the key cannot sign");
        return to_hex0x(state::encode(out));
    }

private:
    const Transactions& options_;
    Address contract_;
    crypto::SecretKey32 key_;
    std::string account_;
    http::Client client_;
    std::uint64_t chain_id_;
    std::uint64_t fee_;
};

std::string body_of(std::span<const std::string> raws) {
    std::string out;
    for (std::size_t i = 0; i < raws.size(); ++i) {
        out += fmt::format(
            R"({}{{"jsonrpc":"2.0","id":{},"method":"eth_sendRawTransaction","params":["{}"]}})",
            i == 0 ? "" : ",", i, raws[i]);
    }
    return raws.size() == 1 ? out : "[" + out + "]";
}

std::vector<std::string> sign_all(const Work& work, std::uint64_t nonce, std::uint64_t turn,
                                  std::uint64_t count) {
    std::vector<std::string> out(count);
    std::vector<std::thread> threads;
    const std::uint64_t workers = std::max(1U, std::thread::hardware_concurrency());
    for (std::uint64_t t = 0; t < workers; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t i = t; i < count; i += workers) {
                out[i] = work.sign(nonce + i, turn + i);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    return out;
}

std::uint64_t occurrences(const std::string& text, std::string_view of) {
    std::uint64_t out = 0;
    for (auto at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++out;
    return out;
}

} // namespace

int run_transactions(const Transactions& options) {
    Work work(options);
    for (std::uint64_t done = 0; done < options.count; done += kWindow) {
        const std::uint64_t count = std::min(kWindow, options.count - done);
        const std::uint64_t nonce = work.nonce("latest");
        const std::vector<std::string> raws = sign_all(work, nonce, done, count);
        std::atomic<std::uint64_t> next{0};
        std::atomic<std::uint64_t> accepted{0};
        const Meter meter(options.target);
        run_connections(options.target, [&](http::Client& client) {
            const std::uint64_t begin = next.fetch_add(options.batch);
            if (begin >= count) return false;
            const auto part =
                std::span(raws).subspan(begin, std::min(options.batch, count - begin));
            const std::string answer = post(client, body_of(part));
            const std::uint64_t good = occurrences(answer, "\"result\":\"0x");
            if (good != part.size()) fmt::print(stderr, "{}\n", answer.substr(0, 300));
            accepted += good;
            return true;
        });
        while (accepted == count && work.nonce("latest") < nonce + count) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        meter.print(accepted, count - accepted);
        if (accepted != count) return 1;
    }
    return 0;
}

} // namespace salus::load
