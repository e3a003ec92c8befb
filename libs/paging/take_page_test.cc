#include "libs/paging/take_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "libs/paging/page.h"
#include "libs/paging/testing/list.pb.h"

namespace athena {
namespace {

using paging::testing::ListRequest;  // any message with a text will do as a row
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<ListRequest> Rows(const std::vector<std::string>& texts) {
  std::vector<ListRequest> rows;
  for (const std::string& text : texts) rows.emplace_back().set_text(text);
  return rows;
}

struct Page {
  std::vector<std::string> texts;
  std::string next;
};

template <typename Less = std::less<std::string_view>>
Page Take(const std::vector<std::string>& texts, std::string_view after, size_t size,
          Less less = {}) {
  google::protobuf::RepeatedPtrField<ListRequest> page;
  Page taken;
  taken.next = TakePage(
      Rows(texts), after, size, [](const ListRequest& row) { return row.text(); }, less, &page);
  for (const ListRequest& row : page) taken.texts.push_back(row.text());
  return taken;
}

TEST(TakePageTest, APageHoldsUpToItsSizeAndSaysWhereTheNextBegins) {
  const Page first = Take({"a", "b", "c"}, "", 2);
  EXPECT_THAT(first.texts, ElementsAre("a", "b"));
  EXPECT_EQ(first.next, "b");
  const Page second = Take({"a", "b", "c"}, first.next, 2);
  EXPECT_THAT(second.texts, ElementsAre("c"));
  EXPECT_EQ(second.next, "");
}

TEST(TakePageTest, APageThatTakesTheLastRowIsTheLast) {
  EXPECT_EQ(Take({"a", "b"}, "", 2).next, "");
  EXPECT_THAT(Take({"a", "b"}, "b", 2).texts, IsEmpty());
  EXPECT_THAT(Take({}, "", 2).texts, IsEmpty());
  EXPECT_EQ(Take({}, "", 2).next, "");
}

TEST(TakePageTest, APositionNeedNotBeThatOfARow) {
  EXPECT_THAT(Take({"a", "c"}, "b", 2).texts, ElementsAre("c"));
}

TEST(TakePageTest, TheOrderIsTheCallers) {
  const auto shorter_first = [](std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  };
  EXPECT_THAT(Take({"9", "10", "100"}, "9", 5, shorter_first).texts, ElementsAre("10", "100"));
}

// Every row once, whatever the size of a page.
TEST(TakePageTest, PagesTogetherAreTheList) {
  const std::vector<std::string> all = {"a", "b", "c", "d", "e", "f", "g"};
  for (size_t size = 1; size <= all.size() + 1; ++size) {
    std::vector<std::string> seen;
    std::string after;
    do {
      const Page page = Take(all, after, size);
      seen.insert(seen.end(), page.texts.begin(), page.texts.end());
      after = page.next;
    } while (!after.empty() && seen.size() <= all.size());
    EXPECT_EQ(seen, all) << "pages of " << size;
  }
}

TEST(TakePageTest, APageEndsBeforeItIsTooLargeToSend) {
  // Each a little under half of what a page may hold: two fit, three do not.
  const size_t half = kMaxPageBytes / 2 - 100;
  const std::vector<std::string> rows = {std::string(half, 'a'), std::string(half, 'b'),
                                         std::string(half, 'c')};
  const Page first = Take(rows, "", 10);
  EXPECT_EQ(first.texts.size(), 2U);
  EXPECT_EQ(first.next, rows[1]);
}

TEST(TakePageTest, ARowLargerThanAPageIsAPageOfItsOwn) {
  const std::vector<std::string> rows = {std::string(kMaxPageBytes + 1, 'a'), "b"};
  const Page first = Take(rows, "", 10);
  EXPECT_EQ(first.texts.size(), 1U);
  EXPECT_EQ(first.next, rows[0]);
}

TEST(PageRoomTest, AnsweredRowsAndBytesAreBoundedButOneRowAlwaysFits) {
  PageRoom rows(2, 100);
  EXPECT_TRUE(rows.Take(1));
  EXPECT_TRUE(rows.Take(1));
  EXPECT_FALSE(rows.Take(1));
  PageRoom bytes(9, 112);  // 60 + 6 + 40 + 6: an element's tag and length count, too
  EXPECT_TRUE(bytes.Take(60));
  EXPECT_FALSE(bytes.Take(41));
  EXPECT_TRUE(bytes.Take(40));
  PageRoom large(9, 100);
  EXPECT_TRUE(large.Take(101));
  EXPECT_FALSE(large.Take(0));
}

TEST(PageSizeTest, ZeroIsTheDefaultAndMoreThanTheMostIsTheMost) {
  status::FieldFaults faults;
  EXPECT_EQ(PageSize(0, {}, &faults), 100U);
  EXPECT_EQ(PageSize(1, {}, &faults), 1U);
  EXPECT_EQ(PageSize(1000, {}, &faults), 1000U);
  EXPECT_EQ(PageSize(1001, {}, &faults), 1000U);
  EXPECT_EQ(PageSize(0, {.default_size = 7, .max_size = 9}, &faults), 7U);
  EXPECT_EQ(PageSize(10, {.default_size = 7, .max_size = 9}, &faults), 9U);
  EXPECT_TRUE(faults.empty());
  PageSize(-1, {}, &faults);
  EXPECT_EQ(faults.count(), 1);
}

}  // namespace
}  // namespace athena
