// What the kit promises of every kind of resource, of indicators.

#include "libs/resource/testing/conformance.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "services/indicator/definitions/indicators.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/store/schema.h"

namespace athena::resource::testing {
namespace {

// Of a catalog that is told of changes and never read.
class NoDatabase : public sql::Database {
 public:
  absl::Status Write(std::string_view, sql::WriteFn) override { return refusal_; }
  void WriteAsync(std::string_view, size_t, sql::WriteFn,
                  absl::AnyInvocable<void(absl::Status) &&> done) override {
    std::move(done)(refusal_);
  }
  absl::Status Read(sql::ReadFn) override { return refusal_; }
  absl::Status AwaitPast(std::string_view, absl::Time) override { return refusal_; }
  void Close() override {}

 private:
  const absl::Status refusal_ = absl::UnimplementedError("no database");
};

indicator::Catalog& UnreadCatalog() {
  static NoDatabase database;
  static indicator::Catalog catalog(database);
  return catalog;
}

absl::Span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> all = indicator::Schema();
  return all;
}

std::vector<Case> Cases() {
  return {Case{.kind = KindOf(indicator::IndicatorKind(UnreadCatalog())),
               .service = "athena.indicator.v1.IndicatorService",
               .migrations = Migrations(),
               .parent = "institutions/gob",
               .sample = "display_name { text { key: 'nl' value: 'I$n' } } kind: KIND_BASE "
                         "direction: DIRECTION_HIGHER frequency: FREQUENCY_MONTHLY "
                         "time_aggregation: TIME_AGGREGATION_SUM",
               .change_field = "unit",
               .change = "unit: 'persons'",
               .by_hand = {"ListIndicators"}}};
}
ATHENA_INSTANTIATE_CONFORMANCE(Indicator, Cases);

}  // namespace
}  // namespace athena::resource::testing
