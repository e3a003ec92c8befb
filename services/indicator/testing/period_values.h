#ifndef ATHENA_SERVICES_INDICATOR_TESTING_PERIOD_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_TESTING_PERIOD_VALUES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

// QueryPeriodValues, asked of a service whose institution gob has what a test gives it.
namespace athena::indicator::testing {

using SliceOf = std::map<std::string, std::string>;

// The parts of an answer, put together.
struct Answer {
  v1::QueryPeriodValuesResponse::Header header;
  std::vector<v1::SelectionDefinition> definitions;
  std::vector<v1::PeriodValue> values;
  int parts = 0;
  size_t largest = 0;  // bytes of a part

  const v1::PeriodValue& value() const { return values.front(); }
};

// The value as a decimal, or why there is none.
inline std::string Shown(const v1::Measured& measured) {
  if (measured.has_value()) return measured.value().decimal();
  return v1::NoValueReason_Name(measured.reason()).substr(std::string("NO_VALUE_REASON_").size());
}

inline std::string CoverageOf(const v1::Measured& measured) {
  return absl::StrCat(measured.present(), "/", measured.expected());
}

class PeriodValuesTest : public ::testing::Test {
 protected:
  static constexpr auto kDaily = v1::Indicator::FREQUENCY_DAILY;
  static constexpr auto kWeekly = v1::Indicator::FREQUENCY_WEEKLY;
  static constexpr auto kMonthly = v1::Indicator::FREQUENCY_MONTHLY;
  static constexpr auto kQuarterly = v1::Indicator::FREQUENCY_QUARTERLY;
  static constexpr auto kSemestrial = v1::Indicator::FREQUENCY_SEMESTRIAL;
  static constexpr auto kAnnual = v1::Indicator::FREQUENCY_ANNUAL;

  // Everything of 2021 is due by then.
  PeriodValuesTest() { service_.SetToday(absl::CivilDay(2022, 3, 1)); }

  void Define(const std::vector<v1::Indicator>& indicators) { service_.Define(indicators); }

  void Push(const std::vector<v1::Observation>& rows) {
    const auto pushed = service_.Push(PushOf(absl::StrCat("p", ++pushes_), rows), "all");
    ATHENA_ASSERT_OK(pushed);
  }

  void Set(const v1::Target& target) {
    const auto set = service_.SetTarget(target);
    ATHENA_ASSERT_OK(set);
  }

  static void Select(const std::string& indicator, const SliceOf& slice,
                     v1::QueryPeriodValuesRequest* request) {
    v1::Selection& selection = *request->add_selections();
    selection.set_indicator("institutions/gob/indicators/" + indicator);
    for (const auto& [dimension, code] : slice) (*selection.mutable_slice())[dimension] = code;
  }

  static v1::QueryPeriodValuesRequest Asking(const std::string& indicator,
                                             const std::string& quarter,
                                             const SliceOf& slice = {}) {
    v1::QueryPeriodValuesRequest request;
    Select(indicator, slice, &request);
    request.add_periods(quarter);
    *request.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 3, 1));
    return request;
  }

  absl::StatusOr<Answer> Query(const v1::QueryPeriodValuesRequest& request,
                               const std::string& token = "viewer") {
    Answer answer;
    const auto done = service_.Call<v1::QueryPeriodValuesResponse>(
        token, [&](auto& stub, auto* context, auto* part) {
          const auto reader = stub.QueryPeriodValues(context, request);
          while (reader->Read(part)) {
            if (++answer.parts == 1) answer.header = part->header();
            EXPECT_EQ(part->has_header(), answer.parts == 1);
            // Definitions are complete before the first value.
            EXPECT_TRUE(part->definitions().empty() || answer.values.empty());
            answer.largest = std::max(answer.largest, part->ByteSizeLong());
            for (const auto& one : part->definitions()) answer.definitions.push_back(one);
            for (const auto& one : part->values()) answer.values.push_back(one);
          }
          return reader->Finish();
        });
    if (!done.ok()) return done.status();
    return answer;
  }

  v1::PeriodValue ValueOf(const v1::QueryPeriodValuesRequest& request) {
    const auto answer = Query(request);
    ATHENA_EXPECT_OK(answer);
    if (!answer.ok() || answer->values.empty()) return v1::PeriodValue();
    return answer->value();
  }
  std::string Own(const std::string& indicator, const std::string& quarter,
                  const SliceOf& slice = {}) {
    return Shown(ValueOf(Asking(indicator, quarter, slice)).own());
  }

  // Asks again with the token of the first answer: whether nothing was modified.
  bool NotModified(v1::QueryPeriodValuesRequest request, const Answer& first,
                   const std::string& token = "viewer") {
    request.set_if_newer_than(first.header.version_token());
    const auto again = Query(request, token);
    ATHENA_EXPECT_OK(again);
    if (!again.ok()) return false;
    EXPECT_EQ(again->header.not_modified(), again->values.empty());
    EXPECT_EQ(again->header.not_modified(), again->definitions.empty());
    return again->header.not_modified();
  }

  Service service_;
  int pushes_ = 0;
};

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_TESTING_PERIOD_VALUES_H_
