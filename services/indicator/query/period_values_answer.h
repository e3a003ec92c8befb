#ifndef ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_ANSWER_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_ANSWER_H_

#include <google/protobuf/arena.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/period/period.h"
#include "services/indicator/query/query_graph.h"
#include "services/indicator/query/query_values.h"

namespace athena::indicator {

// What an answer to QueryPeriodValues is made of.
struct PeriodValuesContent {
  v1::QueryPeriodValuesResponse::Header header;
  std::shared_ptr<const QueryGraph> graph;  // nullptr when header.not_modified
  std::optional<Period> end_quarter;        // of the request
  // By selection: what is omitted because it did not change. Empty when nothing is.
  std::vector<bool> omits_definition;
  std::vector<bool> omits_values;
  // Of each root that needs values, in the order of the roots: one for each period of the graph.
  std::vector<SelectionValue> values;

  bool OmitsDefinition(const QueryRoot& root) const {
    return !omits_definition.empty() && omits_definition[static_cast<size_t>(root.selection)];
  }
  bool OmitsValues(const QueryRoot& root) const {
    return !omits_values.empty() && omits_values[static_cast<size_t>(root.selection)];
  }
  bool NeedsValues(const QueryRoot& root) const {
    return root.readable && root.has_values && !OmitsValues(root);
  }
};

// Serialises an answer in parts. Holds everything in memory and no snapshot of the database, so a
// slow client keeps none open. Used by one thread at a time.
class PeriodValuesAnswer {
 public:
  explicit PeriodValuesAnswer(PeriodValuesContent content);

  // Fills `part`, which is empty, with a serialised QueryPeriodValuesResponse and returns true;
  // false after the last part. A part has at most 1 MiB (kMaxPartBytes), or a single definition
  // that is larger.
  bool Next(std::string* part);
  // Whether Next has returned the last part.
  bool Ended() const {
    return begun_ && (content_.header.not_modified() || next_root_ == content_.graph->roots.size());
  }

 private:
  // Whether the answer lists values of the next root.
  bool ListsNextRoot() const;
  // Both go on where they stopped; false when the part is full.
  bool AppendDefinitions(google::protobuf::Arena& arena, std::string* part);
  bool AppendValues(google::protobuf::Arena& arena, std::string* part);

  const PeriodValuesContent content_;
  std::vector<std::string> period_texts_;  // of the graph's periods
  // What comes next: a root's definition; then a root's value in a period.
  bool begun_ = false;
  size_t next_definition_ = 0;
  size_t next_root_ = 0;
  size_t next_period_ = 0;
  size_t next_value_ = 0;  // index of the first value of next_root_
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_ANSWER_H_
