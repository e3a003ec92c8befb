#ifndef ATHENA_LIBS_DAEMON_SECURITY_TLS_WATCH_H_
#define ATHENA_LIBS_DAEMON_SECURITY_TLS_WATCH_H_

#include <prometheus/gauge.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/rpc/transport/tls.h"

namespace athena::daemon {

// Looks whether the files of TLS, which gRPC reads again by itself, are good: says in the log when
// they have changed, and keeps the time at which the certificate expires in a gauge. Thread-safe.
class TlsWatch {
 public:
  // Faults name the flags `prefix` + "certificate" and so on. The gauge outlives it.
  TlsWatch(rpc::TlsFiles files, std::string_view prefix, prometheus::Gauge& expiry);

  // Looks now. Why new connections fail, a line each; none when the files are good.
  std::vector<std::string> Faults();

 private:
  void ReadFiles() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string StateOfFiles() const;

  const rpc::TlsFiles files_;
  const std::string prefix_;
  prometheus::Gauge& expiry_;
  absl::Mutex mutex_;
  std::string state_ ABSL_GUARDED_BY(mutex_);  // of the files, when they were read
  std::string fault_ ABSL_GUARDED_BY(mutex_);  // empty: none
  absl::Time expires_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_SECURITY_TLS_WATCH_H_
