#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_VALIDATE_INDICATOR_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_VALIDATE_INDICATOR_H_

#include <google/protobuf/map.h>

#include <string>
#include <string_view>

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "libs/status/status.h"

// What the fields of an indicator may hold, as far as messages show it by themselves. Faults are
// added under `path` ("indicator"): "indicator.dimensions[0].codes[3].id". Output-only fields do
// not count. Pure and thread-safe.
namespace athena::indicator {

void CheckIndicator(std::string_view path, const v1::Indicator& indicator,
                    status::FieldFaults* faults);

// What an update may not change: kind, frequency, dimensions, codes that are there; and with
// `has_target` direction and time_aggregation.
void CheckUnchanged(std::string_view path, const v1::Indicator& before, const v1::Indicator& after,
                    bool has_target, status::FieldFaults* faults);

// The keys and values of a slice: dimension ids and codes, by their form alone.
void CheckSlice(std::string_view field,
                const google::protobuf::Map<std::string, std::string>& slice,
                status::FieldFaults* faults);

// What a selection is broken down by, by its form alone.
void CheckGroupBy(std::string_view field, const v1::Selection& selection,
                  status::FieldFaults* faults);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_VALIDATE_INDICATOR_H_
