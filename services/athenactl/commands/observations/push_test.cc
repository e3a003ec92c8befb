#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using testing::FakeIndicator;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using testing::Ran;
using ::testing::SizeIs;

class PushTest : public ::testing::Test {
 protected:
  PushTest() { options_.indicator_address = indicator_.address(); }

  // Pushes a file of this content.
  Ran Push(const std::string& csv, std::vector<std::string> flags = {}) {
    const std::string path = folder_.Write("rows.csv", csv);
    std::vector<std::string> words = {"push", path, "--institution", "a"};
    words.insert(words.end(), flags.begin(), flags.end());
    Ran ran = testing::RunAthenactl(words, options_);
    // The folder's name is another one in each run.
    for (std::string* text : {&ran.out, &ran.err}) {
      for (size_t at = text->find(folder_.path()); at != std::string::npos;
           at = text->find(folder_.path())) {
        text->erase(at, folder_.path().size() + 1);
      }
    }
    return ran;
  }

  static std::string Rows(int count) {
    std::string csv = "indicator,period,value\n";
    for (int at = 0; at < count; ++at) absl::StrAppend(&csv, "k,p", at, ",", at, "\n");
    return csv;
  }

  FakeIndicator indicator_;
  ConnectionOptions options_;
  Folder folder_;
};

TEST_F(PushTest, RowsAreStoredAndCounted) {
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2022,2.5\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "rows.csv: 2 rows in 1 push\n  2 inserted\n");
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 1), Pair("k 2022", 2.5)));
  EXPECT_EQ(indicator_.pushes()[0].parent(), "institutions/a");
}

TEST_F(PushTest, PushingAFileAgainIsAReplayAndSaysSo) {
  ASSERT_EQ(Push(Rows(20'001)).code, 0);
  const Ran ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "rows.csv: 20,001 rows in 3 pushes\n"
            "  20,001 rows in 3 pushes had been pushed before: nothing was done for them\n");
  std::set<std::string> ids;
  for (const auto& push : indicator_.pushes()) {
    ids.insert(push.push_id());
    EXPECT_LE(push.observations_size(), 10'000);
  }
  EXPECT_THAT(indicator_.pushes(), SizeIs(6));
  EXPECT_THAT(ids, SizeIs(3));
}

TEST_F(PushTest, AnInterruptedPushGoesOnWhereItStopped) {
  indicator_.FailNext({absl::OkStatus(), status::PermissionDenied("somebody", "push")});
  // A permission that is lost meanwhile.
  Ran ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv: stopped after 1 of 3 pushes; run it again to go on "
                                 "from there: \"somebody\" may not push\n"));
  EXPECT_THAT(indicator_.cells(), SizeIs(10'000));
  ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("  10,001 inserted\n  10,000 rows in 1 push had been pushed"));
  EXPECT_THAT(indicator_.cells(), SizeIs(20'001));
}

TEST_F(PushTest, AnAnswerThatLeavesTheOutcomeOpenIsRetriedWithTheSameId) {
  indicator_.FailNext({absl::UnavailableError("gone"), absl::InternalError("odd"),
                       absl::DeadlineExceededError("late"),
                       status::Overloaded("the queue", absl::Milliseconds(1))});
  const Ran ran = Push("indicator,period,value\nk,2021,1\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_THAT(indicator_.pushes(), SizeIs(5));
  for (const auto& push : indicator_.pushes()) {
    EXPECT_EQ(push.push_id(), indicator_.pushes()[0].push_id());
  }
  EXPECT_THAT(indicator_.cells(), SizeIs(1));
}

TEST_F(PushTest, ARefusalThatWillNotChangeIsNotRetried) {
  indicator_.FailNext(
      {status::Refusal(absl::StatusCode::kResourceExhausted, "TOO_LARGE", "too large")});
  const Ran ran = Push("indicator,period,value\nk,2021,1\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(indicator_.pushes(), SizeIs(1));
  EXPECT_THAT(ran.err, HasSubstr("too large"));
}

TEST_F(PushTest, OneBadRowKeepsItsPushFromBeingStoredAndIsNamedByItsLine) {
  std::string csv = Rows(10'000);
  absl::StrAppend(&csv, "k,q1,5\nk,q2,-1\nk,q3,-2\n");
  const Ran ran = Push(csv);
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err,
            "rows.csv:10003: value: got -1, want at least 0\n"
            "rows.csv:10004: value: got -2, want at least 0\n");
  EXPECT_EQ(
      ran.out,
      "rows.csv: 10,003 rows in 2 pushes\n"
      "  10,000 inserted\n"
      "  2 rows refused\n"
      "  1 good row not stored, for a push is stored whole: correct the refused rows, or push "
      "with --partial\n");
  EXPECT_THAT(indicator_.cells(), SizeIs(10'000));
}

TEST_F(PushTest, AllBadRowsAreNamedAlsoWhereTheErrorHasRoomForAFew) {
  std::string csv = "indicator,period,value\n";
  for (int at = 0; at < 150; ++at) absl::StrAppend(&csv, "k,p", at, ",-1\n");
  const Ran ran = Push(csv);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:2: value:"));
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:151: value:"));
  EXPECT_THAT(ran.out, HasSubstr("  150 rows refused\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("good row")));
}

TEST_F(PushTest, PartialStoresTheGoodRows) {
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2022,-1\nk,2023,x\n", {"--partial"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err,
            "rows.csv:3: value: got -1, want at least 0\n"
            "rows.csv:4: value: got \"x\", want a number with a decimal point and without "
            "separators, like 1250.5\n");
  EXPECT_EQ(ran.out,
            "rows.csv: 3 rows in 1 push\n"
            "  1 inserted, 1 rejected\n"
            "  1 fault in rows that are no observations\n"
            "  1 row refused\n");
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 1)));
}

TEST_F(PushTest, WithoutPartialAFileWithRowsThatAreNoObservationsIsNotPushed) {
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2023,x\n");
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:3: value: got \"x\""));
  EXPECT_THAT(ran.err, HasSubstr("nothing was pushed"));
  EXPECT_THAT(indicator_.pushes(), IsEmpty());
}

TEST_F(PushTest, ADryRunChecksAllAndStoresNothing) {
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2022,-1\nk,2023,x\n", {"--dry-run"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:3: value: got -1"));
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:4: value: got \"x\""));
  EXPECT_THAT(ran.out, HasSubstr("  would be: 1 inserted, 1 rejected\n"));
  EXPECT_THAT(ran.out, HasSubstr("  nothing was stored (--dry-run)\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("not stored, for")));
  ASSERT_THAT(indicator_.pushes(), SizeIs(1));
  EXPECT_TRUE(indicator_.pushes()[0].validate_only());
  EXPECT_THAT(indicator_.cells(), IsEmpty());
}

TEST_F(PushTest, AnotherPrefixPushesAnew) {
  ASSERT_EQ(Push("indicator,period,value\nk,2021,1\n").code, 0);
  const Ran ran = Push("indicator,period,value\nk,2021,1\n", {"--push-id-prefix", "again"});
  EXPECT_EQ(ran.out, "rows.csv: 1 row in 1 push\n  1 unchanged\n");
  EXPECT_THAT(indicator_.pushes()[1].push_id(), HasSubstr("again-1-"));
}

TEST_F(PushTest, ARetractedCellIsGone) {
  ASSERT_EQ(Push("indicator,period,value\nk,2021,1\nk,2022,2\n").code, 0);
  const Ran ran = Push("indicator,period,value,retract\nk,2021,,yes\nk,2022,2,\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  1 unchanged, 1 deleted\n"));
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2022", 2)));
}

TEST_F(PushTest, DigitsThatAreNotKeptAreReportedAndTheRowIsStored) {
  const Ran ran = Push("indicator,period,value\nk,2021,0.10000000000000000555\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:2: value: got 0.10000000000000000555, of which 0.1 is"));
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 0.1)));
}

TEST_F(PushTest, ReplaceSaysWhatItReplaces) {
  const Ran ran =
      Push("indicator,period,value\nk,2021,1\nk,2019,2\n",
           {"--replace", "--to", "2022", "--slice", "unit=BM", "--correction-reason", "as agreed"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_THAT(indicator_.pushes(), SizeIs(1));
  const auto push = indicator_.pushes()[0];
  EXPECT_EQ(push.mode(), athena::indicator::v1::PUSH_MODE_REPLACE);
  EXPECT_EQ(push.correction_reason(), "as agreed");
  ASSERT_EQ(push.scopes_size(), 1);
  EXPECT_EQ(push.scopes(0).indicator(), "k");
  EXPECT_EQ(push.scopes(0).start_period(), "2019");
  EXPECT_EQ(push.scopes(0).end_period(), "2022");
  EXPECT_EQ(push.scopes(0).slice().at("unit"), "BM");
}

TEST_F(PushTest, WhatGoesWithReplaceAloneIsRefusedWithoutIt) {
  EXPECT_EQ(Push(Rows(1), {"--from", "2021"}).code, 2);
  EXPECT_EQ(Push(Rows(1), {"--replace", "--partial"}).code, 2);
  EXPECT_THAT(indicator_.pushes(), IsEmpty());
}

TEST_F(PushTest, RowsOfClosedQuartersAndOddRowsAreNamedByTheirLines) {
  athena::indicator::v1::PushObservationsResponse answer;
  answer.mutable_counts()->set_locked(1);
  answer.mutable_counts()->set_inserted(1);
  answer.mutable_counts()->set_flagged(1);
  auto& locked = *answer.add_outcomes();
  locked.set_index(0);
  locked.set_outcome(athena::indicator::v1::OUTCOME_LOCKED);
  auto& odd = *answer.add_outcomes();
  odd.set_index(1);
  odd.set_outcome(athena::indicator::v1::OUTCOME_INSERTED);
  auto& flag = *odd.add_flags();
  flag.set_field("value");
  flag.set_description("got 900, 800 more than the period before");
  indicator_.AnswerNext(answer);
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2022,900\n", {"--partial"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err,
            "rows.csv:2: its quarter is closed; who may correct it does so with "
            "--correction-reason\n"
            "rows.csv:3: value: stored, but odd: got 900, 800 more than the period before\n");
  EXPECT_THAT(ran.out, HasSubstr("  1 inserted, 1 locked, 1 flagged\n"));
  EXPECT_THAT(ran.out, HasSubstr("  1 row refused\n"));
}

constexpr char kSdmxHeader[] = "STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE\n";

TEST_F(PushTest, SdmxCsvIsKnownByItsHeader) {
  const Ran ran = Push(absl::StrCat(kSdmxHeader,
                                    "dataflow,A:MY_K(1.0.0),I,BM,2021-Q1,1\n"
                                    "dataflow,A:MY_K(1.0.0),R,BF,2021-Q1,2.5\n"));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "rows.csv: 2 rows in 1 push\n  2 inserted\n");
  EXPECT_THAT(indicator_.cells(),
              ElementsAre(Pair("my-k 2021-Q1 unit=BF", 2.5), Pair("my-k 2021-Q1 unit=BM", 1)));
}

class BulkDeletionTest : public PushTest {
 protected:
  BulkDeletionTest() {
    std::string csv = "indicator,period,unit,value\n";
    for (const char* const cell :
         {"k,2021-01,BM", "k,2021-02,BM", "k,2021-02,BF", "k,2021-03,BF", "l,2021-02,BM"}) {
      absl::StrAppend(&csv, cell, ",1\n");
    }
    EXPECT_EQ(Push(csv).code, 0);
  }
};

TEST_F(BulkDeletionTest, WithoutItsFlagItIsRefusedAndNothingIsPushed) {
  const Ran ran = Push(absl::StrCat(kSdmxHeader,
                                    "dataflow,A:K(1.0),I,BM,2021-04,1\n"
                                    "dataflow,A:K(1.0),D,BM,,\n"));
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:3: ACTION: D with an empty dimension or TIME_PERIOD"));
  EXPECT_THAT(ran.err, HasSubstr("say --allow-delete"));
  EXPECT_THAT(indicator_.cells(), SizeIs(5));
}

TEST_F(BulkDeletionTest, OneCellNeedsNoFlag) {
  EXPECT_EQ(Push(absl::StrCat(kSdmxHeader, "dataflow,A:K(1.0),D,BM,2021-01,\n")).code, 0);
  EXPECT_THAT(indicator_.cells(), SizeIs(4));
}

TEST_F(BulkDeletionTest, ItTakesBackWhatItLeavesOpenAndNoMore) {
  const Ran ran =
      Push(absl::StrCat(kSdmxHeader, "dataflow,A:K(1.0),D,,2021-02,\n"), {"--allow-delete"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "rows.csv: 2 rows in 1 push\n"
            "  2 cells to take back in 1 row of action D that leave something open\n"
            "  2 deleted\n");
  EXPECT_THAT(indicator_.cells(),
              ElementsAre(Pair("k 2021-01 unit=BM", 1), Pair("k 2021-03 unit=BF", 1),
                          Pair("l 2021-02 unit=BM", 1)));
}

TEST_F(BulkDeletionTest, APeriodIsThatPeriodNotWhatLiesInIt) {
  const Ran ran =
      Push(absl::StrCat(kSdmxHeader, "dataflow,A:K(1.0),D,,2021,\n"), {"--allow-delete"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  0 cells to take back in 1 row of action D"));
  EXPECT_THAT(indicator_.cells(), SizeIs(5));
}

TEST_F(BulkDeletionTest, WhatTheFileSetsItselfStaysAndOverlapsCountOnce) {
  const Ran ran = Push(absl::StrCat(kSdmxHeader,
                                    "dataflow,A:K(1.0),D,,,\n"
                                    "dataflow,A:K(1.0),D,BM,,\n"
                                    "dataflow,A:K(1.0),I,BM,2021-01,7\n"),
                       {"--allow-delete"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(indicator_.cells(),
              ElementsAre(Pair("k 2021-01 unit=BM", 7), Pair("l 2021-02 unit=BM", 1)));
}

TEST_F(BulkDeletionTest, ADryRunDeletesNothing) {
  const Ran ran =
      Push(absl::StrCat(kSdmxHeader, "dataflow,A:K(1.0),D,,,\n"), {"--allow-delete", "--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  would be: 4 deleted\n"));
  EXPECT_THAT(indicator_.cells(), SizeIs(5));
}

TEST_F(PushTest, IgnoredColumnsAreForSdmxCsv) {
  const Ran ran = Push("indicator,period,value,x\nk,2021,1,y\n", {"--ignore", "x"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(indicator_.pushes(), IsEmpty());
}

TEST_F(PushTest, WhoseRowsTheyAreMustBeSaid) {
  const std::string path = folder_.Write("rows.csv", Rows(1));
  const Ran ran = testing::RunAthenactl({"push", path}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--institution gob"));
}

TEST_F(PushTest, AFileThatIsNotThereIsNamed) {
  const Ran ran = testing::RunAthenactl({"push", "/no/such.csv", "--institution", "a"}, options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err,
              HasSubstr(absl::StrCat("/no/such.csv cannot be read: ", std::strerror(ENOENT))));
}

}  // namespace
}  // namespace athena::athenactl
