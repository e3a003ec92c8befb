#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/resources/field_values.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/applying.h"
#include "services/athenactl/sending/importing.h"
#include "services/athenactl/sending/time_zones.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/resource_text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Message;

// Sets the time zone that was assigned to an institution at the indicator service, too. Says what
// changed there.
absl::Status SetZoneToo(const Connections& connections, const Message& institution,
                        const std::string& reason, std::string* changed) {
  ImportOptions options;
  options.reason = reason;
  options.update = true;
  ImportResult result;
  const std::string name = GetText(institution, "name");
  const std::string zone = GetText(institution, "time_zone");
  ATHENA_RETURN_IF_ERROR(SetIndicatorTimeZone(
      connections, name, zone.empty() ? kDefaultTimeZone : zone, options, &result));
  if (result.created + result.updated > 0) {
    *changed = absl::StrCat(ShortName(name), "/settings: time_zone changed\n");
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Set(Context& context, const Arguments& arguments) {
  const std::string typed = WholeName(arguments.Operand(0)).value_or(arguments.Operand(0));
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, KindOfName(typed));
  if (kind->get == nullptr || kind->update == nullptr) {
    return Misused(absl::StrCat("no method of the contract updates ", kind->plural));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string decision, ReadDecision(arguments, *kind, kind->update));
  // Assignments are checked before the service is asked.
  const std::unique_ptr<Message> scratch = NewMessage(kind->message);
  std::vector<std::string> fields;
  const absl::Span<const std::string> assignments =
      absl::Span<const std::string>(arguments.operands()).subspan(1);
  for (const std::string& assignment : assignments) {
    ATHENA_ASSIGN_OR_RETURN(std::string field, Assign(assignment, scratch.get()));
    fields.push_back(std::move(field));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string name, ResolveName(context.connections, typed, {}));
  const std::unique_ptr<Message> request = NewMessage(kind->get->input_type());
  SetText(request.get(), "name", name);
  const std::unique_ptr<Message> present = NewMessage(kind->message);
  ATHENA_RETURN_IF_ERROR(context.connections.Call(*kind->get, *request, present.get()));
  const std::unique_ptr<Message> wanted(present->New());
  wanted->CopyFrom(*present);
  for (const std::string& assignment : assignments) {
    ATHENA_RETURN_IF_ERROR(Assign(assignment, wanted.get()).status());
  }
  const bool sets_zone =
      kind->message == athena::plan::v1::Institution::descriptor() && Contains(fields, "time_zone");
  fields = DifferencesIn(fields, *wanted, *present);
  if (!fields.empty()) {
    const std::string etag =
        arguments.Has("etag") ? arguments.Get("etag") : GetText(*present, "etag");
    ATHENA_RETURN_IF_ERROR(UpdateResource(context.connections, *kind, fields, etag,
                                          arguments.Get("reason"), wanted.get(), decision));
  }
  std::string zone_changed;
  if (sets_zone) {
    ATHENA_RETURN_IF_ERROR(
        SetZoneToo(context.connections, *wanted, arguments.Get("reason"), &zone_changed));
  }
  if (arguments.Has("json")) {
    context.console.out << ToJson(*wanted);
  } else if (fields.empty() && !zone_changed.empty()) {
    context.console.out << zone_changed;
  } else if (fields.empty()) {
    context.console.out << ShortName(name) << ": nothing to change\n";
  } else {
    context.console.out << ShortName(name) << ": " << absl::StrJoin(fields, ", ") << " changed\n"
                        << zone_changed;
  }
  return ExitCode::kDone;
}

}  // namespace

Command SetCommand() {
  return {
      {.name = "set",
       .operands = "NAME FIELD=VALUE...",
       .summary = "Change fields of a resource of any kind",
       .about = "NAME is a resource name, with or without institutions/ before it.\n"
                "  athenactl set gob/indicators/headcount unit=persons decimals=1\n"
                "FIELD=VALUE is one of\n"
                "  state=completed end_date=2024-12-31   a word, a number, yes or no, a date\n"
                "  display_name.nl=Personeel             a part of a field, by its name or key\n"
                "  tags=sdg:11,sdg:16                    a list whole; += adds to it, -= removes\n"
                "  milestones='[{\"id\": \"m1\"}]'           JSON for all else\n"
                "  unit=                                 clears the field\n"
                "The time_zone of an institution is set at the indicator service, too.\n"
                "athenactl get shows what fields are called. Fails when somebody else changes the\n"
                "resource at the same time.\n",
       .min_operands = 2,
       .max_operands = 100,
       .flags = {{"reason", "TEXT", "why, for those who read the history"},
                 {"decision", "NAME", "of an element: the decision that the change carries out"},
                 {"etag", "TEXT", "fail if the resource has another etag [its present one]"},
                 kJsonFlag}},
      Set};
}

}  // namespace athena::athenactl
