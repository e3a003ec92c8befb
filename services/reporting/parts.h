#ifndef ATHENA_SERVICES_REPORTING_PARTS_H_
#define ATHENA_SERVICES_REPORTING_PARTS_H_

#include <google/protobuf/arena.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace athena::reporting {

// A message that was read, with all that it holds on an arena of its own: many small messages are
// read into one and freed with it much faster than as many pieces of the heap. Shared, and read
// only, once it has been filled.
template <typename Message>
class OnArena {
 public:
  Message* get() { return message_; }
  const Message& operator*() const { return *message_; }
  const Message* operator->() const { return message_; }
  // What it takes in memory, about: texts of more than 15 bytes lie elsewhere.
  size_t bytes() const { return arena_.SpaceAllocated(); }

 private:
  google::protobuf::Arena arena_;
  Message* const message_ = google::protobuf::Arena::CreateMessage<Message>(&arena_);
};

// The parts of a streamed answer, in their order.
template <typename Part>
using Parts = std::vector<std::shared_ptr<const OnArena<Part>>>;

// What they take in memory, about.
template <typename Part>
size_t BytesOf(const Parts<Part>& parts) {
  size_t bytes = 0;
  for (const auto& part : parts) bytes += part->bytes();
  return bytes;
}

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PARTS_H_
