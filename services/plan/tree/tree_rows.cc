#include "services/plan/tree/tree_rows.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/operations/budget/amounts_store.h"
#include "services/plan/operations/budget/validate_amounts.h"
#include "services/plan/strategy/elements.h"

namespace athena::plan {
namespace {

using google::protobuf::Arena;
using Request = v1::GetPlanTreeRequest;

// What the tag and the length of a row add to it in its message, at most.
constexpr size_t kRowOverheadBytes = 10;

bool Wants(const Request& request, Request::Part part) {
  return std::find(request.parts().begin(), request.parts().end(), part) != request.parts().end();
}

bool NeedsQuarters(const Request& request) {
  return Wants(request, Request::PART_PROGRESS_REPORTS) || Wants(request, Request::PART_BUDGET);
}

// The quarters whose reports a tree shows of the element, ascending: those asked for, and those in
// which it may last have stood.
std::set<std::string> ReportQuarters(const Request& request, const v1::Element& element) {
  std::set<std::string> quarters(request.quarters().begin(), request.quarters().end());
  const auto add_before = [&](bool is_set, const common::v1::Date& date) {
    const auto day = is_set ? fields::DayOf(date) : std::nullopt;
    if (!day.has_value() || day->year() == Period::kFirstYear) return;
    const Period quarter = Period::Containing(Frequency::kQuarter, *day - 1);
    quarters.insert({quarter.ToString(), quarter.Minus(1).ToString()});
  };
  add_before(element.has_cancelled_on(), element.cancelled_on());
  add_before(element.has_deferred_on(), element.deferred_on());
  return quarters;
}

bool IsOpen(const v1::Decision& decision) {
  return decision.state() == v1::Decision::STATE_OPEN ||
         decision.state() == v1::Decision::STATE_IN_PROGRESS;
}

// Whether any of the names stands below `plan`, which ends with a slash.
bool NamesElementOf(const std::string& plan,
                    const google::protobuf::RepeatedPtrField<std::string>& elements) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const std::string& element) { return absl::StartsWith(element, plan); });
}

}  // namespace

void CheckTreeParts(const Request& request, status::FieldFaults* faults) {
  std::set<int> parts;
  for (int i = 0; i < request.parts_size(); ++i) {
    const std::string field = fields::At("parts", i);
    if (request.parts(i) == Request::PART_UNSPECIFIED || !Request::Part_IsValid(request.parts(i))) {
      faults->Add(field, static_cast<int>(request.parts(i)), "a value of Part");
    } else if (!parts.insert(request.parts(i)).second) {
      faults->Add(field, Request::Part_Name(request.parts(i)), "each part once");
    }
  }
  std::set<std::string> quarters;
  for (int i = 0; i < request.quarters_size(); ++i) {
    const std::string& quarter = request.quarters(i);
    if (!IsQuarter(quarter)) {
      faults->Add(fields::At("quarters", i), quarter, "a quarter, \"2026-Q3\"");
    } else if (!quarters.insert(quarter).second) {
      faults->Add(fields::At("quarters", i), quarter, "each quarter once");
    }
  }
  if (request.quarters_size() > kMaxTreeQuarters) {
    faults->Add("quarters", absl::StrCat(request.quarters_size(), " quarters"),
                absl::StrCat("at most ", kMaxTreeQuarters));
  }
  if (request.quarters().empty() && NeedsQuarters(request)) {
    faults->Missing("quarters", "the quarters of the progress reports and amounts");
  }
}

template <typename T>
absl::StatusOr<std::vector<T*>> TreeRows::ReadAll(const versioned::Snapshot& snapshot,
                                                  versioned::Collection collection,
                                                  const std::string& prefix) {
  std::vector<T*> rows;
  ATHENA_RETURN_IF_ERROR(snapshot.VisitMessages(
      collection, prefix, "", [&] { return rows.emplace_back(Arena::CreateMessage<T>(&arena_)); },
      [](google::protobuf::Message*) { return true; }));
  return rows;
}

template <typename T>
void TreeRows::Append(int field_number, const std::vector<T*>& rows) {
  if (rows.empty()) return;
  const auto* const field = v1::GetPlanTreeResponse::descriptor()->FindFieldByNumber(field_number);
  sections_.push_back({field, {rows.begin(), rows.end()}});
}

absl::Status TreeRows::Read(const versioned::Snapshot& snapshot, const ResourceName& name,
                            const Request& request, bool own) {
  ATHENA_ASSIGN_OR_RETURN(const auto units, ReadAll<v1::Unit>(snapshot, kUnits, ""));
  ATHENA_ASSIGN_OR_RETURN(auto elements,
                          ReadAll<v1::Element>(snapshot, kElements, name.key() + "/"));
  std::sort(elements.begin(), elements.end(),
            [](const v1::Element* a, const v1::Element* b) { return ElementKind::Less(*a, *b); });
  Append(v1::GetPlanTreeResponse::kUnitsFieldNumber, units);
  Append(v1::GetPlanTreeResponse::kElementsFieldNumber, elements);
  if (Wants(request, Request::PART_PROGRESS_REPORTS)) {
    ATHENA_RETURN_IF_ERROR(ReadReports(snapshot, request, elements));
  }
  if (!own) return absl::OkStatus();
  const std::string plan = name.text + "/";
  if (Wants(request, Request::PART_DECISIONS)) {
    ATHENA_RETURN_IF_ERROR(ReadDecisions(snapshot, plan));
  }
  if (Wants(request, Request::PART_RISKS)) {
    ATHENA_RETURN_IF_ERROR(ReadThoseOfElements<v1::Risk>(
        snapshot, kRisks, v1::GetPlanTreeResponse::kRisksFieldNumber, plan));
  }
  if (Wants(request, Request::PART_BUDGET)) {
    ATHENA_RETURN_IF_ERROR(ReadBudget(snapshot, plan, request));
  }
  if (Wants(request, Request::PART_PROCESSES)) {
    ATHENA_RETURN_IF_ERROR(ReadThoseOfElements<v1::Process>(
        snapshot, kProcesses, v1::GetPlanTreeResponse::kProcessesFieldNumber, plan));
  }
  return absl::OkStatus();
}

absl::Status TreeRows::ReadReports(const versioned::Snapshot& snapshot, const Request& request,
                                   const std::vector<v1::Element*>& elements) {
  std::vector<std::string> keys;
  for (const v1::Element* const element : elements) {
    const std::string prefix = kElementName.Match(element->name())->key() + "/";
    for (const std::string& quarter : ReportQuarters(request, *element)) {
      keys.push_back(prefix + quarter);
    }
  }
  ATHENA_ASSIGN_OR_RETURN(auto found,
                          snapshot.FindMany<v1::ProgressReport>(kProgressReports, keys));
  std::vector<v1::ProgressReport*> reports;
  for (std::optional<v1::ProgressReport>& report : found) {
    if (!report.has_value()) continue;
    reports.push_back(Arena::CreateMessage<v1::ProgressReport>(&arena_));
    *reports.back() = *std::move(report);
  }
  Append(v1::GetPlanTreeResponse::kProgressReportsFieldNumber, reports);
  return absl::OkStatus();
}

absl::Status TreeRows::ReadDecisions(const versioned::Snapshot& snapshot, const std::string& plan) {
  ATHENA_ASSIGN_OR_RETURN(auto decisions, ReadAll<v1::Decision>(snapshot, kDecisions, ""));
  std::erase_if(decisions, [&](const v1::Decision* decision) {
    return !IsOpen(*decision) || (!absl::StartsWith(decision->element(), plan) &&
                                  !absl::StartsWith(decision->publication(), plan));
  });
  std::stable_sort(decisions.begin(), decisions.end(),
                   [](const v1::Decision* a, const v1::Decision* b) {
                     return fields::DayOf(a->due_date()) < fields::DayOf(b->due_date());
                   });
  Append(v1::GetPlanTreeResponse::kDecisionsFieldNumber, decisions);
  return absl::OkStatus();
}

template <typename T>
absl::Status TreeRows::ReadThoseOfElements(const versioned::Snapshot& snapshot,
                                           versioned::Collection collection, int field_number,
                                           const std::string& plan) {
  ATHENA_ASSIGN_OR_RETURN(auto rows, ReadAll<T>(snapshot, collection, ""));
  std::erase_if(rows, [&](const T* row) { return !NamesElementOf(plan, row->elements()); });
  std::sort(rows.begin(), rows.end(),
            [](const T* a, const T* b) { return NaturalLess(a->code(), b->code()); });
  Append(field_number, rows);
  return absl::OkStatus();
}

absl::Status TreeRows::ReadBudget(const versioned::Snapshot& snapshot, const std::string& plan,
                                  const Request& request) {
  std::vector<Period> quarters;
  for (const std::string& text : request.quarters()) {
    ATHENA_ASSIGN_OR_RETURN(quarters.emplace_back(), Period::Parse(text));
  }
  std::sort(quarters.begin(), quarters.end());
  const auto is_of = [](const v1::BudgetLine& line, Period quarter) {
    return quarter.FirstDay().year() == line.year();
  };
  ATHENA_ASSIGN_OR_RETURN(auto lines, ReadAll<v1::BudgetLine>(snapshot, kBudgetLines, ""));
  std::erase_if(lines, [&](const v1::BudgetLine* line) {
    const auto in_year = [&](Period quarter) { return is_of(*line, quarter); };
    const auto in_plan = [&](const v1::BudgetShare& share) {
      return absl::StartsWith(share.element(), plan);
    };
    return std::none_of(quarters.begin(), quarters.end(), in_year) ||
           std::none_of(line->shares().begin(), line->shares().end(), in_plan);
  });
  std::sort(lines.begin(), lines.end(), [](const v1::BudgetLine* a, const v1::BudgetLine* b) {
    return a->year() != b->year() ? a->year() < b->year() : NaturalLess(a->code(), b->code());
  });

  std::vector<std::string> ids;
  for (const v1::BudgetLine* const line : lines) {
    ids.push_back(kBudgetLineName.Match(line->name())->id());
  }
  std::vector<AmountsKey> keys;
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const Period quarter : quarters) {
      if (is_of(*lines[i], quarter)) keys.push_back({ids[i], quarter.index()});
    }
  }
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, snapshot.tx().Key(snapshot.institution()));
  ATHENA_ASSIGN_OR_RETURN(const std::vector<QuarterAmounts> stored,
                          ReadAmounts(snapshot.tx(), institution, keys, snapshot.revision()));
  std::vector<v1::BudgetAmounts*> amounts;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (stored[i].empty()) continue;
    v1::BudgetAmounts* const row =
        amounts.emplace_back(Arena::CreateMessage<v1::BudgetAmounts>(&arena_));
    row->set_budget_line(std::string(keys[i].line));
    row->set_quarter(
        Period::OfIndex(Frequency::kQuarter, static_cast<int32_t>(keys[i].quarter)).ToString());
    FillAmounts(stored[i], row);
  }
  Append(v1::GetPlanTreeResponse::kBudgetLinesFieldNumber, lines);
  Append(v1::GetPlanTreeResponse::kBudgetAmountsFieldNumber, amounts);
  return absl::OkStatus();
}

void TreeRows::MoveInto(v1::GetPlanTreeResponse* message) {
  PageRoom room(kMaxPartRows, kMaxPartBytes);
  for (; next_section_ < sections_.size(); ++next_section_, next_row_ = 0) {
    const Section& section = sections_[next_section_];
    for (; next_row_ < section.rows.size(); ++next_row_) {
      google::protobuf::Message* const row = section.rows[next_row_];
      if (!room.Take(row->ByteSizeLong() + kRowOverheadBytes)) return;
      message->GetReflection()->AddAllocatedMessage(message, section.field, row);
    }
  }
}

}  // namespace athena::plan
