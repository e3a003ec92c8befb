#ifndef ATHENA_LIBS_METRICS_PROCESS_H_
#define ATHENA_LIBS_METRICS_PROCESS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <string_view>
#include <vector>

namespace athena::metrics {

// The process_* metrics of the Prometheus client guidelines, read from /proc/self when collected:
// CPU seconds, resident and virtual bytes, open and allowed file descriptors, threads, start time.
class Process final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

// athena_build_info{service, version, compiler} 1.
void AddBuildInfo(prometheus::Registry& registry, std::string_view service,
                  std::string_view version);

}  // namespace athena::metrics

#endif  // ATHENA_LIBS_METRICS_PROCESS_H_
