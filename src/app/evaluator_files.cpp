#include "app/evaluator_files.hpp"

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/one_shot.hpp"
#include "envelope/keystore.hpp"
#include "eth_remote/remote_chain.hpp"

namespace salus::app {

namespace {
constexpr crypto::ScryptCost kDevCost{1 << 10, 8, 1};
} // namespace

std::string share_file(std::uint32_t evaluator) {
    return fmt::format("evaluator-{}.json", evaluator);
}

Status write_share(const std::filesystem::path& file, const crypto::oprf::SecretScalar& secret,
                   std::string_view password, bool dev, Random& random) {
    const envelope::StoredKey key{secret.copy(), envelope::KeyKind::ristretto255};
    SALUS_TRY_ASSIGN(
        const std::string text,
        envelope::keystore_encrypt(key, password, random, dev ? kDevCost : crypto::ScryptCost{}));
    return write_file(file, text, true);
}

Result<crypto::oprf::SecretScalar> read_share(const std::filesystem::path& file,
                                              std::string_view password) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, 64 * 1024));
    auto stored = envelope::keystore_decrypt(text, password);
    if (!stored.ok()) return std::move(stored).error().at(file.string());
    if (stored->kind != envelope::KeyKind::ristretto255) {
        return Error(envelope::kBadKeystore, file.string() + " is no evaluator's secret");
    }
    return std::move(stored->secret);
}

Result<passport::NullifierKey> key_of_node(const std::string& node) {
    passport::NullifierKey out;
    SALUS_TRY_ASSIGN(const passport::Contracts contracts, contracts_of_node(node));
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(node));
    SALUS_TRY_ASSIGN(out.chain_id, eth::make_remote_chain(std::move(url))->chain_id());
    out.accreditation = contracts.accreditation;
    return out;
}

} // namespace salus::app
