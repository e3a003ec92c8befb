#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSHES_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSHES_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/clock/clock.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "libs/rpc/workers.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/ingest_metrics.h"
#include "services/indicator/ingest/push_request.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {

// Pushes of observations, from the request to the commit. Thread-safe.
//
// The thread that brings a push checks its rows against the definitions in memory, sorts them and
// leaves the rest to the database's writer: it waits for nothing, neither for the commit nor for a
// read. The writer looks whether the definitions are still the same: if not, the rows are checked
// again.
class Pushes {
 public:
  // `zone` is where days begin and end. `wakeups` is notified after every push that changes
  // something. All that is referred to outlives this.
  Pushes(sql::Database& database, Catalog& catalog, SeriesNumbers& numbers,
         const PageTokens& tokens, daemon::InstitutionWakeups& wakeups, IngestMetrics& metrics,
         const Clock& clock, absl::TimeZone zone)
      : database_(database),
        catalog_(catalog),
        numbers_(numbers),
        tokens_(tokens),
        wakeups_(wakeups),
        metrics_(metrics),
        clock_(clock),
        zone_(zone) {}

  // PushObservations. Does not wait.
  void Push(const rpc::Call& call, const PushRequest& request,
            rpc::Reply<v1::PushObservationsResponse> reply);

  // StreamObservations: one of its requests. Does not wait.
  void PushStreamed(const rpc::Call& call, const PushRequest& request,
                    rpc::Reply<v1::StreamObservationsResponse> reply);

  // GetPush.
  absl::StatusOr<v1::Push> Get(const rpc::Call& call, const v1::GetPushRequest& request) const;

  // ListPushes.
  absl::StatusOr<v1::ListPushesResponse> List(const rpc::Call& call,
                                              const v1::ListPushesRequest& request) const;

 private:
  using Answered = absl::AnyInvocable<void(absl::StatusOr<v1::PushObservationsResponse>) &&>;
  struct Work;
  class Later;

  void Start(const rpc::Call& call, const PushRequest& request, Answered answered);

  void Check(Work& work, const std::shared_ptr<const Definitions>& definitions);
  // These wait for the database: on `waiting_`.
  void ReadAndCheck(Work& work);
  void AnswerUnstored(Work& work);
  static absl::Status RequireCurrent(sql::ReadTx& tx, Work& work);
  absl::Status Try(Work& work);
  absl::Status RefuseUnlessStored(Work& work);
  void Submit(Work& work);
  absl::Status Store(sql::WriteTx& tx, Work& work);
  void Finish(Work& work, const absl::Status& status);

  sql::Database& database_;
  Catalog& catalog_;
  SeriesNumbers& numbers_;
  const PageTokens& tokens_;
  daemon::InstitutionWakeups& wakeups_;
  IngestMetrics& metrics_;
  const Clock& clock_;
  const absl::TimeZone zone_;
  // For what has to wait for a read: definitions that are not in memory, the answer to a push that
  // is not stored, and what the writer found to be checked against older definitions.
  rpc::Workers waiting_{2, 2};
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSHES_H_
