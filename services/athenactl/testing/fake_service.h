#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICE_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/status/status.h"

namespace athena::athenactl::testing {

// gRPC services on a free port of the loopback interface, whose methods are functions. Methods
// without one are UNIMPLEMENTED. One call is answered at a time, under `mutex_`. Thread-safe.
class FakeService {
 public:
  using Message = google::protobuf::Message;

  // `services` are names of the contracts, "athena.plan.v1.PlanService".
  explicit FakeService(std::vector<std::string> services);
  virtual ~FakeService();
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

  std::string address() const;  // HOST:PORT

 protected:
  using Answers = std::vector<std::unique_ptr<Message>>;
  // Gets the answers to a request: one, or the parts of a stream, which may come before an error.
  using Handler = std::function<absl::Status(const Message& request, Answers* answers)>;

  // The methods are set in the constructor of a derived class, before Serve(). `service`: the
  // method's own, where it is another one.
  void Handle(const std::string& method, Handler handler, const std::string& service = "");
  template <typename Request, typename Response, typename Fake>
  void On(absl::Status (Fake::*method)(const Request&, Response*)) {
    Handle(MethodOf(Request::descriptor()->name()),
           [this, method](const Message& request, Answers* answers) {
             auto response = std::make_unique<Response>();
             absl::Status status = (static_cast<Fake*>(this)->*method)(
                 static_cast<const Request&>(request), response.get());
             if (status.ok()) answers->push_back(std::move(response));
             return status;
           });
  }
  // Begins to answer; Stop() must be called before members that handlers use are destroyed.
  void Serve();
  void Stop();

  mutable absl::Mutex mutex_;

 private:
  class Server;

  static std::string MethodOf(std::string request) {
    return request.substr(0, request.size() - std::string_view("Request").size());
  }

  const std::vector<std::string> services_;
  std::map<std::string, std::pair<const google::protobuf::MethodDescriptor*, Handler>> handlers_;
  std::unique_ptr<Server> server_;
};

// A service whose resources of every kind have the standard methods: it keeps what it is told, in
// maps, and notes the calls that change something.
class FakeResources : public FakeService {
 public:
  explicit FakeResources(const std::vector<std::string>& services);

  // "CreateUnit bm", "BatchCreateElements 3", "UpdateUnit institutions/a/units/bm display_name".
  std::vector<std::string> calls() const;
  // The last request of a method, "ListUnits"; null when there was none.
  std::unique_ptr<Message> last_request(const std::string& method) const;
  // Refuses a method, "ListUnits", with PERMISSION_DENIED from now on.
  void Deny(const std::string& method);
  // What the method of athena.common.v1 (HistoryService, BackupService) that answers with such
  // messages answers from now on; before, an empty one.
  void SetHistory(const Message& answer);

 protected:
  // What the service adds to a resource that is created; an error refuses it. `field` is the path
  // of the resource in the request.
  virtual void Complete(const std::string& field, Message* resource, status::FieldFaults* faults);
  virtual void Note(const std::string& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // By name, of all kinds.
  std::map<std::string, std::unique_ptr<Message>> resources_ ABSL_GUARDED_BY(mutex_);

 private:
  std::set<std::string> denied_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<Message>> last_requests_ ABSL_GUARDED_BY(mutex_);
  std::map<const google::protobuf::Descriptor*, std::unique_ptr<Message>> history_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICE_H_
