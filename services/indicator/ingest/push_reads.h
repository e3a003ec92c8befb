#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_READS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_READS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/audit/journal.h"
#include "libs/auth/principal.h"
#include "libs/paging/page_tokens.h"
#include "libs/sql/database.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// Whether the journal's entry of a push names an indicator that is withheld from the caller.
// `definitions` are the present ones of the institution.
bool NamesWithheld(const auth::Principal& caller, std::string_view institution,
                   const Definitions& definitions, const audit::Record& entry);

// The pushes that were stored, without counts and scopes of those that name an indicator which is
// withheld from the caller (access.h). Thread-safe.
class PushReads {
 public:
  // The arguments outlive this.
  PushReads(sql::Database& database, Catalog& catalog, const PageTokens& tokens)
      : database_(database), catalog_(catalog), tokens_(tokens) {}

  // GetPush.
  absl::StatusOr<v1::Push> Get(const auth::Principal& caller,
                               const v1::GetPushRequest& request) const;

  // ListPushes.
  absl::StatusOr<v1::ListPushesResponse> List(const auth::Principal& caller,
                                              const v1::ListPushesRequest& request) const;

 private:
  sql::Database& database_;
  Catalog& catalog_;
  const PageTokens& tokens_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_READS_H_
