#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_PIPELINE_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_PIPELINE_H_

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/clock/clock.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "libs/rpc/workers.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/ingest_metrics.h"
#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/ingest/rows/push_request.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {

// Stores pushes of observations. Thread-safe. The steps of a push, each in a file of its own:
//
//   1 the request is parsed                                rows/push_request.h
//   2 its rows are checked against the definitions          rows/check_rows.h
//   3 its cells are compared with the stored ones           diff/compare_push.h
//   4 what differs is written                               observation_writer.h
//   5 the response is made                                  push_response.h
//
// Steps 1 and 2 run on the calling thread, with cached definitions, and wait for nothing. Steps 3
// to 5 run in the write transaction. It verifies that the definitions are those of step 2. If not,
// step 2 is repeated once outside of it; if the definitions have changed again by then, it is
// repeated in the transaction. A push that cannot be stored is refused in a read transaction that
// verifies the same.
class PushPipeline {
 public:
  // `zone` is where days begin and end. `wakeups` is notified after every push that changes
  // something. Everything referred to outlives this.
  PushPipeline(sql::Database& database, Catalog& catalog, SeriesNumbers& numbers,
               daemon::InstitutionWakeups& wakeups, IngestMetrics& metrics, const Clock& clock,
               absl::TimeZone zone)
      : database_(database),
        catalog_(catalog),
        numbers_(numbers),
        wakeups_(wakeups),
        metrics_(metrics),
        clock_(clock),
        zone_(zone) {}

  // PushObservations. Does not block.
  void Push(const rpc::Call& call, const PushRequest& request,
            rpc::Reply<v1::PushObservationsResponse> reply);

  // One request of StreamObservations. Does not block.
  void PushStreamed(const rpc::Call& call, const PushRequest& request,
                    rpc::Reply<v1::StreamObservationsResponse> reply);

 private:
  using DoneFn = absl::AnyInvocable<void(absl::StatusOr<v1::PushObservationsResponse>) &&>;
  struct PendingPush;
  class Step;

  void Start(const rpc::Call& call, const PushRequest& request, DoneFn done);
  // Step 2, then Submit or, for what is not to be stored, AnswerUnstored.
  void Check(PendingPush& push, const Definitions& definitions);
  CheckedRows CheckAgainst(const PendingPush& push, const Definitions& definitions) const;
  // Queues Store and goes on with its result.
  void Submit(PendingPush& push);
  // Steps 3 to 5 of a push that is to be stored.
  absl::Status Store(sql::WriteTx& tx, PendingPush& push);
  void Finish(PendingPush& push, const absl::Status& status);
  void CountRefused(const rpc::Call& call, const PushRequest& request, const absl::Status& refusal);

  // These block: they run on `blocking_`.
  void ReadDefinitionsAndCheck(PendingPush& push);
  void AnswerUnstored(PendingPush& push);

  // The result of a push as `tx` sees it, which only reads: the response to one that was stored
  // before, the response to a dry run, or an error. `push.response` is not set when the push can be
  // stored after all.
  absl::Status DecideUnstored(sql::ReadTx& tx, PendingPush& push);

  sql::Database& database_;
  Catalog& catalog_;
  SeriesNumbers& numbers_;
  daemon::InstitutionWakeups& wakeups_;
  IngestMetrics& metrics_;
  const Clock& clock_;
  const absl::TimeZone zone_;
  rpc::Workers blocking_{2, 2};
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_PIPELINE_H_
