#include "libs/resource/methods.h"

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/common/v1/values.pb.h"
#include "libs/fields/fields.h"
#include "libs/resource/request.h"

namespace athena::resource {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// Whether the RPC is called `verb` and the kind's name in the plural: its response has the rows.
bool IsPlural(const MethodDescriptor& rpc, const AnyKind& kind, const char* verb) {
  return absl::StartsWith(rpc.name(), absl::StrCat(verb, kind.type()->name().substr(0, 1))) &&
         RowsField(rpc.output_type(), kind.type()) != nullptr;
}

class Faults {
 public:
  explicit Faults(std::vector<std::string>* faults) : faults_(*faults) {}

  void Need(const Descriptor* type, const std::string& name, FieldDescriptor::CppType cpp_type,
            const Descriptor* message = nullptr) {
    Check(type, name, cpp_type, message, /*required=*/true);
  }
  // A field that may be missing, but is of this type when it is there.
  void Allow(const Descriptor* type, const std::string& name, FieldDescriptor::CppType cpp_type,
             const Descriptor* message = nullptr) {
    Check(type, name, cpp_type, message, /*required=*/false);
  }
  void Add(std::string fault) { faults_.push_back(std::move(fault)); }

 private:
  void Check(const Descriptor* type, const std::string& name, FieldDescriptor::CppType cpp_type,
             const Descriptor* message, bool required) {
    const FieldDescriptor* field = type->FindFieldByName(name);
    if (field == nullptr) {
      if (required) Add(absl::StrCat(type->name(), " has no field ", name));
    } else if (field->cpp_type() != cpp_type || field->is_repeated() ||
               (message != nullptr && field->message_type() != message)) {
      Add(absl::StrCat(type->name(), ".", name, " is of another type"));
    }
  }

  std::vector<std::string>& faults_;
};

}  // namespace

std::vector<StandardMethod> StandardMethods(const AnyKind& kind, const ServiceDescriptor* service) {
  std::vector<StandardMethod> methods;
  const std::string& name = kind.type()->name();
  const auto add = [&](const MethodDescriptor* rpc, StandardMethod::Handler handler, bool writes) {
    methods.push_back({rpc, handler, writes});
  };
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor* rpc = service->method(i);
    if (rpc->name() == "Create" + name) add(rpc, &Resources::Create, true);
    if (rpc->name() == "Get" + name) add(rpc, &Resources::Get, false);
    if (rpc->name() == "Update" + name) add(rpc, &Resources::Update, true);
    if (rpc->name() == "Delete" + name) add(rpc, &Resources::Delete, true);
    if (IsPlural(*rpc, kind, "List")) add(rpc, &Resources::List, false);
    if (IsPlural(*rpc, kind, "BatchCreate")) add(rpc, &Resources::BatchCreate, true);
    if (IsPlural(*rpc, kind, "BatchUpdate")) add(rpc, &Resources::BatchUpdate, true);
  }
  return methods;
}

std::vector<std::string> ContractFaults(const AnyKind& kind,
                                        const std::vector<StandardMethod>& methods) {
  std::vector<std::string> found;
  Faults faults(&found);
  constexpr auto kText = FieldDescriptor::CPPTYPE_STRING;
  constexpr auto kFlag = FieldDescriptor::CPPTYPE_BOOL;
  constexpr auto kMessage = FieldDescriptor::CPPTYPE_MESSAGE;
  const Descriptor* type = kind.type();
  const Descriptor* time = google::protobuf::Timestamp::descriptor();
  faults.Need(type, "name", kText);
  faults.Need(type, "etag", kText);
  faults.Need(type, "revision", FieldDescriptor::CPPTYPE_INT64);
  faults.Need(type, "create_time", kMessage, time);
  faults.Need(type, "update_time", kMessage, time);
  for (const char* field : {"etag", "revision", "create_time", "update_time"}) {
    const FieldDescriptor* output = type->FindFieldByName(field);
    if (output != nullptr && !fields::IsOutputOnly(output)) {
      faults.Add(absl::StrCat(type->name(), ".", field, " is not marked output_only"));
    }
  }
  for (const StandardMethod& method : methods) {
    const Descriptor* request = method.rpc->input_type();
    const std::string& name = method.rpc->name();
    const bool creates = name == "Create" + type->name();
    const bool updates = name == "Update" + type->name();
    if (request->name() != name + "Request") faults.Add(name + " takes a " + request->name());
    for (const char* text : {"request_id", "reason"}) {
      if (method.writes) faults.Need(request, text, kText);
    }
    if (method.writes) faults.Need(request, "validate_only", kFlag);
    faults.Allow(request, "allow_missing", kFlag);
    // The kind Decision has a field of this name for itself.
    if (kind.singular != "decision") faults.Allow(request, "decision", kText);
    faults.Allow(request, "force", kFlag);
    if (creates || updates) faults.Need(request, kind.singular, kMessage, type);
    if (creates) faults.Need(request, kind.singular + "_id", kText);
    if (creates && !kind.top()) faults.Need(request, "parent", kText);
    if (updates) {
      faults.Need(request, "update_mask", kMessage, google::protobuf::FieldMask::descriptor());
    }
    if (RowsField(method.rpc->output_type(), type) == nullptr) {
      const bool deletes = method.handler == &Resources::Delete;
      const Descriptor* answer = deletes ? google::protobuf::Empty::descriptor() : type;
      if (method.rpc->output_type() != answer) faults.Add(name + " answers something else");
      if (!creates && !updates) faults.Need(request, "name", kText);
      if (deletes) faults.Need(request, "etag", kText);
      if (!method.writes) faults.Need(request, "as_of", kMessage, common::v1::AsOf::descriptor());
    } else if (method.writes) {
      faults.Need(request, "parent", kText);
      const FieldDescriptor* requests = request->FindFieldByName("requests");
      if (requests == nullptr || !requests->is_repeated() || requests->message_type() == nullptr) {
        faults.Add(request->name() + " has no requests");
      } else {
        faults.Need(requests->message_type(), kind.singular, kMessage, type);
      }
    } else {
      if (!kind.top()) faults.Need(request, "parent", kText);
      faults.Need(request, "page_size", FieldDescriptor::CPPTYPE_INT32);
      for (const char* text : {"page_token", "filter", "order_by"}) {
        faults.Need(request, text, kText);
      }
      faults.Need(method.rpc->output_type(), "next_page_token", kText);
      if (!kind.top()) {
        faults.Need(request, "as_of", kMessage, common::v1::AsOf::descriptor());
      }
    }
  }
  return found;
}

}  // namespace athena::resource
