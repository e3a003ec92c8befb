#include "libs/paging/token_key.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "libs/paging/page_tokens.h"
#include "libs/paging/testing/list.pb.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

class TokenKeyTest : public ::testing::Test {
 protected:
  TokenKeyTest() {
    folder_ = ::testing::TempDir() + "/token-key-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~TokenKeyTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<sql::SqliteDatabase> Open(const std::string& file) {
    static const sql::Migration kMigrations[] = {{1, "page token key", kTokenKeySchema}};
    sql::SqliteOptions options;
    options.path = folder_ + "/" + file;
    options.application_id = 0x61746b79;
    options.migrations = kMigrations;
    auto opened = sql::SqliteDatabase::Open(std::move(options));
    ATHENA_EXPECT_OK(opened);
    return *std::move(opened);
  }
  // The tokens of a database that is opened for it and closed again.
  PageTokens TokensOf(const std::string& file) {
    const auto database = Open(file);
    const auto key = TokenKey(*database);
    ATHENA_EXPECT_OK(key);
    return PageTokens(key.value_or(""));
  }

 protected:
  std::string folder_;
};

TEST_F(TokenKeyTest, ATokenOfADatabaseHoldsWhenItIsOpenedAgain) {
  paging::testing::ListRequest request;
  request.set_text("a");
  request.set_page_token(TokensOf("a.db").Seal(request, {.revision = 7, .position = "k3"}));
  const auto at = TokensOf("a.db").Open(request);
  ATHENA_ASSERT_OK(at);
  EXPECT_EQ(at->revision, 7);
  EXPECT_EQ(at->position, "k3");
}

TEST_F(TokenKeyTest, ATokenOfAnotherDatabaseIsRefused) {
  paging::testing::ListRequest request;
  request.set_text("a");
  request.set_page_token(TokensOf("a.db").Seal(request, {.revision = 7, .position = "k3"}));
  EXPECT_EQ(status::Reason(TokensOf("b.db").Open(request).status()), "INVALID_PAGE_TOKEN");
}

TEST_F(TokenKeyTest, ATokenIsRefusedByARestoredBackup) {
  paging::testing::ListRequest request;
  request.set_text("a");
  request.set_page_token(TokensOf("a.db").Seal(request, {.revision = 7, .position = "k3"}));
  ASSERT_EQ(Open("a.db")->Backup(folder_ + "/b.db").status(), absl::OkStatus());
  EXPECT_EQ(status::Reason(TokensOf("b.db").Open(request).status()), "INVALID_PAGE_TOKEN");
  EXPECT_TRUE(TokensOf("a.db").Open(request).ok());
}

TEST_F(TokenKeyTest, AKeyIsMadeOnceAndLongEnough) {
  const auto database = Open("a.db");
  const auto first = TokenKey(*database);
  const auto second = TokenKey(*database);
  ATHENA_ASSERT_OK(first);
  EXPECT_EQ(first->size(), 32U);
  EXPECT_EQ(*second, *first);
}

}  // namespace
}  // namespace athena
