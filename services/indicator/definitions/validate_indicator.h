#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_VALIDATE_INDICATOR_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_VALIDATE_INDICATOR_H_

#include <google/protobuf/map.h>

#include <string>
#include <string_view>

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "libs/status/status.h"

// Validation of indicators without regard to others. Faults are added under `path` ("indicator"):
// "indicator.dimensions[0].codes[3].id". Output-only fields are ignored. Pure.
namespace athena::indicator {

void CheckIndicator(std::string_view path, const v1::Indicator& indicator,
                    status::FieldFaults* faults);

// Which targets an indicator and its slices have.
enum class TargetsOfIndicator {
  kNone,   // never had any
  kEnded,  // those in force are all ended
  kOpen,
};

// Checks that an update leaves kind, frequency, dimensions and existing codes as they are, with
// targets time_aggregation and formula_nature as well, and with open ones also the direction.
void CheckUnchanged(std::string_view path, const v1::Indicator& before, const v1::Indicator& after,
                    TargetsOfIndicator targets, status::FieldFaults* faults);

// Checks that a slice has ids of dimensions as keys and codes as values, by their form alone.
void CheckSlice(std::string_view field,
                const google::protobuf::Map<std::string, std::string>& slice,
                status::FieldFaults* faults);

// Checks group_by of a selection, by its form alone.
void CheckGroupBy(std::string_view field, const v1::Selection& selection,
                  status::FieldFaults* faults);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_VALIDATE_INDICATOR_H_
