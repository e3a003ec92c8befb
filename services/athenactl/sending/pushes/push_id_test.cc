#include "services/athenactl/sending/pushes/push_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/athenactl/sending/pushes/pieces.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::HasSubstr;

std::vector<ObservationRow> MakeRows(size_t count, size_t comment_bytes = 0) {
  std::vector<ObservationRow> rows(count);
  for (size_t at = 0; at < count; ++at) {
    rows[at].line = static_cast<int64_t>(at) + 2;
    rows[at].observation.set_indicator("visitors");
    rows[at].observation.set_period("2021-01-01");
    (*rows[at].observation.mutable_dimensions())["site"] = absl::StrCat("s", at);
    rows[at].observation.set_value(static_cast<double>(at));
    rows[at].observation.set_comment(std::string(comment_bytes, 'x'));
  }
  return rows;
}

TEST(PiecesTest, PushesHaveTenThousandRowsAtMost) {
  EXPECT_TRUE(MergePieces({}).empty());
  EXPECT_EQ(MergePieces(MakeRows(kMostRowsOfPush)).size(), 1U);
  const std::vector<ObservationRow> rows = MakeRows(2 * kMostRowsOfPush + 1);
  const auto pieces = MergePieces(rows);
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].rows.size(), kMostRowsOfPush);
  EXPECT_EQ(pieces[2].rows.size(), 1U);
  EXPECT_EQ(pieces[2].rows[0].line, rows.back().line);
}

TEST(PiecesTest, PushesFitIntoARequestHoweverLongTheirTexts) {
  const std::vector<ObservationRow> rows = MakeRows(9'000, 1'000);
  size_t all = 0;
  for (const Piece& piece : MergePieces(rows)) {
    size_t bytes = 0;
    for (const ObservationRow& row : piece.rows) bytes += row.observation.ByteSizeLong() + 4;
    EXPECT_LT(bytes, size_t{4} << 20);
    all += piece.rows.size();
  }
  EXPECT_EQ(all, rows.size());
}

TEST(PiecesTest, RowsThatSpeakOfOtherPartsTravelInOtherPushes) {
  std::vector<ObservationRow> rows = MakeRows(5);
  rows[1].mask = rows[3].mask = kValuePart;
  const auto pieces = MergePieces(rows);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].mask, kValuePart);
  EXPECT_EQ(pieces[0].rows.size(), 2U);
  EXPECT_EQ(pieces[1].mask, kWholeCell);
  EXPECT_EQ(pieces[1].rows.size(), 3U);
}

v1::PushObservationsRequest Request(const std::vector<ObservationRow>& rows) {
  v1::PushObservationsRequest request;
  request.set_mode(v1::PUSH_MODE_MERGE);
  for (const ObservationRow& row : rows) *request.add_observations() = row.observation;
  return request;
}

TEST(PushIdTest, APushIdFollowsFromPlaceAndContentAlone) {
  const v1::PushObservationsRequest request = Request(MakeRows(3));
  const std::string id = PushId("visitors.csv", 1, request);
  EXPECT_THAT(id, HasSubstr("visitors.csv-1-"));
  EXPECT_EQ(PushId("visitors.csv", 1, Request(MakeRows(3))), id);
  EXPECT_NE(PushId("visitors.csv", 2, request), id);
  EXPECT_NE(PushId("others.csv", 1, request), id);
  for (const auto change :
       {+[](v1::PushObservationsRequest& push) { push.set_partial(true); },
        +[](v1::PushObservationsRequest& push) { push.set_mode(v1::PUSH_MODE_REPLACE); },
        +[](v1::PushObservationsRequest& push) { push.set_correction_reason("x"); },
        +[](v1::PushObservationsRequest& push) { push.add_scopes()->set_indicator("k"); },
        +[](v1::PushObservationsRequest& push) { push.mutable_row_mask()->add_paths("value"); },
        +[](v1::PushObservationsRequest& push) { push.mutable_observations()->RemoveLast(); }}) {
    v1::PushObservationsRequest changed = request;
    change(changed);
    EXPECT_NE(PushId("visitors.csv", 1, changed), id);
  }
  for (const auto change :
       {+[](v1::Observation& row) { row.set_value(7); },
        +[](v1::Observation& row) { row.clear_value(); },
        +[](v1::Observation& row) { row.set_comment("x"); },
        +[](v1::Observation& row) { row.set_period("2021-01-02"); },
        +[](v1::Observation& row) { row.clear_dimensions(); },
        +[](v1::Observation& row) { row.set_retract(true); },
        +[](v1::Observation& row) { row.set_status(v1::OBSERVATION_STATUS_PROVISIONAL); }}) {
    v1::PushObservationsRequest changed = request;
    change(*changed.mutable_observations(1));
    EXPECT_NE(PushId("visitors.csv", 1, changed), id);
  }
}

TEST(PushIdTest, APushIdFitsWhateverTheFileIsCalled) {
  const std::string prefix = PushIdPrefix("/data/" + std::string(300, 'x') + ".csv");
  const std::string id = PushId(prefix, 1'000'000, Request(MakeRows(1)));
  EXPECT_LE(id.size(), 128U);
  EXPECT_LE(
      AnotherPushId(PushId(std::string(kLongestPushIdPrefix, 'x'), 1'000'000, Request(MakeRows(1))),
                    "0123456789abcdef0123456789abcdef")
          .size(),
      128U);
  EXPECT_EQ(PushIdPrefix("a/b/één.csv"), "____n.csv");
}

}  // namespace
}  // namespace athena::athenactl
