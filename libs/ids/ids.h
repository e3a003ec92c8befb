#ifndef ATHENA_LIBS_IDS_IDS_H_
#define ATHENA_LIBS_IDS_IDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Resource ids and resource names (AIP-122). Pure and thread-safe.
namespace athena {

inline constexpr size_t kMaxIdBytes = 63;

// What IsResourceId takes, for messages.
inline constexpr std::string_view kIdGrammar =
    "1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit";

// [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?
bool IsResourceId(std::string_view id);

// The ids of a resource name that fits `pattern`, in order; nullopt when it does not, or when one
// of them is no id. A segment "*" or "{...}" of the pattern stands for an id, every other segment
// for itself:
//   MatchName("institutions/{institution}/plans/{plan}", "institutions/gob/plans/p1")
// is {"gob", "p1"}. `is_id` is the grammar of the last id.
std::optional<std::vector<std::string>> MatchName(std::string_view pattern, std::string_view name,
                                                  bool (*is_id)(std::string_view) = IsResourceId);

// The same pattern filled in: FillName("institutions/*/plans/*", {"gob", "p1"}). There must be as
// many ids as the pattern has places for.
std::string FillName(std::string_view pattern, const std::vector<std::string>& ids);

}  // namespace athena

#endif  // ATHENA_LIBS_IDS_IDS_H_
