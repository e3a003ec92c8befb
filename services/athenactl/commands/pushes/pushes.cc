#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// As many as the service lists at once.
constexpr int64_t kMostPushes = 1'000;

std::string ScopeCodes(const v1::Scope& scope) {
  std::vector<std::string> codes;
  for (const auto& [dimension, code] : scope.slice()) {
    codes.push_back(absl::StrCat(dimension, "=", code));
  }
  std::sort(codes.begin(), codes.end());
  return codes.empty() ? "" : absl::StrCat(" {", absl::StrJoin(codes, ", "), "}");
}

// "1,200 inserted, 2 rejected": what there was any of.
std::string CountsText(const v1::PushCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](int32_t rows, std::string_view word) {
    if (rows > 0) parts.push_back(absl::StrCat(Grouped(rows), " ", View(word)));
  };
  add(counts.inserted(), "inserted");
  add(counts.revised(), "revised");
  add(counts.unchanged(), "unchanged");
  add(counts.deleted(), "deleted");
  add(counts.rejected(), "rejected");
  add(counts.locked(), "locked");
  return parts.empty() ? "none" : absl::StrJoin(parts, ", ");
}

std::string ShowPush(const v1::Push& push, int width) {
  const v1::PushCounts& counts = push.counts();
  std::string text = absl::StrCat(Printable(push.name()), "\n\n");
  const auto say = [&](std::string_view label, const std::string& what) {
    if (!what.empty()) absl::StrAppend(&text, PadRight(label, 13), what, "\n");
  };
  say("stored", absl::StrCat(TimeText(push.time()), " UTC, revision ", push.revision()));
  say("by", Printable(push.sender()));
  say("push id", Printable(push.push_id()));
  say("mode", absl::StrCat(EnumText(push.mode()),
                           push.partial() ? ", without its refused rows" : ", all rows or none"));
  for (const v1::Scope& scope : push.scopes()) {
    std::string periods = scope.start_period();
    if (!scope.end_period().empty() && scope.end_period() != periods) {
      absl::StrAppend(&periods, "..", scope.end_period());
    }
    say("scope", Printable(absl::StrCat(scope.indicator(), " ", periods, ScopeCodes(scope))));
  }
  say("correction", Printable(push.correction_reason()));
  text += '\n';
  const auto count = [&](std::string_view label, int32_t rows) {
    absl::StrAppend(&text, PadRight(label, 13), PadLeft(Grouped(rows), 9), "\n");
  };
  count("inserted", counts.inserted());
  count("revised", counts.revised());
  count("unchanged", counts.unchanged());
  count("deleted", counts.deleted());
  count("rejected", counts.rejected());
  count("locked", counts.locked());
  if (counts.flagged() > 0) {
    absl::StrAppend(&text, Grouped(counts.flagged()), " of the stored rows are flagged.\n");
  }
  return WrappedLines(text, width);
}

// "17", "gob/17" or "institutions/gob/pushes/17": a push. Else an institution, or nothing.
bool NamesPush(const std::string& typed) {
  const std::optional<TypedName> name = ReadName(typed, "pushes");
  return name.has_value() && WholeNumber(name->id).has_value();
}

absl::StatusOr<ExitCode> ShowOne(Context& context, const Arguments& arguments,
                                 const TypedName& name) {
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(context.connections, arguments, name.institution));
  v1::GetPushRequest request;
  request.set_name(absl::StrCat(institution, "/pushes/", name.id));
  ATHENA_ASSIGN_OR_RETURN(const auto push, context.connections.Call<v1::Push>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(push);
  } else {
    context.console.Print(ShowPush(push, context.console.width));
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ShowPushes(Context& context, const Arguments& arguments) {
  const std::string typed = arguments.Operand(0);
  if (NamesPush(typed)) return ShowOne(context, arguments, *ReadName(typed, "pushes"));
  const std::optional<int64_t> limit = WholeNumber(arguments.Get("limit"));
  if (!limit.has_value() || *limit < 1 || *limit > kMostPushes) {
    return Misused(absl::StrCat("--limit got ", Printable(arguments.Get("limit")),
                                ", want a number from 1 to ", Grouped(kMostPushes)));
  }
  v1::ListPushesRequest request;
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(context.connections, arguments, typed));
  request.set_parent(institution);
  request.set_sender(arguments.Get("sender"));
  request.set_page_size(static_cast<int32_t>(*limit));
  ATHENA_ASSIGN_OR_RETURN(const auto listed,
                          context.connections.Call<v1::ListPushesResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(listed);
    return ExitCode::kDone;
  }
  // Times are never cut.
  Table table({{"REVISION", true},
               {"STORED (UTC)", true},
               {"BY"},
               {"PUSH ID"},
               {.heading = "ROWS", .wraps = true}});
  for (const v1::Push& push : listed.pushes()) {
    table.Add({absl::StrCat(push.revision()), TimeText(push.time()), push.sender(), push.push_id(),
               CountsText(push.counts())});
  }
  if (table.empty()) {
    context.console.Print(absl::StrCat(institution, " has no pushes",
                                       request.sender().empty() ? "" : " of that sender", ".\n"));
    return ExitCode::kDone;
  }
  context.console.Print(table.Text(context.console.width, context.console.colour));
  if (!listed.next_page_token().empty()) {
    context.console.Print("There are earlier ones: --limit shows more.\n");
  }
  return ExitCode::kDone;
}

}  // namespace

Command PushesCommand() {
  return {
      {.name = "pushes",
       .operands = "[INSTITUTION | REVISION]",
       .summary = "List what was pushed, newest first, or show one push",
       .about = "INSTITUTION is its id, or left out where there is one. A push is named by the\n"
                "revision it made: 17, gob/17 or institutions/gob/pushes/17.\n"
                "Columns: rows that were new, revised, the same as stored before, deleted, and\n"
                "not stored (rejected, or locked in a closed quarter).\n",
       .max_operands = 1,
       .flags = {{"sender", "NAME", "only the pushes of this sender"},
                 {"limit", "N", "list at most so many", "20"},
                 kInstitutionFlag,
                 kJsonFlag},
       .named_only = true},
      ShowPushes};
}

}  // namespace athena::athenactl
