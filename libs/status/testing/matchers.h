#ifndef ATHENA_LIBS_STATUS_TESTING_MATCHERS_H_
#define ATHENA_LIBS_STATUS_TESTING_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

// What a test says of an absl::Status or absl::StatusOr. A failure prints the status.
//
//   EXPECT_THAT(store.Delete(name), IsOk());
//   EXPECT_THAT(Period::Parse("2021-Q3"), IsOkAndHolds(quarter));
//   EXPECT_THAT(Period::Parse("2021-Q5"), StatusIs(absl::StatusCode::kInvalidArgument,
//                                                  HasSubstr("2021-Q5")));
//   EXPECT_THAT(units.Update(request), Refuses("ETAG_MISMATCH"));
//   ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Unit unit, units.Get(request));
namespace athena::status::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// The message as well, by a matcher or a string.
MATCHER_P2(StatusIs, code, message, absl::StatusCodeToString(code) + " with such a message") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         ::testing::ExplainMatchResult(message, std::string(StatusOf(arg).message()),
                                       result_listener);
}

// The reason of the ErrorInfo: "RESOURCE_EXISTS".
MATCHER_P(Refuses, reason, std::string("refuses with the reason ") + reason) {
  *result_listener << StatusOf(arg).ToString();
  return Reason(StatusOf(arg)) == reason;
}

// OK, with a value that equals `value` or matches it.
MATCHER_P(IsOkAndHolds, value, "is OK and holds such a value") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

}  // namespace athena::status::testing

#define ATHENA_ASSERT_OK(...) ASSERT_THAT((__VA_ARGS__), ::athena::status::testing::IsOk())
#define ATHENA_EXPECT_OK(...) EXPECT_THAT((__VA_ARGS__), ::athena::status::testing::IsOk())

// In a function that returns void: assigns the value, or fails the test and returns.
#define ATHENA_ASSERT_OK_AND_ASSIGN(target, ...)                                                  \
  ATHENA_INTERNAL_ASSERT_OK_AND_ASSIGN(ATHENA_INTERNAL_JOIN(athena_result_, __COUNTER__), target, \
                                       __VA_ARGS__)
#define ATHENA_INTERNAL_ASSERT_OK_AND_ASSIGN(result, target, ...) \
  auto result = (__VA_ARGS__);                                    \
  ASSERT_THAT(result, ::athena::status::testing::IsOk());         \
  target = *std::move(result)

#endif  // ATHENA_LIBS_STATUS_TESTING_MATCHERS_H_
