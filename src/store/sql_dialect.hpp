#pragma once
// The SQL of Salus is what SQLite and PostgreSQL have in common (INSERT … ON CONFLICT, RETURNING,
// ?1), with SQLite's names of types in definitions. This says it in PostgreSQL's words.

#include <string>
#include <string_view>

namespace salus::store {

// ?1 becomes $1; what stands in quotes stays.
std::string postgres_statement(std::string_view sql);
// The highest parameter of a statement.
int parameters_of(std::string_view sql);
// Statements that define tables: INTEGER is BIGINT, BLOB is BYTEA, REAL is DOUBLE PRECISION,
// INTEGER PRIMARY KEY [AUTOINCREMENT] counts by itself, STRICT and WITHOUT ROWID are left out.
std::string postgres_definition(std::string_view sql);

} // namespace salus::store
