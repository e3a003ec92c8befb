#include <string>

#include "libs/paging/page_tokens.h"
#include "libs/paging/testing/list.pb.h"
#include "libs/status/status.h"
#include "tests/fuzz/property.h"

// The input is a token that nobody sealed, and the position of one that we seal.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using athena::fuzz::Require;
  const std::string text(athena::fuzz::TextOf(data, size));
  const athena::PageTokens tokens("a key of a fuzzer");
  athena::paging::testing::ListRequest request;
  request.set_text("list");

  request.set_page_token(text);
  const auto forged = tokens.Open(request);
  if (text.empty()) {
    Require(forged.ok() && forged->revision == 0 && forged->position.empty(),
            "no token is the first page");
  } else {
    Require(athena::status::Reason(forged.status()) == "INVALID_PAGE_TOKEN",
            "nobody makes a token up");
  }

  // Positions are keys of resources, far from the length at which a token is refused unread.
  const std::string position = text.substr(0, 1024);
  const auto revision = static_cast<int64_t>(size) * 1'000'003;
  const std::string token = tokens.Seal(request, {.revision = revision, .position = position});
  request.set_page_token(token);
  const auto at = tokens.Open(request);
  Require(at.ok() && at->revision == revision && at->position == position,
          "a token carries its position");

  const size_t place = size % token.size();
  std::string changed = token;
  changed[place] = changed[place] == 'A' ? 'B' : 'A';
  request.set_page_token(changed);
  Require(!tokens.Open(request).ok(), "a changed token is refused");
  request.set_page_token(token + (text.empty() ? "=" : text.substr(0, 1)));
  Require(!tokens.Open(request).ok(), "a longer token is refused");
  request.set_page_token(token);
  request.set_text("another list");
  Require(!tokens.Open(request).ok(), "a token of another request is refused");
  return 0;
}
