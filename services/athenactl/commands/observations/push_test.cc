#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
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
            "  20,001 rows are stored already, pushed between 2022-01-01 00:01 UTC and 2022-01-01 "
            "00:03 UTC: nothing was done\n");
  std::set<std::string> ids;
  int checks = 0;
  for (const auto& push : indicator_.pushes()) {
    EXPECT_LE(push.observations_size(), 10'000);
    if (push.validate_only()) {
      ++checks;
    } else {
      ids.insert(push.push_id());
    }
  }
  EXPECT_THAT(indicator_.pushes(), SizeIs(9));
  EXPECT_EQ(checks, 3);
  EXPECT_THAT(ids, SizeIs(3));
}

TEST_F(PushTest, AnInterruptedPushGoesOnWhereItStopped) {
  std::vector<absl::Status> answers = {absl::OkStatus()};
  // More often than it is tried.
  answers.resize(12, status::Overloaded("the queue", absl::Milliseconds(1)));
  indicator_.FailNext(answers);
  Ran ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv: stopped: 10,000 of 20,001 rows stored; run it "
                                 "again to go on from there: "));
  EXPECT_THAT(ran.out, HasSubstr("  10,001 rows not sent\n"));
  EXPECT_THAT(indicator_.cells(), SizeIs(10'000));
  indicator_.FailNext({});
  ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("  10,001 inserted\n  10,000 rows are stored already, pushed on "
                                 "2022-01-01 00:01 UTC"));
  EXPECT_THAT(indicator_.cells(), SizeIs(20'001));
}

TEST_F(PushTest, P12_ARetryIsAdvisedOnlyWhereItCanHelp) {
  indicator_.FailNext({status::PermissionDenied("somebody", "push")});
  const Ran ran = Push(Rows(1));
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv: stopped: 0 of 1 rows stored: \"somebody\" may not "
                                 "push"));
  EXPECT_THAT(ran.err, Not(HasSubstr("again")));
}

std::string OneRow(int value) {
  return absl::StrCat("indicator,period,value\nk,2021,", value, "\n");
}

TEST_F(PushTest, P3_ContentThatComesBackIsStoredAgain) {
  ASSERT_EQ(Push(OneRow(100)).code, 0);
  ASSERT_EQ(Push(OneRow(120)).code, 0);
  Ran ran = Push(OneRow(100));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  1 revised\n"));
  EXPECT_THAT(ran.out, HasSubstr("1 push stored before had been changed since"));
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 100)));
  // And so on, as often as it is sent.
  for (const int value : {120, 100, 120, 100}) {
    ran = Push(OneRow(value));
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", value)));
  }
  // The same twice is done already.
  ran = Push(OneRow(100));
  EXPECT_THAT(ran.out, HasSubstr("  1 row is stored already, pushed on 2022-01-01 00:0"));
}

TEST_F(PushTest, P3_ARetryAfterALostAnswerIsStoredOnce) {
  ASSERT_EQ(Push(OneRow(100)).code, 0);
  const int changes = indicator_.changes();
  // The answer was lost: the command runs again.
  const Ran ran = Push(OneRow(100));
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(indicator_.changes(), changes);
}

TEST_F(PushTest, P3_WhatSomebodyElseChangedIsSaidAndLeftUnlessAgain) {
  constexpr char kFile[] = "indicator,period,value\nk,2021,100\nk,2022,5\n";
  ASSERT_EQ(Push(kFile).code, 0);
  indicator_.SetSender("planner");
  ASSERT_EQ(Push("indicator,period,value\nk,2021,130\n").code, 0);
  indicator_.SetSender("somebody");
  Ran ran = Push(kFile);
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err,
            "rows.csv:2: pushed on 2022-01-01 00:01 UTC, changed since by \"planner\" "
            "(institutions/a/pushes/2): left as it is\n");
  EXPECT_EQ(ran.out,
            "rows.csv: 2 rows in 1 push\n"
            "  1 row is stored already, pushed on 2022-01-01 00:01 UTC: nothing was done\n"
            "  1 row was changed since by others and left as it is: --again pushes the file's\n");
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 130), Pair("k 2022", 5)));
  ran = Push(kFile, {"--again"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 100), Pair("k 2022", 5)));
}

TEST_F(PushTest, P3_WhatSomebodyElseRetractedIsSaid) {
  ASSERT_EQ(Push(OneRow(100)).code, 0);
  indicator_.SetSender("planner");
  ASSERT_EQ(Push("indicator,period,retract\nk,2021,yes\n").code, 0);
  indicator_.SetSender("somebody");
  EXPECT_EQ(Push(OneRow(100)).code, 3);
  EXPECT_THAT(indicator_.cells(), IsEmpty());
}

TEST_F(PushTest, P2_WhatTheFileHasNoColumnForStays) {
  ASSERT_EQ(Push("indicator,period,value,status,comment\nk,2021,10,P,counted\n").code, 0);
  const Ran ran =
      Push("STRUCTURE,STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE\ndataflow,A:K(1.0),M,2021,11\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  auto cell = indicator_.cell("k 2021");
  EXPECT_EQ(cell.value(), 11);
  EXPECT_EQ(cell.status(), athena::indicator::v1::OBSERVATION_STATUS_PROVISIONAL);
  EXPECT_EQ(cell.comment(), "counted");
  const auto pushes = indicator_.pushes();
  EXPECT_THAT(pushes.back().row_mask().paths(), ElementsAre("value"));
  ASSERT_EQ(Push(OneRow(12)).code, 0);
  cell = indicator_.cell("k 2021");
  EXPECT_EQ(cell.value(), 12);
  EXPECT_EQ(cell.comment(), "counted");
  ASSERT_EQ(Push("indicator,period,comment\nk,2021,counted twice\n").code, 0);
  EXPECT_EQ(indicator_.cell("k 2021").comment(), "counted twice");
  EXPECT_EQ(indicator_.cell("k 2021").value(), 12);
}

TEST_F(PushTest, P1_ADeleteThatNamesOnlyIgnoredAttributesDeletesNothing) {
  ASSERT_EQ(Push("indicator,period,desk,value\nvisits,2014-01,MAIN,1\n").code, 0);
  for (const char* const row : {"D,MAIN,2014-01,,-", "D,MAIN,,,-", "D,,,,-"}) {
    const Ran ran = Push(absl::StrCat("STRUCTURE,STRUCTURE_ID,ACTION,desk,TIME_PERIOD,OBS_VALUE,"
                                      "DECIMALS\ndataflow,H:VISITS(1.0.0),",
                                      row, "\n"),
                         {"--ignore", "DECIMALS", "--allow-delete"});
    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(ran.err, HasSubstr("rows.csv:2: DECIMALS: got \"-\", want nothing"));
    EXPECT_THAT(indicator_.cells(), SizeIs(1));
  }
}

TEST_F(PushTest, P4_EqualKeysInDifferentPushesAreRefusedNamingBothLines) {
  const std::string csv = Rows(10'000) + "k,p0,7\n";
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{}, {"--dry-run"}, {"--partial"}}) {
    const Ran ran = Push(csv, flags);
    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(ran.err, HasSubstr("rows.csv:2: lines 2, 10002 have the same indicator"));
    EXPECT_THAT(ran.err, HasSubstr("rows.csv:10002: lines 2, 10002 have the same indicator"));
    EXPECT_EQ(indicator_.cells().count("k p0"), 0U);
  }
  EXPECT_THAT(indicator_.cells(), SizeIs(9'999));  // of the last one
}

TEST_F(PushTest, P5_ACommentThatIsNotUtf8IsNamedAndTheOtherRowsAreStoredWithPartial) {
  constexpr char kFile[] = "indicator,period,value,comment\nk,2021,1,caf\xE9\nk,2022,2,x\n";
  Ran ran = Push(kFile);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:2: comment: column 13: the byte E9 is not UTF-8 "
                                 "(Windows-1252? save as UTF-8)\n"));
  EXPECT_THAT(indicator_.cells(), IsEmpty());
  ran = Push(kFile, {"--partial"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("  1 inserted\n  1 row refused\n"));
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2022", 2)));
}

TEST_F(PushTest, P9_LinesOfTheFileAreNamedInTheServicesOwnWords) {
  athena::indicator::v1::PushObservationsResponse answer;
  answer.mutable_counts()->set_rejected(1);
  auto& refused = *answer.add_outcomes();
  refused.set_index(1);
  refused.set_outcome(athena::indicator::v1::OUTCOME_REJECTED);
  auto& fault = *refused.add_faults();
  fault.set_field("period");
  fault.set_description("got \"2022\", want each cell once; observations[0] has the same");
  indicator_.AnswerNext(answer);
  const Ran ran = Push("indicator,period,value\n,,\nk,2021,1\nk,2022,2\n", {"--partial"});
  EXPECT_EQ(ran.err,
            "rows.csv:4: period: got \"2022\", want each cell once; line 3 has the same\n");
}

TEST_F(PushTest, P10_ASpreadsheetsFileIsPushedWithFlagsOrADialect) {
  constexpr char kFile[] = "KPI;Month;Value;Remark\nvisits;2014-01;95,5;x\n;;;\n";
  Ran ran = Push(kFile);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("the columns are KPI;Month;Value;Remark"));
  EXPECT_THAT(ran.err, HasSubstr("--separator \";\""));
  ran = Push(kFile, {"--separator", ";"});
  EXPECT_THAT(ran.err, HasSubstr("--map COLUMN=indicator"));
  ran = Push(kFile, {"--separator", ";", "--decimal", ",", "--map", "KPI=indicator", "--map",
                     "month=period", "--ignore", "remark"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("visits 2014-01", 95.5)));
  const std::string dialect = folder_.Write("export.json", R"({"separator": ";", "decimal": ",",
      "columns": {"KPI": "indicator", "Month": "period"}, "ignore": ["Remark"]})");
  ran = Push(kFile, {"--dialect", dialect});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 row is stored already"));
  EXPECT_EQ(Push(kFile, {"--separator", ",", "--decimal", ","}).code, 2);
}

TEST_F(PushTest, P11_FaultsOfTheFileAndOfTheServiceAreReportedTogether) {
  const Ran ran = Push(
      "indicator,period,value\nk,2021,1\nk,2022,x\nk,2023,-1\nk,2024,y\nk,2025,-2\nk,2027,3\n"
      "k,2027,4\nk,2026,-3\n");
  EXPECT_EQ(ran.code, 3);
  for (const char* const line : {":3: ", ":4: ", ":5: ", ":6: ", ":7: ", ":8: ", ":9: "}) {
    EXPECT_THAT(ran.err, HasSubstr(absl::StrCat("rows.csv", line)));
  }
  EXPECT_EQ(
      ran.out,
      "rows.csv: 8 rows in 1 push\n"
      "  7 rows refused\n"
      "  1 good row not stored, for a push is stored whole: correct the refused rows, or push "
      "with --partial\n");
  EXPECT_THAT(indicator_.cells(), IsEmpty());
}

TEST_F(PushTest, JsonTellsWhatBecameOfEachRow) {
  const Ran ran =
      Push("indicator,period,value\nk,2021,1\nk,2022,-1\nk,2023,x\n", {"--partial", "--json"});
  EXPECT_EQ(ran.code, 3);
  for (const char* const part :
       {"\"rows\": 3,", "\"inserted\": 1,", "\"refused\": 2,", "\"line\": 3,", "\"line\": 4,"}) {
    EXPECT_THAT(ran.out, HasSubstr(part));
  }
  EXPECT_EQ(ran.err, "");
}

TEST_F(PushTest, CtrlCStopsAfterThePushThatIsUnderWayAndSaysWhatIsStored) {
  indicator_.OnPush([] { std::raise(SIGINT); });
  Ran ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 130);
  EXPECT_THAT(ran.out, HasSubstr("  10,000 inserted\n  10,001 rows not sent\n"));
  EXPECT_THAT(ran.err, HasSubstr("stopped: 10,000 of 20,001 rows stored; run it again to go on"));
  EXPECT_THAT(indicator_.cells(), SizeIs(10'000));
  indicator_.OnPush([] {});
  ran = Push(Rows(20'001));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(indicator_.cells(), SizeIs(20'001));
}

TEST_F(PushTest, A6_AFolderIsNoFile) {
  const Ran ran = testing::RunAthenactl({"push", folder_.path(), "--institution", "a"}, options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("is a folder, want a file"));
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
            "  1 inserted\n"
            "  2 rows refused\n");
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 1)));
}

TEST_F(PushTest, WithoutPartialAFileWithRowsThatAreNoObservationsIsNotPushed) {
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2023,x\n");
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:3: value: got \"x\""));
  EXPECT_THAT(ran.err, HasSubstr("nothing was pushed"));
  EXPECT_THAT(ran.out, HasSubstr("  1 row refused\n  1 good row not stored"));
  // The service checked the others.
  ASSERT_THAT(indicator_.pushes(), SizeIs(1));
  EXPECT_TRUE(indicator_.pushes()[0].validate_only());
  EXPECT_THAT(indicator_.cells(), IsEmpty());
}

TEST_F(PushTest, ADryRunChecksAllAndStoresNothing) {
  const Ran ran = Push("indicator,period,value\nk,2021,1\nk,2022,-1\nk,2023,x\n", {"--dry-run"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:3: value: got -1"));
  EXPECT_THAT(ran.err, HasSubstr("rows.csv:4: value: got \"x\""));
  EXPECT_THAT(ran.out, HasSubstr("  would be: 1 inserted\n  2 rows refused\n"));
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
  EXPECT_THAT(ran.out, HasSubstr("  1 inserted\n  1 stored row is flagged as odd\n"));
  EXPECT_THAT(ran.out, HasSubstr("  1 row refused\n"));
}

constexpr char kSdmxHeader[] = "STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE\n";

TEST_F(PushTest, SdmxCsvIsKnownByItsHeader) {
  const Ran ran = Push(absl::StrCat(kSdmxHeader,
                                    "dataflow,A:MY_K(1.0.0),I,BM,2021-Q1,1\n"
                                    "dataflow,A:MY_K(1.0.0),R,BF,2021-Q1,2.5\n"));
  EXPECT_EQ(ran.code, 0) << ran.err;
  // R sets the whole cell, I what the file has a column for.
  EXPECT_EQ(ran.out, "rows.csv: 2 rows in 2 pushes\n  2 inserted\n");
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

TEST_F(PushTest, IgnoredColumnsArePassedOver) {
  const Ran ran = Push("indicator,period,value,x\nk,2021,1,y\n", {"--ignore", "X"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(indicator_.cells(), ElementsAre(Pair("k 2021", 1)));
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
