#ifndef ATHENA_SERVICES_INDICATOR_MODEL_TARGET_MESSAGE_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_TARGET_MESSAGE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/status/status.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/rules/trajectory.h"

namespace athena::indicator {

// The trajectory that a message means as a target of `definition`, whose direction and measure are
// the target's. What cannot be read, and what is wrong with the trajectory, is added to `faults`
// under `path` ("target"): "target.anchors[2].red". The result is to be used only when nothing was
// added. Output-only fields and the slice do not count. Pure.
Target ReadTarget(std::string_view path, const v1::Target& message, const Definition& definition,
                  status::FieldFaults* faults);

// The trajectory of a stored target, which has the direction that it was set for. INTERNAL when it
// does not fit its definition.
absl::StatusOr<Target> ReadStoredTarget(const v1::Target& message, const Definition& definition);

// Sets an empty message to `thresholds`, to what of them applies to the direction. (In place: an
// answer has many.)
void SetThresholds(Direction direction, const Thresholds& thresholds, int32_t version,
                   v1::Thresholds* message);

v1::Indicator::Direction DirectionMessage(Direction direction);

// Sets an empty message to the exact decimal, and the double beside it.
void SetNumber(Decimal number, common::v1::Number* message);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_TARGET_MESSAGE_H_
