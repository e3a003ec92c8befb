#include "libs/history/differences.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/history/testing/json.h"
#include "libs/history/testing/sheet.pb.h"

namespace athena::history {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::LinesOf;
using testing::Sheet;

Sheet Parsed(const std::string& text) {
  Sheet sheet;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sheet)) << text;
  return sheet;
}

std::vector<std::string> Differ(const std::string& before, const std::string& after) {
  return LinesOf(DifferencesOf(Parsed(before), Parsed(after)));
}

TEST(DifferencesTest, EqualMessagesHaveNone) {
  EXPECT_THAT(Differ("", ""), IsEmpty());
  const std::string full = R"(owner: "a" weight: 0 critical: true steps { id: "a" } inner {} none {}
                              places { x: 1 } by_floor { key: 1 value { y: 2 } } raw: "\001")";
  EXPECT_THAT(Differ(full, full), IsEmpty());
}

TEST(DifferencesTest, PlainFieldsAreInTheOrderOfTheContract) {
  EXPECT_THAT(Differ(R"(owner: "Ann" priority: 2 colour: COLOUR_RED)",
                     R"(owner: "Bo" priority: 3 colour: COLOUR_GREEN)"),
              ElementsAre(R"(owner: "Ann" > "Bo")", "priority: 2 > 3",
                          R"(colour: "COLOUR_RED" > "COLOUR_GREEN")"));
}

TEST(DifferencesTest, WhatIsNotSetIsNothing) {
  EXPECT_THAT(Differ(R"(priority: 2)", R"(owner: "Bo")"),
              ElementsAre(R"(owner: nothing > "Bo")", "priority: 2 > nothing"));
  // A field with presence may be 0; a flag is false where it is not set.
  EXPECT_THAT(Differ("", "weight: 0 critical: true"),
              ElementsAre("weight: nothing > 0", "critical: false > true"));
  EXPECT_THAT(Differ("weight: 0", "weight: 1.5"), ElementsAre("weight: 0 > 1.5"));
}

TEST(DifferencesTest, DatesAndTimesAreTexts) {
  EXPECT_THAT(Differ("due { year: 2026 month: 3 day: 31 }",
                     "due { year: 2026 month: 6 day: 5 } seen { seconds: 1600000000 }"),
              ElementsAre(R"(due: "2026-03-31" > "2026-06-05")",
                          R"(seen: nothing > "2020-09-13T12:26:40Z")"));
  EXPECT_THAT(Differ("days { year: 2026 month: 1 day: 2 }", ""),
              ElementsAre(R"(days: ["2026-01-02"] > nothing)"));
}

TEST(DifferencesTest, NumbersThatNoDoubleHoldAreTexts) {
  EXPECT_THAT(Differ("big: 9007199254740992", "big: 9007199254740993"),
              ElementsAre(R"(big: 9.0072e+15 > "9007199254740993")"));
  EXPECT_THAT(Differ("weight: inf", "weight: nan"), ElementsAre(R"(weight: "Infinity" > "NaN")"));
  EXPECT_THAT(Differ("weight: nan", "weight: nan"), IsEmpty());
  EXPECT_THAT(Differ("weight: 0", "weight: -0.0"), IsEmpty());
  EXPECT_THAT(Differ("", R"(raw: "\000\377")"), ElementsAre(R"(raw: nothing > "AP8=")"));
}

TEST(DifferencesTest, TextsDifferByLanguage) {
  EXPECT_THAT(
      Differ(R"(title { text { key: "nl" value: "Doel" } text { key: "de" value: "Ziel" } })",
             R"(title { text { key: "nl" value: "Doelen" } text { key: "fr" value: "But" } })"),
      ElementsAre(R"(title.text[de]: "Ziel" > nothing)", R"(title.text[fr]: nothing > "But")",
                  R"(title.text[nl]: "Doel" > "Doelen")"));
  EXPECT_THAT(Differ("", R"(title { text { key: "nl" value: "Doel" } })"),
              ElementsAre(R"(title.text[nl]: nothing > "Doel")"));
}

TEST(DifferencesTest, AListOfValuesIsOneDifference) {
  EXPECT_THAT(Differ(R"(tags: "a" tags: "b")", R"(tags: "b" tags: "c")"),
              ElementsAre(R"(tags: ["a","b"] > ["b","c"])"));
  EXPECT_THAT(Differ("", R"(tags: "a")"), ElementsAre(R"(tags: nothing > ["a"])"));
}

TEST(DifferencesTest, ElementsAreMatchedByTheirKeys) {
  EXPECT_THAT(
      Differ(R"(steps { id: "m1" due { year: 2026 month: 1 day: 1 } } steps { id: "m2" })",
             R"(steps { id: "m0" } steps { id: "m1" due { year: 2027 month: 1 day: 1 } })"),
      ElementsAre(R"(steps[m1].due: "2026-01-01" > "2027-01-01")",
                  R"(steps[m2]: {"id":"m2"} > nothing)", R"(steps[m0]: nothing > {"id":"m0"})"));
}

TEST(DifferencesTest, ElementsInElementsAreMatched) {
  EXPECT_THAT(
      Differ(R"(steps { id: "a" steps { id: "b" } })",
             R"(steps { id: "a" steps { id: "b" title { text { key: "nl" value: "x" } } } })"),
      ElementsAre(R"(steps[a].steps[b].title.text[nl]: nothing > "x")"));
}

TEST(DifferencesTest, AMapTellsElementsWithOneKeyApart) {
  EXPECT_THAT(
      Differ(R"(links { target: "i/k" weight: 1 }
                links { target: "i/k" slice { key: "sex" value: "F" } weight: 1 })",
             R"(links { target: "i/k" slice { key: "sex" value: "F" } weight: 2 }
                links { target: "i/k" weight: 1 }
                links { target: "i/k" slice { key: "sex" value: "F" } slice { key: "age" value: "9" } })"),
      ElementsAre(
          R"(links[i/k{sex=F}].weight: 1 > 2)",
          R"(links[i/k{age=9,sex=F}]: nothing > {"slice":{"age":"9","sex":"F"},"target":"i/k"})",
          R"(links: ["i/k","i/k{sex=F}"] > ["i/k{sex=F}","i/k","i/k{age=9,sex=F}"])"));
  // Where the key is enough, the map is a field like the others.
  EXPECT_THAT(Differ(R"(links { target: "k" slice { key: "sex" value: "F" } })",
                     R"(links { target: "k" slice { key: "sex" value: "M" } })"),
              ElementsAre(R"(links[k].slice[sex]: "F" > "M")"));
}

TEST(DifferencesTest, ElementsWithoutAKeyOfTheirOwnAreMatchedByPlace) {
  EXPECT_THAT(Differ("places { x: 1 } places { x: 2 }", "places { x: 1 y: 3 }"),
              ElementsAre("places[0].y: nothing > 3", R"(places[1]: {"x":2} > nothing)"));
  EXPECT_THAT(
      Differ(R"(steps { id: "a" } steps { id: "a" })", R"(steps { id: "a" } steps { id: "b" })"),
      ElementsAre(R"(steps[1].id: "a" > "b")"));
  EXPECT_THAT(Differ("places { }", "places { } places { }"),
              ElementsAre("places[1]: nothing > {}"));
}

TEST(DifferencesTest, ElementsThatChangePlacesAreOneDifference) {
  EXPECT_THAT(Differ(R"(steps { id: "a" } steps { id: "b" } steps { id: "c" })",
                     R"(steps { id: "c" } steps { id: "a" } steps { id: "b" })"),
              ElementsAre(R"(steps: ["a","b","c"] > ["c","a","b"])"));
  // One that comes between others moves none of them.
  EXPECT_THAT(Differ(R"(steps { id: "a" } steps { id: "c" })",
                     R"(steps { id: "a" } steps { id: "b" } steps { id: "c" })"),
              ElementsAre(R"(steps[b]: nothing > {"id":"b"})"));
}

TEST(DifferencesTest, KeysThatWouldBeMistakenStandInQuotes) {
  EXPECT_THAT(
      Differ("", R"(title { text { key: "a\"]" value: "x" } text { key: "" value: "y" } })"),
      ElementsAre(R"(title.text[""]: nothing > "y")", R"(title.text["a\"]"]: nothing > "x")"));
  EXPECT_THAT(Differ("", R"(steps { id: "3" })"),
              ElementsAre(R"(steps["3"]: nothing > {"id":"3"})"));
}

TEST(DifferencesTest, EntriesOfMapsThatAreMessagesAreCompared) {
  EXPECT_THAT(Differ("by_floor { key: 1 value { x: 1 } } by_floor { key: 2 value { x: 2 } }",
                     "by_floor { key: 1 value { x: 5 } } by_floor { key: 3 value { } }"),
              ElementsAre(R"(by_floor["1"].x: 1 > 5)", R"(by_floor["2"]: {"x":2} > nothing)",
                          R"(by_floor["3"]: nothing > {})"));
}

TEST(DifferencesTest, AMessageThatIsSetAndEmptyIsADifference) {
  EXPECT_THAT(Differ("margin: 2", "none {}"),
              ElementsAre("margin: 2 > nothing", "none: nothing > {}"));
  EXPECT_THAT(Differ("inner {}", ""), ElementsAre("inner: {} > nothing"));
  EXPECT_THAT(Differ("", R"(inner { inner { owner: "a" } })"),
              ElementsAre(R"(inner.inner.owner: nothing > "a")"));
}

TEST(DifferencesTest, FieldsAreLeftOutAtTheTopAlone) {
  const Sheet before = Parsed(R"(etag: "1" owner: "a" inner { etag: "1" })");
  const Sheet after = Parsed(R"(etag: "2" owner: "b" inner { etag: "2" })");
  EXPECT_THAT(LinesOf(DifferencesOf(before, after, {"etag", "owner"})),
              ElementsAre(R"(inner.etag: "1" > "2")"));
}

}  // namespace
}  // namespace athena::history
