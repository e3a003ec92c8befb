#include "libs/paging/page_tokens.h"

#include <gtest/gtest.h>

#include "libs/paging/testing/list.pb.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

paging::testing::ListRequest ListOf(const std::string& text) {
  paging::testing::ListRequest request;
  request.set_text(text);
  return request;
}

TEST(PageTokensTest, ATokenCarriesRevisionAndPosition) {
  const PageTokens tokens(PageTokens::RandomKey());
  paging::testing::ListRequest request = ListOf("a");
  const std::string position("key\0with zero", 13);
  request.set_page_token(tokens.Seal(request, {.revision = 1234567890123, .position = position}));
  request.set_page_size(7);  // the size of a page may change on the way
  const auto at = tokens.Open(request);
  ATHENA_ASSERT_OK(at);
  EXPECT_EQ(at->revision, 1234567890123);
  EXPECT_EQ(at->position, position);
}

TEST(PageTokensTest, NoTokenIsTheFirstPage) {
  const auto at = PageTokens("0123456789abcdef").Open(ListOf("a"));
  ATHENA_ASSERT_OK(at);
  EXPECT_EQ(at->revision, 0);
  EXPECT_EQ(at->position, "");
}

TEST(PageTokensTest, ATokenOfAnotherRequestKeyOrPenIsRefused) {
  const PageTokens tokens("0123456789abcdef");
  const std::string token = tokens.Seal(ListOf("a"), {.revision = 5, .position = "p"});
  paging::testing::ListRequest other = ListOf("b");
  other.set_page_token(token);
  EXPECT_EQ(status::Reason(tokens.Open(other).status()), "INVALID_PAGE_TOKEN");
  paging::testing::ListRequest same = ListOf("a");
  same.set_page_token(token);
  EXPECT_FALSE(PageTokens("fedcba9876543210").Open(same).ok());
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    same.set_page_token(changed);
    EXPECT_FALSE(tokens.Open(same).ok()) << i;
  }
  for (const std::string bytes : {"x", "====", "AAAA", "\xff\xfe"}) {
    same.set_page_token(bytes);
    EXPECT_FALSE(tokens.Open(same).ok()) << bytes;
  }
}

}  // namespace
}  // namespace athena
