#ifndef ATHENA_LIBS_RESOURCE_REQUEST_H_
#define ATHENA_LIBS_RESOURCE_REQUEST_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

#include "athena/common/v1/values.pb.h"

// Internal to this library: fields of requests and resources by their names. What the message does
// not have reads as if it was not set.
namespace athena::resource {

std::string TextOf(const google::protobuf::Message& message, const std::string& field);
int32_t IntOf(const google::protobuf::Message& message, const std::string& field);
bool FlagOf(const google::protobuf::Message& message, const std::string& field);
// The message in a field, empty when it is not set; nullptr when there is no such field.
const google::protobuf::Message* PartOf(const google::protobuf::Message& message,
                                        const std::string& field);
// `as_of` of a request.
const common::v1::AsOf& AsOfOf(const google::protobuf::Message& request);
void SetText(google::protobuf::Message* message, const std::string& field, std::string value);

// The repeated field of these messages; nullptr when there is none.
const google::protobuf::FieldDescriptor* RowsField(const google::protobuf::Descriptor* type,
                                                   const google::protobuf::Descriptor* rows);

}  // namespace athena::resource

#endif  // ATHENA_LIBS_RESOURCE_REQUEST_H_
