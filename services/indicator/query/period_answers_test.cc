// Answers of QueryPeriodValues: what is sent again and what is not, who is answered, limits, parts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/query/query_request.h"
#include "services/indicator/testing/period_values.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Answer;
using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::FormulaOf;
using ::athena::indicator::testing::PeriodValuesTest;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Shown;
using ::athena::indicator::testing::TargetOf;
using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using v1::Indicator;

TEST_F(PeriodValuesTest, TheFutureAndALeftOutInstitutionAreRefused) {
  Define({Base("a", kMonthly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  *request.mutable_time() = fields::TimestampOf(service_.clock().Now() + absl::Seconds(1));
  EXPECT_THAT(Query(request), Refuses("FUTURE_AS_OF"));
  (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = 2;
  EXPECT_THAT(Query(request), Refuses("FUTURE_AS_OF"));
  request.mutable_revisions()->clear_revisions();
  EXPECT_THAT(Faults(Query(request).status()), ElementsAre("revisions.revisions"));
}

TEST_F(PeriodValuesTest, NothingIsModifiedByWhatIsNotRead) {
  // Without it, a is expected from its first observation on, in whatever year that is.
  Indicator expected = Base("a", kMonthly);
  expected.set_expected_from("2021-07");
  Define({expected, Base("b", kMonthly), Base("c", kMonthly), FormulaOf("f", "a + b"),
          FormulaOf("g", "f * 2")});
  Push({Row("a", "2021-07", 1)});
  const v1::QueryPeriodValuesRequest request = Asking("g", "2021-Q3");
  const auto first = Query(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_TRUE(NotModified(request, *first));
  Push({Row("c", "2021-07", 1)});
  EXPECT_TRUE(NotModified(request, *first));
  // Another year of an operand.
  Push({Row("a", "2018-07", 1)});
  EXPECT_TRUE(NotModified(request, *first));
  Set(TargetOf("c", {{"2021", 40}}));
  EXPECT_TRUE(NotModified(request, *first));
  Define({Base("d", kMonthly)});
  EXPECT_TRUE(NotModified(request, *first));
  // The answer says how far it is true, and its token is as good.
  v1::QueryPeriodValuesRequest again = request;
  again.set_if_newer_than(first->header.version_token());
  const auto second = Query(again);
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(second->header.revisions().at("institutions/gob"),
            first->header.revisions().at("institutions/gob") + 4);
  EXPECT_TRUE(NotModified(request, *second));
}

TEST_F(PeriodValuesTest, WhatIsReadModifies) {
  Define(
      {Base("a", kMonthly), Base("b", kMonthly), FormulaOf("f", "a + b"), FormulaOf("g", "f * 2")});
  Push({Row("a", "2021-07", 1), Row("b", "2021-07", 1)});
  const v1::QueryPeriodValuesRequest request = Asking("g", "2021-Q3");
  const auto modified_by = [&](const auto& change) {
    const auto first = Query(request);
    EXPECT_TRUE(first.ok() && NotModified(request, *first));
    change();
    return !NotModified(request, *first);
  };
  EXPECT_TRUE(modified_by([&] { Push({Row("b", "2021-09", 1)}); }));
  EXPECT_TRUE(modified_by([&] { Push({Retraction("b", "2021-09")}); }));
  // Half a year before tells whether the series lives.
  EXPECT_TRUE(modified_by([&] { Push({Row("a", "2021-02", 1)}); }));
  EXPECT_TRUE(modified_by([&] { Set(TargetOf("g", {{"2021", 40}})); }));
  // An operand's target says from when on it is expected.
  EXPECT_TRUE(modified_by([&] { Set(TargetOf("a", {{"2021", 40}})); }));
  EXPECT_TRUE(modified_by([&] {
    Indicator operand = Base("b", kMonthly);
    operand.set_reporting_delay_days(30);
    Define({operand});
  }));
}

TEST_F(PeriodValuesTest, ATokenIsForOneRequestOnOneDayByOneInstitution) {
  Indicator shared = Base("a", kMonthly);
  shared.add_shared_with("institutions/tal");
  Define({shared});
  const v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  const auto first = Query(request);
  ATHENA_ASSERT_OK(first);
  v1::QueryPeriodValuesRequest other = request;
  *other.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 3, 2));
  EXPECT_FALSE(NotModified(other, *first));
  other = request;
  other.set_periods(0, "2021-Q2");
  EXPECT_FALSE(NotModified(other, *first));
  other = request;
  other.set_end_quarter("2022-Q4");
  EXPECT_FALSE(NotModified(other, *first));
  EXPECT_FALSE(NotModified(request, *first, "other"));
  Answer nonsense;
  nonsense.header.set_version_token("nonsense");
  EXPECT_FALSE(NotModified(request, nonsense));
}

// As after a database was put back to an earlier state and went on from there.
TEST_F(PeriodValuesTest, ATokenOfAnotherHistoryIsNotTrusted) {
  Define({Base("a", kMonthly), Base("b", kMonthly)});
  const v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  const auto first = Query(request);
  ATHENA_ASSERT_OK(first);
  std::optional<QueryToken> token = DecodeQueryToken(first->header.version_token());
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(EncodeQueryToken(*token), first->header.version_token());
  token->institutions[0].hash_prefix[0] ^= 1;
  Answer elsewhere;
  elsewhere.header.set_version_token(EncodeQueryToken(*token));
  EXPECT_FALSE(NotModified(request, elsewhere));
  Push({Row("b", "2021-07", 1)});
  EXPECT_TRUE(NotModified(request, *first));
  EXPECT_FALSE(NotModified(request, elsewhere));
}

TEST_F(PeriodValuesTest, AnIndicatorThatComesIntoBeingOrIsSharedModifies) {
  Define({Base("a", kMonthly)});
  const v1::QueryPeriodValuesRequest absent = Asking("later", "2021-Q3");
  const auto before = Query(absent);
  ATHENA_ASSERT_OK(before);
  EXPECT_TRUE(NotModified(absent, *before));
  Define({Base("later", kMonthly)});
  EXPECT_FALSE(NotModified(absent, *before));

  const v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  const auto hidden = Query(request, "other");
  ATHENA_ASSERT_OK(hidden);
  Indicator shared = Base("a", kMonthly);
  shared.add_shared_with("institutions/tal");
  Define({shared});
  EXPECT_FALSE(NotModified(request, *hidden, "other"));
}

TEST_F(PeriodValuesTest, APastThatDoesNotChangeIsNotModified) {
  Define({Base("a", kMonthly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  (*request.mutable_revisions()->mutable_revisions())["institutions/gob"] = 1;
  const auto first = Query(request);
  ATHENA_ASSERT_OK(first);
  Push({Row("a", "2021-07", 1)});
  EXPECT_TRUE(NotModified(request, *first));
  // Who may read may have changed.
  Define({Base("b", kMonthly)});
  EXPECT_FALSE(NotModified(request, *first));
}

TEST_F(PeriodValuesTest, S10_TheAnswerNamesTheTimeZoneOfItsRevision) {
  Define({Base("a", kMonthly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  const auto first = Query(request);
  ATHENA_ASSERT_OK(first);
  const auto zone = [&](const v1::QueryPeriodValuesRequest& asked, const std::string& who) {
    const auto answer = Query(asked, who);
    ATHENA_EXPECT_OK(answer);
    if (!answer.ok() || answer->header.time_zones().empty()) return std::string();
    return answer->header.time_zones().at("institutions/gob");
  };
  // The zone of institutions that have set none is the service's: here UTC.
  EXPECT_EQ(zone(request, "viewer"), "UTC");
  ATHENA_ASSERT_OK(
      service_.Call<v1::InstitutionSettings>("all", [](auto& stub, auto* context, auto* settings) {
        v1::UpdateInstitutionSettingsRequest update;
        update.mutable_settings()->set_name("institutions/gob/settings");
        update.mutable_settings()->set_time_zone("Pacific/Auckland");
        return stub.UpdateInstitutionSettings(context, update, settings);
      }));
  EXPECT_EQ(zone(request, "viewer"), "Pacific/Auckland");
  // Whoever reads nothing of the institution learns nothing of it.
  EXPECT_EQ(zone(request, "other"), "UTC");
  // No value has changed, and the zone is told all the same; it is not told twice.
  request.set_if_newer_than(first->header.version_token());
  const auto second = Query(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_TRUE(second->header.not_modified());
  EXPECT_EQ(second->header.time_zones().at("institutions/gob"), "Pacific/Auckland");
  request.set_if_newer_than(second->header.version_token());
  EXPECT_EQ(zone(request, "viewer"), "");
  request.clear_if_newer_than();
  *request.mutable_revisions()->mutable_revisions() = first->header.revisions();
  EXPECT_EQ(zone(request, "viewer"), "UTC");
}

TEST_F(PeriodValuesTest, WhoKeepsAnAnswerIsSentOnlyWhatChanged) {
  Define({Base("a", kMonthly), Base("b", kMonthly), FormulaOf("f", "a * 2"), Base("c", kMonthly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  for (const std::string id : {"b", "c", "f"}) Select(id, {}, &request);
  auto last = Query(request);
  ATHENA_ASSERT_OK(last);
  EXPECT_FALSE(last->header.changes_only());
  request.set_changes_only(true);
  EXPECT_THAT(Query(request)->values, SizeIs(4)) << "without a token";
  const auto changes = [&] {
    request.set_if_newer_than(last->header.version_token());
    last = Query(request);
    EXPECT_TRUE(last.ok() && last->header.changes_only());
    std::pair<std::vector<int>, std::vector<int>> selections;
    for (const auto& one : last->definitions) selections.first.push_back(one.selection());
    for (const auto& one : last->values) selections.second.push_back(one.selection());
    return selections;
  };
  Push({Row("b", "2021-07", 1)});
  EXPECT_THAT(changes(), Pair(IsEmpty(), ElementsAre(1)));
  // The formula, too.
  Push({Row("a", "2021-07", 1)});
  EXPECT_THAT(changes(), Pair(IsEmpty(), ElementsAre(0, 3)));
  Set(TargetOf("c", {{"2021", 40}}));
  EXPECT_THAT(changes(), Pair(ElementsAre(2), ElementsAre(2)));
  // What an operand is decides what can be asked of a formula.
  Define({Base("a", kMonthly, {{"site", {"x"}}})});
  EXPECT_THAT(changes(), Pair(ElementsAre(0, 3), ElementsAre(0, 3)));
  // Most values at once are sent as all of them.
  Push({Row("a", "2021-08", 1, {{"site", "x"}}), Row("b", "2021-08", 1)});
  EXPECT_THAT(changes(), Pair(IsEmpty(), ElementsAre(0, 1, 2, 3)));
}

TEST_F(PeriodValuesTest, ChangesAreOfThatRequestAndHistoryOnly) {
  Define({Base("a", kMonthly), Base("b", kMonthly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  Select("b", {}, &request);
  const auto first = Query(request);
  ATHENA_ASSERT_OK(first);
  Push({Row("a", "2021-07", 1)});
  request.set_changes_only(true);
  const auto sent = [&](v1::QueryPeriodValuesRequest asked, const std::string& token) {
    asked.set_if_newer_than(token);
    const auto answer = Query(asked);
    ATHENA_EXPECT_OK(answer);
    EXPECT_EQ(answer->header.changes_only(), answer->values.size() < 2);
    EXPECT_EQ(answer->header.changes_only(), answer->definitions.size() < 2);
    return answer->values.size();
  };
  EXPECT_EQ(sent(request, first->header.version_token()), 1);
  std::optional<QueryToken> token = DecodeQueryToken(first->header.version_token());
  ASSERT_TRUE(token.has_value());
  token->institutions[0].hash_prefix[0] ^= 1;
  EXPECT_EQ(sent(request, EncodeQueryToken(*token)), 2);
  v1::QueryPeriodValuesRequest other = request;
  *other.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 3, 2));
  EXPECT_EQ(sent(other, first->header.version_token()), 2);
  other = request;
  (*other.mutable_revisions()->mutable_revisions())["institutions/gob"] = 2;
  const auto past = Query(other);
  ATHENA_ASSERT_OK(past);
  Define({Base("c", kMonthly)});
  EXPECT_EQ(sent(other, past->header.version_token()), 2);
}

// Whatever happens: what is kept, with the changes in their places, is the whole answer, and that
// is what another request, of which nothing is kept, is answered about the same.
TEST_F(PeriodValuesTest, ChangesAndWhatIsKeptAreTheWholeAnswer) {
  const std::vector<std::string> months = {"2021-03", "2021-05", "2021-07", "2021-08", "2021-09"};
  const std::vector<std::string> sites = {"x", "y"};
  std::vector<Indicator> indicators;
  for (const std::string id : {"a", "b", "c", "d"}) {
    indicators.push_back(Base(id, kMonthly, {{"site", sites}}));
  }
  Define(indicators);
  Define({FormulaOf("f", "a + b"), FormulaOf("g", "f / c")});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  request.add_periods("2021-Q2");
  request.set_end_quarter("2022-Q4");
  for (const std::string id : {"b", "c", "d", "f", "g", "later"}) Select(id, {}, &request);
  for (const std::string id : {"a", "d", "f"}) Select(id, {{"site", "x"}}, &request);
  std::mt19937 random(20211103);
  const auto pick = [&random](const auto& from) { return from[random() % from.size()]; };
  const auto any = [&] { return pick(std::vector<std::string>{"a", "b", "c", "d"}); };

  std::map<int, std::string> definitions;
  std::map<int, std::vector<std::string>> values;
  std::string token;
  int partial = 0;
  for (int step = 0; step < 60; ++step) {
    switch (random() % 8) {
      case 0:
        Set(TargetOf(pick(std::vector<std::string>{"a", "f", "g"}), {{"2021", step + 1.0}}));
        break;
      case 1: {
        Indicator changed = Base(any(), kMonthly, {{"site", sites}});
        changed.set_unit(absl::StrCat("unit ", step));
        Define({changed});
        break;
      }
      case 2:
        if (step > 30) Define({FormulaOf("later", "d * 2")});
        break;
      default: {
        std::vector<v1::Observation> rows;
        for (size_t i = random() % 3 + 1; i > 0; --i) {
          rows.push_back(Row(any(), months[(i + random()) % months.size()],
                             static_cast<double>(random() % 9), {{"site", pick(sites)}}));
        }
        service_.Push(PushOf(absl::StrCat("step-", step), rows), "all").IgnoreError();
      }
    }
    request.set_changes_only(true);
    request.set_if_newer_than(token);
    const auto changes = Query(request);
    request.set_changes_only(false);
    request.clear_if_newer_than();
    const auto whole = Query(request);
    ATHENA_ASSERT_OK(changes);
    ATHENA_ASSERT_OK(whole);
    partial += changes->header.changes_only() ? 1 : 0;
    ASSERT_TRUE(step == 0 || changes->header.changes_only() || changes->header.not_modified());
    token = changes->header.version_token();
    EXPECT_EQ(token, whole->header.version_token());
    for (const auto& one : changes->definitions) {
      definitions[one.selection()] = one.SerializeAsString();
    }
    std::map<int, std::vector<std::string>> changed;
    for (const auto& one : changes->values) {
      changed[one.selection()].push_back(one.ShortDebugString());
    }
    for (auto& [selection, of_periods] : changed) values[selection] = std::move(of_periods);

    std::map<int, std::string> whole_definitions;
    std::map<int, std::vector<std::string>> whole_values;
    for (const auto& one : whole->definitions) {
      whole_definitions[one.selection()] = one.SerializeAsString();
    }
    for (const auto& one : whole->values) {
      whole_values[one.selection()].push_back(one.ShortDebugString());
    }
    ASSERT_EQ(definitions, whole_definitions) << "step " << step;
    ASSERT_EQ(values, whole_values) << "step " << step;

    v1::QueryPeriodValuesRequest another = request;
    Select(absl::StrCat("nothing-", step), {}, &another);
    const auto anew = Query(another);
    ATHENA_ASSERT_OK(anew);
    ASSERT_EQ(anew->values.size(), whole->values.size() + 2);  // periods
    for (size_t i = 0; i < whole->values.size(); ++i) {
      ASSERT_EQ(anew->values[i].ShortDebugString(), whole->values[i].ShortDebugString())
          << "step " << step;
    }
  }
  EXPECT_GT(partial, 30);
}

TEST_F(PeriodValuesTest, ValuesThatWereKeptGoWithWhatTheyWereMadeOf) {
  Define({Base("a", kMonthly), Base("b", kMonthly), FormulaOf("f", "a + b")});
  Push({Row("a", "2021-07", 1), Row("a", "2021-08", 1), Row("a", "2021-09", 1),
        Row("b", "2021-07", 1), Row("b", "2021-08", 1), Row("b", "2021-09", 1)});
  v1::QueryPeriodValuesRequest request = Asking("f", "2021-Q3");
  Select("a", {}, &request);
  const auto shown = [&] {
    const auto answer = Query(request);
    ATHENA_EXPECT_OK(answer);
    return absl::StrCat(Shown(answer->values[0].own()), " ", Shown(answer->values[1].own()));
  };
  EXPECT_EQ(shown(), "6 3");
  EXPECT_EQ(shown(), "6 3");
  Push({Row("b", "2021-09", 11)});
  EXPECT_EQ(shown(), "16 3");
  Push({Row("a", "2021-09", 11)});
  EXPECT_EQ(shown(), "26 13");
  service_.Restart();
  EXPECT_EQ(shown(), "26 13");
}

TEST_F(PeriodValuesTest, SharingLetsAnotherInstitutionReadAndNoMore) {
  Indicator shared = Base("a", kMonthly);
  shared.add_shared_with("institutions/tal");
  Define({shared, Base("b", kMonthly)});
  Push({Row("a", "2021-07", 1), Row("a", "2021-08", 1), Row("a", "2021-09", 1),
        Row("b", "2021-07", 1)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  Select("b", {}, &request);
  Select("nothing", {}, &request);
  const auto answer = Query(request, "other");
  ATHENA_ASSERT_OK(answer);
  ASSERT_THAT(answer->values, SizeIs(3));
  EXPECT_EQ(Shown(answer->values[0].own()), "3");
  for (const int hidden : {1, 2}) {
    EXPECT_EQ(Shown(answer->values[hidden].own()), "INDICATOR_NOT_READABLE");
    EXPECT_THAT(answer->values[hidden].period(), IsEmpty());
    EXPECT_EQ(answer->values[hidden].asked(), "2021-Q3");
    EXPECT_FALSE(answer->definitions[hidden].has_indicator());
  }
}

TEST_F(PeriodValuesTest, SelectionsMayBeOfSeveralInstitutions) {
  Define({Base("a", kMonthly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  request.add_selections()->set_indicator("institutions/nobody/indicators/a");
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_EQ(answer->header.revisions().at("institutions/gob"), 1);
  EXPECT_EQ(answer->header.revisions().at("institutions/nobody"), 0);
  EXPECT_EQ(Shown(answer->values[1].own()), "INDICATOR_NOT_READABLE");
  EXPECT_TRUE(NotModified(request, *answer));
}

TEST_F(PeriodValuesTest, AllFaultsOfARequestAreNamedAtOnce) {
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-13");
  request.mutable_selections(0)->set_indicator("a");
  Select("b", {{"site", "_T"}}, &request);
  Select("c", {{"site", "N"}}, &request);
  for (const char* const dimension : {"sex", "sex", "site", "a b"}) {
    request.mutable_selections(2)->add_group_by(dimension);
  }
  request.set_end_quarter("2021-07");
  request.mutable_basis_date()->set_month(13);
  request.mutable_time()->set_nanos(-1);
  EXPECT_THAT(
      Faults(Query(request).status()),
      ElementsAre("selections[0].indicator", "selections[1].slice[site]",
                  "selections[2].group_by[1]", "selections[2].group_by[2]",
                  "selections[2].group_by[3]", "periods[0]", "end_quarter", "basis_date", "time"));
  EXPECT_THAT(Faults(Query(v1::QueryPeriodValuesRequest()).status()),
              ElementsAre("selections", "periods", "basis_date"));
}

TEST_F(PeriodValuesTest, LimitsHoldAtTheLimitAndNotOnePast) {
  Define({Base("a", kQuarterly)});
  v1::QueryPeriodValuesRequest request = Asking("a", "2021-Q3");
  while (request.periods_size() < kMaxPeriods) request.add_periods("2021-Q3");
  // 300 selections in 400 periods are 120,000 values.
  while (request.selections_size() < 300) Select("a", {}, &request);
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_THAT(answer->values, SizeIs(120'000));
  Select("a", {}, &request);
  EXPECT_THAT(Faults(Query(request).status()), ElementsAre("selections"));
  request = Asking("a", "2021-Q3");
  for (int i = 0; i < kMaxPeriods; ++i) request.add_periods("2021-Q3");
  EXPECT_THAT(Faults(Query(request).status()), ElementsAre("periods"));
}

TEST_F(PeriodValuesTest, AnAnswerComesInPartsOfAtMostOneMebibyteInOrder) {
  std::vector<Indicator> many;
  for (int i = 0; i < 200; ++i) {
    many.push_back(Base(absl::StrCat("i", i), kQuarterly));
    (*many.back().mutable_description()->mutable_text())["en"] = std::string(4000, 'x');
  }
  Define(many);
  v1::QueryPeriodValuesRequest request = Asking("i0", "2021-Q3");
  request.add_periods("2021-Q2");
  for (int i = 1; i < 600; ++i) Select(absl::StrCat("i", i % 200), {}, &request);
  const auto answer = Query(request);
  ATHENA_ASSERT_OK(answer);
  EXPECT_GE(answer->parts, 3);
  EXPECT_LE(answer->largest, size_t{1} << 20);
  ASSERT_THAT(answer->definitions, SizeIs(600));
  ASSERT_THAT(answer->values, SizeIs(1200));
  for (size_t i = 0; i < 600; ++i) {
    EXPECT_EQ(answer->definitions[i].selection(), i);
    EXPECT_EQ(answer->values[2 * i].selection(), i);
    EXPECT_EQ(answer->values[2 * i].asked(), "2021-Q3");
    EXPECT_EQ(answer->values[2 * i + 1].asked(), "2021-Q2");
  }
}

}  // namespace
}  // namespace athena::indicator
