#ifndef ATHENA_LIBS_HISTORY_HISTORY_H_
#define ATHENA_LIBS_HISTORY_HISTORY_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/common/v1/history_service.pb.h"
#include "libs/audit/journal.h"
#include "libs/audit/verify.h"
#include "libs/auth/principal.h"
#include "libs/history/source.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"

namespace athena::history {

// What a service's journal speaks of.
struct Contents {
  // Asked in this order.
  std::vector<std::unique_ptr<const Source>> sources;
  // The names of what an entry's revision changed; empty: those that the entry lists.
  std::function<std::vector<std::string>(std::string_view institution, const audit::Record&)>
      names_of;
  // Removes from the names of an entry's revision what is withheld from the caller, who may read
  // the resource that ListRevisions was asked about; empty: nothing is. An entry without any name
  // left is not listed.
  std::function<absl::Status(sql::ReadTx& tx, const auth::Principal& caller,
                             std::string_view institution, const audit::Record&,
                             std::vector<std::string>* names)>
      withhold;
  // What VerifyAuditLog looks for beside the chain. Lives as long as the history.
  absl::Span<const audit::Records> records;
};

// athena.common.v1.HistoryService over the database of a service. Thread-safe.
class History {
 public:
  // Database and tokens outlive it.
  History(sql::Database& database, const PageTokens& tokens, Contents contents)
      : database_(database), tokens_(tokens), contents_(std::move(contents)) {}

  // The RPCs, with who may call them. The history outlives the table.
  rpc::ServiceTable Table() const;

  absl::StatusOr<common::v1::ListRevisionsResponse> ListRevisions(
      const rpc::Call& call, const common::v1::ListRevisionsRequest& request) const;
  absl::StatusOr<common::v1::ListAuditEventsResponse> ListAuditEvents(
      const rpc::Call& call, const common::v1::ListAuditEventsRequest& request) const;
  absl::StatusOr<common::v1::VerifyAuditLogResponse> VerifyAuditLog(
      const rpc::Call& call, const common::v1::VerifyAuditLogRequest& request) const;

 private:
  // nullptr when the name is of no source.
  const Source* SourceOf(std::string_view name) const;
  // The names of what an entry's revision changed, each once, of those that `wanted` lets through.
  std::vector<std::string> NamesOf(std::string_view institution, const audit::Record& record,
                                   absl::FunctionRef<bool(const std::string&)> wanted) const;

  sql::Database& database_;
  const PageTokens& tokens_;
  const Contents contents_;
};

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_HISTORY_H_
