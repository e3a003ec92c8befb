// PushRequest compared with protobuf's parser.

#include "services/indicator/ingest/rows/push_request.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "google/protobuf/arena.h"
#include "services/indicator/ingest/testing/push_message.h"

namespace athena::indicator {
namespace {

using ::testing::ElementsAre;
using testing::MessageOf;
using testing::ReadsAsProtobuf;

void AddSampleRow(v1::PushObservationsRequest& push, const std::string& indicator,
                  const std::string& period, const std::string& unit, double value) {
  v1::Observation& row = *push.add_observations();
  row.set_indicator(indicator);
  row.set_period(period);
  (*row.mutable_dimensions())["unit"] = unit;
  (*row.mutable_dimensions())["channel"] = "web";
  row.set_value(value);
}

v1::PushObservationsRequest SamplePush() {
  v1::PushObservationsRequest push;
  push.set_parent("institutions/gob");
  push.set_push_id("monday");
  push.set_partial(true);
  push.set_correction_reason("the counter was réparé");
  push.add_scopes()->set_indicator("visits");
  AddSampleRow(push, "visits", "2021-07-01", "BM", 12.5);
  AddSampleRow(push, "visits", "2021-07-01", "BX", 0);
  AddSampleRow(push, "calls", "2021-07-02", "BM", -1e300);
  AddSampleRow(push, "visits", "2021-07-02", "BM", 3);
  push.mutable_observations(1)->set_status(v1::OBSERVATION_STATUS_PROVISIONAL);
  push.mutable_observations(2)->set_comment("counted twice");
  push.mutable_observations(3)->clear_value();
  push.mutable_observations(3)->set_retract(true);
  push.add_observations();
  return push;
}

// A length-delimited field.
std::string Field(int number, std::string_view content) {
  std::string field(1, static_cast<char>(number << 3 | 2));
  field.push_back(static_cast<char>(content.size()));
  return field.append(content);
}
std::string Varint(int number, std::string_view bytes) {
  return std::string(1, static_cast<char>(number << 3)).append(bytes);
}
std::string Row(std::string_view content) { return Field(7, content); }
std::string Code(std::string_view dimension, std::string_view code) {
  return Field(3, Field(1, dimension) + Field(2, code));
}

bool LiesIn(std::string_view bytes, std::string_view text) {
  return text.data() >= bytes.data() && text.data() + text.size() <= bytes.data() + bytes.size();
}

TEST(PushRequestTest, WhatRowsShareStandsOnce) {
  const std::string bytes = SamplePush().SerializeAsString();
  google::protobuf::Arena arena;
  const PushRequest* const request = PushRequest::Parse(bytes, arena);
  ASSERT_NE(request, nullptr);

  EXPECT_THAT(request->periods(), ElementsAre("2021-07-01", "2021-07-02", ""));
  ASSERT_EQ(request->series().size(), 4U);
  EXPECT_EQ(request->series()[0].indicator, "visits");
  EXPECT_THAT(request->series()[0].codes,
              ElementsAre(RowCode{"channel", "web"}, RowCode{"unit", "BM"}));
  EXPECT_THAT(request->series()[1].codes,
              ElementsAre(RowCode{"channel", "web"}, RowCode{"unit", "BX"}));
  EXPECT_EQ(request->series()[2].indicator, "calls");
  EXPECT_EQ(request->series()[3].indicator, "");
  std::vector<std::pair<int32_t, int32_t>> places;
  for (const PushRow& row : request->rows()) places.emplace_back(row.series, row.period);
  EXPECT_THAT(places, ElementsAre(std::pair(0, 0), std::pair(1, 0), std::pair(2, 1),
                                  std::pair(0, 1), std::pair(3, 2)));
  EXPECT_EQ(request->rows()[0].value, 12.5);
  EXPECT_EQ(request->rows()[1].status, v1::OBSERVATION_STATUS_PROVISIONAL);
  EXPECT_EQ(request->rows()[2].comment, "counted twice");
  EXPECT_EQ(request->rows()[3].value, std::nullopt);
  EXPECT_TRUE(request->rows()[3].retract);
  EXPECT_EQ(request->head().parent(), "institutions/gob");
  EXPECT_EQ(request->head().correction_reason(), "the counter was réparé");
  EXPECT_EQ(request->head().observations_size(), 0);
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(MessageOf(*request), SamplePush()));
}

// Usually texts are not copied.
TEST(PushRequestTest, PlainRowsLieInTheBytes) {
  const std::string bytes = SamplePush().SerializeAsString();
  google::protobuf::Arena arena;
  const PushRequest* const request = PushRequest::Parse(bytes, arena);
  ASSERT_NE(request, nullptr);
  EXPECT_TRUE(LiesIn(bytes, request->periods()[1]));
  EXPECT_TRUE(LiesIn(bytes, request->series()[2].indicator));
  EXPECT_TRUE(LiesIn(bytes, request->series()[1].codes[1].code));
  EXPECT_TRUE(LiesIn(bytes, request->rows()[2].comment));
}

// Encoders put the entries of a map in any order.
TEST(PushRequestTest, ASeriesIsTheSameInWhateverOrderItsCodesCome) {
  const std::string begin = Field(1, "visits") + Field(2, "2021");
  const std::string bytes = Row(begin + Code("unit", "BM") + Code("channel", "web")) +
                            Row(begin + Code("channel", "web") + Code("unit", "BM"));
  google::protobuf::Arena arena;
  const PushRequest* const request = PushRequest::Parse(bytes, arena);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->series().size(), 1U);
  EXPECT_EQ(request->rows()[1].series, 0);
  EXPECT_TRUE(LiesIn(bytes, request->series()[0].codes[0].code));
}

TEST(PushRequestTest, UnusualEncodingsMeanWhatProtobufSays) {
  const std::string row = Field(1, "visits") + Field(2, "2021") + Code("unit", "BM");
  const std::string long_comment(200, 'c');
  const std::vector<std::string> encodings = {
      "",
      Row(""),
      Row(row + Field(1, "calls")),                          // a field twice: the last counts
      Row(row + Code("unit", "BX")),                         // a key twice, likewise
      Row(row + Field(3, "")),                               // neither key nor code
      Row(row + Field(3, Field(1, "channel"))),              // a key alone
      Row(row + Field(3, Field(2, "web"))),                  // a code alone
      Row(row + Field(3, Field(2, "web") + Field(1, "x"))),  // the other way round
      Row(row + Field(3, Field(1, "x") + Field(2, "y") + Field(9, "z"))),
      Row(Code("unit", "BM") + Field(1, "visits") + Code("channel", "web")),
      Row(Code("unit", "BM") + Field(6, Field(1, "unlike") + Field(2, "codes")) + Code("x", "y")),
      Row(row + Varint(5, "\x03")),
      Row(row + Varint(5, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")),  // -1
      Row(row + Varint(5, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")),
      Row(row + Varint(7, "\x02")),
      Row(row + Varint(7, "\x80\x01")),
      Row(row + Varint(1, "\x01")),                           // another type than the field's
      Row(row + Field(4, "12345678")),                        // likewise
      Row(row + std::string("\x21\0\0\0\0\0\0", 7)),          // a value that is cut off
      Row(row + std::string("\x21\0\0\0\0\0\0\xf8\x7f", 9)),  // not a number
      Row(row + Field(15, "unknown")),
      Row(row + std::string("\xfa\x01\x01x", 4)),  // field 31
      Row(row + "\x4b\x4c"),                       // an empty group
      Row(row + "\x4b"),                           // that does not end
      Row(row + std::string("\0\0", 2)),           // field 0
      Row(row + "\x0d"),                           // a fixed32 that is cut off
      Row(row + std::string("\x0d\1\2\3\4", 5)),
      Row(Field(1, "r\xc3\xa9sum\xc3\xa9")),  // UTF-8
      Row(Field(1, "r\xe9sum\xe9")),          // not UTF-8
      Row(Field(2, "\xc3")),
      Row(Code("unit", "\xff")),
      Row(Code("unit\xff", "")),
      Row(Field(6, "d\xc3\xa9j\xc3\xa0")),
      Row(Field(6, "\xed\xa0\x80")),  // a surrogate
      Field(7, row) + Field(2, "id") + Field(7, row) + Field(2, "other id"),
      Field(7, row) + Varint(3, "\x02") + Varint(10, "\x80\x01") + Field(12, "unknown"),
      Field(7, row) + Varint(3, "\x80"),
      Field(7, row) + Field(2, "\xff"),
      Field(7, row) + "\x53\x54",
      Field(7, row) + std::string("\x5d\1\2\3\4", 5),
      std::string("\x3a\xff\xff\xff\xff\x07", 6),  // longer than there are bytes
      std::string("\x3a\x80\x80\x80\x80\x00", 6),  // a length in more bytes than it takes
      std::string("\x3a\xc8\x01\x32\xc5\x01", 5) + long_comment.substr(0, 197),
      std::string("\x80", 1),
  };
  for (size_t i = 0; i < encodings.size(); ++i) {
    EXPECT_TRUE(ReadsAsProtobuf(encodings[i])) << "encoding " << i;
    EXPECT_TRUE(ReadsAsProtobuf(encodings[i] + Row(row))) << "encoding " << i << " and a row";
    EXPECT_TRUE(ReadsAsProtobuf(Row(row) + encodings[i])) << "a row and encoding " << i;
  }
}

TEST(PushRequestTest, WhatIsCutOffOrAlteredMeansWhatProtobufSays) {
  const std::string bytes = SamplePush().SerializeAsString();
  for (size_t size = 0; size <= bytes.size(); ++size) {
    EXPECT_TRUE(ReadsAsProtobuf(bytes.substr(0, size))) << "the first " << size << " bytes";
  }
  for (size_t place = 0; place < bytes.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string altered = bytes;
      altered[place] = static_cast<char>(byte);
      EXPECT_TRUE(ReadsAsProtobuf(altered)) << "byte " << place << " is " << byte;
    }
  }
}

}  // namespace
}  // namespace athena::indicator
