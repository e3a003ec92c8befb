#include "libs/metrics/process.h"

#include <prometheus/gauge.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace athena::metrics {
namespace {

double Number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void Add(std::vector<prometheus::MetricFamily>& out, const char* name, const char* help,
         prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  out.push_back({name, help, type, {metric}});
}

}  // namespace

std::vector<prometheus::MetricFamily> Process::Collect() const {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> out;

  // The name in /proc/self/stat stands in parentheses and may hold anything; the fields after it
  // are numbered from 3 (proc(5)).
  std::ifstream stat_file("/proc/self/stat");
  std::string stat((std::istreambuf_iterator<char>(stat_file)), std::istreambuf_iterator<char>());
  size_t name_end = stat.rfind(')');
  std::vector<std::string> fields;
  if (name_end != std::string::npos) {
    std::istringstream rest(stat.substr(name_end + 1));
    for (std::string field; rest >> field;) fields.push_back(field);
  }
  auto field = [&](size_t number) {
    return number - 3 < fields.size() ? Number(fields[number - 3]) : 0.0;
  };
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const double page = static_cast<double>(sysconf(_SC_PAGESIZE));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);  // finer than the ticks of /proc
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  Add(out, "process_cpu_seconds_total", "User and system CPU time.", MetricType::Counter,
      seconds(usage.ru_utime) + seconds(usage.ru_stime));
  Add(out, "process_threads", "Threads.", MetricType::Gauge, field(20));
  Add(out, "process_virtual_memory_bytes", "Virtual memory.", MetricType::Gauge, field(23));
  Add(out, "process_resident_memory_bytes", "Resident memory.", MetricType::Gauge,
      field(24) * page);

  std::ifstream boot("/proc/stat");
  for (std::string line; std::getline(boot, line);) {
    if (line.substr(0, 6) == "btime ") {
      Add(out, "process_start_time_seconds", "Start time since the Unix epoch.", MetricType::Gauge,
          Number(std::string_view(line).substr(6)) + field(22) / ticks);
    }
  }

  std::error_code error;
  double open = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++open;
  }
  Add(out, "process_open_fds", "Open file descriptors.", MetricType::Gauge, open);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    Add(out, "process_max_fds", "Allowed file descriptors.", MetricType::Gauge,
        static_cast<double>(limit.rlim_cur));
  }
  return out;
}

void AddBuildInfo(prometheus::Registry& registry, std::string_view service,
                  std::string_view version) {
  prometheus::BuildGauge()
      .Name("athena_build_info")
      .Help("The build that runs; always 1.")
      .Register(registry)
      .Add({{"service", std::string(service)},
            {"version", std::string(version)},
            {"compiler", __VERSION__}})
      .Set(1);
}

}  // namespace athena::metrics
