#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_

#include <string>
#include <vector>

#include "services/athenactl/connections.h"

namespace athena::athenactl::testing {

// What a command printed and how it ended.
struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

// Runs a command line as the program does, against the services that `options` names (where it
// names none, none answers), with results going to no terminal.
Ran RunAthenactl(const std::vector<std::string>& words, const ConnectionOptions& options);

// A folder of files that goes when it goes out of scope.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  // Writes a file at a path inside it, making folders on the way; returns its whole path.
  std::string Write(const std::string& file, const std::string& text) const;

 private:
  std::string path_;
};

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_
