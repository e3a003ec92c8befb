// Who writes, submits, validates and returns progress reports, and when.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FaultyFields;
using FollowUp = testing::FollowUpRpc;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rpc;
using v1::ProgressReport;
using Day = absl::CivilDay;

constexpr char kElements1[] = "institutions/gob/plans/p1/elements/";

// Element a is an ACTION that names gob-reporter, b one that does not; it is May 2022.
class ProgressReportsTest : public testing::PlanTest {
 protected:
  ProgressReportsTest() {
    MakeElement("a", "1", "ACTION", "", R"(reporters: "gob-reporter"
        start_date { year: 2021 month: 6 day: 1 }
        indicators { indicator: "institutions/gob/indicators/k" }
        indicators { indicator: "institutions/gob/indicators/k" slice { key: "x" value: "1" } })");
    MakeElement("b", "2");
    GoTo(Day(2022, 5, 2));
  }

  static std::string Name(const std::string& quarter = "2022-Q1", const std::string& of = "a") {
    return absl::StrCat(kElements1, of, "/progressReports/", quarter);
  }
  static std::string Named(const std::string& rest = "") {
    return absl::StrCat("name: '", Name(), "' ", rest);
  }
  absl::StatusOr<ProgressReport> Create(const std::string& fields = "percent_complete: 10",
                                        const std::string& who = "gob-planner",
                                        const std::string& quarter = "2022-Q1",
                                        const std::string& of = "a", const std::string& rest = "") {
    return Call(&FollowUp::CreateProgressReport,
                absl::StrCat("parent: '", kElements1, of, "' progress_report_id: '", quarter,
                             "' progress_report { ", fields, " } ", rest),
                who);
  }
  absl::StatusOr<ProgressReport> Update(const std::string& fields,
                                        const std::string& who = "gob-planner",
                                        const std::string& rest = "") {
    return Call(&FollowUp::UpdateProgressReport,
                absl::StrCat("progress_report { ", Named(fields), " } ", rest), who);
  }
  absl::StatusOr<ProgressReport> Submit(const std::string& who = "gob-planner",
                                        const std::string& rest = "") {
    return Call(&FollowUp::SubmitProgressReport, Named(rest), who);
  }
  absl::StatusOr<ProgressReport> Validate(const std::string& who = "gob-validator",
                                          const std::string& rest = "") {
    return Call(&FollowUp::ValidateProgressReport, Named(rest), who);
  }
  absl::StatusOr<ProgressReport> Return(const std::string& who = "gob-validator",
                                        const std::string& rest = "reason: 'unclear'") {
    return Call(&FollowUp::ReturnProgressReport, Named(rest), who);
  }
  absl::StatusOr<ProgressReport> Get() { return Call(&FollowUp::GetProgressReport, Named()); }
};

TEST_F(ProgressReportsTest, AReporterWritesTheReportsOfElementsThatNameIt) {
  const std::string reporter = "gob-reporter";
  EXPECT_THAT(Create("percent_complete: 10", reporter), IsOk());
  EXPECT_THAT(Update("percent_complete: 20", reporter), IsOk());
  EXPECT_THAT(Submit(reporter), IsOk());
  const auto refused = Create("percent_complete: 10", reporter, "2022-Q1", "b");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied,
                                AllOf(HasSubstr("gob-reporter"), HasSubstr("elements/b"))));
  EXPECT_THAT(refused, Refuses("NOT_A_REPORTER"));
  // A planner writes any of them.
  EXPECT_THAT(Create("percent_complete: 10", "gob-planner", "2022-Q1", "b"), IsOk());
}

TEST_F(ProgressReportsTest, AReporterThatIsTakenOffWritesNoMore) {
  const std::string reporter = "gob-reporter";
  EXPECT_THAT(Create("percent_complete: 10", reporter), IsOk());
  EXPECT_THAT(Call(&Rpc::UpdateElement,
                   absl::StrCat("element { name: '", kElements1,
                                "a' reporters: 'somebody' } update_mask { paths: 'reporters' }")),
              IsOk());
  EXPECT_THAT(Update("percent_complete: 20", reporter), Refuses("NOT_A_REPORTER"));
  EXPECT_THAT(Submit(reporter), Refuses("NOT_A_REPORTER"));
  EXPECT_EQ(Get()->percent_complete(), 10);
}

TEST_F(ProgressReportsTest, ADraftIsSubmittedReturnedCorrectedAndValidated) {
  const auto draft = Create();
  ATHENA_ASSERT_OK(draft);
  EXPECT_EQ(draft->name(), Name());
  EXPECT_EQ(draft->quarter(), "2022-Q1");
  EXPECT_EQ(draft->state(), ProgressReport::STATE_DRAFT);
  EXPECT_THAT(draft->authors(), ElementsAre("gob-planner"));
  EXPECT_FALSE(draft->has_submit_time());

  const auto submitted = Submit("gob-reporter");
  ATHENA_ASSERT_OK(submitted);
  EXPECT_EQ(submitted->state(), ProgressReport::STATE_SUBMITTED);
  EXPECT_EQ(submitted->submitted_by(), "gob-reporter");
  EXPECT_EQ(submitted->submit_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_THAT(submitted->authors(), ElementsAre("gob-planner", "gob-reporter"));

  const auto returned = Return();
  ATHENA_ASSERT_OK(returned);
  EXPECT_EQ(returned->state(), ProgressReport::STATE_RETURNED);
  EXPECT_EQ(returned->return_reason(), "unclear");
  EXPECT_EQ(returned->returned_by(), "gob-validator");
  EXPECT_EQ(returned->return_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(returned->submitted_by(), "gob-reporter");
  EXPECT_THAT(returned->authors(), ElementsAre("gob-planner", "gob-reporter"));

  const auto corrected = Update("percent_complete: 12.5");
  ATHENA_ASSERT_OK(corrected);
  EXPECT_EQ(corrected->state(), ProgressReport::STATE_RETURNED);
  EXPECT_EQ(corrected->return_reason(), "unclear");

  const auto again = Submit();
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->return_reason(), "");
  EXPECT_EQ(again->returned_by(), "");
  EXPECT_FALSE(again->has_return_time());

  const auto validated = Validate();
  ATHENA_ASSERT_OK(validated);
  EXPECT_EQ(validated->state(), ProgressReport::STATE_VALIDATED);
  EXPECT_EQ(validated->validated_by(), "gob-validator");
  EXPECT_EQ(validated->validate_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(validated->percent_complete(), 12.5);
  EXPECT_THAT(validated->authors(), ElementsAre("gob-planner", "gob-reporter"));

  const auto withdrawn = Return("gob-validator", "reason: 'wrong figure'");
  ATHENA_ASSERT_OK(withdrawn);
  EXPECT_EQ(withdrawn->state(), ProgressReport::STATE_RETURNED);
  EXPECT_EQ(withdrawn->validated_by(), "");
  EXPECT_FALSE(withdrawn->has_validate_time());
  EXPECT_EQ(Get()->SerializeAsString(), withdrawn->SerializeAsString());
}

// Every state with every verb, against the contract's table.
TEST_F(ProgressReportsTest, ARefusalNamesTheStateAndWhatIsAllowedInIt) {
  const std::map<std::string, std::set<std::string>> allowed = {
      {"DRAFT", {"change", "submit"}},
      {"SUBMITTED", {"validate", "return"}},
      {"VALIDATED", {"return"}},
      {"RETURNED", {"change", "submit"}}};
  const std::map<std::string, std::string> words = {{"DRAFT", "changed or submitted"},
                                                    {"SUBMITTED", "validated or returned"},
                                                    {"VALIDATED", "returned"},
                                                    {"RETURNED", "changed or submitted"}};
  const auto call = [&](const std::string& verb) {
    const std::string only = "validate_only: true";
    if (verb == "change") return Update("percent_complete: 77", "gob-planner", only).status();
    if (verb == "submit") return Submit("gob-planner", only).status();
    if (verb == "validate") return Validate("gob-validator", only).status();
    return Return("gob-validator", "reason: 'x' " + only).status();
  };
  const std::vector<std::pair<std::string, std::function<absl::Status()>>> path = {
      {"DRAFT", [&] { return Create().status(); }},
      {"SUBMITTED", [&] { return Submit().status(); }},
      {"VALIDATED", [&] { return Validate().status(); }},
      {"RETURNED", [&] { return Return().status(); }}};
  for (const auto& [state, reach] : path) {
    ATHENA_ASSERT_OK(reach());
    for (const char* verb : {"change", "submit", "validate", "return"}) {
      const absl::Status answer = call(verb);
      if (allowed.at(state).count(verb) == 1) {
        EXPECT_THAT(answer, IsOk()) << state << ": " << verb;
        continue;
      }
      EXPECT_THAT(answer, Refuses("REPORT_STATE")) << state << ": " << verb;
      EXPECT_THAT(answer, StatusIs(absl::StatusCode::kFailedPrecondition,
                                   AllOf(HasSubstr("is " + state),
                                         HasSubstr("it can be " + words.at(state)))))
          << verb;
    }
  }
}

TEST_F(ProgressReportsTest, NobodyValidatesOrReturnsWhatItWrote) {
  ATHENA_ASSERT_OK(Create());
  ATHENA_ASSERT_OK(Update("percent_complete: 20", "gob-all"));
  ATHENA_ASSERT_OK(Submit("gob-reporter"));
  EXPECT_THAT(Validate("gob-all"), Refuses("REPORT_AUTHOR"));
  EXPECT_THAT(Return("gob-all"), StatusIs(absl::StatusCode::kPermissionDenied));
  // Nor after another one has returned it, and a third has changed and submitted it.
  ATHENA_ASSERT_OK(Return());
  ATHENA_ASSERT_OK(Update("percent_complete: 21"));
  ATHENA_ASSERT_OK(Submit());
  EXPECT_THAT(Validate("gob-all"), Refuses("REPORT_AUTHOR"));
  EXPECT_THAT(Validate(), IsOk());
}

TEST_F(ProgressReportsTest, WhoeverSubmitsOrCreatesIsAnAuthor) {
  ATHENA_ASSERT_OK(Create("percent_complete: 1", "gob-all"));
  ATHENA_ASSERT_OK(Submit());
  EXPECT_THAT(Validate("gob-all"), Refuses("REPORT_AUTHOR"));
  ATHENA_ASSERT_OK(Create("percent_complete: 1", "gob-planner", "2021-Q4"));
  const std::string other = absl::StrCat("name: '", Name("2021-Q4"), "'");
  ATHENA_ASSERT_OK(Call(&FollowUp::SubmitProgressReport, other, "gob-all"));
  EXPECT_THAT(Call(&FollowUp::ValidateProgressReport, other, "gob-all"), Refuses("REPORT_AUTHOR"));
}

TEST_F(ProgressReportsTest, WhoeverChangesNothingIsNoAuthor) {
  const auto made = Create();
  ATHENA_ASSERT_OK(made);
  const auto same = Update("percent_complete: 10", "gob-all");
  ATHENA_ASSERT_OK(same);
  EXPECT_EQ(same->SerializeAsString(), made->SerializeAsString());
}

TEST_F(ProgressReportsTest, AReturnNeedsAReason) {
  ATHENA_ASSERT_OK(Create());
  ATHENA_ASSERT_OK(Submit());
  EXPECT_THAT(FaultyFields(Return("gob-validator", "").status()), ElementsAre("reason"));
}

TEST_F(ProgressReportsTest, AReportIsOfAQuarterOfThePlanThatHasBegun) {
  const auto faults = [&](const std::string& quarter) {
    return FaultyFields(Create("", "gob-planner", quarter).status());
  };
  for (const char* bad : {"2020-Q4", "2022-Q3", "2027-Q1", "2022", "2022-05", "2022-q1", "x"}) {
    EXPECT_THAT(faults(bad), ElementsAre("progress_report_id")) << bad;
  }
  EXPECT_THAT(faults("2021-Q1"), IsEmpty());
  EXPECT_THAT(faults("2022-Q2"), IsEmpty());
  GoTo(Day(2022, 6, 30));
  EXPECT_THAT(faults("2022-Q3"), ElementsAre("progress_report_id"));
  GoTo(Day(2022, 7, 1));
  EXPECT_THAT(faults("2022-Q3"), IsEmpty());
}

TEST_F(ProgressReportsTest, AClosedPlanTakesNoReports) {
  ATHENA_ASSERT_OK(Create());
  ATHENA_ASSERT_OK(Call(&Rpc::ActivatePlan, "name: 'institutions/gob/plans/p1'"));
  ATHENA_ASSERT_OK(Call(&Rpc::ClosePlan, "name: 'institutions/gob/plans/p1'"));
  EXPECT_THAT(Create("", "gob-planner", "2021-Q4"), Refuses("PLAN_CLOSED"));
  EXPECT_THAT(Update("percent_complete: 20"), Refuses("PLAN_CLOSED"));
  EXPECT_THAT(Submit(), Refuses("PLAN_CLOSED"));
  EXPECT_THAT(Get(), IsOk());
}

TEST_F(ProgressReportsTest, OnlyAnActionHasAPercentageAndNeedsIt) {
  MakeElement("o", "3", "OBJECTIVE");
  const auto refused = Create("percent_complete: 0", "gob-planner", "2022-Q1", "o");
  EXPECT_THAT(FaultyFields(refused.status()), ElementsAre("progress_report.percent_complete"));
  ATHENA_ASSERT_OK(Create("", "gob-planner", "2022-Q1", "o"));
  const std::string of_o = absl::StrCat("name: '", Name("2022-Q1", "o"), "' ");
  const auto without = Call(&FollowUp::SubmitProgressReport, of_o);
  EXPECT_THAT(without, Refuses("REPORT_INCOMPLETE"));
  EXPECT_EQ(status::MetadataValue(without.status(), "field"), "narrative");
  ATHENA_ASSERT_OK(Call(
      &FollowUp::UpdateProgressReport,
      absl::StrCat("progress_report { ", of_o, "narrative { text { key: 'nl' value: 'x' } } }")));
  EXPECT_THAT(Call(&FollowUp::SubmitProgressReport, of_o), IsOk());

  ATHENA_ASSERT_OK(Create("narrative { text { key: 'nl' value: 'x' } }"));
  const auto incomplete = Submit();
  EXPECT_THAT(incomplete, Refuses("REPORT_INCOMPLETE"));
  EXPECT_EQ(status::MetadataValue(incomplete.status(), "field"), "percent_complete");
  ATHENA_ASSERT_OK(Update("percent_complete: 0"));
  EXPECT_THAT(Submit(), IsOk());
}

TEST_F(ProgressReportsTest, TheForecastIsNotBeforeTheStart) {
  EXPECT_THAT(FaultyFields(Create("forecast_end { year: 2021 month: 5 day: 31 }").status()),
              ElementsAre("progress_report.forecast_end"));
  EXPECT_THAT(Create("forecast_end { year: 2021 month: 6 day: 1 }"), IsOk());
}

TEST_F(ProgressReportsTest, ANoteIsAboutALinkOfTheElement) {
  const auto note = [](const std::string& id, const std::string& rest = "") {
    return absl::StrCat("indicator_notes { indicator: 'institutions/gob/indicators/", id, "' ",
                        rest, " } ");
  };
  const std::string slice = "slice { key: 'x' value: '1' }";
  EXPECT_THAT(
      FaultyFields(
          Create(note("k") + note("other") + note("k", "slice { key: 'x' value: '2' }")).status()),
      ElementsAre("progress_report.indicator_notes[1]", "progress_report.indicator_notes[2]"));
  ATHENA_ASSERT_OK(Create(note("k") + note("k", slice)));
  // A note stays when its link goes.
  ATHENA_ASSERT_OK(Call(
      &Rpc::UpdateElement,
      absl::StrCat("element { name: '", kElements1, "a' } update_mask { paths: 'indicators' }")));
  EXPECT_THAT(Update(note("k", "owner: 'Ann'")), IsOk());
  EXPECT_THAT(FaultyFields(Update(note("k", slice)).status()),
              ElementsAre("progress_report.indicator_notes[0]"));
}

TEST_F(ProgressReportsTest, AReportIsLateTheDayAfterItsDueDate) {
  // By the institution's days, not by UTC's.
  const auto submitted_at = [&](const std::string& quarter, absl::CivilSecond time) {
    absl::TimeZone brussels;
    EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
    clock_.Set(absl::FromCivil(time, brussels) - absl::Seconds(1));
    const auto report = Call(&FollowUp::SubmitProgressReport,
                             absl::StrCat("name: '", Name(quarter), "' validate_only: true"));
    ATHENA_EXPECT_OK(report);
    return report.ok() ? *report : ProgressReport();
  };
  // 30 June and 14 days.
  const auto draft = Create("percent_complete: 1", "gob-planner", "2022-Q2");
  ATHENA_ASSERT_OK(draft);
  EXPECT_EQ(fields::DayOf(draft->due_date()), Day(2022, 7, 14));
  EXPECT_FALSE(draft->late());
  EXPECT_FALSE(submitted_at("2022-Q2", absl::CivilSecond(2022, 7, 14, 23, 59, 59)).late());
  EXPECT_TRUE(submitted_at("2022-Q2", absl::CivilSecond(2022, 7, 15, 0, 0, 0)).late());
  // The delay is the institution's, as it is when the report is submitted.
  ATHENA_ASSERT_OK(Create("percent_complete: 1", "gob-planner", "2022-Q3"));
  ATHENA_ASSERT_OK(Call(&Rpc::UpdateInstitution,
                        "institution { name: 'institutions/gob' report_delay_days: 0 }"));
  EXPECT_FALSE(submitted_at("2022-Q3", absl::CivilSecond(2022, 9, 30, 23, 59, 59)).late());
  const ProgressReport late = submitted_at("2022-Q3", absl::CivilSecond(2022, 10, 1, 0, 0, 0));
  EXPECT_TRUE(late.late());
  EXPECT_EQ(fields::DayOf(late.due_date()), Day(2022, 9, 30));
}

TEST_F(ProgressReportsTest, OnlyACorrectorGivesACorrectionReasonAndItIsKept) {
  const std::string because = "correction_reason: 'recounted'";
  const auto refused = Create("percent_complete: 1", "gob-planner", "2022-Q1", "a", because);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("corrector")));
  const auto made = Create("percent_complete: 1", "gob-all", "2022-Q1", "a", because);
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->correction_reason(), "recounted");
  EXPECT_EQ(Update("percent_complete: 2")->correction_reason(), "");
  EXPECT_EQ(Update("percent_complete: 3", "gob-all", because)->correction_reason(), "recounted");
  EXPECT_EQ(Submit()->correction_reason(), "");
  EXPECT_THAT(Return("gob-validator", because + " reason: 'x'"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(FaultyFields(Create("", "gob-all", "2021-Q4", "a",
                                  absl::StrCat("correction_reason: '", std::string(1001, 'x'), "'"))
                               .status()),
              ElementsAre("correction_reason"));
}

TEST_F(ProgressReportsTest, AReportOfAClosedQuarterChangesWithACorrectionReasonAlone) {
  const std::string because = "correction_reason: 'recounted' ";
  indicators_.SetClosed({"2022-Q1"});
  const auto refused = Create();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr("2022-Q1 is closed"), HasSubstr("corrector"))));
  EXPECT_THAT(refused, Refuses("PERIOD_CLOSED"));
  EXPECT_THAT(Create("percent_complete: 1", "gob-planner", "2021-Q4"), IsOk());
  ATHENA_ASSERT_OK(Create("percent_complete: 1", "gob-all", "2022-Q1", "a", because));
  EXPECT_THAT(Update("percent_complete: 2"), Refuses("PERIOD_CLOSED"));
  ATHENA_ASSERT_OK(Update("percent_complete: 2", "gob-all", because));
  EXPECT_THAT(Submit(), Refuses("PERIOD_CLOSED"));
  ATHENA_ASSERT_OK(Submit("gob-all", because));
  EXPECT_THAT(Validate(), Refuses("PERIOD_CLOSED"));
  ATHENA_ASSERT_OK(Validate("everyone", because));
  EXPECT_THAT(Return(), Refuses("PERIOD_CLOSED"));
  EXPECT_EQ(Return("everyone", because + "reason: 'x'")->correction_reason(), "recounted");
}

TEST_F(ProgressReportsTest, NothingChangesWhileItIsUnknownWhetherTheQuarterIsClosed) {
  ATHENA_ASSERT_OK(Create());
  indicators_.SetDown(true);
  EXPECT_THAT(Update("percent_complete: 2"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Submit(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Get(), IsOk());
  EXPECT_THAT(Update("percent_complete: 2", "tal-all"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Update("percent_complete: 2", "gob-all", "correction_reason: 'x'"), IsOk());
}

TEST_F(ProgressReportsTest, OfTwoWritersTheSecondGetsTheCurrentEtag) {
  const auto made = Create();
  ATHENA_ASSERT_OK(made);
  const auto first = Update("percent_complete: 20 etag: '" + made->etag() + "'", "gob-reporter");
  ATHENA_ASSERT_OK(first);
  const auto second = Update("percent_complete: 30 etag: '" + made->etag() + "'");
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(second, Refuses("ETAG_MISMATCH"));
  EXPECT_EQ(status::MetadataValue(second.status(), "currentEtag"), first->etag());
  EXPECT_THAT(Submit("gob-planner", "etag: '" + made->etag() + "'"), Refuses("ETAG_MISMATCH"));
  EXPECT_EQ(Get()->percent_complete(), 20);
}

// Each writer adds to what it has read, and begins again when another one came first.
TEST_F(ProgressReportsTest, NoneOfManyWritersOverwritesAnother) {
  constexpr int kWriters = 4;
  constexpr int kSteps = 10;
  ATHENA_ASSERT_OK(Create("percent_complete: 0"));
  FollowUp& stub = this->stub<FollowUp>();
  const auto prepare = [](grpc::ClientContext* context) {
    context->AddMetadata("authorization", "Bearer gob-planner");
  };
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&] {
      for (int done = 0; done < kSteps;) {
        v1::GetProgressReportRequest get;
        get.set_name(Name());
        v1::UpdateProgressReportRequest update;
        grpc::ClientContext reading;
        prepare(&reading);
        ASSERT_TRUE(stub.GetProgressReport(&reading, get, update.mutable_progress_report()).ok());
        ProgressReport& report = *update.mutable_progress_report();
        report.set_percent_complete(report.percent_complete() + 1);
        grpc::ClientContext writing;
        prepare(&writing);
        ProgressReport answer;
        const grpc::Status written = stub.UpdateProgressReport(&writing, update, &answer);
        if (written.ok()) ++done;
        ASSERT_TRUE(written.ok() || written.error_code() == grpc::StatusCode::ABORTED)
            << written.error_message();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Get()->percent_complete(), kWriters * kSteps);
}

// A batch of changes to the reports of 2022-Q1 of these elements, given as their fields.
std::string Batch(const std::vector<std::pair<std::string, std::string>>& reports,
                  const std::string& rest = "", const std::string& of = "-") {
  std::string text = absl::StrCat("parent: '", kElements1, of, "' ", rest);
  for (const auto& [element, fields] : reports) {
    absl::StrAppend(&text, " requests { allow_missing: true progress_report { name: '", kElements1,
                    element, "/progressReports/2022-Q1' ", fields, " } }");
  }
  return text;
}

TEST_F(ProgressReportsTest, ReportsOfSeveralElementsAreOneRevisionOrNone) {
  const auto batch = [&](const std::string& text, const std::string& who = "gob-planner") {
    return Call(&FollowUp::BatchUpdateProgressReports, text, who);
  };
  const std::string ten = "percent_complete: 10";
  ATHENA_ASSERT_OK(Create(ten));
  EXPECT_THAT(FaultyFields(batch(Batch({{"a", ten}, {"b", "percent_complete: 101"}})).status()),
              ElementsAre("requests[1].progress_report.percent_complete"));
  EXPECT_THAT(batch(Batch({{"a", "percent_complete: 20"}, {"b", ten}}), "gob-reporter"),
              Refuses("NOT_A_REPORTER"));
  EXPECT_THAT(batch(Batch({{"a", "percent_complete: 20"}, {"none", ten}})),
              Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Get()->percent_complete(), 10);
  const auto list = [&](const std::string& parent, const std::string& rest = "") {
    std::vector<std::string> names;
    const auto listed = Call(&FollowUp::ListProgressReports, "parent: '" + parent + "' " + rest);
    if (!listed.ok()) return std::vector<std::string>{listed.status().ToString()};
    for (const ProgressReport& report : listed->progress_reports()) names.push_back(report.name());
    return names;
  };
  EXPECT_THAT(list(std::string(kElements1) + "-"), ElementsAre(Name()));

  const auto done = batch(Batch({{"b", "percent_complete: 30"}, {"a", "percent_complete: 20"}}));
  ATHENA_ASSERT_OK(done);
  ASSERT_EQ(done->progress_reports_size(), 2);
  EXPECT_EQ(done->progress_reports(0).name(), Name("2022-Q1", "b"));
  EXPECT_EQ(done->progress_reports(0).percent_complete(), 30);
  EXPECT_EQ(done->progress_reports(0).revision(), done->progress_reports(1).revision());
  EXPECT_EQ(Get()->percent_complete(), 20);

  ATHENA_ASSERT_OK(Create(ten, "gob-planner", "2021-Q4", "b"));
  EXPECT_THAT(list(std::string(kElements1) + "-"),
              ElementsAre(Name(), Name("2021-Q4", "b"), Name("2022-Q1", "b")));
  EXPECT_THAT(list(std::string(kElements1) + "-", "filter: 'quarter = \"2021-Q4\"'"),
              ElementsAre(Name("2021-Q4", "b")));
  EXPECT_THAT(list("institutions/gob/plans/none/elements/-"),
              ElementsAre(HasSubstr("institutions/gob/plans/none")));
}

TEST_F(ProgressReportsTest, ABatchIsOfThePlanOrTheElementThatItNames) {
  const auto faults = [&](const std::string& text) {
    return FaultyFields(Call(&FollowUp::BatchUpdateProgressReports, text).status());
  };
  const std::string ten = "percent_complete: 10";
  EXPECT_THAT(faults(Batch({{"a", ten}, {"b", ten}}, "", "a")),
              ElementsAre("requests[1].progress_report.name"));
  const std::string other = "institutions/gob/plans/other/elements/a/progressReports/2022-Q1";
  EXPECT_THAT(faults(Batch({{"a", ten}}, "requests { progress_report { name: '" + other + "' } }")),
              ElementsAre("requests[0].progress_report.name"));
  EXPECT_THAT(faults("parent: 'institutions/gob/plans/-' requests { }"), Contains("parent"));
  EXPECT_THAT(faults("parent: '-' requests { }"), Contains("parent"));
  EXPECT_THAT(faults("parent: 'institutions/gob/plans/p1/units/-' requests { }"),
              Contains("parent"));
}

TEST_F(ProgressReportsTest, AReportThatAnUpdateMakesIsOfAQuarterThatHasBegun) {
  const std::string future = Name("2022-Q3");
  EXPECT_THAT(FaultyFields(Call(&FollowUp::UpdateProgressReport,
                                absl::StrCat("allow_missing: true progress_report { name: '",
                                             future, "' percent_complete: 1 }"))
                               .status()),
              ElementsAre("progress_report.name"));
}

TEST_F(ProgressReportsTest, AReportGoesWithItsElementAndStaysInHistory) {
  const auto made = Create();
  ATHENA_ASSERT_OK(made);
  ATHENA_ASSERT_OK(Call(&Rpc::DeleteElement, absl::StrCat("name: '", kElements1, "a'")));
  EXPECT_THAT(Get(), Refuses("RESOURCE_NOT_FOUND"));
  const auto then = Call(&FollowUp::GetProgressReport,
                         Named(absl::StrCat("as_of { revision: ", made->revision(), " }")));
  ATHENA_ASSERT_OK(then);
  EXPECT_EQ(then->SerializeAsString(), made->SerializeAsString());
}

TEST_F(ProgressReportsTest, AnElementHasAtMostTwentyReportersEachOnce) {
  const auto update = [&](const std::string& reporters) {
    return Call(&Rpc::UpdateElement,
                absl::StrCat("element { name: '", kElements1, "b' ", reporters, " }"))
        .status();
  };
  std::string reporters;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&reporters, "reporters: 'r", i, "' ");
  EXPECT_THAT(update(reporters), IsOk());
  EXPECT_THAT(FaultyFields(update(reporters + "reporters: 'more'")),
              ElementsAre("element.reporters"));
  EXPECT_THAT(FaultyFields(update("reporters: 'x' reporters: '' reporters: 'x'")),
              ElementsAre("element.reporters[1]", "element.reporters[2]"));
  EXPECT_THAT(FaultyFields(update("reporters: '" + std::string(201, 'x') + "'")),
              ElementsAre("element.reporters[0]"));
  EXPECT_THAT(update("reporters: '" + std::string(200, 'x') + "'"), IsOk());
}

}  // namespace
}  // namespace athena::plan
