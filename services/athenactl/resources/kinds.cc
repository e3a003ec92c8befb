#include "services/athenactl/resources/kinds.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr const char* kServices[] = {
    "athena.plan.v1.PlanService", "athena.plan.v1.OperationsService",
    "athena.plan.v1.FollowUpService", "athena.indicator.v1.IndicatorService"};

// "series-ends" of "series_ends".
std::string Kebab(const std::string& snake) { return absl::StrReplaceAll(snake, {{"_", "-"}}); }

// The only repeated message field of a list's answer; null when there are none or several.
const FieldDescriptor* ListedField(const Descriptor& answer) {
  const FieldDescriptor* listed = nullptr;
  for (int at = 0; at < answer.field_count(); ++at) {
    const FieldDescriptor* field = answer.field(at);
    if (!field->is_repeated() || field->is_map() || field->message_type() == nullptr) continue;
    if (listed != nullptr) return nullptr;
    listed = field;
  }
  return listed;
}

// The kind that a list method lists. `list` of the result is null when it lists no resources.
Kind KindOf(const MethodDescriptor& list) {
  Kind kind;
  if (!absl::StartsWith(list.name(), "List") || list.server_streaming()) return kind;
  const FieldDescriptor* listed = ListedField(*list.output_type());
  const Descriptor& request = *list.input_type();
  if (listed == nullptr || listed->message_type()->FindFieldByName("name") == nullptr ||
      request.FindFieldByName("page_token") == nullptr) {
    return kind;
  }
  kind.message = listed->message_type();
  kind.listed = listed;
  kind.list = &list;
  kind.singular = Kebab(SnakeCase(kind.message->name()));
  kind.plural = Kebab(listed->name());
  kind.collection = listed->json_name();
  const ServiceDescriptor& service = *list.service();
  const std::string& type = kind.message->name();
  kind.get = service.FindMethodByName(absl::StrCat("Get", type));
  kind.create = service.FindMethodByName(absl::StrCat("Create", type));
  kind.batch_create = service.FindMethodByName(absl::StrCat("BatchCreate", list.name().substr(4)));
  kind.update = service.FindMethodByName(absl::StrCat("Update", type));
  kind.batch_update = service.FindMethodByName(absl::StrCat("BatchUpdate", list.name().substr(4)));
  kind.move = service.FindMethodByName(absl::StrCat("Move", type));
  kind.remove = service.FindMethodByName(absl::StrCat("Delete", type));
  return kind;
}

std::vector<Kind> FindAllKinds() {
  std::vector<Kind> kinds;
  for (const char* const name : kServices) {
    const ServiceDescriptor* service = DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int at = 0; service != nullptr && at < service->method_count(); ++at) {
      Kind kind = KindOf(*service->method(at));
      if (kind.list != nullptr) kinds.push_back(std::move(kind));
    }
  }
  return kinds;
}

}  // namespace

bool Kind::HasParent() const { return list->input_type()->FindFieldByName("parent") != nullptr; }

const std::vector<Kind>& AllKinds() {
  static const auto* const kinds = new std::vector<Kind>(FindAllKinds());
  return *kinds;
}

absl::StatusOr<const Kind*> FindKind(std::string_view typed) {
  const std::string name = Kebab(SnakeCase(typed));
  std::vector<std::string> plurals;
  for (const Kind& kind : AllKinds()) {
    if (name == kind.singular || name == kind.plural) return &kind;
    plurals.push_back(kind.plural);
  }
  return Misused(
      absl::StrCat("KIND got ", Printable(typed), ", want one of ", absl::StrJoin(plurals, ", ")));
}

absl::StatusOr<const Kind*> KindOfName(std::string_view name) {
  const std::vector<std::string> segments = absl::StrSplit(View(name), '/');
  if (segments.size() >= 2 && segments.size() % 2 == 0) {
    for (const Kind& kind : AllKinds()) {
      if (kind.collection == segments[segments.size() - 2]) return &kind;
    }
  }
  std::vector<std::string> collections;
  for (const Kind& kind : AllKinds()) collections.push_back(kind.collection);
  return Misused(absl::StrCat("NAME got ", Printable(name),
                              ", want a resource name like institutions/gob/units/bm or "
                              "gob/units/bm, with one of ",
                              absl::StrJoin(collections, ", "), " before the id"));
}

std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

bool HasField(const Message& message, const std::string& field) {
  return message.GetDescriptor()->FindFieldByName(field) != nullptr;
}

std::string GetText(const Message& message, const std::string& field) {
  const FieldDescriptor* found = message.GetDescriptor()->FindFieldByName(field);
  if (found == nullptr || found->type() != FieldDescriptor::TYPE_STRING || found->is_repeated()) {
    return "";
  }
  return message.GetReflection()->GetString(message, found);
}

void SetText(Message* message, const std::string& field, const std::string& value) {
  const FieldDescriptor* found = message->GetDescriptor()->FindFieldByName(field);
  if (found == nullptr || found->type() != FieldDescriptor::TYPE_STRING || found->is_repeated()) {
    return;
  }
  message->GetReflection()->SetString(message, found, value);
}

Message* MutableMessage(Message* message, const std::string& field) {
  const FieldDescriptor* found = message->GetDescriptor()->FindFieldByName(field);
  if (found == nullptr || found->message_type() == nullptr || found->is_repeated()) return nullptr;
  return message->GetReflection()->MutableMessage(message, found);
}

std::string SnakeCase(std::string_view camel) {
  std::string snake;
  for (const char letter : camel) {
    if (absl::ascii_isupper(static_cast<unsigned char>(letter))) {
      if (!snake.empty() && snake.back() != '_' && snake.back() != '-') snake += '_';
      snake += absl::ascii_tolower(static_cast<unsigned char>(letter));
    } else {
      snake += letter;
    }
  }
  return snake;
}

}  // namespace athena::athenactl
