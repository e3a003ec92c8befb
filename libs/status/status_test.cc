#include "libs/status/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "libs/status/status_proto.h"
#include "libs/status/storage.h"

namespace athena::status {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

template <typename Detail>
std::vector<Detail> Details(const absl::Status& status) {
  std::vector<Detail> found;
  google::rpc::Status wire;
  EXPECT_TRUE(wire.ParseFromString(ToRpcStatus(status).SerializeAsString()));
  for (const auto& any : wire.details()) {
    if (any.Is<Detail>()) {
      found.emplace_back();
      EXPECT_TRUE(any.UnpackTo(&found.back()));
    }
  }
  return found;
}

TEST(StatusTest, EveryErrorSaysDomainReasonAndVariables) {
  absl::Status status = EtagMismatch("institutions/a", "1", "2");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  std::vector<google::rpc::ErrorInfo> infos = Details<google::rpc::ErrorInfo>(status);
  ASSERT_EQ(infos.size(), 1u);
  EXPECT_EQ(infos[0].domain(), "athena");
  EXPECT_EQ(infos[0].reason(), "ETAG_MISMATCH");
  EXPECT_EQ(infos[0].metadata().at("resource"), "institutions/a");
  EXPECT_EQ(infos[0].metadata().at("etag"), "1");
  EXPECT_EQ(infos[0].metadata().at("currentEtag"), "2");
  EXPECT_EQ(Reason(status), "ETAG_MISMATCH");
  EXPECT_EQ(MetadataValue(status, "etag"), "1");
  EXPECT_EQ(MetadataValue(status, "other"), "");
}

TEST(StatusTest, PhrasesHaveTheCodesOfTheContract) {
  EXPECT_EQ(NotFound("x").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AlreadyExists("x").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(PermissionDenied("x", "y").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Unauthenticated("x").code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(RequestIdReused("x").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(InvalidPageToken().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FutureAsOf(7, 6).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FutureAsOf(absl::FromUnixSeconds(7), absl::FromUnixSeconds(6)).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Internal("x").code(), absl::StatusCode::kInternal);
  EXPECT_EQ(DeadlineExceeded().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Cancelled().code(), absl::StatusCode::kCancelled);
}

TEST(StatusTest, OverloadSaysWhenToRetryAndWhichQuota) {
  absl::Status status = Overloaded("the queue of requests", absl::Milliseconds(1500));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RetryAfter(status), absl::Milliseconds(1500));
  ASSERT_EQ(Details<google::rpc::QuotaFailure>(status).size(), 1u);
  std::vector<google::rpc::RetryInfo> retry = Details<google::rpc::RetryInfo>(status);
  ASSERT_EQ(retry.size(), 1u);
  EXPECT_EQ(retry[0].retry_delay().seconds(), 1);
  EXPECT_EQ(retry[0].retry_delay().nanos(), 500'000'000);
  EXPECT_EQ(RetryAfter(Unavailable("the plan service", absl::Seconds(2))), absl::Seconds(2));
  EXPECT_EQ(RetryAfter(NotFound("x")), absl::ZeroDuration());
}

TEST(StatusTest, PreconditionNamesItsSubject) {
  absl::Status status =
      Precondition("PERIOD_CLOSED", "2021-Q3 is closed", "institutions/a", {{"period", "2021-Q3"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  auto failures = Details<google::rpc::PreconditionFailure>(status);
  ASSERT_EQ(failures.size(), 1u);
  ASSERT_EQ(failures[0].violations_size(), 1);
  EXPECT_EQ(failures[0].violations(0).type(), "PERIOD_CLOSED");
  EXPECT_EQ(failures[0].violations(0).subject(), "institutions/a");
  EXPECT_EQ(failures[0].violations(0).description(), "2021-Q3 is closed");
}

TEST(FieldFaultsTest, NoFaultIsOk) { EXPECT_TRUE(FieldFaults().ToStatus().ok()); }

TEST(FieldFaultsTest, AllFaultsAreToldAtOnce) {
  FieldFaults faults;
  faults.Add("plan.years", -1, "more than 0");
  faults.Add("observations[17].value", 0.1, "a whole number");
  faults.Add("period", "2021-Q5", "a period such as 2021-Q3");
  faults.Missing("parent");
  absl::Status status = faults.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "plan.years: got -1, want more than 0 (and 3 more)");
  EXPECT_EQ(Reason(status), "INVALID_FIELDS");
  EXPECT_EQ(MetadataValue(status, "faults"), "4");
  EXPECT_EQ(MetadataValue(status, "shown"), "4");
  auto bad = Details<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.size(), 1u);
  ASSERT_EQ(bad[0].field_violations_size(), 4);
  EXPECT_EQ(bad[0].field_violations(1).field(), "observations[17].value");
  EXPECT_EQ(bad[0].field_violations(1).description(), "got 0.1, want a whole number");
  EXPECT_EQ(bad[0].field_violations(2).description(),
            "got \"2021-Q5\", want a period such as 2021-Q3");
  EXPECT_EQ(bad[0].field_violations(3).description(), "got nothing, want a value");
}

TEST(FieldFaultsTest, AFaultInItsOwnWordsIsToldAsItIs) {
  FieldFaults faults;
  faults.Describe("margin", "saw 0, allowed is more than 0\n");
  const auto details = Details<google::rpc::BadRequest>(faults.ToStatus());
  ASSERT_EQ(details.size(), 1u);
  EXPECT_EQ(details[0].field_violations(0).field(), "margin");
  EXPECT_EQ(details[0].field_violations(0).description(), "saw 0, allowed is more than 0\\n");
}

TEST(FieldFaultsTest, TenThousandFaultsFitUnderFourKibibytesWithTheTotal) {
  FieldFaults faults;
  for (int i = 0; i < 10'000; ++i) {
    faults.Add("observations[" + std::to_string(i) + "].value", std::string(i, 'x'), "a number");
  }
  absl::Status status = faults.ToStatus();
  EXPECT_LT(ToRpcStatus(status).ByteSizeLong(), kMaxDetailsBytes);
  EXPECT_EQ(MetadataValue(status, "faults"), "10000");
  auto bad = Details<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(MetadataValue(status, "shown"), std::to_string(bad[0].field_violations_size()));
  for (int i = 0; i < bad[0].field_violations_size(); ++i) {
    EXPECT_EQ(bad[0].field_violations(i).field(), "observations[" + std::to_string(i) + "].value");
  }
}

TEST(FieldFaultsTest, TheLargestSingleFaultStillFits) {
  FieldFaults faults;
  faults.Add(std::string(100'000, '\xff'), std::string(100'000, '\xff'), std::string(9999, '\n'));
  absl::Status status = faults.ToStatus();
  EXPECT_LT(ToRpcStatus(status).ByteSizeLong(), kMaxDetailsBytes);
  EXPECT_EQ(MetadataValue(status, "shown"), "1");
}

TEST(StatusTest, CallersLearnWhenToTryADatabaseAgainAndNotWhatItSaid) {
  const absl::Status fault = absl::UnavailableError("disk I/O error: /var/lib/athena/plan.db");
  const absl::Status answered = FromRpcStatus(ToRpcStatus(fault));
  EXPECT_EQ(answered.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Reason(answered), "UNAVAILABLE");
  EXPECT_GT(RetryAfter(answered), absl::ZeroDuration());
  EXPECT_EQ(Message(answered).find("/var"), std::string_view::npos) << answered;

  const absl::Status full = absl::ResourceExhaustedError("1000 writes are queued");
  const absl::Status queued = FromRpcStatus(ToRpcStatus(full));
  EXPECT_EQ(queued.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Reason(queued), "OVERLOADED");
  EXPECT_GT(RetryAfter(queued), absl::ZeroDuration());
}

TEST(StatusTest, ARefusalIsAnsweredAsItIs) {
  const absl::Status refusal =
      Refusal(absl::StatusCode::kResourceExhausted, "ANSWER_TOO_LARGE", "got 5 MiB, want 4");
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(refusal)), refusal);
}

TEST(StatusTest, WhateverIsPutInStaysUnderFourKibibytesAndKeepsErrorInfo) {
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  std::vector<std::string> keys;
  keys.reserve(100);
  metadata.reserve(100);
  for (int i = 0; i < 100; ++i) keys.push_back("key" + std::to_string(i));
  const std::string value(1000, 'v');
  for (const std::string& key : keys) metadata.emplace_back(key, value);
  std::vector<std::string_view> subjects(100, value);
  absl::Status status =
      Precondition(std::string(500, 'R'), std::string(5000, 'm'), subjects, metadata);
  status = WithRetryAfter(WithQuota(status, value, value), absl::Hours(1));
  status.SetPayload("type.googleapis.com/google.rpc.DebugInfo", absl::Cord(std::string(4000, 'd')));
  google::rpc::Status wire = ToRpcStatus(status);
  EXPECT_LT(wire.ByteSizeLong(), kMaxDetailsBytes);
  EXPECT_TRUE(wire.details(0).Is<google::rpc::ErrorInfo>());
  EXPECT_EQ(Details<google::rpc::ErrorInfo>(status).size(), 1u);
  EXPECT_EQ(Details<google::rpc::PreconditionFailure>(status).size(), 1u);
  EXPECT_EQ(Details<google::rpc::RetryInfo>(status).size(), 1u);
  EXPECT_EQ(RetryAfter(FromRpcStatus(wire)), absl::Hours(1));
}

TEST(StatusTest, DetailsAreKeptUpToTheLimitAndDroppedOnePast) {
  absl::Status base = Internal("x");
  const std::string url = "type.googleapis.com/google.rpc.DebugInfo";
  auto size_with = [&](size_t bytes) {
    absl::Status status = base;
    status.SetPayload(url, absl::Cord(std::string(bytes, 'd')));
    return ToRpcStatus(status);
  };
  // The detail costs its bytes and a fixed framing, so the largest that fits is found by counting.
  size_t framing = size_with(2000).ByteSizeLong() - 2000;
  size_t largest = kMaxDetailsBytes - 1 - framing;
  EXPECT_EQ(size_with(largest).ByteSizeLong(), kMaxDetailsBytes - 1);
  EXPECT_EQ(size_with(largest).details_size(), 2);
  EXPECT_EQ(size_with(largest + 1).details_size(), 1);
}

TEST(StatusTest, S8_DetailsThatDoNotFitAreNamed) {
  absl::Status status = Internal("x");
  status.SetPayload("type.googleapis.com/google.rpc.DebugInfo",
                    absl::Cord(std::string(kMaxDetailsBytes, 'd')));
  const google::rpc::Status wire = ToRpcStatus(status);
  EXPECT_LT(wire.ByteSizeLong(), kMaxDetailsBytes);
  EXPECT_EQ(MetadataValue(FromRpcStatus(wire), "detailsLeftOut"),
            "DebugInfo: beyond 4 KiB; ask for less at once");
  EXPECT_EQ(MetadataValue(FromRpcStatus(ToRpcStatus(Internal("x"))), "detailsLeftOut"), "");
}

TEST(StatusTest, S8_FaultsThatAreNotListedAreSaidToFollow) {
  FieldFaults faults;
  for (int i = 0; i < 100; ++i) {
    faults.Add("rows[" + std::to_string(i) + "].value", std::string(100, 'x'), "a number");
  }
  const absl::Status status = faults.ToStatus();
  const std::string shown = MetadataValue(status, "shown");
  EXPECT_NE(Message(status).find("(and 99 more); the details list the first " + shown +
                                 ": mend these and send it again for the rest"),
            std::string_view::npos)
      << status;
}

TEST(StatusTest, AForeignErrorGetsAnErrorInfo) {
  absl::Status status = absl::DataLossError("the disk is gone");
  auto infos = Details<google::rpc::ErrorInfo>(status);
  ASSERT_EQ(infos.size(), 1u);
  EXPECT_EQ(infos[0].reason(), "DATA_LOSS");
  EXPECT_EQ(Reason(status), "");
}

TEST(StatusTest, UnavailableNeverTravelsWithoutRetryInfo) {
  EXPECT_EQ(RetryAfter(FromRpcStatus(ToRpcStatus(absl::UnavailableError("gone")))),
            absl::Seconds(1));
  EXPECT_EQ(RetryAfter(FromRpcStatus(ToRpcStatus(Unavailable("the disk", absl::Seconds(7))))),
            absl::Seconds(7));
  EXPECT_EQ(RetryAfter(FromRpcStatus(ToRpcStatus(absl::AbortedError("again")))),
            absl::ZeroDuration());
}

TEST(StatusTest, TheWireFormComesBackEqual) {
  absl::Status status = Overloaded("the queue", absl::Seconds(1));
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(status)), status);
  EXPECT_TRUE(FromRpcStatus(ToRpcStatus(absl::OkStatus())).ok());
}

TEST(PrintableTest, ValidTextPassesUnchanged) {
  EXPECT_EQ(Printable("a\u00e9\u20ac\U0001F600"), "a\u00e9\u20ac\U0001F600");
}

TEST(PrintableTest, BytesThatAreNotUtf8AreEscaped) {
  EXPECT_EQ(Printable("a\xff"
                      "b"),
            "a\\xffb");
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong "/"
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(Printable("\xe2\x82"), "\\xe2\\x82");                    // cut short
  EXPECT_EQ(Printable("a\nb\tc\rd\x01"), "a\\nb\\tc\\rd\\x01");
}

TEST(PrintableTest, A14_CharactersThatCommandTerminalsOrTurnTextAroundAreEscaped) {
  EXPECT_EQ(Printable("a\u009b31m"), "a\\u009b31m");
  EXPECT_EQ(Printable("\u0085\u2028\u202e\u2066\ufeff\u200f"),
            "\\u0085\\u2028\\u202e\\u2066\\ufeff\\u200f");
  EXPECT_EQ(Printable("\U000E0041"), "\\ue0041");
  // Letters, spaces and joiners of any script are no controls.
  for (const char* text : {"\u00a0", "\u0627\u0644", "\u05d0", "\u200d", "\u3000", "\u20ac"}) {
    EXPECT_EQ(Printable(text), text);
  }
}

TEST(PrintableTest, LongValuesAreCutBetweenCharacters) {
  EXPECT_EQ(Printable("0123456789", 10), "0123456789");
  EXPECT_EQ(Printable("0123456789a", 10), "0123456...");
  EXPECT_EQ(Printable("\u20ac\u20ac\u20ac\u20ac", 11), "\u20ac\u20ac...");
  EXPECT_THAT(Printable(std::string(5000, 'x')), EndsWith("..."));
  EXPECT_EQ(Printable(std::string(5000, 'x')).size(), kMaxValueBytes);
}

TEST(StatusTest, AValueThatIsNotUtf8IsReadableInTheMessage) {
  EXPECT_THAT(InvalidField("name", "\xff", "letters").message(), HasSubstr("got \"\\xff\""));
}

TEST(FromStorage, FaultsOfTheDatabaseCanBeRetried) {
  const absl::Status down = FromStorage(absl::UnavailableError("disk I/O error"));
  EXPECT_EQ(down.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Reason(down), "UNAVAILABLE");
  EXPECT_GT(RetryAfter(down), absl::ZeroDuration());
  const absl::Status full = FromStorage(absl::ResourceExhaustedError("queue"));
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Reason(full), "OVERLOADED");
  EXPECT_GT(RetryAfter(full), absl::ZeroDuration());
}

TEST(FromStorage, RefusalsStayAsTheyAre) {
  EXPECT_EQ(FromStorage(absl::OkStatus()), absl::OkStatus());
  EXPECT_EQ(FromStorage(NotFound("a")), NotFound("a"));
  const absl::Status elsewhere = Unavailable("the plan service", absl::Seconds(7));
  EXPECT_EQ(RetryAfter(FromStorage(elsewhere)), absl::Seconds(7));
  EXPECT_EQ(FromStorage(absl::InternalError("x")), absl::InternalError("x"));
}

}  // namespace
}  // namespace athena::status
