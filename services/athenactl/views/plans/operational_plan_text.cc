#include "services/athenactl/views/plans/operational_plan_text.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/decimal/decimal.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/number_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// What narrow terminals show of a title.
constexpr int kLeastItemTitle = 20;

// "approved by vera, 2026-02-01 10:00:00 UTC".
std::string JudgementText(const plan::OperationalPlan& read) {
  const auto by = [](const char* what, const std::string& who,
                     const google::protobuf::Timestamp& time) {
    return absl::StrCat(what, " by ", Printable(who), ", ", TimeText(time), " UTC");
  };
  switch (read.state()) {
    case plan::OperationalPlan::STATE_SUBMITTED:
      return by("submitted", read.submitted_by(), read.submit_time());
    case plan::OperationalPlan::STATE_APPROVED:
      return by("approved", read.approved_by(), read.approve_time());
    case plan::OperationalPlan::STATE_RETURNED:
      return absl::StrCat(by("returned", read.returned_by(), read.return_time()), ": ",
                          Printable(read.return_reason()));
    default:
      return EnumText(read.state());
  }
}

std::string StaffText(bool has, double staff, const std::string& language) {
  return has ? Grouped(Shortest(staff), language) : "";
}

// "1.250,00" in Dutch.
std::string MoneyText(bool has, const common::v1::Money& money, const std::string& language) {
  const std::optional<Decimal> exact = has ? EurosOf(money) : std::nullopt;
  return exact.has_value() ? Grouped(exact->ToFixed(2), language) : "";
}

std::string ItemTable(const plan::OperationalPlan& read,
                      const OperationalPlanTextOptions& options) {
  Table table({{"CODE"},
               {.heading = "ACTION", .least = kLeastItemTitle},
               {.heading = "ROLE", .least = Table::kWhole},
               {.heading = "START", .spare = true, .least = Table::kWhole},
               {.heading = "END", .least = Table::kWhole},
               {"STAFF", true},
               {"EUROS", true},
               {.heading = "NOTES", .wraps = true, .spare = true}});
  for (const plan::OperationalItem& item : read.items()) {
    table.Add({item.code(), InLanguage(item.title(), options.language),
               item.gone() ? "gone" : EnumText(item.role()), DateText(item.start_date()),
               DateText(item.has_completed_on() ? item.completed_on() : item.end_date()),
               StaffText(item.has_staff(), item.staff(), options.language),
               MoneyText(item.has_money(), item.money(), options.language),
               InLanguage(item.notes(), options.language)});
  }
  if (table.empty()) return "It has no actions.\n";
  table.Add(
      {"", "in all", "", "", "",
       read.has_total_staff() ? Grouped(NumberText(read.total_staff()), options.language) : "",
       MoneyText(read.has_total_money(), read.total_money(), options.language), ""});
  return table.Text(options.width, options.colour);
}

std::string MilestoneTable(const plan::OperationalPlan& read,
                           const OperationalPlanTextOptions& options) {
  struct Row {
    const plan::OperationalItem* item;
    const plan::OperationalMilestone* milestone;
  };
  std::vector<Row> rows;
  for (const plan::OperationalItem& item : read.items()) {
    for (const plan::OperationalMilestone& milestone : item.milestones()) {
      if (!item.gone()) rows.push_back({&item, &milestone});
    }
  }
  const auto day = [](const Row& row) {
    const common::v1::Date& date = row.milestone->due_date();
    return std::make_tuple(date.year(), date.month(), date.day());
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return day(a) < day(b); });
  Table table({{.heading = "DUE", .least = Table::kWhole},
               {"CODE"},
               {.heading = "MILESTONE", .least = kLeastItemTitle},
               {.heading = "REACHED", .least = Table::kWhole},
               {"CRITICAL"}});
  for (const auto& [item, milestone] : rows) {
    table.Add({DateText(milestone->due_date()), item->code(),
               InLanguage(milestone->title(), options.language), DateText(milestone->done_date()),
               milestone->critical() ? "critical" : ""});
  }
  return table.empty() ? "" : "\n" + table.Text(options.width, options.colour);
}

}  // namespace

const plan::OperationalPlan* VersionToShow(const plan::ListOperationalPlansResponse& versions) {
  const plan::OperationalPlan* shown = nullptr;
  const auto rank = [](const plan::OperationalPlan& one) {
    return std::make_pair(one.state() == plan::OperationalPlan::STATE_APPROVED, one.version());
  };
  for (const plan::OperationalPlan& one : versions.operational_plans()) {
    if (shown == nullptr || rank(one) > rank(*shown)) shown = &one;
  }
  return shown;
}

std::string OperationalPlanText(const plan::OperationalPlan& read,
                                const OperationalPlanTextOptions& options) {
  const std::string notes = InLanguage(read.notes(), options.language);
  return absl::StrCat(
      WrappedLines(absl::StrCat("Operational plan of ", IdOf(read.unit()), " for ", read.year(),
                                ", version ", read.version(), ": ", JudgementText(read), "\n"),
                   options.width),
      "\n", ItemTable(read, options), MilestoneTable(read, options),
      notes.empty() ? "" : "\n" + WrappedLines(Printable(notes) + "\n", options.width));
}

}  // namespace athena::athenactl
