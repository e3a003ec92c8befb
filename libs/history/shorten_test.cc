#include "libs/history/shorten.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/history/testing/json.h"

namespace athena::history {
namespace {

using google::protobuf::Value;

// What becomes of a JSON value, and "cut " before it when something was.
std::string Shortened(size_t bytes, const std::string& json) {
  Value value;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &value).ok()) << json;
  const bool cut = Shorten(bytes, &value);
  return (cut ? "cut " : "") + testing::JsonOf(value);
}

TEST(ShortenTest, WhatFitsStays) {
  EXPECT_EQ(Shortened(3, R"("abc")"), R"("abc")");
  EXPECT_EQ(Shortened(0, "12"), "12");
  EXPECT_EQ(Shortened(6, R"(["abc","def"])"), R"(["abc","def"])");
  EXPECT_EQ(Shortened(10, R"({"a":"b","c":true})"), R"({"a":"b","c":true})");
  EXPECT_EQ(Shortened(0, "[]"), "[]");
  EXPECT_EQ(Shortened(0, "{}"), "{}");
}

TEST(ShortenTest, TextsAreCutBetweenCharacters) {
  EXPECT_EQ(Shortened(3, R"("abcd")"), R"(cut "abc…")");
  EXPECT_EQ(Shortened(4, R"("aéé")"), R"(cut "aé…")");
  EXPECT_EQ(Shortened(0, R"("abcd")"), R"(cut "…")");
}

TEST(ShortenTest, ListsAreCutBehindAnElement) {
  EXPECT_EQ(Shortened(6, R"(["abc","def","ghi"])"), R"(cut ["abc","def","…"])");
  EXPECT_EQ(Shortened(4, R"(["abc","def","ghi"])"), R"(cut ["abc","d…","…"])");
  EXPECT_EQ(Shortened(4, R"(["abc","def"])"), R"(cut ["abc","d…"])");
}

TEST(ShortenTest, ObjectsKeepTheirFirstMembers) {
  EXPECT_EQ(Shortened(4, R"({"b":"x","a":"y","c":"z"})"), R"(cut {"a":"y","b":"x","…":""})");
  EXPECT_EQ(Shortened(5, R"({"a":{"b":"xyz"},"c":"z"})"), R"(cut {"a":{"b":"xyz"},"…":""})");
  EXPECT_EQ(Shortened(4, R"({"a":{"b":"xyz"},"c":"z"})"), R"(cut {"a":{"b":"xy…"},"…":""})");
}

}  // namespace
}  // namespace athena::history
