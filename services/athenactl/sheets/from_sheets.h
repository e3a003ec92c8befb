#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_FROM_SHEETS_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_FROM_SHEETS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/sheets/cells.h"
#include "services/athenactl/sheets/layout.h"
#include "services/athenactl/sheets/workbook.h"

// What the sheets of a file (layout.h) change of resources:
//
// - A row with a name that does not exist is a new resource. One that exists changes in the cells
//   that differ from what export writes of it now; an empty cell clears, a column that is not there
//   keeps. A row that is not there changes nothing: nothing is deleted.
// - The etag says what the row was edited from: a row that changes something and whose etag is not
//   that of the resource now is refused. A row without etag may not change what exists, unless
//   Overwrite says so.
// - Rows of other sheets change the item of the resource at their position. Without a position, or
//   with one beyond the last, they are new items, which come last in the order of positions and
//   rows. An item whose cells are all emptied is removed.
// - A column that names another resource takes its name with or without "institutions/", the id of
//   a unit or indicator of the same institution, and as parent_element a code in the same sheet or
//   an id in the same plan.
// - What the service alone sets must be as it is, or empty.
//
// Pure and thread-safe.
namespace athena::athenactl {

enum class Overwrite { kNo, kYes };

// A cell that differs.
struct SheetChange {
  std::string sheet;
  int64_t line = 0;
  std::string column;
  std::string from;
  std::string to;
};

// A resource as a row, with what belongs to it in other sheets, makes it.
struct SheetResource {
  int64_t line = 0;  // in the first sheet
  std::string name;
  std::unique_ptr<google::protobuf::Message> message;
  const google::protobuf::Message* present = nullptr;  // null: it is new
  std::vector<std::string> fields;   // of one that exists: those that change, an update_mask
  std::vector<SheetChange> changes;  // the cells behind them
};

struct SheetResources {
  std::vector<SheetResource> resources;  // in the order of their rows, unchanged ones too
  // For each sheet of the workbook what is wrong in it. With any, `resources` are of no use.
  std::vector<RowFaults> faults;

  bool HasFaults() const;
};

// The names of the resources in the first sheet, whole; rows at fault are left out.
std::vector<std::string> NamesIn(const Workbook& workbook, const Kind& kind);

// `find` gives the present resource of a name, which outlives the result; null when there is none.
SheetResources FromSheets(
    const Kind& kind, const Workbook& workbook, const CellFormat& format, Overwrite overwrite,
    const std::function<const google::protobuf::Message*(const std::string& name)>& find);

// Where a field of a resource stands: "milestones[2].title.text[nl]" is the column "title.nl" of
// the row of the sheet milestones with position 3. `line` is that of the resource when the sheet
// has no such row.
struct SheetPlace {
  size_t sheet = 0;  // index in the workbook
  int64_t line = 0;
  std::string column;
};
SheetPlace PlaceOfField(const Kind& kind, const Workbook& workbook, const SheetResource& resource,
                        std::string_view path);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_FROM_SHEETS_H_
