#include "libs/filter/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "athena/common/v1/values.pb.h"
#include "libs/filter/testing/book.pb.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

using filter::testing::Book;
using ::testing::HasSubstr;

Book OneBook() {
  Book book;
  book.set_title("Ulysses");
  book.add_tags("sdg:4");
  book.add_tags("novel");
  (*book.mutable_titles())["nl"] = "Ulixes";
  (*book.mutable_titles())["pt-BR"] = "Ulisses \"1922\"";
  book.set_condition(Book::CONDITION_WORN_OUT);
  book.set_pages(732);
  book.set_price(9.5);
  book.mutable_bought()->set_seconds(1'672'531'200);  // 2023-01-01T00:00:00Z
  book.mutable_editor()->set_name("Sylvia");
  book.add_authors()->set_name("James Joyce");
  Book::Author& second = *book.add_authors();
  second.set_name("Nobody");
  second.set_born(1882);
  (*book.mutable_copies())["main"] = 3;
  return book;
}

bool Matches(const std::string& text, const Book& book = OneBook()) {
  const absl::StatusOr<Filter> filter = Filter::Parse(text, Book::descriptor());
  ATHENA_EXPECT_OK(filter) << text;
  return filter.ok() && filter->Matches(book);
}

// What is wrong with a filter.
std::string Fault(const std::string& text) {
  const absl::StatusOr<Filter> filter = Filter::Parse(text, Book::descriptor());
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(filter.status().message());
}

TEST(FilterTest, EachOperatorOnNumbers) {
  for (const char* const yes :
       {"pages = 732", "pages != 731", "pages < 733", "pages <= 732", "pages > 731", "pages >= 732",
        "pages>=732", "price = 9.5", "price > -1", "price < 1e1", "copies.main = 3",
        "price = \"9.5\""}) {
    EXPECT_TRUE(Matches(yes)) << yes;
  }
  for (const char* const no : {"pages = 731", "pages != 732", "pages < 732", "pages <= 731",
                               "pages > 732", "pages >= 733", "price > 9.5", "copies.main = 4"}) {
    EXPECT_FALSE(Matches(no)) << no;
  }
}

TEST(FilterTest, TextsAreComparedByteByByteAndByStars) {
  for (const char* const yes :
       {"title = Ulysses", "title = \"Ulysses\"", "title = Uly*", "title = *es", "title = *yss*",
        "title = *", "title != ulysses", "title > Ulysse", "title <= Ulysses", "title:Uly*",
        "titles.nl = Ulixes", "titles.\"pt-BR\" = \"*\\\"1922\\\"\"", "titles.pt-BR = Ulis*",
        "editor.name = Sylvia"}) {
    EXPECT_TRUE(Matches(yes)) << yes;
  }
  for (const char* const no :
       {"title = ulysses", "title = Ulysse", "title = lysses", "title = *Uly", "title != Uly*",
        "title < Ulysses", "titles.nl = Ulysses", "title = \"\""}) {
    EXPECT_FALSE(Matches(no)) << no;
  }
}

TEST(FilterTest, EnumsByNameBooleansAndTimes) {
  for (const char* const yes :
       {"condition = WORN_OUT", "condition = CONDITION_WORN_OUT", "condition != GOOD",
        "lent = false", "lent != true", "bought = \"2023-01-01T00:00:00Z\"",
        "bought >= \"2023-01-01T01:00:00+01:00\"", "bought < \"2023-01-01T00:00:00.5Z\""}) {
    EXPECT_TRUE(Matches(yes)) << yes;
  }
  EXPECT_FALSE(Matches("condition = GOOD"));
  EXPECT_FALSE(Matches("lent = true"));
  EXPECT_FALSE(Matches("bought > \"2023-01-01T00:00:00Z\""));
}

TEST(FilterTest, DatesAsCalendarDays) {
  Book book = OneBook();
  const auto set = [](int year, int month, int day, common::v1::Date* date) {
    date->set_year(year);
    date->set_month(month);
    date->set_day(day);
  };
  set(2023, 9, 30, book.mutable_published());
  set(2024, 1, 2, book.add_reprints());
  for (const char* const yes :
       {"published = 2023-09-30", "published < 2023-10-01", "published >= \"2023-09-30\"",
        "published != 2023-09-29", "published > 2022-12-31", "published:*", "reprints:2024-01-02",
        "published.year = 2023"}) {
    EXPECT_TRUE(Matches(yes, book)) << yes;
  }
  for (const char* const no : {"published < 2023-09-30", "published > 2023-10-01",
                               "reprints:2023-09-30", "published < 2023-01-31"}) {
    EXPECT_FALSE(Matches(no, book)) << no;
  }
  EXPECT_FALSE(Matches("published < 2099-01-01"));  // not set
}

TEST(FilterTest, AListOrAMapHasWhatIsInIt) {
  for (const char* const yes :
       {"tags:novel", "tags:\"sdg:4\"", "tags:\"sdg:*\"", "authors.name:Nobody",
        "authors.name:James*", "authors.born:1882", "titles:nl", "titles:\"pt-BR\"", "titles:*",
        "tags:*", "price:*", "editor:*", "title:*", "copies:main"}) {
    EXPECT_TRUE(Matches(yes)) << yes;
  }
  for (const char* const no : {"tags:poem", "authors.name:Sylvia", "authors.born:1883", "titles:fr",
                               "editor.born:*", "lent:*", "next:*", "copies:west"}) {
    EXPECT_FALSE(Matches(no)) << no;
  }
}

TEST(FilterTest, WhatIsNotSetFulfilsNoComparisonButItsNegation) {
  const Book none;
  for (const char* const no :
       {"price = 0", "price != 1", "price < 1", "editor.name = \"\"",
        "bought < \"2023-01-01T00:00:00Z\"", "titles.nl != x", "next.next.pages = 0"}) {
    EXPECT_FALSE(Matches(no, none)) << no;
    EXPECT_TRUE(Matches(std::string("NOT ") + no, none)) << no;
  }
  // Without presence there is no such difference.
  EXPECT_TRUE(Matches("pages = 0 AND title = \"\"", none));
}

// All eight ways for three statements to be true, against the operators of C++.
TEST(FilterTest, OrBindsCloserThanAndAndNotClosest) {
  for (int way = 0; way < 8; ++way) {
    const bool a = (way & 1) != 0;
    const bool b = (way & 2) != 0;
    const bool c = (way & 4) != 0;
    Book book;
    if (a) book.add_tags("a");
    if (b) book.add_tags("b");
    if (c) book.add_tags("c");
    EXPECT_EQ(Matches("tags:a AND tags:b OR tags:c", book), a && (b || c));
    EXPECT_EQ(Matches("tags:a OR tags:b AND tags:c", book), (a || b) && c);
    EXPECT_EQ(Matches("(tags:a AND tags:b) OR tags:c", book), (a && b) || c);
    EXPECT_EQ(Matches("NOT tags:a AND tags:b", book), !a && b);
    EXPECT_EQ(Matches("-tags:a OR - tags:b", book), !a || !b);
    EXPECT_EQ(Matches("NOT (tags:a AND NOT (tags:b OR tags:c))", book), !(a && !(b || c)));
    EXPECT_EQ(Matches("tags:a AND tags:b AND tags:c", book), a && b && c);
    EXPECT_EQ(Matches("tags:a OR tags:b OR tags:c", book), a || b || c);
  }
}

TEST(FilterTest, NothingLetsEverythingThrough) {
  EXPECT_TRUE(Matches(""));
  EXPECT_TRUE(Matches(" \n\t"));
}

TEST(FilterTest, AFaultNamesThePlaceAndWhatCouldStandThere) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"titel = x", "got \"titel\", want from byte 0 on a field: title, tags, titles"},
      {"editor.nam = x", "got \"nam\", want from byte 7 on a field: name, born"},
      {"title", "got \"\", want from byte 5 on one of = != < <= > >= :"},
      {"title = ", "got \"\", want from byte 8 on a word, or a text in double quotes"},
      {"title = a b", "got \"b\", want from byte 10 on AND, OR or the end"},
      {"title = a AND", "got \"\", want from byte 13 on a field"},
      {"(title = a", "got \"\", want from byte 10 on AND, OR or a closing parenthesis"},
      {"title = a)", "got \")\", want from byte 9 on AND, OR or the end"},
      {"title = \"a", "got \"\"a\", want from byte 8 on a word, or a text in double quotes"},
      {"title ! a", "got \"!\", want from byte 6 on one of ="},
      {"pages = many", "got \"many\", want from byte 8 on a whole number"},
      {"pages = 1.5", "got \"1.5\", want from byte 8 on a whole number"},
      {"price = nan", "got \"nan\", want from byte 8 on a number"},
      {"condition = BAD", "got \"BAD\", want from byte 12 on one of UNSPECIFIED, GOOD, WORN_OUT"},
      {"condition > GOOD", "got \">\", want from byte 10 on = or !="},
      {"lent = yes", "got \"yes\", want from byte 7 on true or false"},
      {"lent > false", "got \">\", want from byte 5 on = or !="},
      {"bought > 2023", "got \"2023\", want from byte 9 on a time in quotes"},
      {"published > 2023-02-30", "got \"2023-02-30\", want from byte 12 on a day, 2022-12-31"},
      {"tags = novel", "got \"=\", want from byte 5 on \":\""},
      {"authors.name = Nobody", "got \"=\", want from byte 13 on \":\""},
      {"editor = Sylvia",
       "got \"Sylvia\", want from byte 9 on \":*\" after a message, or one of its fields"},
      {"pages:732", "got \"732\", want from byte 6 on \"*\""},
      {"title.x = a", "got \".\", want from byte 5 on title by itself"},
      {"bought.seconds = 1", "got \".\", want from byte 6 on bought by itself"},
      {"cover = a", "got \"a\", want from byte 8 on another field"},
      {"titles. = a", "got \"=\", want from byte 8 on a key of titles"}};
  for (const auto& [text, fault] : faults) {
    EXPECT_THAT(Fault(text), HasSubstr("filter: " + fault)) << text;
  }
}

TEST(FilterTest, LimitsHoldAtTheLimitAndNotOnePast) {
  const std::string longest =
      "title = " + std::string(kMaxFilterBytes - std::string("title = ").size(), 'x');
  EXPECT_FALSE(Matches(longest));
  EXPECT_THAT(Fault(longest + "x"), HasSubstr("filter: got \"2001 bytes\", want at most 2000"));
  const auto nested = [](int depth) {
    const auto times = static_cast<size_t>(depth);
    return std::string(times, '(') + "title = Ulysses" + std::string(times, ')');
  };
  EXPECT_TRUE(Matches(nested(kMaxFilterDepth)));
  EXPECT_THAT(Fault(nested(kMaxFilterDepth + 1)),
              HasSubstr("want from byte 21 on at most 20 parentheses"));
}

}  // namespace
}  // namespace athena
