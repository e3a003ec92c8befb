#ifndef ATHENA_LIBS_STATUS_MACROS_H_
#define ATHENA_LIBS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Early returns of errors, for functions that return absl::Status or absl::StatusOr.
//
//   ATHENA_RETURN_IF_ERROR(edit.Insert(unit));
//   ATHENA_ASSIGN_OR_RETURN(const Period quarter, Period::Parse(text));
//
// ATHENA_ASSIGN_OR_RETURN makes two statements: it cannot be the body of an unbraced `if`. A lambda
// that uses either needs its return type written out.

#define ATHENA_INTERNAL_JOIN_AGAIN(a, b) a##b
#define ATHENA_INTERNAL_JOIN(a, b) ATHENA_INTERNAL_JOIN_AGAIN(a, b)

// Returns the absl::Status that the expression gives when it is not OK.
#define ATHENA_RETURN_IF_ERROR(...) \
  ATHENA_INTERNAL_RETURN_IF_ERROR(ATHENA_INTERNAL_JOIN(athena_status_, __COUNTER__), __VA_ARGS__)
#define ATHENA_INTERNAL_RETURN_IF_ERROR(status, ...)      \
  if (absl::Status status = (__VA_ARGS__); status.ok()) { \
  } else /* NOLINT(readability-else-after-return) */      \
    return status

// Assigns the value of the absl::StatusOr that the expression gives to `target`, which may be a
// declaration; returns its status when it has no value. Commas of the expression are its own;
// a type with a comma in `target` needs an alias, or auto.
#define ATHENA_ASSIGN_OR_RETURN(target, ...)                                                  \
  ATHENA_INTERNAL_ASSIGN_OR_RETURN(ATHENA_INTERNAL_JOIN(athena_result_, __COUNTER__), target, \
                                   __VA_ARGS__)
#define ATHENA_INTERNAL_ASSIGN_OR_RETURN(result, target, ...) \
  auto result = (__VA_ARGS__);                                \
  if (!result.ok()) return std::move(result).status();        \
  target = *std::move(result)

#endif  // ATHENA_LIBS_STATUS_MACROS_H_
