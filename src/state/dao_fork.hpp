#pragma once
// EIP-779, the DAO fork: an irregular change of state at the start of its block.

#include "state/journal.hpp"

namespace salus::state {

// Moves the balances of the 116 accounts of EIP-779's list into its withdrawal contract.
void move_dao_balances(Journal& journal);

} // namespace salus::state
