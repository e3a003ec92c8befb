#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_TESTING_REPORTING_SERVER_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_TESTING_REPORTING_SERVER_H_

#include <grpcpp/channel.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/reporting/v1/reporting_service.pb.h"

namespace athena::reporting::testing {

// What the tests read the scorecards of.
inline constexpr char kPlan[] = "institutions/gob/plans/p";

// Starts a server inside the process; on a port of the loopback as well when `port` is given, which
// is set to it. `wanted` 0: any port.
std::unique_ptr<grpc::Server> Serve(grpc::Service& service, int wanted = 0, int* port = nullptr);
// Of two services, without a port.
std::unique_ptr<grpc::Server> Serve(grpc::Service& service, grpc::Service& other);

// WatchScorecard under way; ends with it.
class WatchedStream {
 public:
  virtual ~WatchedStream() = default;
  // The next scorecard; what the stream ended with when there is none.
  virtual absl::StatusOr<v1::Scorecard> Next() = 0;
  virtual void Cancel() = 0;
};

// The reporting service over two other ones. The reader's credential is "Bearer secret", that of
// another one "Bearer other-secret".
class ReportingServer {
 public:
  // `now` is the clock: read at each request, and borrowed. Watched scorecards are looked at when
  // Tick is called.
  ReportingServer(std::shared_ptr<grpc::Channel> plan, std::shared_ptr<grpc::Channel> indicator,
                  const absl::Time* now);
  ~ReportingServer();

  absl::StatusOr<v1::Scorecard> Get(const v1::GetScorecardRequest& request);
  absl::StatusOr<v1::ListScorecardsResponse> List(const v1::ListScorecardsRequest& request);
  absl::StatusOr<v1::BoardTable> GetBoard(const v1::GetBoardTableRequest& request);
  absl::StatusOr<v1::Explanation> Explain(const v1::ExplainScoreRequest& request);
  absl::StatusOr<v1::ScorecardComparison> Compare(const v1::CompareScorecardsRequest& request);
  std::unique_ptr<WatchedStream> Watch(const v1::WatchScorecardRequest& request,
                                       const std::string& token = "secret");
  void Tick();
  void Drain();
  // The parts.
  absl::StatusOr<std::vector<v1::ExportScorecardResponse>> Export(
      const v1::ExportScorecardRequest& request);
  absl::StatusOr<std::vector<v1::ExportObservationsResponse>> ExportObservations(
      const v1::ExportObservationsRequest& request);
  // What a call ends with that nobody has waited for from the beginning.
  absl::Status GetCancelled(const v1::GetScorecardRequest& request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace athena::reporting::testing

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_TESTING_REPORTING_SERVER_H_
