#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_KINDS_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_KINDS_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// The kinds of resources that the contracts define by standard methods (AIP-131 to AIP-135), found
// in the descriptors of the plan and the indicator service: a kind that is added to a contract is
// found here without a change. Pure and thread-safe.
namespace athena::athenactl {

struct Kind {
  std::string singular;    // "series-end"
  std::string plural;      // "series-ends"
  std::string collection;  // the segment in resource names: "seriesEnds"
  const google::protobuf::Descriptor* message = nullptr;
  // The repeated field of the list's answer that holds the resources.
  const google::protobuf::FieldDescriptor* listed = nullptr;
  const google::protobuf::MethodDescriptor* list = nullptr;
  // Null where the contract has no such method.
  const google::protobuf::MethodDescriptor* get = nullptr;
  const google::protobuf::MethodDescriptor* create = nullptr;
  const google::protobuf::MethodDescriptor* batch_create = nullptr;
  const google::protobuf::MethodDescriptor* update = nullptr;
  const google::protobuf::MethodDescriptor* batch_update = nullptr;
  const google::protobuf::MethodDescriptor* move = nullptr;  // changes the parent_... fields
  const google::protobuf::MethodDescriptor* remove = nullptr;

  // Whether resources lie below others: all but institutions.
  bool HasParent() const;
};

// In the order of the contracts: institutions first.
const std::vector<Kind>& AllKinds();

// The kind of a typed name, singular or plural, "series-ends", "series_ends" or "seriesEnds".
// Misused lists the kinds.
absl::StatusOr<const Kind*> FindKind(std::string_view typed);
// The kind of a resource name, by its last collection. Misused when there is none.
absl::StatusOr<const Kind*> KindOfName(std::string_view name);

// A new message of the program's own type.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);

// Fields by name. Reading a field that the message does not have gives "", setting it does nothing:
// check HasField where it matters.
bool HasField(const google::protobuf::Message& message, const std::string& field);
std::string GetText(const google::protobuf::Message& message, const std::string& field);
void SetText(google::protobuf::Message* message, const std::string& field,
             const std::string& value);
// The message field, present from now on; null when there is none of that name.
google::protobuf::Message* MutableMessage(google::protobuf::Message* message,
                                          const std::string& field);
// "parent_unit" of "ParentUnit", "score_basis" of "ScoreBasis".
std::string SnakeCase(std::string_view camel);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_KINDS_H_
