#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_INTERRUPTION_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_INTERRUPTION_H_

#include <csignal>

namespace athena::athenactl {

// While one lives, the first Ctrl-C (or SIGTERM) does not end the process but is noted, so that
// what is under way is finished and reported; a second one ends it. One at a time in a process.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  static bool Requested();

 private:
  struct sigaction interrupt_;  // as they were
  struct sigaction terminate_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_INTERRUPTION_H_
