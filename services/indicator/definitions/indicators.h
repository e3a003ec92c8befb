#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_INDICATORS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_INDICATORS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// Definitions of indicators. Each member function handles the RPC of its name. Every change moves
// the institution's generation of definitions, by which caches of them are validated
// (model/catalog.h).
// Not on libs/resource: the parent is stored by the plan service, a batch is validated together
// with the formulas that read it, and List is answered from the catalogue. Thread-safe.
class Indicators {
 public:
  // An indicator is retired on a day of `zone`. The arguments outlive this.
  Indicators(sql::Database& database, Catalog& catalog, const PageTokens& tokens,
             const Clock& clock, absl::TimeZone zone)
      : store_(database), catalog_(catalog), tokens_(tokens), clock_(clock), zone_(zone) {}

  absl::StatusOr<v1::Indicator> Create(const auth::Principal& principal,
                                       const v1::CreateIndicatorRequest& request) const;
  absl::StatusOr<v1::BatchCreateIndicatorsResponse> BatchCreate(
      const auth::Principal& principal, const v1::BatchCreateIndicatorsRequest& request) const;
  absl::StatusOr<v1::Indicator> Get(const auth::Principal& principal,
                                    const v1::GetIndicatorRequest& request) const;
  absl::StatusOr<v1::ListIndicatorsResponse> List(const auth::Principal& principal,
                                                  const v1::ListIndicatorsRequest& request) const;
  absl::StatusOr<v1::Indicator> Update(const auth::Principal& principal,
                                       const v1::UpdateIndicatorRequest& request) const;
  absl::StatusOr<v1::Indicator> Retire(const auth::Principal& principal,
                                       const v1::RetireIndicatorRequest& request) const;

 private:
  const versioned::Store store_;
  Catalog& catalog_;
  const PageTokens& tokens_;
  const Clock& clock_;
  const absl::TimeZone zone_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_INDICATORS_H_
