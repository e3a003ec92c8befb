#include "services/indicator/definitions/operands.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/indicator/rules/formula.h"

namespace athena::indicator {
namespace {

bool Fixes(const Operand& operand, std::string_view dimension) {
  return std::any_of(operand.slice.begin(), operand.slice.end(),
                     [&](const auto& part) { return part.first == dimension; });
}

}  // namespace

absl::StatusOr<SlicePart> FindSlicePart(
    const Definition& definition, std::string_view dimension, const std::string& code,
    absl::FunctionRef<absl::StatusOr<const Definition*>(const std::string& id)> find) {
  SlicePart found = SlicePart::kNoDimension;
  absl::flat_hash_set<std::string> seen;
  std::vector<const Definition*> todo = {&definition};
  while (!todo.empty()) {
    const Definition& at = *todo.back();
    todo.pop_back();
    if (const std::optional<size_t> place = at.DimensionAt(dimension); place.has_value()) {
      if (at.dimensions[*place].position.contains(code)) return SlicePart::kKnown;
      found = SlicePart::kNoCode;
    }
    if (!at.formula.has_value()) continue;
    for (const Operand& operand : at.formula->operands()) {
      if (Fixes(operand, dimension) || !seen.insert(operand.indicator).second) continue;
      ATHENA_ASSIGN_OR_RETURN(const Definition* const next, find(operand.indicator));
      if (next != nullptr) todo.push_back(next);
    }
  }
  return found;
}

absl::Status CheckSliceOf(std::string_view field, const Definition& definition,
                          const google::protobuf::Map<std::string, std::string>& slice,
                          DefinitionReader& definitions, status::FieldFaults* faults) {
  const auto find = [&definitions](const std::string& id) { return definitions.Find(id); };
  // Sorted, so that equal requests get equal answers.
  for (const auto& [dimension, code] :
       std::map<std::string, std::string>(slice.begin(), slice.end())) {
    ATHENA_ASSIGN_OR_RETURN(const SlicePart part, FindSlicePart(definition, dimension, code, find));
    if (part == SlicePart::kNoDimension) {
      faults->Add(field, dimension, absl::StrCat("dimensions of ", definition.message.name()));
    } else if (part == SlicePart::kNoCode) {
      faults->Add(fields::At(field, dimension), code,
                  absl::StrCat("a code of ", dimension, " in ", definition.message.name()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOperands(std::string_view field, const v1::Indicator& formula,
                           DefinitionReader& definitions, status::FieldFaults* faults) {
  const absl::StatusOr<Formula> parsed = Formula::Parse(formula.formula());
  if (!parsed.ok()) return absl::OkStatus();
  const auto find = [&definitions](const std::string& id) { return definitions.Find(id); };
  const std::optional<Frequency> frequency = FrequencyOf(formula.frequency());
  for (const Operand& operand : parsed->operands()) {
    ATHENA_ASSIGN_OR_RETURN(const Definition* const found, definitions.Find(operand.indicator));
    if (found == nullptr) {
      faults->Add(field, operand.indicator, "indicators of the same institution as operands");
      continue;
    }
    const Definition& definition = *found;
    if (definition.retired) {
      faults->Add(field, absl::StrCat(operand.indicator, ", which is RETIRED"),
                  "indicators in use as operands");
    }
    for (const auto& [dimension, code] : operand.slice) {
      ATHENA_ASSIGN_OR_RETURN(const SlicePart part,
                              FindSlicePart(definition, dimension, code, find));
      if (part != SlicePart::kKnown) {
        faults->Add(
            field, operand.ToString(),
            absl::StrCat("slices by dimensions and codes that ", operand.indicator, " has"));
        break;
      }
    }
    if (frequency.has_value() && definition.frequency >= Frequency::kSemester &&
        *frequency < definition.frequency) {
      faults->Add(field,
                  absl::StrCat(operand.indicator, ", which is ",
                               v1::Indicator::Frequency_Name(definition.message.frequency())),
                  absl::StrCat("operands whose periods fit into those of a formula that is ",
                               v1::Indicator::Frequency_Name(formula.frequency())));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FindFormulaCycle(absl::Span<const std::string> ids,
                                                          DefinitionReader& definitions) {
  FormulaGraph graph;
  std::vector<std::string> todo(ids.begin(), ids.end());
  while (!todo.empty()) {
    const std::string id = std::move(todo.back());
    todo.pop_back();
    if (graph.contains(id)) continue;
    ATHENA_ASSIGN_OR_RETURN(const Definition* const found, definitions.Find(id));
    if (found == nullptr || !found->formula.has_value()) continue;
    std::vector<std::string>& reads = graph[id];
    for (const Operand& operand : found->formula->operands()) {
      reads.push_back(operand.indicator);
      todo.push_back(operand.indicator);
    }
  }
  return FindCycle(graph);
}

}  // namespace athena::indicator
