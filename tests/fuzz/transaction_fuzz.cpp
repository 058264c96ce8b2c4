#include "fuzz.hpp"
#include "state/transaction.hpp"
#include "state/transition.hpp"

namespace salus::fuzz {

// RLP is canonical: what decodes encodes to the same bytes. Any transaction can be judged.
SALUS_FUZZ_TARGET(transaction) {
    const auto transaction = state::decode_transaction(input);
    if (!transaction.ok()) return;
    SALUS_ASSERT(equal(state::encode(*transaction), input));
    (void)state::recover_sender(*transaction, evm::Revision::osaka);
    state::Environment environment;
    environment.rules = state::ChainConfig::all_at_genesis(1).rules_at(1, 1);
    (void)state::check_transaction(*transaction, environment);
}

} // namespace salus::fuzz
