#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_READS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_READS_H_

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/auth/principal.h"
#include "libs/paging/page_tokens.h"
#include "libs/sql/database.h"

namespace athena::indicator {

// The pushes that were stored. Thread-safe.
class PushReads {
 public:
  // Both outlive this.
  PushReads(sql::Database& database, const PageTokens& tokens)
      : database_(database), tokens_(tokens) {}

  // GetPush.
  absl::StatusOr<v1::Push> Get(const auth::Principal& caller,
                               const v1::GetPushRequest& request) const;

  // ListPushes.
  absl::StatusOr<v1::ListPushesResponse> List(const auth::Principal& caller,
                                              const v1::ListPushesRequest& request) const;

 private:
  sql::Database& database_;
  const PageTokens& tokens_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_READS_H_
