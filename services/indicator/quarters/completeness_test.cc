#include "services/indicator/quarters/completeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::IndicatorService::StubInterface;

const char kGob[] = "institutions/gob";

// "visits 2021-Q3: 4 on time of 5 of 6, 1 overdue, OVERDUE"
std::string Line(const v1::IndicatorCompleteness& row) {
  const std::string state = v1::ReportingState_Name(row.state());
  return absl::StrCat(row.indicator().substr(row.indicator().rfind('/') + 1), " ", row.quarter(),
                      ": ", row.measures().on_time(), " on time of ", row.measures().actual(),
                      " of ", row.measures().expected(), ", ", row.measures().overdue(),
                      " overdue, ", state.substr(std::string("REPORTING_STATE_").size()));
}
std::vector<std::string> Lines(const v1::GetCompletenessResponse& response) {
  std::vector<std::string> lines;
  for (const v1::IndicatorCompleteness& row : response.indicators()) lines.push_back(Line(row));
  return lines;
}

// "sue: 1 cells of 1 series of 1 indicators since 2021-10-14"
std::string Line(const v1::OverdueSender& sender) {
  return absl::StrCat(sender.sender(), ": ", sender.cells(), " cells of ", sender.series(),
                      " series of ", sender.indicators(), " indicators since ", sender.due().year(),
                      "-", sender.due().month(), "-", sender.due().day());
}
template <typename Message>
std::vector<std::string> Senders(const Message& message) {
  std::vector<std::string> lines;
  for (const v1::OverdueSender& sender : message.overdue_senders()) lines.push_back(Line(sender));
  return lines;
}

class CompletenessTest : public testing::ServiceTest {
 protected:
  CompletenessTest() { At("2021-01-01T09:00:00+01:00"); }

  // A monthly flow by unit, A or B.
  static v1::Indicator Visits() {
    v1::Indicator indicator;
    (*indicator.mutable_display_name()->mutable_text())["nl"] = "Bezoeken";
    indicator.set_kind(v1::Indicator::KIND_BASE);
    indicator.set_direction(v1::Indicator::DIRECTION_HIGHER);
    indicator.set_frequency(v1::Indicator::FREQUENCY_MONTHLY);
    indicator.set_time_aggregation(v1::Indicator::TIME_AGGREGATION_SUM);
    indicator.set_group_aggregation(v1::Indicator::GROUP_AGGREGATION_SUM);
    v1::Dimension& unit = *indicator.add_dimensions();
    unit.set_id("unit");
    unit.add_codes()->set_id("A");
    unit.add_codes()->set_id("B");
    indicator.set_owner("Visitor service");
    indicator.set_steward("Data office");
    indicator.set_source_system("doors");
    return indicator;
  }
  static v1::Indicator Plain(v1::Indicator::Frequency frequency) {
    v1::Indicator indicator = Visits();
    indicator.clear_dimensions();
    indicator.set_frequency(frequency);
    return indicator;
  }

  void Define(const std::string& id, const v1::Indicator& indicator) {
    v1::CreateIndicatorRequest request;
    request.set_parent(kGob);
    request.set_indicator_id(id);
    *request.mutable_indicator() = indicator;
    const auto made = Call(&Stub::CreateIndicator, "planner", request);
    ATHENA_ASSERT_OK(made);
  }

  static v1::Observation Row(const std::string& period, const std::string& unit = "",
                             const std::string& indicator = "visits") {
    v1::Observation row;
    row.set_indicator(indicator);
    row.set_period(period);
    row.set_value(7);
    if (!unit.empty()) (*row.mutable_dimensions())["unit"] = unit;
    return row;
  }
  // Pushes at a moment; returns the push's name.
  std::string Push(const std::string& moment, const std::string& who,
                   const std::vector<v1::Observation>& rows) {
    At(moment);
    v1::PushObservationsRequest request;
    request.set_parent(kGob);
    request.set_push_id(absl::StrCat("push-", ++pushes_sent_));
    for (const v1::Observation& row : rows) *request.add_observations() = row;
    const auto pushed = Call(&Stub::PushObservations, who, request);
    ATHENA_EXPECT_OK(pushed);
    return pushed.ok() ? pushed->name() : "";
  }

  static v1::GetCompletenessRequest Asking(const std::vector<std::string>& quarters = {"2021-Q3"}) {
    v1::GetCompletenessRequest request;
    request.set_parent(kGob);
    for (const std::string& quarter : quarters) request.add_quarters(quarter);
    return request;
  }
  absl::StatusOr<v1::GetCompletenessResponse> Get(
      const v1::GetCompletenessRequest& request = Asking(), const std::string& who = "val") {
    return Call(&Stub::GetCompleteness, who, request);
  }

  int pushes_sent_ = 0;
};

TEST_F(CompletenessTest, OverdueValuesAreCountedForOperators) {
  const auto counted = [&](int cells) {
    return ::testing::HasSubstr(
        absl::StrCat("athena_overdue_cells{institution=\"gob\"} ", cells, "\n"));
  };
  const auto due = [](int64_t time) {
    return ::testing::HasSubstr(
        absl::StrCat("athena_report_due_timestamp_seconds{institution=\"gob\"} ", time, "\n"));
  };
  Define("visits", Visits());
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07", "A"), Row("2021-07", "B")});
  ATHENA_EXPECT_OK(service_.CountOverdue());
  EXPECT_THAT(service_.Metrics(), counted(0));
  // July is due on 14 August: until midnight in Brussels, 22:00 in Greenwich
  // (date -d 2021-08-14T22:00Z +%s).
  EXPECT_THAT(service_.Metrics(), due(1628978400));
  // August is due on 14 September: two desks. Nothing was written, but the day is another one.
  At("2021-09-15T09:00:00+02:00");
  ATHENA_EXPECT_OK(service_.CountOverdue());
  EXPECT_THAT(service_.Metrics(), counted(2));
  // September is due on 14 October (date -d 2021-10-14T22:00Z +%s).
  EXPECT_THAT(service_.Metrics(), due(1634248800));
  Push("2021-09-15T10:00:00+02:00", "sam", {Row("2021-08", "A")});
  ATHENA_EXPECT_OK(service_.CountOverdue());
  EXPECT_THAT(service_.Metrics(), counted(1));
  // In June of the next year the present quarter and the three before it begin in July, and May is
  // not due yet. Series are awaited for six months after their last value: A from September to
  // February, B from August to January. Of March and April, when both are silent, one cell is.
  At("2022-06-13T09:00:00+02:00");
  ATHENA_EXPECT_OK(service_.CountOverdue());
  EXPECT_THAT(service_.Metrics(), counted(6 + 6 + 2));
  // In July they begin in October, and May is due: A until February, B until January, March to May.
  At("2022-07-13T09:00:00+02:00");
  ATHENA_EXPECT_OK(service_.CountOverdue());
  EXPECT_THAT(service_.Metrics(), counted(5 + 4 + 3));
}

// August is due on 14 September, by Brussels' calendar: what came half an hour into the 15th, when
// it was still the 14th in Greenwich, is late.
TEST_F(CompletenessTest, AQuarterIsMeasuredByWhatCameAndWhen) {
  Define("visits", Visits());
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07", "A")});
  Push("2021-08-11T09:00:00+02:00", "sue", {Row("2021-07", "B")});
  Push("2021-09-14T23:59:59+02:00", "sam", {Row("2021-08", "A")});
  const std::string last = Push("2021-09-15T00:30:00+02:00", "sue", {Row("2021-08", "B")});
  Push("2021-10-12T09:00:00+02:00", "sam", {Row("2021-09", "A")});
  At("2021-10-20T09:00:00+02:00");
  const auto answer = Get();
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(Lines(*answer),
              ElementsAre("visits 2021-Q3: 4 on time of 5 of 6, 1 overdue, OVERDUE"));
  const v1::IndicatorCompleteness& row = answer->indicators(0);
  EXPECT_EQ(row.measures().rate().decimal(), "0.833333333333");
  EXPECT_EQ(row.measures().on_time_rate().decimal(), "0.666666666667");
  EXPECT_EQ(row.owner(), "Visitor service");
  EXPECT_EQ(row.steward(), "Data office");
  EXPECT_EQ(row.source_system(), "doors");
  EXPECT_EQ(row.unattributed(), 0);
  EXPECT_THAT(Senders(row),
              ElementsAre("sue: 1 cells of 1 series of 1 indicators since 2021-10-14"));
  EXPECT_EQ(row.overdue_senders(0).last_push(), last);
  EXPECT_EQ(absl::FromUnixSeconds(row.overdue_senders(0).last_push_time().seconds()),
            absl::FromCivil(absl::CivilMinute(2021, 9, 15, 0, 30), brussels_));
  EXPECT_EQ(answer->revision(), 6);
  EXPECT_EQ(answer->date().day(), 20);
}

TEST_F(CompletenessTest, ACorrectionMakesNothingLateButARetractionDoes) {
  Define("visits", Visits());
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07", "A")});
  v1::Observation row = Row("2021-07", "A");
  row.set_value(8);
  Push("2021-09-10T09:00:00+02:00", "sam", {row});
  EXPECT_THAT(Lines(*Get()),
              ElementsAre("visits 2021-Q3: 1 on time of 1 of 1, 0 overdue, NOT_DUE"));
  v1::Observation retraction = Row("2021-07", "A");
  retraction.clear_value();
  retraction.set_retract(true);
  Push("2021-09-11T09:00:00+02:00", "sue", {Row("2021-08", "A"), retraction});
  // The series now begins in August, which is in time.
  EXPECT_THAT(Lines(*Get()),
              ElementsAre("visits 2021-Q3: 1 on time of 1 of 1, 0 overdue, NOT_DUE"));
  Push("2021-09-12T09:00:00+02:00", "sam", {row});
  EXPECT_THAT(Lines(*Get()),
              ElementsAre("visits 2021-Q3: 1 on time of 2 of 2, 0 overdue, NOT_DUE"));
}

// Retired half an hour into 1 September, when it is still August in Greenwich: September has begun
// and is owed, October is not.
TEST_F(CompletenessTest, NothingIsOverdueInPeriodsThatBeginAfterTheRetirement) {
  Define("visits", Visits());
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07", "A"), Row("2021-07", "B")});
  v1::Observation august = Row("2021-08", "A");
  august.set_status(v1::OBSERVATION_STATUS_ESTIMATED);
  Push("2021-08-31T09:00:00+02:00", "sam", {august});
  At("2021-09-01T00:30:00+02:00");
  v1::RetireIndicatorRequest retire;
  retire.set_name("institutions/gob/indicators/visits");
  const auto retired = Call(&Stub::RetireIndicator, "planner", retire);
  ATHENA_ASSERT_OK(retired);
  EXPECT_EQ(retired->retired_on().month(), 9);
  EXPECT_EQ(retired->retired_on().day(), 1);
  At("2022-02-20T09:00:00+01:00");
  v1::GetCompletenessRequest request = Asking({"2021-Q3", "2021-Q4"});
  request.add_indicators("visits");
  const auto now = Get(request);
  ATHENA_ASSERT_OK(now);
  EXPECT_THAT(Lines(*now),
              ElementsAre("visits 2021-Q3: 3 on time of 3 of 6, 3 overdue, OVERDUE",
                          "visits 2021-Q4: 0 on time of 0 of 0, 0 overdue, NOT_EXPECTED"));
  EXPECT_THAT(Senders(*now),
              ElementsAre("sam: 3 cells of 2 series of 1 indicators since 2021-9-14"));
  // The values say the same, and before the retirement nobody knew of it.
  const auto coverage = [this](const std::string& quarter, int64_t revision) {
    v1::QueryPeriodValuesRequest query;
    query.add_selections()->set_indicator("institutions/gob/indicators/visits");
    query.add_periods(quarter);
    query.mutable_basis_date()->set_year(2022);
    query.mutable_basis_date()->set_month(2);
    query.mutable_basis_date()->set_day(20);
    if (revision > 0) (*query.mutable_revisions()->mutable_revisions())[kGob] = revision;
    std::string text;
    const auto answered = service_.Call<v1::QueryPeriodValuesResponse>(
        "val", [&](auto& stub, auto* context, auto* part) {
          const auto parts = stub.QueryPeriodValues(context, query);
          while (parts->Read(part)) {
            for (const v1::PeriodValue& value : part->values()) {
              text = absl::StrCat(value.own().present(), "/", value.own().expected());
            }
          }
          return parts->Finish();
        });
    ATHENA_EXPECT_OK(answered);
    return text;
  };
  EXPECT_EQ(coverage("2021-Q3", 0), "3/6");
  EXPECT_EQ(coverage("2021-Q4", 0), "0/0");
  EXPECT_EQ(coverage("2021-Q3", retired->revision() - 1), "3/6");
  EXPECT_EQ(coverage("2021-Q4", retired->revision() - 1), "0/6");
}

// Whoever took the values back is the one who last had a hand in them.
TEST_F(CompletenessTest, ARetractionIsAPushToo) {
  Define("visits", Visits());
  Push("2021-09-10T09:00:00+02:00", "sam", {Row("2021-07", "A"), Row("2021-08", "A")});
  v1::Observation retraction = Row("2021-08", "A");
  retraction.clear_value();
  retraction.set_retract(true);
  Push("2021-09-11T09:00:00+02:00", "sue", {retraction});
  At("2021-10-20T09:00:00+02:00");
  EXPECT_THAT(Senders(*Get()),
              ElementsAre("sue: 2 cells of 1 series of 1 indicators since 2021-9-14"));
}

TEST_F(CompletenessTest, ThePastIsJudgedByWhatWasKnownAndDueThen) {
  Define("visits", Visits());
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07", "A")});
  Push("2021-10-12T09:00:00+02:00", "sam", {Row("2021-08", "A")});
  At("2021-11-20T09:00:00+01:00");
  v1::GetCompletenessRequest request = Asking();
  // 30 September: August has been due for a fortnight, September is not yet.
  request.mutable_as_of()->mutable_time()->set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(absl::CivilDay(2021, 9, 30), brussels_)));
  const auto then = Get(request);
  ATHENA_ASSERT_OK(then);
  EXPECT_THAT(Lines(*then), ElementsAre("visits 2021-Q3: 1 on time of 1 of 2, 1 overdue, OVERDUE"));
  EXPECT_EQ(then->revision(), 2);
  EXPECT_EQ(then->date().month(), 9);
  // The revision of 12 October.
  request.mutable_as_of()->set_revision(3);
  EXPECT_THAT(Lines(*Get(request)),
              ElementsAre("visits 2021-Q3: 1 on time of 2 of 2, 0 overdue, NOT_DUE"));
  request.clear_as_of();
  EXPECT_THAT(Lines(*Get(request)),
              ElementsAre("visits 2021-Q3: 1 on time of 2 of 3, 1 overdue, OVERDUE"));
}

TEST_F(CompletenessTest, AnIndicatorIsExpectedFromItsFirstTarget) {
  Define("visits", Plain(v1::Indicator::FREQUENCY_MONTHLY));
  At("2021-11-20T09:00:00+01:00");
  EXPECT_THAT(Lines(*Get()),
              ElementsAre("visits 2021-Q3: 0 on time of 0 of 0, 0 overdue, NOT_EXPECTED"));
  v1::SetTargetRequest request;
  v1::Target& target = *request.mutable_target();
  target.set_indicator("institutions/gob/indicators/visits");
  v1::Target::Anchor& anchor = *target.add_anchors();
  anchor.set_period("2021-Q3");
  anchor.set_value(30);
  target.set_margin(3);
  target.set_interpolation(v1::Target::INTERPOLATION_STEP);
  const auto set = Call(&Stub::SetTarget, "planner", request);
  ATHENA_ASSERT_OK(set);
  const auto answer = Get(Asking({"2021-Q2", "2021-Q3"}));
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(Lines(*answer),
              ElementsAre("visits 2021-Q2: 0 on time of 0 of 0, 0 overdue, NOT_EXPECTED",
                          "visits 2021-Q3: 0 on time of 0 of 3, 3 overdue, OVERDUE"));
  EXPECT_FALSE(answer->indicators(0).measures().has_rate());
  EXPECT_EQ(answer->indicators(1).measures().rate().decimal(), "0");
  EXPECT_EQ(answer->indicators(1).unattributed(), 3);
  EXPECT_THAT(answer->overdue_senders(), IsEmpty());
}

TEST_F(CompletenessTest, EveryCodeIsExpectedWhereTheDefinitionSaysSo) {
  v1::Indicator visits = Visits();
  visits.set_expected_from("2021-08");
  visits.mutable_dimensions(0)->set_every_code_expected(true);
  Define("visits", visits);
  Push("2021-10-10T09:00:00+02:00", "sam", {Row("2021-09", "A")});
  At("2021-11-20T09:00:00+01:00");
  const auto answer = Get();
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(Lines(*answer),
              ElementsAre("visits 2021-Q3: 1 on time of 1 of 4, 3 overdue, OVERDUE"));
  EXPECT_EQ(answer->indicators(0).unattributed(), 3);
}

TEST_F(CompletenessTest, CombinationsAreExpectedOnlyWhereEveryDimensionSaysSo) {
  v1::Indicator visits = Visits();
  visits.set_expected_from("2021-08");
  visits.mutable_dimensions(0)->set_every_code_expected(true);
  v1::Dimension& sex = *visits.add_dimensions();
  sex.set_id("sex");
  for (const char* code : {"F", "M", "X"}) sex.add_codes()->set_id(code);
  Define("visits", visits);
  At("2021-11-20T09:00:00+01:00");
  // Of whom is not known: one cell for August and one for September.
  EXPECT_THAT(Lines(*Get()),
              ElementsAre("visits 2021-Q3: 0 on time of 0 of 2, 2 overdue, OVERDUE"));
}

TEST_F(CompletenessTest, AYearIsMeasuredInItsFourthQuarterOnly) {
  Define("visits", Plain(v1::Indicator::FREQUENCY_ANNUAL));
  Push("2021-01-10T09:00:00+01:00", "sam", {Row("2020")});
  At("2022-03-01T09:00:00+01:00");
  EXPECT_THAT(Lines(*Get(Asking({"2021-Q4", "2021-Q1", "2020-Q4"}))),
              ElementsAre("visits 2021-Q4: 0 on time of 0 of 1, 1 overdue, OVERDUE",
                          "visits 2020-Q4: 1 on time of 1 of 1, 0 overdue, ON_TIME"));
}

TEST_F(CompletenessTest, SumsAndSendersCountAllWhateverThePage) {
  // a: sam owes August and September; b: sue owes September; c: nobody owes anything.
  for (const char* id : {"c", "b", "a"}) Define(id, Plain(v1::Indicator::FREQUENCY_MONTHLY));
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07", "", "a"), Row("2021-07", "", "c")});
  Push("2021-09-10T09:00:00+02:00", "sue", {Row("2021-08", "", "b"), Row("2021-08", "", "c")});
  Push("2021-10-14T09:00:00+02:00", "sam", {Row("2021-09", "", "c")});
  At("2021-10-31T23:59:59+01:00");
  v1::GetCompletenessRequest request = Asking();
  request.set_page_size(1);
  const auto first = Get(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(Lines(*first), ElementsAre("a 2021-Q3: 1 on time of 1 of 3, 2 overdue, OVERDUE"));
  ASSERT_EQ(first->quarters_size(), 1);
  EXPECT_EQ(first->quarters(0).measures().expected(), 8);
  EXPECT_EQ(first->quarters(0).measures().actual(), 5);
  EXPECT_EQ(first->quarters(0).measures().on_time(), 5);
  EXPECT_EQ(first->quarters(0).measures().rate().decimal(), "0.625");
  EXPECT_EQ(first->quarters(0).overdue_indicators(), 2);
  EXPECT_THAT(Senders(*first),
              ElementsAre("sam: 2 cells of 1 series of 1 indicators since 2021-9-14",
                          "sue: 1 cells of 1 series of 1 indicators since 2021-10-14"));
  // The second page is of the same day and revision, whatever happened meanwhile.
  Push("2021-11-01T09:00:00+01:00", "sam", {Row("2021-08", "", "a")});
  request.set_page_token(first->next_page_token());
  request.set_page_size(2);
  const auto second = Get(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(Lines(*second), ElementsAre("b 2021-Q3: 1 on time of 1 of 2, 1 overdue, OVERDUE",
                                          "c 2021-Q3: 3 on time of 3 of 3, 0 overdue, ON_TIME"));
  EXPECT_THAT(second->next_page_token(), IsEmpty());
  EXPECT_THAT(second->quarters(), IsEmpty());
  EXPECT_THAT(second->overdue_senders(), IsEmpty());
  EXPECT_EQ(second->revision(), first->revision());
  EXPECT_EQ(second->date().month(), 10);
}

TEST_F(CompletenessTest, OnlyWhatIsOverdueIsListedWhenThatIsAsked) {
  for (const char* id : {"a", "b", "c"}) Define(id, Plain(v1::Indicator::FREQUENCY_QUARTERLY));
  Push("2021-07-05T09:00:00+02:00", "sam",
       {Row("2021-Q2", "", "a"), Row("2021-Q2", "", "b"), Row("2021-Q2", "", "c")});
  Push("2021-10-05T09:00:00+02:00", "sam", {Row("2021-Q3", "", "b")});
  At("2021-10-20T09:00:00+02:00");
  v1::GetCompletenessRequest request = Asking();
  request.set_overdue_only(true);
  request.set_page_size(1);
  const auto first = Get(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(Lines(*first), ElementsAre("a 2021-Q3: 0 on time of 0 of 1, 1 overdue, OVERDUE"));
  EXPECT_EQ(first->quarters(0).measures().expected(), 3);
  request.set_page_token(first->next_page_token());
  const auto second = Get(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(Lines(*second), ElementsAre("c 2021-Q3: 0 on time of 0 of 1, 1 overdue, OVERDUE"));
  EXPECT_THAT(second->next_page_token(), IsEmpty());
}

// The silence window of the first quarter there is begins before it.
TEST_F(CompletenessTest, TheFirstAndTheLastQuarterAreMeasuredAtEveryFrequency) {
  std::vector<v1::Observation> rows;
  for (const auto& [id, frequency, period] :
       std::vector<std::tuple<std::string, v1::Indicator::Frequency, std::string>>{
           {"a", v1::Indicator::FREQUENCY_DAILY, "1900-01-01"},
           {"b", v1::Indicator::FREQUENCY_WEEKLY, "1900-W02"},
           {"c", v1::Indicator::FREQUENCY_MONTHLY, "1900-01"},
           {"d", v1::Indicator::FREQUENCY_QUARTERLY, "1900-Q1"},
           {"e", v1::Indicator::FREQUENCY_SEMESTRIAL, "1900-S1"},
           {"f", v1::Indicator::FREQUENCY_ANNUAL, "1900"}}) {
    Define(id, Plain(frequency));
    rows.push_back(Row(period, "", id));
  }
  Push("2021-04-05T09:00:00+02:00", "sam", rows);
  const auto first = Get(Asking({"1900-Q1"}));
  ATHENA_ASSERT_OK(first);
  // 90 days; 12 weeks from the second on, of 13; 3 months.
  EXPECT_THAT(Lines(*first), ElementsAre("a 1900-Q1: 0 on time of 1 of 90, 89 overdue, OVERDUE",
                                         "b 1900-Q1: 0 on time of 1 of 12, 11 overdue, OVERDUE",
                                         "c 1900-Q1: 0 on time of 1 of 3, 2 overdue, OVERDUE",
                                         "d 1900-Q1: 0 on time of 1 of 1, 0 overdue, LATE"));
  const auto last = Get(Asking({"2199-Q4"}));
  ATHENA_ASSERT_OK(last);
  EXPECT_EQ(last->indicators_size(), 6);
}

// In both quarters it is one series.
TEST_F(CompletenessTest, ASeriesThatIsOverdueInTwoQuartersIsOneSeries) {
  Define("visits", Plain(v1::Indicator::FREQUENCY_QUARTERLY));
  Push("2021-04-05T09:00:00+02:00", "sam", {Row("2021-Q1")});
  At("2021-10-20T09:00:00+02:00");
  EXPECT_THAT(Senders(*Get(Asking({"2021-Q2", "2021-Q3"}))),
              ElementsAre("sam: 2 cells of 1 series of 1 indicators since 2021-7-14"));
}

TEST_F(CompletenessTest, FormulasAndWhatIsRetiredAreLeftOut) {
  Define("visits", Plain(v1::Indicator::FREQUENCY_MONTHLY));
  Define("old", Plain(v1::Indicator::FREQUENCY_MONTHLY));
  v1::Indicator formula;
  (*formula.mutable_display_name()->mutable_text())["nl"] = "Dubbel";
  formula.set_kind(v1::Indicator::KIND_FORMULA);
  formula.set_direction(v1::Indicator::DIRECTION_HIGHER);
  formula.set_frequency(v1::Indicator::FREQUENCY_QUARTERLY);
  formula.set_formula("2 * visits");
  Define("double", formula);
  Push("2021-08-10T09:00:00+02:00", "sam", {Row("2021-07"), Row("2021-07", "", "old")});
  v1::RetireIndicatorRequest retire;
  retire.set_name("institutions/gob/indicators/old");
  ATHENA_ASSERT_OK(Call(&Stub::RetireIndicator, "planner", retire));
  EXPECT_THAT(Lines(*Get()),
              ElementsAre("visits 2021-Q3: 1 on time of 1 of 1, 0 overdue, NOT_DUE"));
  v1::GetCompletenessRequest request = Asking();
  request.add_indicators("old");
  EXPECT_THAT(Lines(*Get(request)),
              ElementsAre("old 2021-Q3: 1 on time of 1 of 1, 0 overdue, NOT_DUE"));
  request.add_indicators("double");
  EXPECT_THAT(Get(request), Refuses("INVALID_FIELDS"));
}

TEST_F(CompletenessTest, OthersSeeWhatIsSharedWithThem) {
  Define("visits", Plain(v1::Indicator::FREQUENCY_MONTHLY));
  EXPECT_THAT(Get(Asking(), "tom"), StatusIs(absl::StatusCode::kPermissionDenied));
  v1::Indicator shared = Plain(v1::Indicator::FREQUENCY_MONTHLY);
  shared.add_shared_with("institutions/talent");
  Define("shared", shared);
  const auto answer = Get(Asking(), "tom");
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(Lines(*answer),
              ElementsAre("shared 2021-Q3: 0 on time of 0 of 0, 0 overdue, NOT_EXPECTED"));
  v1::GetCompletenessRequest request = Asking();
  request.add_indicators("visits");
  EXPECT_THAT(Get(request, "tom"), Refuses("INVALID_FIELDS"));
}

TEST_F(CompletenessTest, AllFaultsOfARequestAreNamedAtOnce) {
  v1::GetCompletenessRequest request = Asking({"2021", "2021-Q3", "2021-Q3"});
  request.set_page_size(-1);
  const auto refused = Get(request);
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
  EXPECT_EQ(status::MetadataValue(refused.status(), "faults"), "3");
  EXPECT_THAT(Get(Asking({})), Refuses("INVALID_FIELDS"));
}

// 1,000 indicators x 20 quarters are as many as are measured at once.
TEST_F(CompletenessTest, LimitsAreReachedAndNotPassed) {
  std::vector<v1::Indicator> indicators;
  for (int i = 0; i < 1000; ++i) {
    indicators.push_back(testing::Base(absl::StrCat("i", i), v1::Indicator::FREQUENCY_QUARTERLY));
  }
  service_.Define(indicators);
  std::vector<std::string> quarters;
  for (int year = 2015; year < 2020; ++year) {
    for (int quarter = 1; quarter <= 4; ++quarter) {
      quarters.push_back(absl::StrCat(year, "-Q", quarter));
    }
  }
  v1::GetCompletenessRequest request = Asking(quarters);
  request.set_page_size(1001);
  for (const v1::Indicator& indicator : indicators) {
    request.add_indicators(indicator.name().substr(indicator.name().rfind('/') + 1));
  }
  const auto answer = Get(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_EQ(answer->indicators_size(), 1000);
  // The fiftieth by its id: i0, i1, i10, i100 to i109, i11, i110 ...
  EXPECT_EQ(answer->indicators(999).indicator(), "institutions/gob/indicators/i142");
  EXPECT_EQ(answer->quarters_size(), 20);

  EXPECT_THAT(testing::Faults(Get(Asking({"2020-Q1"})).status()), IsEmpty());
  v1::GetCompletenessRequest more = request;
  more.add_indicators("i0");
  EXPECT_THAT(testing::Faults(Get(more).status()), ElementsAre("indicators"));
  more = request;
  more.add_quarters("2020-Q1");
  EXPECT_THAT(testing::Faults(Get(more).status()), ElementsAre("quarters"));
  // One indicator more, and all of them are asked about.
  service_.Define({testing::Base("one-more", v1::Indicator::FREQUENCY_QUARTERLY)});
  EXPECT_THAT(testing::Faults(Get(Asking(quarters)).status()), ElementsAre("quarters"));
}

}  // namespace
}  // namespace athena::indicator
