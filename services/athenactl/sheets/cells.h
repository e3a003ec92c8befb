#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_CELLS_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_CELLS_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "athena/common/v1/values.pb.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/sheets/workbook.h"

// How one cell holds the value of a field, without loss:
//
//   text, number            as it is; a number as its shortest decimal
//   enum                    "in progress"
//   yes or no               "yes", "no"; empty where no is the default
//   Date, Timestamp         "2024-12-31", "2024-12-31T17:00:00Z"
//   Money, Number           an exact decimal, "-1.75"
//   repeated                "sdg:11,sdg:16", as a line of CSV: an element with a comma is in quotes
//   map                     "sex=F,unit=BM", likewise
//
// An empty cell is a field that is not set. Pure and thread-safe.
namespace athena::athenactl {

// Whether a message is one value: Date, Timestamp, Money, Number.
bool IsValue(const google::protobuf::Descriptor& type);
// Whether a field is one cell; all others are text by language, or messages of fields.
bool IsOneCell(const google::protobuf::FieldDescriptor& field);
// Whether spreadsheets calculate with it.
bool IsNumeric(const google::protobuf::FieldDescriptor& field);

// Empty when the field is not set.
std::string CellText(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field);

// How the cells of a file are read.
struct CellFormat {
  Dialect dialect;  // how CSV writes numbers
  absl::CivilDay day_zero = Workbook().day_zero;
};
// What is wanted instead of a number that a spreadsheet shows as something else than the field is:
// 35 % in a field that has 35, a date in a text. Such a cell has another meaning than was seen.
std::optional<std::string> WantedKind(const Cell& cell,
                                      const google::protobuf::FieldDescriptor& field);
// Sets the field to what a cell says, or clears it when the cell is empty. Says what is wanted,
// "a date like 2024-12-31", when the cell cannot be read; the field may have any value then.
std::optional<std::string> SetCell(const CellFormat& format, const Cell& cell,
                                   const google::protobuf::FieldDescriptor& field,
                                   google::protobuf::Message* message);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_CELLS_H_
