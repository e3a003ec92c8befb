#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "athena/common/v1/history_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/log/log.h"
#include "libs/rpc/method.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/query/period_values.h"
#include "services/indicator/testing/period_values.h"
#include "services/indicator/testing/service.h"

// What callers cannot do to the service and to each other, and what operators are told.
namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Answer;
using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::FormulaOf;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PeriodValuesTest;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::ServiceTest;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Rpc = v1::IndicatorService::StubInterface;

class HardeningTest : public PeriodValuesTest {
 protected:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Rpc::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                                const std::string& who, const Request& request) {
    return service_.Call<Response>(who, [&](auto& stub, auto* context, auto* response) {
      return (stub.*method)(context, request, response);
    });
  }

  absl::StatusOr<v1::ListIndicatorsResponse> List(const std::string& institution, int64_t revision,
                                                  const std::string& who) {
    v1::ListIndicatorsRequest request;
    request.set_parent("institutions/" + institution);
    if (revision >= 0) request.mutable_as_of()->set_revision(revision);
    return Call(&Rpc::ListIndicators, who, request);
  }

  // Their details are the same as well, but not their bytes: metadata is a map.
  static void ExpectSame(const absl::Status& a, const absl::Status& b) {
    EXPECT_EQ(a.code(), b.code());
    EXPECT_EQ(a.message(), b.message());
    EXPECT_EQ(status::Reason(a), status::Reason(b));
    EXPECT_EQ(testing::Faults(a), testing::Faults(b));
  }

  // A question about an indicator of an institution, as of a revision; -1: now.
  static v1::QueryPeriodValuesRequest About(const std::string& institution, int64_t revision) {
    v1::QueryPeriodValuesRequest request = Asking("cost", "2021-Q1");
    request.mutable_selections(0)->set_indicator(
        absl::StrCat("institutions/", institution, "/indicators/cost"));
    if (revision >= 0) {
      (*request.mutable_revisions()->mutable_revisions())["institutions/" + institution] = revision;
    }
    return request;
  }
};

TEST_F(HardeningTest, A3_AnInstitutionThatSharesNothingLooksLikeOneThatDoesNotExist) {
  Define({Base("cost", kQuarterly)});
  Push({Row("cost", "2021-Q1", 5)});
  Push({Row("cost", "2021-Q1", 6)});
  for (const int64_t revision : {-1, 0, 1, 2, 100'000}) {
    SCOPED_TRACE(revision);
    const auto foreign = Query(About("gob", revision), "tal-viewer");
    const auto unknown = Query(About("nobody", revision), "tal-viewer");
    ExpectSame(foreign.status(), unknown.status());
    if (foreign.ok() && unknown.ok()) {
      EXPECT_THAT(foreign->header.revisions(), ElementsAre(::testing::Pair("institutions/gob", 0)));
      EXPECT_THAT(unknown->header.revisions(),
                  ElementsAre(::testing::Pair("institutions/nobody", 0)));
      EXPECT_EQ(foreign->value().SerializeAsString(), unknown->value().SerializeAsString());
    }
    const auto foreign_list = List("gob", revision, "tal-viewer");
    const auto unknown_list = List("nobody", revision, "tal-viewer");
    ExpectSame(foreign_list.status(), unknown_list.status());
    if (foreign_list.ok() && unknown_list.ok()) {
      EXPECT_EQ(foreign_list->SerializeAsString(), unknown_list->SerializeAsString());
    }
  }
  // A version token does not tell that something happened.
  const auto before = Query(About("gob", -1), "tal-viewer");
  ATHENA_ASSERT_OK(before);
  Push({Row("cost", "2021-Q1", 7)});
  EXPECT_TRUE(NotModified(About("gob", -1), *before, "tal-viewer"));
  // Members see their own, and others what is shared with them.
  EXPECT_EQ(Query(About("gob", -1))->header.revisions().at("institutions/gob"), 4);
  v1::Indicator shared = Base("cost", kQuarterly);
  shared.add_shared_with("institutions/tal");
  Define({shared});
  EXPECT_EQ(Query(About("gob", -1), "tal-viewer")->header.revisions().at("institutions/gob"), 5);
}

TEST_F(HardeningTest, A2_WorkStopsWhenNobodyWaitsForIt) {
  Define({Base("cost", kQuarterly)});
  Push({Row("cost", "2021-Q1", 5)});
  FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  PeriodValues values(service_.database(), service_.catalog(), clock, absl::UTCTimeZone());
  auth::Principal principal;
  principal.subject = "viewer";
  principal.institution = "gob";
  v1::QueryPeriodValuesRequest request = Asking("cost", "2021-Q1");
  request.clear_periods();
  for (int year = 1950; year < 2022; ++year) request.add_periods(absl::StrCat(year, "-Q1"));
  // Wherever it is asked: the work ends there.
  int asked_in_all = 0;
  ATHENA_ASSERT_OK(values.Query(principal, request, [&] {
    ++asked_in_all;
    return absl::OkStatus();
  }));
  EXPECT_GE(asked_in_all, 72 / 8);
  for (int stop_at = 1; stop_at <= asked_in_all; ++stop_at) {
    // Nothing of the value cache helps.
    PeriodValues fresh(service_.database(), service_.catalog(), clock, absl::UTCTimeZone());
    int asked = 0;
    const auto stopped = fresh.Query(principal, request, [&] {
      return ++asked == stop_at ? status::DeadlineExceeded() : absl::OkStatus();
    });
    EXPECT_THAT(stopped.status(), Refuses("DEADLINE_EXCEEDED"));
    EXPECT_EQ(asked, stop_at);
  }
}

TEST_F(HardeningTest, A2_ALongReadThatNobodyWaitsForEnds) {
  Define({Base("cost", kQuarterly)});
  Push({Row("cost", "2021-Q1", 5)});
  prometheus::Registry registry;
  ATHENA_ASSERT_OK_AND_ASSIGN(
      const auto service, IndicatorService::Open(service_.database(), std::string(32, 'k'),
                                                 service_.clock(), absl::UTCTimeZone(), registry));
  const auto principal =
      std::make_shared<const auth::Principal>(auth::Principal{"viewer", "gob", auth::Roles::Any()});
  v1::GetCompletenessRequest completeness;
  completeness.set_parent("institutions/gob");
  completeness.add_quarters("2021-Q1");
  common::v1::ListRevisionsRequest revisions;
  revisions.set_parent("institutions/gob");
  common::v1::ListAuditEventsRequest events;
  events.set_parent("institutions/gob");
  common::v1::VerifyAuditLogRequest verified;
  verified.set_parent("institutions/gob");
  // One that has arrived, and is to be stored.
  const v1::PushObservationsRequest push = PushOf("late", {Row("cost", "2021-Q2", 6)});
  std::map<std::string, std::string> requests = {
      {"PushObservations", push.SerializeAsString()},
      {"QueryPeriodValues", Asking("cost", "2021-Q1").SerializeAsString()},
      {"GetCompleteness", completeness.SerializeAsString()},
      {"ListRevisions", revisions.SerializeAsString()},
      {"ListAuditEvents", events.SerializeAsString()},
      {"VerifyAuditLog", verified.SerializeAsString()}};
  for (const rpc::ServiceTable& table : service->Tables()) {
    for (const rpc::Method& method : table.methods) {
      const auto request = requests.extract(method.name);
      if (request.empty()) continue;
      SCOPED_TRACE(method.name);
      const auto call = [&](bool cancelled) {
        return rpc::testing::DirectCall(method, principal, request.mapped(), 10, cancelled)
            .status();
      };
      ATHENA_EXPECT_OK(call(false));
      EXPECT_THAT(call(true), StatusIs(absl::StatusCode::kCancelled));
    }
  }
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(HardeningTest, A2_WhatARequestCostsIsBoundedBeforeItIsBegun) {
  // 20 formulas over 19 others each: 400 dependencies of 100 selections in 400 periods.
  std::vector<v1::Indicator> indicators;
  std::string level = "b0";
  for (int i = 0; i < 100; ++i) {
    indicators.push_back(Base(absl::StrCat("b", i), kQuarterly));
    if (i > 0) absl::StrAppend(&level, " + b", i);
  }
  for (int i = 0; i < 101; ++i) {
    indicators.push_back(FormulaOf(absl::StrCat("f", i), absl::StrCat(level, " + ", i)));
  }
  Define(indicators);
  const auto ask = [&](int selections, int periods) {
    v1::QueryPeriodValuesRequest request = Asking("f0", "2021-Q1");
    for (int i = 1; i < selections; ++i) Select(absl::StrCat("f", i), {}, &request);
    request.clear_periods();
    for (int i = 0; i < periods; ++i) {
      request.add_periods(absl::StrCat(1900 + i / 4, "-Q", i % 4 + 1));
    }
    return Query(request).status();
  };
  // Each formula has 101 dependencies, itself included: 101 x 101 x 392 is just below the limit.
  ASSERT_EQ(kMaxQuerySteps, 4'000'000U);
  ATHENA_EXPECT_OK(ask(101, 392));
  const absl::Status refused = ask(101, 393);
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("more than 4000000 values of operands")));
}

TEST_F(HardeningTest, A10_APageOfObservationsIsBoundedByBytes) {
  Define({Base("days", kDaily)});
  const std::string comment(kMaxCommentBytes, 'c');
  absl::CivilDay day(2010, 1, 1);
  for (int push = 0; push < 2; ++push) {
    std::vector<v1::Observation> rows;
    for (int i = 0; i < 2000; ++i, ++day) {
      rows.push_back(Row("days", absl::FormatCivilTime(day), i));
      rows.back().set_comment(comment);
    }
    Push(rows);
  }
  v1::ListObservationsRequest request = ListOf("days");
  request.set_page_size(10'000);
  const auto page = service_.List(request);
  ATHENA_ASSERT_OK(page);
  EXPECT_LE(page->ByteSizeLong(), (size_t{2} << 20) + 1000);  // with token and revision
  EXPECT_GE(page->ByteSizeLong(), size_t{3} << 19);
  EXPECT_THAT(page->next_page_token(), Not(IsEmpty()));
  const std::vector<v1::ObservationRecord> all = service_.ListAll(request);
  ASSERT_EQ(all.size(), 4000U);
  for (size_t i = 1; i < all.size(); ++i) {
    EXPECT_LT(all[i - 1].observation().period(), all[i].observation().period());
  }
}

TEST_F(HardeningTest, A10_AnIndicatorFitsAPart) {
  const auto create = [&](int codes, const std::string& id) {
    v1::CreateIndicatorRequest request;
    request.set_parent("institutions/gob");
    request.set_indicator_id(id);
    v1::Indicator& indicator = *request.mutable_indicator();
    indicator = Base(id, kQuarterly);
    indicator.clear_name();
    v1::Dimension& dimension = *indicator.add_dimensions();
    dimension.set_id("place");
    for (int i = 0; i < codes; ++i) {
      v1::Dimension::Code& code = *dimension.add_codes();
      code.set_id(absl::StrCat("p", i));
      (*code.mutable_title()->mutable_text())["nl"] = std::string(200, 't');
    }
    return Call(&Rpc::CreateIndicator, "everyone", request);
  };
  EXPECT_THAT(create(4000, "large").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bytes")));
  ATHENA_ASSERT_OK(create(3000, "fits"));
  const auto answer = Query(Asking("fits", "2021-Q1"));
  ATHENA_ASSERT_OK(answer);
  EXPECT_GT(answer->largest, size_t{600} << 10);
  EXPECT_LE(answer->largest, size_t{1} << 20);
}

TEST_F(HardeningTest, A15_ADryRunUnderAPushIdAnswersAsThePushWould) {
  Define({Base("cost", kQuarterly)});
  const v1::PushObservationsRequest first = PushOf("p", {Row("cost", "2021-Q1", 5)});
  const auto stored = service_.Push(first);
  ATHENA_ASSERT_OK(stored);
  for (const double value : {5.0, 6.0}) {
    for (const bool faulty : {false, true}) {
      v1::PushObservationsRequest dry = PushOf("p", {Row("cost", "2021-Q1", value)});
      if (faulty) *dry.add_observations() = Row("none", "2021-Q1", 1);
      v1::PushObservationsRequest real = dry;
      dry.set_validate_only(true);
      const auto tried = service_.Push(dry);
      const auto pushed = service_.Push(real);
      ExpectSame(tried.status(), pushed.status());
      if (tried.ok() && pushed.ok()) {
        EXPECT_EQ(tried->SerializeAsString(), pushed->SerializeAsString());
      } else {
        EXPECT_THAT(tried.status(), Refuses("PUSH_ID_REUSED"));
      }
    }
  }
  // Under no id, or a new one, rows are compared with what is stored.
  for (const char* id : {"", "q"}) {
    v1::PushObservationsRequest dry = PushOf(id, {Row("cost", "2021-Q1", 6)});
    dry.set_validate_only(true);
    const auto tried = service_.Push(dry);
    ATHENA_ASSERT_OK(tried);
    EXPECT_EQ(tried->counts().revised(), 1);
    EXPECT_FALSE(tried->replayed());
  }
}

TEST_F(HardeningTest, A14_AnIdOrAReasonOfBlanksIsRefused) {
  Define({Base("cost", kQuarterly)});
  for (const char* id : {" ", "a\nb", "a\u202eb", "\t", "\u00a0"}) {
    const auto pushed = service_.Push(PushOf(id, {Row("cost", "2021-Q1", 5)}));
    EXPECT_THAT(pushed.status(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("push_id")))
        << status::Printable(id);
  }
  v1::PushObservationsRequest corrected = PushOf("p", {Row("cost", "2021-Q1", 5)});
  corrected.set_correction_reason("  ");
  EXPECT_THAT(service_.Push(corrected, "cor").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("correction_reason")));
  v1::ClosePeriodRequest close;
  close.set_name("institutions/gob/closings/2021-Q1");
  close.set_reason(" \n ");
  EXPECT_THAT(Call(&Rpc::ClosePeriod, "pia", close).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
  v1::CreateIndicatorRequest create;
  create.set_parent("institutions/gob");
  create.set_indicator_id("other");
  *create.mutable_indicator() = Base("other", kQuarterly);
  create.mutable_indicator()->clear_name();
  create.mutable_indicator()->set_unit("EUR\u009b31m");
  create.mutable_indicator()->add_tags("a\u2066b");
  const absl::Status refused = Call(&Rpc::CreateIndicator, "everyone", create).status();
  EXPECT_THAT(testing::Faults(refused), ElementsAre("indicator.unit", "indicator.tags[0]"));
}

TEST_F(HardeningTest, S6_TheTimeOfTheLastPushIsThereAfterARestart) {
  Define({Base("cost", kQuarterly)});
  Push({Row("cost", "2021-Q1", 5)});
  Push({Row("cost", "2021-Q1", 6)});
  // 2022-03-01 and three seconds, of which Define took one.
  const std::string last =
      "athena_ingest_last_push_timestamp_seconds{institution=\"gob\"} 1646092803";
  EXPECT_THAT(service_.Metrics(), HasSubstr(last));
  service_.Restart();
  EXPECT_THAT(service_.Metrics(), HasSubstr(last));
  EXPECT_THAT(service_.Metrics(),
              HasSubstr("athena_ingest_rows_total{institution=\"gob\",outcome=\"REVISED\"} 0"));
}

TEST_F(HardeningTest, S5_WhoChangedDataIsLoggedOnce) {
  absl::Mutex mutex;
  std::vector<std::string> lines;
  const log::Capture capture([&](const std::string& line) {
    absl::MutexLock lock(&mutex);
    if (line.find("\"event\":\"pushed\"") != std::string::npos) lines.push_back(line);
  });
  Define({Base("cost", kQuarterly)});
  const auto push = [&](const std::string& id, double value) {
    ATHENA_EXPECT_OK(service_.Push(PushOf(id, {Row("cost", "2021-Q1", value)}), "sam"));
  };
  push("a", 5);
  push("b", 5);        // changes nothing
  push("a", 5);        // a replay
  service_.Restart();  // logs what was not logged yet
  absl::MutexLock lock(&mutex);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("\"level\":\"info\""));
  EXPECT_THAT(lines[0], HasSubstr("\"institution\":\"gob\",\"subject\":\"sam\",\"pushes\":1,"
                                  "\"inserted\":1,\"revised\":0,\"deleted\":0,"
                                  "\"last\":\"institutions/gob/pushes/2\""));
}

}  // namespace
}  // namespace athena::indicator
