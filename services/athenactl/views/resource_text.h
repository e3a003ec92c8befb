#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_RESOURCE_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_RESOURCE_TEXT_H_

#include <google/protobuf/message.h>

#include <string>

// Resources of any kind as text. Pure and thread-safe.
namespace athena::athenactl {

struct ResourceTableOptions {
  std::string parent;    // when all lie below one parent, their ids are shown, else their names
  std::string language;  // of texts
  int width = 0;         // columns of the terminal; 0: unlimited, which shows as much as 120 take
  bool colour = false;
};

// A table with a row for each element of the repeated message field `listed`. Its columns are the
// resource's fields that some row has, in the order of the contract, as many as fit; the first
// text, a title or name, stands last and is cut by the terminal's width. Empty without rows.
std::string ResourceTable(const google::protobuf::Message& answer,
                          const google::protobuf::FieldDescriptor& listed,
                          const ResourceTableOptions& options);

// A line for each field that is set, as `athenactl set` takes it: "title.nl  Kwaliteit".
std::string ResourceText(const google::protobuf::Message& resource, int width, bool colour);

// The name without "institutions/": "gob/units/bm".
std::string ShortName(const std::string& name);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_RESOURCE_TEXT_H_
