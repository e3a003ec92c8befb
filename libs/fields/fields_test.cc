#include "libs/fields/fields.h"

#include <gmock/gmock.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <gtest/gtest.h>

namespace athena::fields {
namespace {

using testing::HasSubstr;

std::string Message(const status::FieldFaults& faults) {
  return std::string(faults.ToStatus().message());
}

TEST(Fields, ATextMayBeAsLongAsItsLimitAndNoLonger) {
  status::FieldFaults faults;
  CheckText("title", std::string(300, 'x'), 300, Need::kRequired, &faults);
  EXPECT_TRUE(faults.empty());
  CheckText("title", std::string(301, 'x'), 300, Need::kRequired, &faults);
  EXPECT_THAT(Message(faults), HasSubstr("title"));
  EXPECT_THAT(Message(faults), HasSubstr("301 bytes"));
}

TEST(Fields, ControlCharactersAreRefusedAndLineEndsAreNot) {
  status::FieldFaults faults;
  CheckText("note", "one\r\n\ttwo", 300, Need::kOptional, &faults);
  EXPECT_TRUE(faults.empty());
  CheckText("note", std::string_view("a\0b", 3), 300, Need::kOptional, &faults);
  CheckText("note", "\x1b[31m", 300, Need::kOptional, &faults);
  EXPECT_EQ(faults.count(), 2);
}

TEST(Fields, A14_NoTextCommandsATerminalOrTurnsLettersAround) {
  // CSI and NEL as one character, line separators, overrides, isolates, marks, tags.
  for (const char* character : {"\u009b", "\u0085", "\u2028", "\u2029", "\u202e", "\u202a",
                                "\u2066", "\u200e", "\u061c", "\ufeff", "\u0080", "\U000E0041"}) {
    for (const size_t size : {kMaxLineBytes, kMaxTitleBytes, kMaxDescriptionBytes}) {
      status::FieldFaults faults;
      CheckText("text", std::string("a") + character + "b", size, Need::kOptional, &faults);
      EXPECT_EQ(faults.count(), 1) << status::Printable(character);
    }
  }
  for (const char* text : {"Bruxelles \u2013 \u00ab stalles \u00bb", "\u05d0\u05d1",
                           "\u0395\u03bb\u03bb\u03ac\u03b4\u03b1", "\u0411\u044a\u043b\u0433",
                           "1\u00a0000 \u20ac", "CO\u2082"}) {
    status::FieldFaults faults;
    CheckText("text", text, kMaxTitleBytes, Need::kOptional, &faults);
    EXPECT_TRUE(faults.empty()) << text;
  }
}

TEST(Fields, A14_ATextIsNotBlankAndAShortOneIsOneLine) {
  const auto faults_of = [](std::string_view text, size_t size) {
    status::FieldFaults faults;
    CheckText("text", text, size, Need::kOptional, &faults);
    return faults.count();
  };
  for (const char* blank : {" ", "\t", "\n", " \r\n ", "\u00a0", "\u3000", "\u200b", "\u2028"}) {
    EXPECT_EQ(faults_of(blank, kMaxReasonBytes), 1) << status::Printable(blank);
    EXPECT_EQ(faults_of(blank, kMaxRequestIdBytes), 1) << status::Printable(blank);
  }
  EXPECT_EQ(faults_of("two\nlines", kMaxReasonBytes), 0);
  EXPECT_EQ(faults_of("two\nlines", kMaxLineBytes), 1);
  EXPECT_EQ(faults_of("a\ttab", kMaxRequestIdBytes), 1);
  status::FieldFaults faults;
  CheckMutation("id\n", " ", &faults);
  EXPECT_EQ(faults.count(), 2);
}

TEST(Fields, LanguagesAreBcp47Tags) {
  for (const char* tag : {"nl", "fr-BE", "zh-Hant-TW", "de-1996"})
    EXPECT_TRUE(IsLanguageTag(tag)) << tag;
  for (const char* tag : {"", "n", "nl_BE", "nl-", "-nl", "1a", "abcdefghi", "nl--be"}) {
    EXPECT_FALSE(IsLanguageTag(tag)) << tag;
  }
}

TEST(Fields, ALocalisedTextNamesTheLanguageAtFault) {
  common::v1::LocalizedText text;
  (*text.mutable_text())["nl"] = "goed";
  (*text.mutable_text())["fr"] = "";
  status::FieldFaults faults;
  CheckText("title", text, 300, Need::kRequired, &faults);
  EXPECT_EQ(faults.count(), 1);
  EXPECT_THAT(Message(faults), HasSubstr("title.text[fr]"));
}

TEST(Fields, DaysThatDoNotExistAreNone) {
  common::v1::Date date;
  date.set_year(2023);
  date.set_month(2);
  date.set_day(29);
  EXPECT_EQ(DayOf(date), std::nullopt);
  date.set_year(2024);
  EXPECT_EQ(DayOf(date), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(DayOf(common::v1::Date()), std::nullopt);
  EXPECT_EQ(DayOf(DateOf(absl::CivilDay(2199, 12, 31))), absl::CivilDay(2199, 12, 31));
}

TEST(Fields, ADayThatIsSetIsOneAndNotBeforeItsBound) {
  status::FieldFaults faults;
  common::v1::Date date = DateOf(absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(ReadDay("a", true, date, &faults), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(ReadDay("a", false, date, &faults), std::nullopt);
  CheckNotBefore("a", absl::CivilDay(2024, 2, 29), "b", absl::CivilDay(2024, 2, 29), &faults);
  CheckNotBefore("a", std::nullopt, "b", absl::CivilDay(2024, 2, 29), &faults);
  CheckNotBefore("a", absl::CivilDay(2024, 2, 29), "b", std::nullopt, &faults);
  EXPECT_TRUE(faults.empty());
  date.set_day(30);
  EXPECT_EQ(ReadDay("a", true, date, &faults), std::nullopt);
  CheckNotBefore("a", absl::CivilDay(2024, 2, 28), "b", absl::CivilDay(2024, 2, 29), &faults);
  EXPECT_EQ(faults.count(), 2);
}

TEST(Fields, TimesComeBackToTheMicrosecond) {
  for (const int64_t micros :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1'700'000'000'123'456}}) {
    EXPECT_EQ(TimeOf(TimestampOf(absl::FromUnixMicros(micros))), absl::FromUnixMicros(micros));
  }
}

TEST(Fields, TagsStandOnceAndInstitutionsAreNames) {
  google::protobuf::RepeatedPtrField<std::string> tags;
  *tags.Add() = "caf:1";
  *tags.Add() = "caf:1";
  *tags.Add() = "";
  status::FieldFaults faults;
  CheckTags("tags", tags, &faults);
  EXPECT_EQ(faults.count(), 2);
  google::protobuf::RepeatedPtrField<std::string> names;
  *names.Add() = "institutions/gob";
  *names.Add() = "gob";
  status::FieldFaults other;
  CheckInstitutions("shared_with", names, &other);
  EXPECT_EQ(other.count(), 1);
  EXPECT_THAT(Message(other), HasSubstr("shared_with[1]"));
}

TEST(Fields, ATimeZoneIsANameOfTheDatabaseAlone) {
  for (const char* const zone : {"Europe/Brussels", "UTC", "Etc/GMT+1", "America/Port-au-Prince",
                                 "America/Argentina/Buenos_Aires"}) {
    EXPECT_TRUE(IsTimeZone(zone)) << zone;
  }
  for (const char* const zone : {"", "localtime", "/etc/localtime", "Mars/Olympus", "Europe/../UTC",
                                 "Europe/Brussels ", "file:UTC"}) {
    EXPECT_FALSE(IsTimeZone(zone)) << zone;
  }
  EXPECT_FALSE(IsTimeZone(std::string(65, 'A')));
  EXPECT_FALSE(IsTimeZone(std::string_view("UTC\0x", 5)));
}

}  // namespace
}  // namespace athena::fields
