#ifndef ATHENA_SERVICES_REPORTING_READING_RULES_INPUT_H_
#define ATHENA_SERVICES_REPORTING_READING_RULES_INPUT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "athena/common/v1/values.pb.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/reading/period_values.h"
#include "services/reporting/reading/plan_tree.h"
#include "services/reporting/rules/figures/progress.h"
#include "services/reporting/rules/figures/trend.h"
#include "services/reporting/rules/plan.h"

// Converts what the other services answered into what the rules take.
namespace athena::reporting {

// What one selection measured. All links to it share this.
struct SelectionInput {
  Measured period;
  std::optional<Measured> year_to_date;
  std::optional<Measured> year_to_date_held;
};

// What is shown of a selection beside its score.
struct SelectionDetail {
  Progress progress;
  Growth growth;
  // Of the period's value against that of the period before, and of the same period a year before.
  Trend on_period_before;
  Trend on_year_before;
  // Of the year to date against that of the year before.
  Trend year_to_date;
};

// The value of one selection in one period, of one read.
struct SelectionValue {
  const indicator::v1::PeriodValue& message;
  const SelectionInput& input;
};

// How many evaluation periods of this frequency a year has.
int PeriodsOfYear(Frequency frequency);

// kNone for none.
Reason ValueReasonOf(indicator::v1::NoValueReason reason);

// Converts messages to the types of the rules, and remembers the last number or period that could
// not be parsed. Not thread-safe.
class MessageConverter {
 public:
  // Each returns nullopt when the message does not have the field.
  std::optional<Decimal> Number(bool has, const common::v1::Number& number);
  std::optional<Period> PeriodOf(const std::string& text);  // empty: does not have it
  std::optional<absl::CivilDay> Day(bool has, const common::v1::Date& date);
  Decimal Double(double value);

  SelectionInput InputOf(const DefinitionSummary& definition,
                         const indicator::v1::PeriodValue& value);
  // `input` is InputOf the same; `day` is the earlier of the quarter's last day and the day of the
  // basis.
  SelectionDetail DetailOf(const plan::v1::Plan& plan, absl::CivilDay day,
                           const DefinitionSummary& definition,
                           const indicator::v1::PeriodValue& value, const SelectionInput& input);
  // The trends of `detail`: of `now` against those of `earlier` that are of the right period.
  void TrendsInto(const DefinitionSummary& definition, const SelectionValue& now,
                  absl::Span<const SelectionValue> earlier, SelectionDetail* detail);
  // The plan to score; `selections` in the order of tree.keys.
  Plan PlanOf(Period quarter, absl::CivilDay date, const PlanTree& tree,
              const std::vector<SelectionInput>& selections);

  // INTERNAL when something could not be converted.
  absl::Status status() const;

 private:
  // `direction` is the indicator's, for thresholds that do not say theirs. nullopt unless all the
  // numbers that the direction needs are there.
  std::optional<Thresholds> ThresholdsOf(Direction direction, bool has,
                                         const indicator::v1::Thresholds& message);
  // Without its parent, its reports and its links.
  Element ElementOf(const plan::v1::Element& message);
  // Those that count: submitted or validated, with a percentage.
  std::vector<Report> ReportsOf(const std::vector<const plan::v1::ProgressReport*>& messages);
  Measured MeasuredOf(Direction direction, const indicator::v1::Measured& message);
  void Fail(std::string_view what, std::string_view saw);

  std::string fault_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_RULES_INPUT_H_
