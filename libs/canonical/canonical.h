#ifndef ATHENA_LIBS_CANONICAL_CANONICAL_H_
#define ATHENA_LIBS_CANONICAL_CANONICAL_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

// What may be hashed, signed and compared: protobuf's own bytes may not (field order, maps and
// unknown fields differ between equal messages).
namespace athena {

// proto3 JSON with the members of every object sorted by name and no blanks: equal messages give
// equal text. Fields named in `leave_out` (of the message itself, not of what it holds) do not
// count. Unknown fields are dropped. Thread-safe.
std::string CanonicalJson(const google::protobuf::Message& message,
                          std::initializer_list<std::string_view> leave_out = {});

inline constexpr size_t kSha256Bytes = 32;

// SHA-256 (FIPS 180-4) of what is added, in order. Fields have their length in front, so that no
// two sequences of fields read the same. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& AddBytes(std::string_view bytes);  // as they are
  Sha256& AddField(std::string_view bytes);  // 8 bytes of length, little-endian, then the bytes
  Sha256& AddInt(int64_t value);             // 8 bytes, little-endian
  // The 32 bytes; call it once, last.
  std::string Digest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The 32 bytes of the SHA-256 of `bytes`.
std::string Sha256Of(std::string_view bytes);

}  // namespace athena

#endif  // ATHENA_LIBS_CANONICAL_CANONICAL_H_
