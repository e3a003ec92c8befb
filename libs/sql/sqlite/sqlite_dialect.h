#ifndef ATHENA_LIBS_SQL_SQLITE_SQLITE_DIALECT_H_
#define ATHENA_LIBS_SQL_SQLITE_SQLITE_DIALECT_H_

#include <string>
#include <string_view>

namespace athena::sql {

// A portable migration script in SQLite's words: types become INTEGER, REAL and BLOB, and every
// table is STRICT (values of another type are refused) and WITHOUT ROWID (its rows lie in the order
// of the primary key). Comments and quoted texts stay as they are. Pure.
std::string ToSqliteScript(std::string_view portable);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_SQLITE_DIALECT_H_
