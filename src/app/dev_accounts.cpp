#include "app/dev_accounts.hpp"

#include "crypto/bip32.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::app {

const std::array<DevAccount, 10>& dev_accounts() {
    static const auto accounts = [] {
        std::array<DevAccount, 10> out;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const std::string path = "m/44'/60'/0'/0/" + std::to_string(i);
            out[i].key = crypto::bip32::derive(kDevMnemonic, path).value();
            out[i].address = crypto::secp256k1::address_of(out[i].key).value();
        }
        return out;
    }();
    return accounts;
}

} // namespace salus::app
