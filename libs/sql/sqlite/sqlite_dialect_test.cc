#include "libs/sql/sqlite/sqlite_dialect.h"

#include <gtest/gtest.h>

namespace athena::sql {
namespace {

TEST(SqliteDialectTest, TablesAreStrictAndOrderedByTheirKey) {
  EXPECT_EQ(
      ToSqliteScript("CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY CHECK (id > 'a'));\n"
                     "CREATE INDEX a_id ON a (id);"),
      "CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY CHECK (id > 'a')) STRICT, WITHOUT ROWID;\n"
      "CREATE INDEX a_id ON a (id);");
}

TEST(SqliteDialectTest, TypesAreSqlites) {
  EXPECT_EQ(ToSqliteScript("a BIGINT, b DOUBLE PRECISION NOT NULL, c BYTEA, d TEXT"),
            "a INTEGER, b REAL NOT NULL, c BLOB, d TEXT");
}

TEST(SqliteDialectTest, LongerWordsCommentsAndQuotedTextsAreLeftAlone) {
  EXPECT_EQ(ToSqliteScript("BIGINTS my_BYTEA -- BIGINT; it's\n'BIGINT;' \"BYTEA\""),
            "BIGINTS my_BYTEA -- BIGINT; it's\n'BIGINT;' \"BYTEA\"");
  EXPECT_EQ(ToSqliteScript("CREATE TABLE a (\n  id BIGINT,  -- a number; (not a text)\n  b TEXT);"),
            "CREATE TABLE a (\n  id INTEGER,  -- a number; (not a text)\n  b TEXT) STRICT, WITHOUT "
            "ROWID;");
}

}  // namespace
}  // namespace athena::sql
