#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"

namespace athena::athenactl {

struct FileResource {
  std::unique_ptr<google::protobuf::Message> message;
  std::vector<std::string> fields;  // the top-level fields that the file has, also with null
  // Of a row of a table: what it assigns. The parts of a field that it does not name, other
  // languages of a title, stay as they are in a resource that exists.
  std::vector<std::string> assignments = {};
};

// Resources of a JSON file.
struct ResourceList {
  std::vector<FileResource> resources;
  // "[2].unit: ...", from 0: all faults of all resources, in their order. A file with faults should
  // not be imported in part.
  std::vector<std::string> faults;
  int64_t listed = 0;
  int64_t faulty = 0;  // of those listed
};

// Reads resources of a type from protobuf's JSON: a list of them, one alone, or a list's answer,
// {"units": [...]}, whose field is `listed`. Their faults are an unknown field, a value that the
// field cannot have, no name, the name of another. INVALID_ARGUMENT, which names `path`, when the
// text is no JSON. Pure.
absl::StatusOr<ResourceList> ReadResources(const std::string& path, std::string_view json,
                                           const google::protobuf::Message& prototype,
                                           const std::string& listed);

// Resources of a CSV file.
struct ResourceRows {
  std::vector<FileResource> resources;
  std::vector<RowRefusal> refused;  // in order of lines
  int64_t rows = 0;
};

// Reads resources of a type from a CSV file (text/table_reader.h): a row for each, with a column
// `name` and others whose headers and fields are assignments as Assign (field_values.h) reads them,
// `display_name.nl`, `parent_unit`; an empty field says nothing. A name ends in `collection`/ID and
// may leave "institutions/" out. INVALID_ARGUMENT when the file as a whole cannot be read.
absl::StatusOr<ResourceRows> ReadResourceTable(TextSource& source, const Dialect& dialect,
                                               const google::protobuf::Message& prototype,
                                               const std::string& collection);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_
