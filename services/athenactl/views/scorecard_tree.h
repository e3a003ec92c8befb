#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARD_TREE_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARD_TREE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "athena/reporting/v1/scorecard.pb.h"

// Prints a scorecard as a tree, with its explanations underneath. Pure and thread-safe.
namespace athena::athenactl {

struct TreeOptions {
  bool colour = false;
  int width = 0;         // columns; 0: lines are as long as they need to be
  bool details = false;  // also the fields of view FULL: owners, baselines, end targets, sources
  // The quarters of the sparklines, the scored one last; fewer than two: none are shown.
  std::vector<std::string> quarters;
};

// The scores of a node or an indicator in `quarters`, oldest first; its key is private to this
// file.
using Trends = std::map<std::string, std::vector<std::optional<double>>>;

// Adds the scores of one quarter, the one at index `quarter` of `quarters`.
void AddToTrends(const athena::reporting::v1::ScorecardNode& root, size_t quarter, size_t quarters,
                 Trends& trends);

// The scorecard: a line for each element with its status (a symbol and a word, never colour alone),
// score, bar, coverage and trend; below it its indicators with value, target and gap, and the
// reason where there is no score or none better than amber. Then counts, warnings, which figures
// are illustrative (where the answer has sources: view FULL), and the basis.
std::string ScorecardTree(const athena::reporting::v1::Scorecard& scorecard,
                          const TreeOptions& options, const Trends& trends);

// Whether a source_system marks invented figures: "illustrative", alone or followed by an
// explanation.
bool IsIllustrative(const std::string& source_system);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARD_TREE_H_
