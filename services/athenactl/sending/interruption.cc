#include "services/athenactl/sending/interruption.h"

#include <unistd.h>

#include <string_view>

namespace athena::athenactl {
namespace {

volatile std::sig_atomic_t requested = 0;

void Note(int signal) {
  constexpr std::string_view kText =
      "\nathenactl: stopping after what is under way; again: at once\n";
  requested = 1;
  static_cast<void>(!write(STDERR_FILENO, kText.data(), kText.size()));
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interruption::Interruption() {
  requested = 0;
  struct sigaction note {};
  note.sa_handler = Note;
  note.sa_flags = SA_RESTART;
  sigemptyset(&note.sa_mask);
  sigaction(SIGINT, &note, &interrupt_);
  sigaction(SIGTERM, &note, &terminate_);
}

Interruption::~Interruption() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
}

bool Interruption::Requested() { return requested != 0; }

}  // namespace athena::athenactl
