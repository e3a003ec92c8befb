#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_INDICATORS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_INDICATORS_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/kind.h"
#include "libs/resource/resources.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {

// The institutions, which the plan service stores.
struct InstitutionParent {
  using Parent = void;
  static constexpr std::string_view kPattern = "institutions/{institution}";
};

// Definitions of indicators.
class IndicatorKind {
 public:
  using Message = v1::Indicator;
  using Parent = InstitutionParent;
  static constexpr std::string_view kPattern = kIndicatorPattern.text();
  static constexpr versioned::Collection kCollection = kIndicators;
  static constexpr std::string_view kIdGrammar = kIndicatorIdGrammar;
  static constexpr int kMaxBatch = indicator::kMaxBatch;
  static bool IsId(std::string_view id) { return IsIndicatorId(id); }

  // The catalog outlives it.
  explicit IndicatorKind(Catalog& catalog) : catalog_(catalog) {}

  static void Complete(v1::Indicator* indicator);  // begins as ACTIVE
  static void Validate(std::string_view path, std::string_view parent,
                       const v1::Indicator& indicator, status::FieldFaults* faults);
  // What cannot change is as it was. The operands of new and changed formulas exist, and there is
  // no cycle among them: they are checked once nothing else is wrong. Tells the catalog.
  absl::Status Admit(const resource::Admission<v1::Indicator>& admission) const;

 private:
  Catalog& catalog_;
};

// ACTIVE > RETIRED, on the present day of the institution's time zone, by default `otherwise`. A
// RETIRED one stays as it is.
absl::Status RetireIndicator(absl::TimeZone otherwise, const versioned::Edit& edit,
                             v1::Indicator* indicator);

// ListIndicators: answered from the catalog, with those that the caller may read. Thread-safe.
class IndicatorLists {
 public:
  // The arguments outlive this.
  IndicatorLists(const resource::Resources& resources, Catalog& catalog, const PageTokens& tokens)
      : resources_(resources), catalog_(catalog), tokens_(tokens) {}

  absl::StatusOr<v1::ListIndicatorsResponse> List(const auth::Principal& principal,
                                                  const v1::ListIndicatorsRequest& request) const;

 private:
  const resource::Resources& resources_;
  Catalog& catalog_;
  const PageTokens& tokens_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_INDICATORS_H_
