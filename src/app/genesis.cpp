// The genesis of the embedded chain: mainnet's rules to Osaka from the first block on, free gas.
#include "app/genesis.hpp"

#include "app/files.hpp"

#include "app/dev_accounts.hpp"

namespace salus::app {
namespace {

struct SystemContract {
    std::string_view what;
    std::string_view address;
    std::string_view code;
};

// As on mainnet; from Prague on a block without those of EIP-7002 and EIP-7251 is invalid.
constexpr SystemContract kSystemContracts[] = {
    {"EIP-7002: withdrawal requests", "0x00000961ef480eb55e80d19ad83579a64c007002",
     "0x3373fffffffffffffffffffffffffffffffffffffffe1460cb5760115f54807fffffffffffff"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffff146101f457600182026001905f5b"
     "5f82111560685781019083028483029004916001019190604d565b90939004925050503660381460"
     "8857366101f457346101f4575f5260205ff35b34106101f457600154600101600155600354806003"
     "026004013381556001015f35815560010160203590553360601b5f5260385f601437604c5fa06001"
     "01600355005b6003546002548082038060101160df575060105b5f5b818114610183578281016003"
     "0260040181604c02815460601b8152601401816001015481526020019060020154807fffffffffff"
     "ffffffffffffffffffffff00000000000000000000000000000000168252906010019060401c9081"
     "60381c81600701538160301c81600601538160281c81600501538160201c81600401538160181c81"
     "600301538160101c81600201538160081c81600101535360010160e1565b91018092146101955790"
     "6002556101a0565b90505f6002555f6003555b5f54807fffffffffffffffffffffffffffffffffff"
     "ffffffffffffffffffffffffffffff14156101cd57505f5b6001546002828201116101e25750505f"
     "6101e8565b01600290035b5f555f600155604c025ff35b5f5ffd"},
    {"EIP-7251: consolidation requests", "0x0000bbddc7ce488642fb579f8b00f3a590007251",
     "0x3373fffffffffffffffffffffffffffffffffffffffe1460d35760115f54807fffffffffffff"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffff1461019a57600182026001905f5b"
     "5f82111560685781019083028483029004916001019190604d565b90939004925050503660601460"
     "88573661019a573461019a575f5260205ff35b341061019a57600154600101600155600354806004"
     "026004013381556001015f358155600101602035815560010160403590553360601b5f5260605f60"
     "143760745fa0600101600355005b6003546002548082038060021160e7575060025b5f5b81811461"
     "01295782810160040260040181607402815460601b81526014018160010154815260200181600201"
     "5481526020019060030154905260010160e9565b910180921461013b5790600255610146565b9050"
     "5f6002555f6003555b5f54807fffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "ffffffffff141561017357505f5b6001546001828201116101885750505f61018e565b0160019003"
     "5b5f555f6001556074025ff35b5f5ffd"},
    {"EIP-2935: block hashes in state", "0x0000f90827f1c53a10cb7a02335b175320002935",
     "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143"
     "038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff6001"
     "4303065500"},
    {"EIP-4788: beacon block roots", "0x000f3df6d732807ef1319fb7b8bb8522d0beac02",
     "0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f"
     "35801560495762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b"
     "62001fff42064281555f359062001fff015500"},
    {"the CREATE2 proxy that deployment tools expect", "0x4e59b44847b379578588920ca78fbf26c0b4956c",
     "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081"
     "602082378035828234f58015156039578182fd5b8082525050506014600cf3"},
};

// The base fee is 0 and blocks are never filled above half of this, so it stays 0 (EIP-1559).
constexpr std::string_view kGasLimit = "0x23c34600"; // 600,000,000

codec::json::object config() {
    codec::json::object out;
    out["chainId"] = kChainId;
    for (const char* fork :
         {"homesteadBlock", "eip150Block", "eip155Block", "eip158Block", "byzantiumBlock",
          "constantinopleBlock", "petersburgBlock", "istanbulBlock", "berlinBlock", "londonBlock",
          "mergeNetsplitBlock", "terminalTotalDifficulty", "shanghaiTime", "cancunTime",
          "pragueTime", "osakaTime"}) {
        out[fork] = 0;
    }
    const auto schedule = [](int target, int max, int fraction) {
        return codec::json::object{
            {"target", target}, {"max", max}, {"baseFeeUpdateFraction", fraction}};
    };
    out["blobSchedule"] = codec::json::object{{"cancun", schedule(3, 6, 3338477)},
                                              {"prague", schedule(6, 9, 5007716)},
                                              {"osaka", schedule(6, 9, 5007716)}};
    return out;
}

codec::json::object alloc(bool dev) {
    codec::json::object out;
    for (const SystemContract& contract : kSystemContracts) {
        out[contract.address] =
            codec::json::object{{"balance", "0x0"}, {"nonce", "0x1"}, {"code", contract.code}};
    }
    if (!dev) return out;
    for (const DevAccount& account : dev_accounts()) {
        // 10,000 ether, as anvil gives them: tools that insist on a balance work.
        out[to_hex0x(account.address.bytes)] =
            codec::json::object{{"balance", "0x21e19e0c9bab2400000"}};
    }
    return out;
}

} // namespace

codec::Json default_genesis(bool dev) {
    return codec::json::object{
        {"config", config()},     {"nonce", "0x0"},
        {"timestamp", "0x0"},     {"extraData", "0x53616c7573"}, // "Salus"
        {"gasLimit", kGasLimit},  {"difficulty", "0x0"},
        {"baseFeePerGas", "0x0"}, {"coinbase", "0x0000000000000000000000000000000000000000"},
        {"alloc", alloc(dev)}};
}

Result<state::Genesis> load_genesis(const std::string& path, bool dev) {
    if (path.empty()) return state::parse_genesis(default_genesis(dev));
    SALUS_TRY_ASSIGN(const std::string text, read_file(path));
    SALUS_TRY_ASSIGN(const codec::Json json, codec::parse_json(text));
    auto genesis = state::parse_genesis(json);
    if (!genesis.ok()) return std::move(genesis).error().at(path);
    return genesis;
}

} // namespace salus::app
