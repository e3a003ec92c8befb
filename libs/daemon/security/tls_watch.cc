#include "libs/daemon/security/tls_watch.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/log/log.h"
#include "libs/status/status.h"

namespace athena::daemon {

TlsWatch::TlsWatch(rpc::TlsFiles files, std::string_view prefix, prometheus::Gauge& expiry)
    : files_(std::move(files)), prefix_(prefix), expiry_(expiry) {
  absl::MutexLock lock(&mutex_);
  state_ = StateOfFiles();
  ReadFiles();
}

std::vector<std::string> TlsWatch::Faults() {
  absl::MutexLock lock(&mutex_);
  if (std::string state = StateOfFiles(); state != state_) {
    state_ = std::move(state);
    ReadFiles();
    if (fault_.empty()) {
      log::Info("TLS files changed",
                {{"certificate", files_.certificate},
                 {"expires", absl::FormatTime(absl::RFC3339_sec, expires_, absl::UTCTimeZone())}});
    } else {
      log::Error("TLS files unusable", {{"message", fault_}});
    }
  }
  if (!fault_.empty()) return {absl::StrCat("TLS: ", fault_)};
  if (expires_ <= absl::Now()) {
    return {absl::StrCat("TLS: ", files_.certificate, " expired on ",
                         absl::FormatTime(absl::RFC3339_sec, expires_, absl::UTCTimeZone()))};
  }
  return {};
}

void TlsWatch::ReadFiles() {
  status::FieldFaults faults;
  expires_ = rpc::CheckTls(files_, prefix_, &faults);
  const absl::Status status = faults.ToStatus();
  fault_ = std::string(status::Message(status));
  if (expires_ < absl::InfiniteFuture()) {
    expiry_.Set(static_cast<double>(absl::ToUnixSeconds(expires_)));
  }
}

std::string TlsWatch::StateOfFiles() const {
  std::string state;
  for (const std::string& path : {files_.certificate, files_.key, files_.ca}) {
    struct stat info = {};
    if (!path.empty() && stat(path.c_str(), &info) == 0) {
      absl::StrAppend(&state, info.st_dev, " ", info.st_ino, " ", info.st_size, " ", info.st_mode,
                      " ", info.st_mtim.tv_sec, " ", info.st_mtim.tv_nsec);
    }
    state += '\n';
  }
  return state;
}

}  // namespace athena::daemon
