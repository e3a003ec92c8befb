#include "libs/filter/order_by.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "libs/filter/testing/book.pb.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

using filter::testing::Book;
using status::testing::IsOk;
using status::testing::Refuses;
using ::testing::ElementsAre;

std::vector<std::string> Sorted(const std::string& order_by,
                                const std::vector<std::string>& texts) {
  const auto order = OrderBy::Parse(order_by, Book::descriptor());
  EXPECT_THAT(order, IsOk());
  std::vector<Book> books;
  for (const std::string& text : texts) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &books.emplace_back()));
  }
  std::stable_sort(books.begin(), books.end(),
                   [&](const Book& a, const Book& b) { return order->Compare(a, b) < 0; });
  std::vector<std::string> titles;
  for (const Book& book : books) titles.push_back(book.title());
  return titles;
}

TEST(OrderBy, TextsAreInNaturalOrder) {
  EXPECT_THAT(Sorted("title", {"title: '3.10'", "title: '3.9'", "title: '10'"}),
              ElementsAre("3.9", "3.10", "10"));
  EXPECT_THAT(Sorted(" title  desc ", {"title: '3.10'", "title: '3.9'", "title: '10'"}),
              ElementsAre("10", "3.10", "3.9"));
}

TEST(OrderBy, ALaterFieldDecidesWhereTheEarlierOnesAreEqual) {
  EXPECT_THAT(Sorted("pages desc, title",
                     {"title: 'b' pages: 1", "title: 'c' pages: 2", "title: 'a' pages: 1"}),
              ElementsAre("c", "a", "b"));
}

TEST(OrderBy, WhatIsNotSetComesFirst) {
  EXPECT_THAT(Sorted("price", {"title: 'a' price: -1", "title: 'b'", "title: 'c' price: -2"}),
              ElementsAre("b", "c", "a"));
  EXPECT_THAT(Sorted("bought", {"title: 'a' bought { seconds: 1 nanos: 5 }",
                                "title: 'b' bought { seconds: 1 }", "title: 'c'"}),
              ElementsAre("c", "b", "a"));
}

TEST(OrderBy, GoesIntoMessagesAndMaps) {
  EXPECT_THAT(Sorted("editor.name", {"title: 'a' editor { name: 'Zoe' }",
                                     "title: 'b' editor { name: 'Ann' }", "title: 'c'"}),
              ElementsAre("c", "b", "a"));
  EXPECT_THAT(Sorted("titles.nl desc", {"title: 'a' titles { key: 'nl' value: 'x' }",
                                        "title: 'b' titles { key: 'nl' value: 'y' }",
                                        "title: 'c' titles { key: 'fr' value: 'z' }"}),
              ElementsAre("b", "a", "c"));
}

TEST(OrderBy, RefusesWhatIsNoOrder) {
  for (const char* text : {"none", "tags", "title up", "title.x", "titles", "editor.none", ",",
                           "title,,pages", "title desc desc"}) {
    EXPECT_THAT(OrderBy::Parse(text, Book::descriptor()), Refuses("INVALID_FIELDS")) << text;
  }
  std::string nine = "title";
  for (int i = 0; i < 8; ++i) nine += ",title";
  EXPECT_THAT(OrderBy::Parse(nine, Book::descriptor()), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(OrderBy::Parse(nine.substr(6), Book::descriptor()), IsOk());
  EXPECT_THAT(OrderBy::Parse(std::string(501, ' '), Book::descriptor()), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(OrderBy::Parse(std::string(500, ' '), Book::descriptor()), IsOk());
}

}  // namespace
}  // namespace athena
