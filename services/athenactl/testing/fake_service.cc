#include "services/athenactl/testing/fake_service.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/kinds.h"

namespace athena::athenactl::testing {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::util::FieldMaskUtil;

constexpr const char* kCommonServices[] = {"athena.common.v1.HistoryService",
                                           "athena.common.v1.BackupService"};

bool GetFlag(const Message& message, const std::string& name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && message.GetReflection()->GetBool(message, field);
}

// The path of a method, as gRPC has it, to an answer of serialised messages.
using Answer = std::function<absl::Status(const std::string& path, const std::string& request,
                                          std::vector<std::string>* parts)>;

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  static_cast<void>(buffer.Dump(&slices));
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

// Reads one request, writes the parts of its answer, and finishes.
class Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(std::string path, const Answer& answer) : path_(std::move(path)), answer_(answer) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::INTERNAL, "no request"));
    status_ = answer_(path_, ToString(request_), &parts_);
    WriteNext();
  }
  void OnWriteDone(bool) override { WriteNext(); }
  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    if (next_ == parts_.size()) return Finish(rpc::ToGrpc(status_));
    const grpc::Slice slice(parts_[next_++]);
    part_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&part_);
  }

  const std::string path_;
  const Answer& answer_;
  grpc::ByteBuffer request_;
  absl::Status status_;
  std::vector<std::string> parts_;
  size_t next_ = 0;
  grpc::ByteBuffer part_;
};

class GenericService final : public grpc::CallbackGenericService {
 public:
  explicit GenericService(Answer answer) : answer_(std::move(answer)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(context->method(), answer_);
  }

 private:
  const Answer answer_;
};

// The resource in a request: its only message field of that type.
Message* ResourceIn(Message* request, const Kind& kind) {
  for (int at = 0; at < request->GetDescriptor()->field_count(); ++at) {
    const FieldDescriptor* field = request->GetDescriptor()->field(at);
    if (field->message_type() == kind.message && !field->is_repeated()) {
      return request->GetReflection()->MutableMessage(request, field);
    }
  }
  return nullptr;
}

std::unique_ptr<Message> Copy(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

}  // namespace

class FakeService::Server {
 public:
  explicit Server(Answer answer) : service_(std::move(answer)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~Server() {
    server_->Shutdown();
    server_->Wait();
  }
  int port() const { return port_; }

 private:
  GenericService service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

FakeService::FakeService(std::vector<std::string> services) : services_(std::move(services)) {}
FakeService::~FakeService() { Stop(); }

std::string FakeService::address() const { return absl::StrCat("127.0.0.1:", server_->port()); }

void FakeService::Handle(const std::string& method, Handler handler, const std::string& service) {
  std::vector<std::string> names = services_;
  if (!service.empty()) names = {service};
  for (const std::string& name : names) {
    const auto* found_service = DescriptorPool::generated_pool()->FindServiceByName(name);
    if (const MethodDescriptor* found = found_service->FindMethodByName(method)) {
      handlers_[absl::StrCat("/", name, "/", method)] = {found, std::move(handler)};
      return;
    }
  }
}

void FakeService::Serve() {
  server_ = std::make_unique<Server>([this](const std::string& path, const std::string& bytes,
                                            std::vector<std::string>* parts) -> absl::Status {
    const auto found = handlers_.find(path);
    if (found == handlers_.end()) return absl::UnimplementedError(path);
    const auto& [method, handler] = found->second;
    const std::unique_ptr<Message> request = NewMessage(method->input_type());
    if (!request->ParseFromString(bytes)) return absl::InternalError("no such request");
    Answers answers;
    absl::MutexLock lock(&mutex_);
    absl::Status status = handler(*request, &answers);
    for (const auto& answer : answers) parts->push_back(answer->SerializeAsString());
    return status;
  });
}

void FakeService::Stop() { server_.reset(); }

FakeResources::FakeResources(const std::vector<std::string>& services) : FakeService(services) {
  for (const char* const common : kCommonServices) {
    const auto* service = DescriptorPool::generated_pool()->FindServiceByName(common);
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      Handle(
          method->name(),
          [this, method](const Message& request, Answers* answers) {
            mutex_.AssertHeld();
            last_requests_[method->name()] = Copy(request);
            const auto found = history_.find(method->output_type());
            answers->push_back(found == history_.end() ? NewMessage(method->output_type())
                                                       : Copy(*found->second));
            return absl::OkStatus();
          },
          common);
    }
  }
  for (const Kind& kind : AllKinds()) {
    const std::string& service = kind.list->service()->full_name();
    if (std::find(services.begin(), services.end(), service) == services.end()) continue;
    const auto handle = [&](const MethodDescriptor* method, const auto& handler) {
      if (method == nullptr) return;
      Handle(method->name(),
             [this, method, handler](const Message& request, Answers* answers) -> absl::Status {
               mutex_.AssertHeld();
               last_requests_[method->name()] = Copy(request);
               if (denied_.count(method->name()) > 0) {
                 return status::PermissionDenied("somebody", method->name());
               }
               std::unique_ptr<Message> answer = NewMessage(method->output_type());
               ATHENA_RETURN_IF_ERROR(handler(request, answer.get()));
               answers->push_back(std::move(answer));
               return absl::OkStatus();
             });
    };
    const auto find = [this](const std::string& name) -> absl::StatusOr<Message*> {
      mutex_.AssertHeld();
      const auto found = resources_.find(name);
      if (found == resources_.end()) return status::NotFound(name);
      return found->second.get();
    };
    // Stores what a create request says of its resource.
    const auto create = [this, &kind](const std::string& path, const std::string& parent,
                                      const Message& request, status::FieldFaults* faults) {
      mutex_.AssertHeld();
      const std::unique_ptr<Message> copy = Copy(request);
      std::unique_ptr<Message> resource = Copy(*ResourceIn(copy.get(), kind));
      SetText(resource.get(), "name",
              absl::StrCat(parent, parent.empty() ? "" : "/", kind.collection, "/",
                           GetText(request, SnakeCase(kind.message->name()) + "_id")));
      SetText(resource.get(), "etag", "e1");
      Complete(path, resource.get(), faults);
      return resource;
    };
    handle(kind.create, [=, this, &kind](const Message& request, Message* answer) {
      mutex_.AssertHeld();
      Note(absl::StrCat(kind.create->name(), " ",
                        GetText(request, SnakeCase(kind.message->name()) + "_id")));
      status::FieldFaults faults;
      std::unique_ptr<Message> resource =
          create(kind.singular, GetText(request, "parent"), request, &faults);
      if (!faults.empty()) return faults.ToStatus();
      answer->CopyFrom(*resource);
      resources_[GetText(*resource, "name")] = std::move(resource);
      return absl::OkStatus();
    });
    handle(kind.batch_create, [=, this, &kind](const Message& request, Message* answer) {
      mutex_.AssertHeld();
      const FieldDescriptor* requests = request.GetDescriptor()->FindFieldByName("requests");
      const int count = request.GetReflection()->FieldSize(request, requests);
      Note(absl::StrCat(kind.batch_create->name(), " ", count));
      status::FieldFaults faults;
      std::vector<std::unique_ptr<Message>> created;
      for (int at = 0; at < count; ++at) {
        created.push_back(
            create(absl::StrCat("requests[", at, "].", kind.singular), GetText(request, "parent"),
                   request.GetReflection()->GetRepeatedMessage(request, requests, at), &faults));
      }
      if (!faults.empty()) return faults.ToStatus();
      const FieldDescriptor* field = answer->GetDescriptor()->FindFieldByName(kind.listed->name());
      for (std::unique_ptr<Message>& resource : created) {
        answer->GetReflection()->AddMessage(answer, field)->CopyFrom(*resource);
        resources_[GetText(*resource, "name")] = std::move(resource);
      }
      return absl::OkStatus();
    });
    handle(kind.get, [this, find](const Message& request, Message* answer) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(const Message* resource, find(GetText(request, "name")));
      answer->CopyFrom(*resource);
      return absl::OkStatus();
    });
    // Two a page, so that a reader must follow the tokens.
    handle(kind.list, [=, this, &kind](const Message& request, Message* answer) {
      mutex_.AssertHeld();
      const std::string parent = GetText(request, "parent");
      const std::string prefix = parent.empty() ? "institutions/" : parent + "/";
      const std::string token = GetText(request, "page_token");
      const int begin = token.empty() ? 0 : std::stoi(token);
      const int end = begin + 2;
      int at = 0;
      for (const auto& [name, resource] : resources_) {
        if (resource->GetDescriptor() != kind.message || !absl::StartsWith(name, prefix)) continue;
        if (at >= begin && at < end) {
          answer->GetReflection()->AddMessage(answer, kind.listed)->CopyFrom(*resource);
        }
        ++at;
      }
      if (at > end) SetText(answer, "next_page_token", absl::StrCat(end));
      return absl::OkStatus();
    });
    handle(kind.update, [=, this, &kind](const Message& request, Message* answer) -> absl::Status {
      mutex_.AssertHeld();
      const std::unique_ptr<Message> copy = Copy(request);
      const Message& wanted = *ResourceIn(copy.get(), kind);
      const auto& mask = static_cast<const FieldMask&>(*MutableMessage(copy.get(), "update_mask"));
      const std::string name = GetText(wanted, "name");
      Note(absl::StrCat(kind.update->name(), " ", name, " ", FieldMaskUtil::ToString(mask)));
      ATHENA_ASSIGN_OR_RETURN(Message* const present, find(name));
      const std::string etag = GetText(*present, "etag");
      if (GetText(wanted, "etag") != etag) {
        return status::EtagMismatch(name, GetText(wanted, "etag"), etag);
      }
      FieldMaskUtil::MergeOptions options;
      options.set_replace_message_fields(true);
      options.set_replace_repeated_fields(true);
      FieldMaskUtil::MergeMessageTo(wanted, mask, options, present);
      SetText(present, "etag", etag + "+");
      answer->CopyFrom(*present);
      return absl::OkStatus();
    });
    handle(kind.batch_update,
           [=, this, &kind](const Message& request, Message* answer) -> absl::Status {
             mutex_.AssertHeld();
             const std::unique_ptr<Message> copy = Copy(request);
             const FieldDescriptor* requests = copy->GetDescriptor()->FindFieldByName("requests");
             const int count = copy->GetReflection()->FieldSize(*copy, requests);
             Note(absl::StrCat(kind.batch_update->name(), " ", count,
                               GetFlag(request, "validate_only") ? " validate_only" : ""));
             status::FieldFaults faults;
             const FieldDescriptor* rows =
                 answer->GetDescriptor()->FindFieldByName(kind.listed->name());
             for (int at = 0; at < count; ++at) {
               Message* one =
                   copy->GetReflection()->MutableRepeatedMessage(copy.get(), requests, at);
               const Message& wanted = *ResourceIn(one, kind);
               const std::string name = GetText(wanted, "name");
               Message* row = answer->GetReflection()->AddMessage(answer, rows);
               const auto found = resources_.find(name);
               if (found == resources_.end()) {
                 if (!GetFlag(*one, "allow_missing")) return status::NotFound(name);
                 row->CopyFrom(wanted);
                 SetText(row, "etag", "e1");
                 Complete(absl::StrCat("requests[", at, "].", kind.singular), row, &faults);
                 continue;
               }
               const std::string etag = GetText(*found->second, "etag");
               if (GetText(wanted, "etag") != etag) {
                 return status::EtagMismatch(name, GetText(wanted, "etag"), etag);
               }
               row->CopyFrom(*found->second);
               FieldMaskUtil::MergeOptions options;
               options.set_replace_message_fields(true);
               options.set_replace_repeated_fields(true);
               FieldMaskUtil::MergeMessageTo(
                   wanted, static_cast<const FieldMask&>(*MutableMessage(one, "update_mask")),
                   options, row);
               SetText(row, "etag", etag + "+");
             }
             if (!faults.empty()) return faults.ToStatus();
             if (GetFlag(request, "validate_only")) return absl::OkStatus();
             for (int at = 0; at < count; ++at) {
               std::unique_ptr<Message> stored =
                   Copy(answer->GetReflection()->GetRepeatedMessage(*answer, rows, at));
               resources_[GetText(*stored, "name")] = std::move(stored);
             }
             return absl::OkStatus();
           });
    handle(kind.remove, [=, this, &kind](const Message& request, Message*) -> absl::Status {
      mutex_.AssertHeld();
      const std::string name = GetText(request, "name");
      Note(absl::StrCat(kind.remove->name(), " ", name));
      ATHENA_RETURN_IF_ERROR(find(name).status());
      if (!GetFlag(request, "validate_only")) resources_.erase(name);
      return absl::OkStatus();
    });
    handle(kind.move, [=, this, &kind](const Message& request, Message* answer) -> absl::Status {
      mutex_.AssertHeld();
      const std::string name = GetText(request, "name");
      Note(absl::StrCat(kind.move->name(), " ", name, " below ",
                        GetText(request, "parent_element")));
      ATHENA_ASSIGN_OR_RETURN(Message* const present, find(name));
      const std::string etag = GetText(*present, "etag");
      if (GetText(request, "etag") != etag) {
        return status::EtagMismatch(name, GetText(request, "etag"), etag);
      }
      SetText(present, "parent_element", GetText(request, "parent_element"));
      if (!GetText(request, "code").empty()) SetText(present, "code", GetText(request, "code"));
      SetText(present, "etag", etag + "+");
      answer->CopyFrom(*present);
      return absl::OkStatus();
    });
  }
}

void FakeResources::Deny(const std::string& method) {
  absl::MutexLock lock(&mutex_);
  denied_.insert(method);
}

void FakeResources::SetHistory(const Message& answer) {
  absl::MutexLock lock(&mutex_);
  history_[answer.GetDescriptor()] = Copy(answer);
}

std::vector<std::string> FakeResources::calls() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

std::unique_ptr<Message> FakeResources::last_request(const std::string& method) const {
  absl::MutexLock lock(&mutex_);
  const auto found = last_requests_.find(method);
  return found == last_requests_.end() ? nullptr : Copy(*found->second);
}

void FakeResources::Complete(const std::string&, Message*, status::FieldFaults*) {}

void FakeResources::Note(const std::string& call) { calls_.push_back(call); }

}  // namespace athena::athenactl::testing
