#include "state/account.hpp"

#include "codec/rlp.hpp"

namespace salus::state {

Bytes encode(const Account& account) {
    codec::rlp::Writer out;
    out.open_list().integer(account.nonce).integer(account.balance);
    out.fixed(account.storage_root).fixed(account.code_hash).close_list();
    return out.take();
}

Result<Account> decode_account(ByteView raw) {
    SALUS_TRY_ASSIGN(auto in, codec::rlp::Reader::list_of(raw));
    Account out;
    SALUS_TRY_ASSIGN(out.nonce, in.u64());
    SALUS_TRY_ASSIGN(out.balance, in.integer());
    SALUS_TRY_ASSIGN(out.storage_root, in.fixed<32>());
    SALUS_TRY_ASSIGN(out.code_hash, in.fixed<32>());
    SALUS_TRY(in.end());
    return out;
}

} // namespace salus::state
