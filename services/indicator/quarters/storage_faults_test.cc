// Reads and mutations on a disk that cannot be read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using Stub = v1::IndicatorService::StubInterface;

class StorageFaultsTest : public ::testing::Test {
 protected:
  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, const std::string& caller) {
    return service_
        .Call<Response>(caller,
                        [&](auto& stub, auto* context, auto* response) {
                          return (stub.*method)(context, request, response);
                        })
        .status();
  }

  // What each RPC that reads answers, by its name.
  std::vector<std::pair<std::string, absl::Status>> AnswersOfReads() {
    const std::string gob = "institutions/gob";
    std::vector<std::pair<std::string, absl::Status>> answers;
    v1::ListClosingsRequest closings;
    closings.set_parent(gob);
    answers.emplace_back("ListClosings", Call(&Stub::ListClosings, closings, "val"));
    v1::GetCompletenessRequest completeness;
    completeness.set_parent(gob);
    completeness.add_quarters("2021-Q1");
    answers.emplace_back("GetCompleteness", Call(&Stub::GetCompleteness, completeness, "val"));
    answers.emplace_back("ListObservations",
                         Call(&Stub::ListObservations, ListOf("visits"), "viewer"));
    v1::ListSeriesEndsRequest ends;
    ends.set_parent(gob);
    answers.emplace_back("ListSeriesEnds", Call(&Stub::ListSeriesEnds, ends, "val"));
    v1::GetIndicatorRequest indicator;
    indicator.set_name(gob + "/indicators/visits");
    answers.emplace_back("GetIndicator", Call(&Stub::GetIndicator, indicator, "viewer"));
    v1::ListIndicatorsRequest indicators;
    indicators.set_parent(gob);
    answers.emplace_back("ListIndicators", Call(&Stub::ListIndicators, indicators, "viewer"));
    v1::GetTargetRequest target;
    target.set_indicator(gob + "/indicators/visits");
    answers.emplace_back("GetTarget", Call(&Stub::GetTarget, target, "viewer"));
    v1::QueryPeriodValuesRequest values;
    values.add_selections()->set_indicator(gob + "/indicators/visits");
    values.add_periods("2021-Q1");
    *values.mutable_basis_date() = fields::DateOf(absl::CivilDay(2022, 3, 1));
    answers.emplace_back("QueryPeriodValues", service_
                                                  .Call<v1::QueryPeriodValuesResponse>(
                                                      "viewer",
                                                      [&](auto& stub, auto* context, auto* part) {
                                                        const auto reader =
                                                            stub.QueryPeriodValues(context, values);
                                                        while (reader->Read(part)) {
                                                        }
                                                        return reader->Finish();
                                                      })
                                                  .status());
    return answers;
  }

  sql::FaultyVfs disk_;
  Service service_{absl::UTCTimeZone(), disk_.name()};
};

TEST_F(StorageFaultsTest, ReadsAnswerUnavailableWithRetryInfoAndWorkAfterwards) {
  service_.SetToday(absl::CivilDay(2022, 3, 1));
  service_.Define({Base("visits", v1::Indicator::FREQUENCY_MONTHLY)});
  ATHENA_ASSERT_OK(service_.Push(PushOf("p", {Row("visits", "2021-01", 3)}), "sender"));
  ATHENA_ASSERT_OK(service_.SetTarget(testing::TargetOf("visits", {{"2021", 100}}), "planner"));

  // After the write above, readers have to read the pages that it changed.
  disk_.FailFrom(sql::DiskFault::kReadError, 1);
  for (const auto& [rpc, answer] : AnswersOfReads()) {
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable)) << rpc;
    EXPECT_THAT(answer, Refuses("UNAVAILABLE")) << rpc;
    EXPECT_GT(status::RetryAfter(answer), absl::ZeroDuration()) << rpc;
  }
  EXPECT_GT(disk_.faults(), 0);

  disk_.Heal();
  for (const auto& [rpc, answer] : AnswersOfReads()) EXPECT_THAT(answer, IsOk()) << rpc;
}

TEST_F(StorageFaultsTest, AMutationAnswersUnavailableWithRetryInfo) {
  service_.SetToday(absl::CivilDay(2022, 3, 1));
  service_.Define({Base("visits", v1::Indicator::FREQUENCY_MONTHLY)});
  disk_.FailFrom(sql::DiskFault::kIoError, 1);
  v1::ClosePeriodRequest close;
  close.set_name("institutions/gob/closings/2021-Q1");
  close.set_reason("figures are final");
  const absl::Status closed = Call(&Stub::ClosePeriod, close, "pia");
  EXPECT_THAT(closed, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(status::RetryAfter(closed), absl::ZeroDuration());
}

}  // namespace
}  // namespace athena::indicator
