#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_OPERANDS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_OPERANDS_H_

#include <google/protobuf/map.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/model/definition.h"

// Validation of a definition against others: the operands of formulas, and slices. Invalid requests
// are added to `faults`; a returned error is one of reading.
namespace athena::indicator {

// Checks that each operand of a FORMULA exists, is in use, has the dimensions and codes of its
// slice, and, when it is semestrial or annual, is not coarser than the formula. Skips formulas that
// do not parse.
absl::Status CheckOperands(std::string_view field, const v1::Indicator& formula,
                           DefinitionReader& definitions, status::FieldFaults* faults);

// A cycle among the formulas that can be reached from `ids`, as FindCycle returns it.
absl::StatusOr<std::vector<std::string>> FindFormulaCycle(absl::Span<const std::string> ids,
                                                          DefinitionReader& definitions);

// Whether an indicator has a dimension and a code of it. A FORMULA has the dimensions of its
// operands at any depth, but for those that an operand's slice fixes on the way.
enum class SlicePart { kKnown, kNoDimension, kNoCode };
absl::StatusOr<SlicePart> FindSlicePart(
    const Definition& definition, std::string_view dimension, const std::string& code,
    absl::FunctionRef<absl::StatusOr<const Definition*>(const std::string& id)> find);

// Checks that the indicator has every dimension and code of `slice`.
absl::Status CheckSliceOf(std::string_view field, const Definition& definition,
                          const google::protobuf::Map<std::string, std::string>& slice,
                          DefinitionReader& definitions, status::FieldFaults* faults);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_OPERANDS_H_
