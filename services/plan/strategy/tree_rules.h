#ifndef ATHENA_SERVICES_PLAN_STRATEGY_TREE_RULES_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_TREE_RULES_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

// The rules of a plan's tree: what a code is, and which element may stand below which. Pure and
// thread-safe.
namespace athena::plan {

// 1 to 32 letters, digits, '.', '-' and '_'.
bool IsElementCode(std::string_view code);

// From coarse to fine, in the order of the contract's Element.Kind.
enum class Kind { kAxis = 1, kObjective = 2, kAction = 3 };

// Where an element stands.
struct Place {
  std::string parent;  // the id of the element above; empty at the top
  Kind kind = Kind::kAxis;
};

// Elements by id: the one that is asked about, and all that stand above it.
using Places = std::map<std::string, Place, std::less<>>;

// What forbids an element to stand where it does.
enum class Misplaced {
  kNo,
  kNoParent,  // there is no such element
  kCycle,     // it stands below itself
  kTooDeep,   // it, or what is below it, is more than kMaxLevels deep
  kCoarser,   // it is coarser than what it stands below
};

// Judges `id`, which is in `places`. `levels` is the height of its own tree: 1 when nothing is
// below it.
Misplaced CheckPlace(std::string_view id, const Places& places, int levels);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_TREE_RULES_H_
