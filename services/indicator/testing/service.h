#ifndef ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_
#define ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/sql/sqlite_database.h"
#include "services/indicator/catalog.h"
#include "services/indicator/closings.h"
#include "services/indicator/completeness.h"
#include "services/indicator/ingest_metrics.h"
#include "services/indicator/observations.h"
#include "services/indicator/pushes.h"
#include "services/indicator/series_store.h"

namespace athena::indicator::testing {

// The indicator service over the in-process channel, with a database of the test's own, a clock
// that stands still, and days that begin and end in Brussels.
class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest();
  ~ServiceTest() override;

  // One call of a unary RPC, by somebody: "pia" closes quarters of the institution "gob", "sam" and
  // "sue" send there, "val" reads there, and "tom" closes those of "talent".
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::IndicatorService::StubInterface::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::string& who, const Request& request) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + who);
    Response response;
    const absl::Status status = rpc::FromGrpc((stub_.get()->*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // Moves the clock to a moment, "2021-10-01T09:00:00+02:00".
  void At(const std::string& moment);

  std::string folder_;
  absl::TimeZone brussels_;
  FakeClock clock_{absl::FromUnixSeconds(1'600'000'000)};
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<v1::IndicatorService::StubInterface> stub_;

 private:
  void Serve();

  prometheus::Registry registry_;
  IngestMetrics metrics_{registry_};
  PageTokens tokens_{"0123456789abcdef"};
  std::unique_ptr<SeriesNumbers> numbers_;
  std::unique_ptr<Pushes> pushes_;
  std::unique_ptr<Observations> observations_;
  std::unique_ptr<Closings> closings_;
  std::unique_ptr<Completeness> completeness_;
  std::unique_ptr<auth::StaticAuthenticator> authenticator_;
  std::unique_ptr<rpc::Server> server_;
};

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_
