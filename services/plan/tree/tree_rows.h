#ifndef ATHENA_SERVICES_PLAN_TREE_TREE_ROWS_H_
#define ATHENA_SERVICES_PLAN_TREE_TREE_ROWS_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/ids/name_pattern.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"

namespace athena::plan {

// Adds the faults of `parts` and `quarters`. Pure.
void CheckTreeParts(const v1::GetPlanTreeRequest& request, status::FieldFaults* faults);

// Everything that a tree shows beside its header, read from one snapshot and given out message by
// message, in the order of the contract. Used by one thread.
class TreeRows {
 public:
  // Rows are made on the arena, which is also that of the messages they are given out in, so that
  // none is copied.
  explicit TreeRows(google::protobuf::Arena* arena) : arena_(*arena) {}

  // Reads the units, the elements, and the parts that are asked for; `own` says whether the caller
  // belongs to the plan's institution. `name` is the plan's. The request was checked.
  absl::Status Read(const versioned::Snapshot& snapshot, const ResourceName& name,
                    const v1::GetPlanTreeRequest& request, bool own);

  // Moves rows into a message until it has kMaxPartBytes.
  void MoveInto(v1::GetPlanTreeResponse* message);
  bool Ended() const { return next_section_ == sections_.size(); }

 private:
  // The rows of one repeated field of the answer.
  struct Section {
    const google::protobuf::FieldDescriptor* field;
    std::vector<google::protobuf::Message*> rows;
  };

  // All of a collection whose id begins with `prefix`.
  template <typename T>
  absl::StatusOr<std::vector<T*>> ReadAll(const versioned::Snapshot& snapshot,
                                          versioned::Collection collection,
                                          const std::string& prefix);
  template <typename T>
  void Append(int field_number, const std::vector<T*>& rows);

  absl::Status ReadReports(const versioned::Snapshot& snapshot,
                           const v1::GetPlanTreeRequest& request,
                           const std::vector<v1::Element*>& elements);
  absl::Status ReadDecisions(const versioned::Snapshot& snapshot, const std::string& plan);
  // T: a kind with a code and `elements`, Risk or Process.
  template <typename T>
  absl::Status ReadThoseOfElements(const versioned::Snapshot& snapshot,
                                   versioned::Collection collection, int field_number,
                                   const std::string& plan);
  absl::Status ReadBudget(const versioned::Snapshot& snapshot, const std::string& plan,
                          const v1::GetPlanTreeRequest& request);

  google::protobuf::Arena& arena_;
  std::vector<Section> sections_;  // none of them empty
  size_t next_section_ = 0;
  size_t next_row_ = 0;  // of the next section
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_TREE_TREE_ROWS_H_
