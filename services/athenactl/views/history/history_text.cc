#include "services/athenactl/views/history/history_text.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/resource_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using common::v1::FieldDifference;
using common::v1::ResourceChange;
using google::protobuf::Value;

constexpr char kNotSet[] = "nothing";
// Columns before what belongs to a revision, and to a resource of it.
constexpr int kIndent = 2;

// The lines of a text, each behind blanks.
std::string Indented(std::string_view text, int columns) {
  std::string indented;
  for (const auto line : absl::StrSplit(View(text), '\n', absl::SkipEmpty())) {
    absl::StrAppend(&indented, std::string(static_cast<size_t>(columns), ' '), line, "\n");
  }
  return indented;
}

int Less(int width, int columns) { return width == 0 ? 0 : std::max(width - columns, 1); }

std::string SideText(bool is_set, const Value& value) {
  return is_set ? ValueText(value) : std::string(kNotSet);
}

// "changed gob/plans/p1", with its fields below.
std::string ChangeText(const ResourceChange& change, int width, bool colour) {
  const bool created = change.kind() == ResourceChange::KIND_CREATED;
  const bool deleted = change.kind() == ResourceChange::KIND_DELETED;
  const std::string title = Printable(absl::StrCat(created   ? "created "
                                                   : deleted ? "deleted "
                                                             : "changed ",
                                                   ShortName(change.resource())));
  std::string text = Paint(title, Ink::kBold, colour) + "\n";
  // What was deleted is said by its last versions.
  if (deleted) return text;
  Table table({{.heading = "", .least = 20}, {.heading = "", .wraps = true}});
  for (const FieldDifference& one : change.differences()) {
    const std::string to = SideText(one.has_to(), one.to());
    table.Add(
        {one.path(), created ? to : absl::StrCat(SideText(one.has_from(), one.from()), " > ", to)});
  }
  // Without the line of its empty headings.
  const std::string rows = table.empty() ? "" : table.Text(Less(width, kIndent), false);
  text += Indented(rows, kIndent);
  if (change.more_differences() > 0) {
    text += Indented(
        absl::StrCat("and ", Counted(change.more_differences(), "more field", "more fields")),
        kIndent);
  }
  return text;
}

}  // namespace

std::string ValueText(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kNumberValue:
      return Shortest(value.number_value());
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Value::kListValue: {
      std::vector<std::string> parts;
      for (const Value& one : value.list_value().values()) parts.push_back(ValueText(one));
      return absl::StrJoin(parts, ", ");
    }
    case Value::kStructValue: {
      std::vector<std::string> names;
      for (const auto& [name, member] : value.struct_value().fields()) names.push_back(name);
      std::sort(names.begin(), names.end());
      std::vector<std::string> parts;
      for (const std::string& name : names) {
        parts.push_back(
            absl::StrCat(name, ": ", ValueText(value.struct_value().fields().at(name))));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
    }
    default:
      return kNotSet;
  }
}

std::string RevisionText(const common::v1::Revision& revision, int width, bool colour) {
  std::string text = WrappedLines(
      Printable(absl::StrCat("revision ", revision.revision(), ", ", TimeText(revision.time()),
                             " UTC, ", revision.action(), " by ", revision.subject())) +
          "\n",
      width);
  if (!revision.reason().empty()) {
    text += Indented(WrappedLines(absl::StrCat("because ", Printable(revision.reason())) + "\n",
                                  Less(width, kIndent)),
                     kIndent);
  }
  for (const ResourceChange& change : revision.changes()) {
    text += Indented(ChangeText(change, Less(width, kIndent), colour), kIndent);
  }
  if (revision.more_changes() > 0) {
    text += Indented(
        absl::StrCat("and ", Counted(revision.more_changes(), "more resource", "more resources")),
        kIndent);
  }
  return text;
}

std::string AuditText(std::string_view service,
                      const common::v1::VerifyAuditLogResponse& verified) {
  std::string text = absl::StrCat("audit log of the ", View(service), " service, ",
                                  Counted(verified.head().revision(), "revision", "revisions"),
                                  ": ", verified.faults().empty() ? "whole" : "not whole", "\n");
  for (const common::v1::AuditFault& fault : verified.faults()) {
    absl::StrAppend(&text, "  ", Printable(fault.description()), "\n");
  }
  return text;
}

std::string AuditEventsText(const common::v1::ListAuditEventsResponse& listed, int width,
                            bool colour) {
  Table table({{.heading = "REVISION", .right = true},
               {.heading = "TIME (UTC)", .right = true},
               {.heading = "BY"},
               {.heading = "ACTION"},
               {.heading = "RESOURCES", .wraps = true},
               {.heading = "HASH", .right = true, .spare = true}});
  for (const common::v1::AuditEvent& event : listed.events()) {
    std::string resources = event.resources().empty() ? "" : ShortName(event.resources(0));
    if (event.resources_size() > 1) {
      absl::StrAppend(&resources, " and ", Grouped(event.resources_size() - 1), " more");
    }
    table.Add({absl::StrCat(event.revision()), TimeText(event.time()), event.subject(),
               event.action(), resources, event.hash()});
  }
  return table.Text(width, colour);
}

}  // namespace athena::athenactl
