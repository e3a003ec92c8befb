#include "services/indicator/quarters/overdue_senders.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/fields/fields.h"

namespace athena::indicator {

void OverdueSenders::Add(const std::string& indicator, const OverdueCells& overdue) {
  Owed& owed = by_sender_[overdue.last_push->sender()];
  if (owed.last_push == nullptr || overdue.due < owed.due) owed.due = overdue.due;
  if (owed.last_push == nullptr || overdue.last_push->revision() > owed.last_push->revision()) {
    owed.last_push = overdue.last_push;
  }
  owed.cells += overdue.cells;
  owed.series.insert(overdue.series);
  owed.indicators.insert(indicator);
}

google::protobuf::RepeatedPtrField<v1::OverdueSender> OverdueSenders::Greatest(int most) const {
  std::vector<std::pair<const std::string*, const Owed*>> order;
  order.reserve(by_sender_.size());
  for (const auto& [sender, owed] : by_sender_) order.emplace_back(&sender, &owed);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second->cells > b.second->cells; });
  google::protobuf::RepeatedPtrField<v1::OverdueSender> greatest;
  for (const auto& [sender, owed] : order) {
    if (greatest.size() == most) break;
    v1::OverdueSender& message = *greatest.Add();
    message.set_sender(*sender);
    message.set_last_push(owed->last_push->name());
    *message.mutable_last_push_time() = owed->last_push->time();
    message.set_cells(owed->cells);
    message.set_series(static_cast<int64_t>(owed->series.size()));
    message.set_indicators(static_cast<int32_t>(owed->indicators.size()));
    *message.mutable_due() = fields::DateOf(owed->due);
  }
  return greatest;
}

}  // namespace athena::indicator
