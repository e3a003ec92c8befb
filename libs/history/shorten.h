#ifndef ATHENA_LIBS_HISTORY_SHORTEN_H_
#define ATHENA_LIBS_HISTORY_SHORTEN_H_

#include <google/protobuf/struct.pb.h>

#include <cstddef>

namespace athena::history {

// Cuts a value to about `max_bytes` bytes of texts, names and numbers. What is cut ends in "…": a
// text between two characters; a list behind an element; an object, whose members are kept in the
// order of their names, with a member of that name. Returns whether anything was cut. Pure.
bool Shorten(size_t max_bytes, google::protobuf::Value* value);

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_SHORTEN_H_
