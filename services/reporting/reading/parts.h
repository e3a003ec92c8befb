#ifndef ATHENA_SERVICES_REPORTING_READING_PARTS_H_
#define ATHENA_SERVICES_REPORTING_READING_PARTS_H_

#include <google/protobuf/arena.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace athena::reporting {

// A message on an arena of its own. Allocating and freeing its many small messages this way is much
// faster than on the heap. Once filled it is shared and read only.
template <typename Message>
class OnArena {
 public:
  Message* get() { return message_; }
  const Message& operator*() const { return *message_; }
  const Message* operator->() const { return message_; }
  // Bytes of memory, about: without texts of more than 15 bytes, which lie elsewhere.
  size_t bytes() const { return arena_.SpaceAllocated(); }

 private:
  google::protobuf::Arena arena_;
  Message* const message_ = google::protobuf::Arena::CreateMessage<Message>(&arena_);
};

// The parts of a streamed answer, in order.
template <typename Part>
using Parts = std::vector<std::shared_ptr<const OnArena<Part>>>;

// Bytes of memory, about.
template <typename Part>
size_t BytesOf(const Parts<Part>& parts) {
  size_t bytes = 0;
  for (const auto& part : parts) bytes += part->bytes();
  return bytes;
}

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_PARTS_H_
