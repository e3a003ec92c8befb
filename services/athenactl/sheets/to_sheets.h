#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_TO_SHEETS_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_TO_SHEETS_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/athenactl/sheets/layout.h"
#include "services/athenactl/sheets/workbook.h"

namespace athena::athenactl {

// The field at the end of a path below a message, which holds it; null when a message on the way is
// not set.
const google::protobuf::Message* HolderOf(
    const google::protobuf::Message& message,
    const std::vector<const google::protobuf::FieldDescriptor*>& path);
// What a column shows of the message of a row. `language` is that of a localized column.
std::string ColumnText(const google::protobuf::Message& row, const Column& column,
                       const std::string& language);

// All sheets of these resources; localized texts have columns for nl, fr and en, and for every
// other language that a resource uses. RESOURCE_EXHAUSTED when they are more than kMostCells. Pure.
absl::StatusOr<Workbook> ToSheets(const std::vector<SheetLayout>& layout,
                                  absl::Span<const google::protobuf::Message* const> resources);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_TO_SHEETS_H_
