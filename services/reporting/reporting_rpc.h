#ifndef ATHENA_SERVICES_REPORTING_REPORTING_RPC_H_
#define ATHENA_SERVICES_REPORTING_REPORTING_RPC_H_

#include <string>
#include <utility>
#include <vector>

#include "libs/clock/clock.h"
#include "libs/history/history.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/resources.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/reporting/board/board_tables.h"
#include "services/reporting/comparisons/comparisons.h"
#include "services/reporting/explanations/explanations.h"
#include "services/reporting/publications/history_sources.h"
#include "services/reporting/publications/keys.h"
#include "services/reporting/publications/publications.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/schema.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// The reporting service over a database with this service's schema. Thread-safe.
class ReportingService {
 public:
  // All outlive it; `token_key` is that of PageTokens.
  ReportingService(sql::Database& database, const Clock& clock, std::string token_key,
                   const Dependencies& dependencies, const Keys& keys)
      : tokens_(std::move(token_key)),
        store_(database),
        resources_(store_, clock, tokens_),
        scorecards_(
            dependencies, [&clock] { return clock.Now(); },
            [this](const rpc::Call& call, const std::string& publication) {
              return publications_.BasisOf(call.principal(), publication);
            }),
        publications_(dependencies, resources_, tokens_, keys),
        history_(database, tokens_, HistoryContents(JournalRecords())) {}
  ReportingService(const ReportingService&) = delete;
  ReportingService& operator=(const ReportingService&) = delete;

  // The RPCs of each gRPC service, with who may call them; called once. The service outlives the
  // tables.
  std::vector<rpc::ServiceTable> Tables();

 private:
  // athena.reporting.v1.ReportingService.
  rpc::ServiceTable ReportingTable();

  const PageTokens tokens_;
  const versioned::Store store_;
  const resource::Resources resources_;
  Scorecards scorecards_;
  BoardTables boards_{scorecards_};
  Explanations explanations_{scorecards_};
  Comparisons comparisons_{scorecards_};
  const Publications publications_;
  const history::History history_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_REPORTING_RPC_H_
