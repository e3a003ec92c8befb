#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_LAYOUT_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_LAYOUT_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "services/athenactl/resources/kinds.h"

// Which sheets and columns the resources of a kind have, from the descriptor of their message:
//
//   elements     name, kind, code, title.nl, title.fr, title.en, steering.sponsor, ..., etag
//   milestones   name, position, id, title.nl, ...
//
// A row of the first sheet, named as the kind, is a resource. Each repeated message has a sheet:
// its row begins with the name of the resource and the item's position in it, from 1. Repeated
// messages within repeated messages have the positions of all: "dimensions.position", "position".
// Pure and thread-safe.
namespace athena::athenactl {

inline constexpr char kNameColumn[] = "name";
inline constexpr char kPositionColumn[] = "position";
inline constexpr char kEtagColumn[] = "etag";

struct Column {
  std::string name;  // "steering.sponsor"; without the language of a localized text
  // From the message of a row to the field; all but the last are singular messages.
  std::vector<const google::protobuf::FieldDescriptor*> path;
  bool localized = false;  // a column for each language, "title.nl"
  bool fixed = false;      // set by the service alone

  const google::protobuf::FieldDescriptor& field() const { return *path.back(); }
};

struct SheetLayout {
  std::string name;               // "elements", "milestones", "dimensions.codes"
  std::vector<std::string> keys;  // the columns before all others
  std::vector<Column> columns;    // those that the service sets alone come last
  int parent = -1;                // index of the sheet of the message that holds these; -1: none
  // From the message of a row of the parent to the repeated field; all but the last are singular.
  std::vector<const google::protobuf::FieldDescriptor*> path;

  const google::protobuf::FieldDescriptor& field() const { return *path.back(); }
};

// The first one is that of the resources; parents come before what they hold.
std::vector<SheetLayout> LayoutOf(const Kind& kind);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_LAYOUT_H_
