#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_OPERANDS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_OPERANDS_H_

#include <google/protobuf/map.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/model/definition.h"

// What a definition asks of others: that a formula's operands are there, that a slice can be taken.
// Errors are those of the reader; what is wrong with a request becomes a fault.
namespace athena::indicator {

// Checks a FORMULA's operands: each exists, is in use, has the dimension and code that its slice
// names, and is no semestrial or annual one coarser than the formula. A text that is no formula is
// passed over, and so are operands in `unsure`, which have faults of their own.
absl::Status CheckOperands(std::string_view field, const v1::Indicator& formula,
                           const absl::flat_hash_set<std::string>& unsure,
                           DefinitionReader& definitions, status::FieldFaults* faults);

// The path of a cycle that can be reached from formulas of `ids`; empty when there is none.
absl::StatusOr<std::vector<std::string>> FindFormulaCycle(absl::Span<const std::string> ids,
                                                          DefinitionReader& definitions);

// What a dimension and a code are to an indicator. A FORMULA has the dimensions that some operand
// has (at any depth) and that no formula on the way fixes.
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
