#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_OVERDUE_SENDERS_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_OVERDUE_SENDERS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/time/civil_time.h"
#include "athena/indicator/v1/completeness.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/indicator/quarters/completeness_reading.h"

namespace athena::indicator {

// Adds up overdue cells by the sender who pushed last to their series. Used by one thread.
class OverdueSenders {
 public:
  // Adds a series' overdue cells of one quarter. A series that is added for several quarters counts
  // once.
  void Add(const std::string& indicator, const OverdueCells& overdue);

  // The `most` senders with the most overdue cells, in descending order; then by name.
  google::protobuf::RepeatedPtrField<v1::OverdueSender> Greatest(int most) const;

 private:
  struct Owed {
    std::shared_ptr<const v1::Push> last_push;
    int64_t cells = 0;
    std::set<int32_t> series;
    std::set<std::string> indicators;
    absl::CivilDay due;
  };
  absl::btree_map<std::string, Owed> by_sender_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_OVERDUE_SENDERS_H_
