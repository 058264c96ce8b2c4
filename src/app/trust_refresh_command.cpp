#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "app/trust_store.hpp"
#include "crypto/hash.hpp"

namespace salus::app {
namespace {

using passport::TrustPins;

class Refresh {
public:
    explicit Refresh(const TrustRefreshOptions& options)
        : options_(options), store_(options.client.datadir) {}

    Status run() {
        SALUS_TRY_ASSIGN(pins_, pins_of(options_.pins));
        SALUS_TRY(refresh_list());
        const bool files_alone = !options_.from.empty() && options_.revocations_from.empty();
        if (options_.no_revocations || files_alone) return ok_status();
        return refresh_revocations();
    }

private:
    Status connect() {
        if (node_) return ok_status();
        SALUS_TRY_ASSIGN(node_, NodeClient::connect(options_.client));
        return ok_status();
    }

    Result<std::string> fetch(const std::string& file, const std::string& path) {
        if (!file.empty()) return read_file(file, passport::kMaxRevocationFile);
        SALUS_TRY(connect());
        return node_->get_text(path);
    }

    Status refresh_list() {
        SALUS_TRY_ASSIGN(const std::string text, fetch(options_.from, "/api/v1/trust-list"));
        const auto before = store_.open();
        const bool first = before.ok() && !before->has_value();
        SALUS_TRY_ASSIGN(const passport::AcceptedTrust taken,
                         store_.accept(text, pins_, options_.force));
        const passport::TrustList& list = taken.list.list;
        fmt::print("trust list: block {} of chain {}, {} hospitals, {} of them with a good key\n",
                   list.block_number, list.chain_id, list.hospitals.size(),
                   passport::good_issuers(list));
        if (first && !pins_.list_key) {
            fmt::print(stderr,
                       "note: pinned on first use to {}; compare it with what the authority "
                       "published, or give --list-key\n",
                       to_hex0x(taken.list.signer.bytes));
        }
        return ok_status();
    }

    Status refresh_revocations() {
        SALUS_TRY_ASSIGN(const std::string file,
                         options_.revocations_from.empty()
                             ? fetch_pieces()
                             : read_file(options_.revocations_from, passport::kMaxRevocationFile));
        SALUS_TRY_ASSIGN(const passport::RevocationSet set, store_.accept_revocations(file, pins_));
        fmt::print("revocations: block {}, {} entries, {} revoked keys; {} bytes fetched\n",
                   set.head().point.block_number, set.head().count, set.head().keys.size(),
                   options_.revocations_from.empty() ? fetched_ : file.size());
        return ok_status();
    }

    // The pieces that the stored file lacks; all of it where there is none.
    Result<std::string> fetch_pieces() {
        SALUS_TRY(connect());
        const auto mine = read_file(store_.revocations_path(), passport::kMaxRevocationFile);
        if (mine.ok()) {
            auto built = with_pieces_of(*mine);
            if (built.ok()) return built;
        }
        SALUS_TRY_ASSIGN(std::string all, node_->get_text("/api/v1/revocations"));
        fetched_ += all.size();
        return all;
    }

    Result<std::string> with_pieces_of(const std::string& mine) {
        SALUS_TRY_ASSIGN(std::string out, node_->get_text("/api/v1/revocations?part=head"));
        fetched_ += out.size();
        const std::string head = to_hex(crypto::sha256(view(out)).bytes);
        SALUS_TRY_ASSIGN(const auto pieces, passport::revocation_pieces(out, mine));
        out += '\n';
        for (const passport::RevocationPiece& piece : pieces) {
            if (piece.mine) {
                out.append(mine, *piece.mine, piece.size);
                continue;
            }
            SALUS_TRY_ASSIGN(
                const std::string part,
                node_->get_text(fmt::format("/api/v1/revocations?head={}&from={}&size={}", head,
                                            piece.offset, piece.size)));
            fetched_ += part.size();
            out += part;
        }
        return out;
    }

    const TrustRefreshOptions& options_;
    TrustStore store_;
    TrustPins pins_;
    std::unique_ptr<NodeClient> node_;
    std::size_t fetched_ = 0;
};

} // namespace

int trust_refresh_command(const TrustRefreshOptions& options) {
    const Status done = Refresh(options).run();
    if (done.ok()) return 0;
    const int status = fail("trust refresh", done.error());
    if (!(done.error().kind() == kNoNode)) {
        fmt::print(stderr, "What is in use stays in use.\n");
    }
    return status;
}

} // namespace salus::app
