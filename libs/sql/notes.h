#ifndef ATHENA_LIBS_SQL_NOTES_H_
#define ATHENA_LIBS_SQL_NOTES_H_

#include <any>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace athena::sql {

// A kind of note, a constant of its own for each:
//   constexpr NoteKind<Head> kHead{"the head of a journal"};
// Two kinds are never the same, whatever their names.
template <typename T>
struct NoteKind {
  const char* name;
};

// What writing transactions know of the database's content without asking it again, such as the
// newest entry of a journal: kept in memory from one transaction to the next for as long as every
// one of them succeeds, whether or not it is committed yet. A driver forgets all notes when a
// transaction fails or anything is rolled back, and may forget them at any time; where transactions
// run beside each other there are none.
//
// Whoever changes what a note is about changes the note in the same transaction, after the
// statement. Used by one thread at a time.
class Notes {
 public:
  // Beyond these all are forgotten: what they are about may be named by callers.
  static constexpr size_t kMost = 10'000;

  // The note of this kind about `about`; nullptr when there is none. Valid until the next call.
  template <typename T>
  const T* Find(const NoteKind<T>& kind, std::string_view about) const {
    const auto notes = kinds_.find(&kind);
    if (notes == kinds_.end()) return nullptr;
    const auto found = notes->second.find(absl::string_view(about.data(), about.size()));
    return found == notes->second.end() ? nullptr : std::any_cast<T>(&found->second);
  }

  // Replaces the one there is.
  template <typename T>
  void Keep(const NoteKind<T>& kind, std::string_view about, std::type_identity_t<T> value) {
    auto& notes = kinds_[&kind];
    const auto found = notes.find(absl::string_view(about.data(), about.size()));
    if (found != notes.end()) {
      *std::any_cast<T>(&found->second) = std::move(value);
      return;
    }
    if (count_ == kMost) {
      Clear();
      return Keep(kind, about, std::move(value));
    }
    notes.emplace(std::string(about), std::move(value));
    ++count_;
  }

  // The note of this kind about `about`, to be changed in place; an empty one where there was none.
  // Valid until the next call.
  template <typename T>
  T& Edit(const NoteKind<T>& kind, std::string_view about) {
    if (Find(kind, about) == nullptr) Keep(kind, about, T());
    return *std::any_cast<T>(&kinds_[&kind].at(absl::string_view(about.data(), about.size())));
  }

  void Clear() {
    kinds_.clear();
    count_ = 0;
  }

 private:
  absl::flat_hash_map<const void*, absl::flat_hash_map<std::string, std::any>> kinds_;
  size_t count_ = 0;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_NOTES_H_
