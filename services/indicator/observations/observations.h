#ifndef ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATIONS_H_
#define ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATIONS_H_

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// Stored observations. Thread-safe.
class Observations {
 public:
  // The arguments outlive this.
  Observations(sql::Database& database, Catalog& catalog, const PageTokens& tokens,
               const Clock& clock)
      : store_(database), catalog_(catalog), tokens_(tokens), clock_(clock) {}

  // ListObservations.
  absl::StatusOr<v1::ListObservationsResponse> List(
      const auth::Principal& caller, const v1::ListObservationsRequest& request) const;

 private:
  const versioned::Store store_;
  Catalog& catalog_;
  const PageTokens& tokens_;
  const Clock& clock_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATIONS_H_
