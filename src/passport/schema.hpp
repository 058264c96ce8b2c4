#pragma once
// The tables of this room, as migrations of store::Database.

#include <span>

#include "store/sql.hpp"

namespace salus::passport {

// network, certificate, sender_journal, deployment, patient, shc_revocation.
std::span<const store::Migration> migrations();

} // namespace salus::passport
