#ifndef ATHENA_LIBS_SQL_CONFORMANCE_TEST_SUITE_H_
#define ATHENA_LIBS_SQL_CONFORMANCE_TEST_SUITE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/clock/clock.h"
#include "libs/sql/database.h"

namespace athena::sql {

// One empty place a driver can open databases in. Opening it again finds what was stored.
class ConformanceBackend {
 public:
  virtual ~ConformanceBackend() = default;
  // Fails the test when it cannot.
  virtual std::unique_ptr<Database> Open(absl::Span<const Migration> migrations,
                                         const Clock& clock) = 0;
};

struct ConformanceDriver {
  std::string name;  // letters and digits
  std::function<std::unique_ptr<ConformanceBackend>()> make;
};

// What every driver promises in database.h, as tests. A driver runs them with
//   INSTANTIATE_TEST_SUITE_P(Sqlite, DatabaseConformanceTest, testing::Values(driver),
//                            ConformanceDriverName);
// and links conformance_test_suite.cc.
class DatabaseConformanceTest : public testing::TestWithParam<ConformanceDriver> {
 protected:
  DatabaseConformanceTest();
  // Closes the database and opens it again, as a restart does.
  void Reopen();

  FakeClock fake_clock_{absl::FromUnixSeconds(1'700'000'000)};
  std::unique_ptr<ConformanceBackend> backend_;
  std::unique_ptr<Database> database_;
};

// Not inline: naming it makes the linker take the tests out of their library.
std::string ConformanceDriverName(const testing::TestParamInfo<ConformanceDriver>& info);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_CONFORMANCE_TEST_SUITE_H_
