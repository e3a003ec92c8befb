#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_TREE_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_TREE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "athena/common/v1/values.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"

// Prints a scorecard as a tree, with its explanations underneath. Pure and thread-safe.
namespace athena::athenactl {

struct TreeOptions {
  bool colour = false;
  int width = 0;         // columns; 0: lines are as long as they need to be
  bool details = false;  // also the fields of view FULL: owners, baselines, end targets, sources
  bool caps = false;     // also caps that changed nothing
  // Only what has one of these statuses, and what stands above it; empty: all.
  std::set<athena::reporting::v1::ScorecardStatus> only = {};
  std::string language = {};  // how numbers are written; empty: as in English
  // The quarters of the sparklines, the scored one last; fewer than two: none are shown.
  std::vector<std::string> quarters = {};
  bool trend_numbers = false;  // also their scores as numbers, in a table
};

// The scores of a node or an indicator in `quarters`, oldest first; its key is private to this
// file.
using Trends = std::map<std::string, std::vector<std::optional<athena::common::v1::Number>>>;

// Adds the scores of one quarter, the one at index `quarter` of `quarters`.
void AddToTrends(const athena::reporting::v1::ScorecardNode& root, size_t quarter, size_t quarters,
                 Trends& trends);

// Removes what has none of the statuses, and has nothing below it that has one; the plan stays.
void KeepOnly(const std::set<athena::reporting::v1::ScorecardStatus>& only,
              athena::reporting::v1::ScorecardNode* root);

// The scorecard. First how many elements and indicators have which status; then a line for each
// element with its status (a symbol and a word, never colour alone), score, bar, coverage and
// trend; below it its delivery and its indicators with value, target and gap, and the reason where
// there is no score or none better than amber. Then warnings, which figures are illustrative (where
// the answer has sources: view FULL), and the basis. Numbers have as many decimals as tell them
// apart (libs/decimal/number_format.h).
std::string ScorecardTree(const athena::reporting::v1::Scorecard& scorecard,
                          const TreeOptions& options, const Trends& trends);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_SCORECARD_TREE_H_
