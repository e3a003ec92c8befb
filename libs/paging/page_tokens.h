#ifndef ATHENA_LIBS_PAGING_PAGE_TOKENS_H_
#define ATHENA_LIBS_PAGING_PAGE_TOKENS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace athena {

// Where a list goes on: the revision the first page was read at, and the position behind the last
// row that was given (whatever the lister finds its way by: a key, an offset).
struct PagePosition {
  int64_t revision = 0;
  std::string position;
};

// Page tokens (AIP-158): opaque to clients, authenticated by HMAC-SHA256 so that nobody makes one
// up, and bound to the request they continue, so that none is used for another. URL-safe text,
// about 60 characters more than the position. Immutable, thread-safe.
class PageTokens {
 public:
  // `key`: at least 16 random bytes, kept with the database (TokenKey, token_key.h), so that tokens
  // survive a restart.
  explicit PageTokens(std::string key);

  // A new key.
  static std::string RandomKey();

  // `request` with whatever its page_token and page_size are: they do not bind.
  std::string Seal(const google::protobuf::Message& request, const PagePosition& at) const;
  // INVALID_ARGUMENT, INVALID_PAGE_TOKEN when the token was not sealed with this key for this
  // request. Reads the request's page_token; an empty one is a first page: revision 0, no position.
  absl::StatusOr<PagePosition> Open(const google::protobuf::Message& request) const;

 private:
  std::string Tag(const google::protobuf::Message& request, std::string_view payload) const;
  const std::string key_;
};

}  // namespace athena

#endif  // ATHENA_LIBS_PAGING_PAGE_TOKENS_H_
