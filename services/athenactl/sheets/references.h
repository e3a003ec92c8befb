#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_REFERENCES_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_REFERENCES_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>

// Names of other resources in the cells of a sheet. Pure and thread-safe.
namespace athena::athenactl {

// Whether a column names other resources.
bool IsReference(const google::protobuf::FieldDescriptor& field);

// The names that are typed in short in a row of `resource`, a list separated by commas:
//
//   gob/units/bm   with "institutions/" before it
//   bm             a unit, indicator, risk or process of the same institution, by its id
//   1.1            as parent_element: a code, by `codes` (code > name), or an id in the same plan
//
// Whole names, and lists with quotes, stay as they are.
std::string WholeReferences(const google::protobuf::FieldDescriptor& field,
                            const std::string& typed, const std::string& resource,
                            const std::map<std::string, std::string>& codes);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_REFERENCES_H_
