#include "libs/auth/jwt/fetch.h"

#include <curl/curl.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "libs/auth/jwt/key_set.h"
#include "libs/status/status.h"

namespace athena::auth {
namespace {

absl::Status Unreadable(const std::string& where, std::string_view why) {
  return status::Refusal(
      absl::StatusCode::kUnavailable, "KEYS_UNREADABLE",
      absl::StrCat("cannot read ", status::Printable(where), ": ", std::string(why)));
}

absl::Status TooLarge(const std::string& where) {
  return Unreadable(where, absl::StrCat("it has more than ", kMaxKeySetBytes, " bytes"));
}

// Takes what arrives; less than all of it ends the transfer.
size_t Append(char* bytes, size_t one, size_t count, void* text) {
  auto& into = *static_cast<std::string*>(text);
  if (into.size() + one * count > kMaxKeySetBytes) return 0;
  into.append(bytes, one * count);
  return one * count;
}

// Asked at least once a second; anything but 0 ends the transfer.
int HasToStop(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

long Milliseconds(absl::Duration duration) {
  return static_cast<long>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

absl::StatusOr<std::string> FetchFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxKeySetBytes + 1, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof()) {
    return Unreadable(path, std::strerror(errno));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxKeySetBytes) return TooLarge(path);
  return text;
}

absl::StatusOr<std::string> FetchUrl(const std::string& url, const std::string& ca,
                                     const std::atomic<bool>& stopping) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (curl == nullptr) return Unreadable(url, "libcurl does not start");
  std::string text;
  char fault[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);  // there are other threads
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(kConnectTimeout));
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, Milliseconds(kFetchTimeout));
  curl_easy_setopt(curl.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_CAPATH, nullptr);  // no other authority counts
  }
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, fault);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, &HasToStop);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stopping));
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_WRITE_ERROR) return TooLarge(url);
  if (code != CURLE_OK) return Unreadable(url, fault[0] == 0 ? curl_easy_strerror(code) : fault);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return Unreadable(url, absl::StrCat("the answer is HTTP status ", status));
  return text;
}

bool IsKeyUrl(std::string_view url) {
  if (url.find('@') != std::string_view::npos) return false;  // a user, or a host behind one
  if (url.starts_with("https://")) return url.size() > 8;
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (!url.starts_with(host)) continue;
    const std::string_view rest = url.substr(host.size());
    return rest.starts_with(":") || rest.starts_with("/");
  }
  return false;
}

}  // namespace athena::auth
