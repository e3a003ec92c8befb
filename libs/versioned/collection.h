#ifndef ATHENA_LIBS_VERSIONED_COLLECTION_H_
#define ATHENA_LIBS_VERSIONED_COLLECTION_H_

#include <cstdint>
#include <string_view>

namespace athena::versioned {

// What a change of a resource marks as changed (last_change.h).
enum class Marks : uint8_t {
  kNone,
  kInstitution,  // its institution
  kRoot,         // what its id begins with: plan "p1" for the element "p1/e3", and for "p1" itself
};

// The resources of one kind within an institution. Ids are chosen by who stores: what belongs to
// something else begins with its id and a slash ("p1/e3" for an element), so that a prefix lists
// it.
struct Collection {
  std::string_view name;  // "elements"
  Marks marks = Marks::kNone;
};

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_COLLECTION_H_
