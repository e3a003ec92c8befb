#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_FOLLOW_UP_DUE_LIST_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_FOLLOW_UP_DUE_LIST_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"

// What people owe a plan, by day. Pure and thread-safe.
namespace athena::athenactl {

enum class DueKind { kAction, kMilestone, kProgressReport, kMeasure, kRiskReview, kDecision };

struct DueItem {
  DueKind kind = DueKind::kMilestone;
  absl::CivilDay day = {};    // by which it is due
  std::string resource = {};  // that has to be changed, by name
  std::string element = {};   // that it belongs to, by name; empty: none
  std::string code = {};      // of the element, of a risk its own; empty: none
  std::string title = {};
  std::string state = {};        // of a report or decision: "missing", "in progress"
  std::string responsible = {};  // a function or a person's name, or who may report; may be empty
  std::string unit = {};         // by name; may be empty
};

// What a list of due items is made from.
struct DueSources {
  // With the progress reports whose indicator notes count.
  athena::plan::v1::GetPlanTreeResponse tree;
  athena::plan::v1::ListDueProgressReportsResponse reports;
  athena::plan::v1::ListRisksResponse risks;
  athena::plan::v1::ListDecisionsResponse decisions;
  // The plan is shared by another institution, whose risks and decisions cannot be read.
  bool is_shared = false;
};

struct DueOptions {
  absl::CivilDay last = {};  // what is due later is left out
  std::string unit = {};     // only what this unit, or one below it, answers for; empty: everything
  std::string language = {};  // of titles
};

// What is due up to options.last and not done, by day, then by code:
//
//   actions        by end_date, PLANNED or IN_PROGRESS, and not below an element that is CANCELLED
//                  or DEFERRED
//   milestones     neither reached nor withdrawn, of elements that are not CANCELLED or DEFERRED,
//                  nor below one that is
//   reports        of `reports` that are missing, DRAFT or RETURNED
//   measures       of indicator notes with a due_date, in the newest report of each element that
//                  is SUBMITTED or VALIDATED
//   risk reviews   by next_review_on, of OPEN risks that name an element of the plan, or no element
//   decisions      OPEN or IN_PROGRESS, about the plan's elements or taken on its publications
std::vector<DueItem> DueItems(const DueSources& sources, const DueOptions& options);

// "61 days late", "today", "in 5 days".
std::string DueText(absl::CivilDay day, absl::CivilDay today);

struct DueListOptions {
  std::string plan = {};   // by name
  bool is_shared = false;  // see DueSources
  absl::CivilDay today = {};
  absl::CivilDay last = {};
  std::string unit = {};  // as DueOptions; empty: all
  int width = 0;          // columns of the terminal; 0: unlimited
  bool colour = false;
};
// A table and a line that counts what is late.
std::string DueList(const std::vector<DueItem>& items, const DueListOptions& options);
// The same as a JSON object, with a line end: plan, unit, today, until, late (how many), leftOut
// (kinds that cannot be read) and items, each with kind, dueDate, late, days (until it is due;
// negative: late), resource, element, code, title, state, responsible and unit. What an item lacks
// is "".
std::string DueListJson(const std::vector<DueItem>& items, const DueListOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_FOLLOW_UP_DUE_LIST_H_
