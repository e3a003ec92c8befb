#include "libs/status/macros.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

using status::testing::IsOk;
using status::testing::IsOkAndHolds;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return status::InvalidField("number", std::to_string(number), "an even one");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  ATHENA_ASSIGN_OR_RETURN(const int half, Half(number));
  ATHENA_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

absl::Status Check(const absl::Status& first, const absl::Status& second, int* reached) {
  *reached = 0;
  ATHENA_RETURN_IF_ERROR(first);
  *reached = 1;
  if (second.ok())
    ATHENA_RETURN_IF_ERROR(second);
  else
    return second;
  *reached = 2;
  return absl::OkStatus();
}

TEST(StatusMacros, AnErrorIsReturnedAndAValueAssigned) {
  EXPECT_THAT(Quarter(12), IsOkAndHolds(3));
  EXPECT_THAT(Quarter(7), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"7\"")));
  EXPECT_THAT(Quarter(6), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"3\"")));
}

TEST(StatusMacros, WhatFollowsAnErrorDoesNotRun) {
  int reached = 0;
  EXPECT_THAT(Check(absl::OkStatus(), absl::OkStatus(), &reached), IsOk());
  EXPECT_EQ(reached, 2);
  EXPECT_THAT(Check(absl::AbortedError("first"), absl::OkStatus(), &reached),
              StatusIs(absl::StatusCode::kAborted, "first"));
  EXPECT_EQ(reached, 0);
  EXPECT_THAT(Check(absl::OkStatus(), absl::AbortedError("second"), &reached),
              StatusIs(absl::StatusCode::kAborted, "second"));
  EXPECT_EQ(reached, 1);
}

TEST(StatusMacros, AValueThatCannotBeCopiedIsMoved) {
  const auto made = []() -> absl::StatusOr<std::unique_ptr<int>> {
    return std::make_unique<int>(4);
  };
  const auto read = [&made]() -> absl::StatusOr<int> {
    ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<int> value, made());
    return *value;
  };
  EXPECT_THAT(read(), IsOkAndHolds(4));
}

TEST(StatusMatchers, TellErrorsApart) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::AbortedError("no"), Not(IsOk()));
  EXPECT_THAT(absl::AbortedError("no"), Not(StatusIs(absl::StatusCode::kNotFound)));
  EXPECT_THAT(absl::AbortedError("no"), Not(StatusIs(absl::StatusCode::kAborted, "yes")));
  EXPECT_THAT(status::NotFound("institutions/a"), Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(status::NotFound("institutions/a"), Not(Refuses("RESOURCE_EXISTS")));
  EXPECT_THAT(Half(4), Not(IsOkAndHolds(3)));
  EXPECT_THAT(Half(3), Not(IsOkAndHolds(1)));
}

}  // namespace
}  // namespace athena
