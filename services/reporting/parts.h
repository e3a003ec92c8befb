#ifndef ATHENA_SERVICES_REPORTING_PARTS_H_
#define ATHENA_SERVICES_REPORTING_PARTS_H_

#include <google/protobuf/arena.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace athena::reporting {

// The parts of a streamed answer. They hold many small messages, so they lie on an arena, which is
// read into and freed much faster than as many pieces of the heap. Movable; what is taken from it
// stays where it is. Not thread-safe.
template <typename Part>
class Parts {
 public:
  // An empty part to read into; lives as long as this, and is one of the parts once it was added.
  Part* Make() { return google::protobuf::Arena::CreateMessage<Part>(arena_.get()); }
  void Add(const Part* part) { parts_.push_back(part); }

  bool empty() const { return parts_.empty(); }
  const Part& front() const { return *parts_.front(); }
  const std::vector<const Part*>& all() const { return parts_; }
  // What it takes in memory, about: texts of more than 15 bytes lie elsewhere.
  size_t bytes() const { return arena_->SpaceAllocated(); }

 private:
  std::unique_ptr<google::protobuf::Arena> arena_ = std::make_unique<google::protobuf::Arena>();
  std::vector<const Part*> parts_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PARTS_H_
