#ifndef ATHENA_LIBS_IDS_NAME_PATTERN_H_
#define ATHENA_LIBS_IDS_NAME_PATTERN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/ids/ids.h"
#include "libs/status/status.h"

// Resource names by their pattern, written once as the contract has it:
//
//   constexpr NamePattern kPlanName("institutions/{institution}/plans/{plan}");
//   const auto name = kPlanName.Read("parent", request.parent(), &faults);
//   if (name.has_value()) ... name->institution(), name->id(), name->text
//
// Pure and thread-safe.
namespace athena {

// A name that fits its pattern.
struct ResourceName {
  std::string text;              // "institutions/gob/plans/p1/elements/e3"
  std::vector<std::string> ids;  // {"gob", "p1", "e3"}

  const std::string& institution() const { return ids.front(); }
  const std::string& id() const { return ids.back(); }
  // What it is stored by within its institution: "p1/e3"; of an institution its id.
  std::string key() const;
};

class NamePattern {
 public:
  // `text` begins with "institutions/{institution}" and lives as long as the pattern. `is_id` is
  // the grammar of the last id.
  constexpr explicit NamePattern(std::string_view text,
                                 bool (*is_id)(std::string_view) = IsResourceId)
      : text_(text), is_id_(is_id) {}

  constexpr std::string_view text() const { return text_; }
  // The last segment that is no id: "plans".
  std::string_view collection() const;
  bool IsId(std::string_view id) const { return is_id_(id); }

  // nullopt when `name` does not fit.
  std::optional<ResourceName> Match(std::string_view name) const;
  // The same, adding what is wrong to `faults` under the path `field`.
  std::optional<ResourceName> Read(std::string_view field, std::string_view name,
                                   status::FieldFaults* faults) const;
  // The name with these ids, one for each variable of the pattern.
  ResourceName Of(std::vector<std::string> ids) const;

 private:
  std::string_view text_;
  bool (*is_id_)(std::string_view);
};

}  // namespace athena

#endif  // ATHENA_LIBS_IDS_NAME_PATTERN_H_
