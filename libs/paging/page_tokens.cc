#include "libs/paging/page_tokens.h"

#include <google/protobuf/descriptor.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "libs/canonical/canonical.h"
#include "libs/status/status.h"

namespace athena {
namespace {

// Half of a SHA-256 tag: nobody guesses 128 bits, and tokens stay short.
constexpr size_t kTagBytes = 16;
constexpr size_t kRevisionBytes = 8;
// What we hand out is far shorter; longer ones are not worth decoding.
constexpr size_t kMaxTokenBytes = 4096;

// The request without what may differ from page to page.
std::string Binding(const google::protobuf::Message& request) {
  return request.GetDescriptor()->full_name() + CanonicalJson(request, {"page_token", "page_size"});
}

}  // namespace

PageTokens::PageTokens(std::string key) : key_(std::move(key)) {}

std::string PageTokens::RandomKey() {
  std::string key(32, '\0');
  // Without randomness nothing here is safe, and the machine is broken.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1) {
    std::abort();
  }
  return key;
}

std::string PageTokens::Tag(const google::protobuf::Message& request,
                            std::string_view payload) const {
  // The payload begins with its fixed-size part and stands last, so no two pairs read the same.
  std::string text = Binding(request);
  text += '\0';
  text += payload;
  unsigned char tag[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), tag, &size);
  return std::string(reinterpret_cast<const char*>(tag), kTagBytes);
}

std::string PageTokens::Seal(const google::protobuf::Message& request,
                             const PagePosition& at) const {
  std::string payload;
  for (size_t i = 0; i < kRevisionBytes; ++i) {
    payload += static_cast<char>(static_cast<uint64_t>(at.revision) >> (8 * i));
  }
  payload += at.position;
  return absl::WebSafeBase64Escape(Tag(request, payload) + payload);
}

absl::StatusOr<PagePosition> PageTokens::Open(const google::protobuf::Message& request) const {
  const auto* field = request.GetDescriptor()->FindFieldByName("page_token");
  if (field == nullptr) return status::Internal("the request has no page_token");
  const std::string token = request.GetReflection()->GetString(request, field);
  if (token.empty()) return PagePosition{};
  std::string bytes;
  if (token.size() > kMaxTokenBytes || !absl::WebSafeBase64Unescape(token, &bytes) ||
      absl::WebSafeBase64Escape(bytes) != token || bytes.size() < kTagBytes + kRevisionBytes) {
    return status::InvalidPageToken();
  }
  std::string_view payload = std::string_view(bytes).substr(kTagBytes);
  if (CRYPTO_memcmp(bytes.data(), Tag(request, payload).data(), kTagBytes) != 0) {
    return status::InvalidPageToken();
  }
  uint64_t revision = 0;
  for (size_t i = 0; i < kRevisionBytes; ++i) {
    revision |= uint64_t{static_cast<unsigned char>(payload[i])} << (8 * i);
  }
  return PagePosition{static_cast<int64_t>(revision), std::string(payload.substr(kRevisionBytes))};
}

}  // namespace athena
