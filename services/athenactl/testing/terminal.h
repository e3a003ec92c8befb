#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_

#include <string>
#include <vector>

#include "services/athenactl/resources/connections.h"

namespace athena::athenactl::testing {

// The output of a command and its exit code.
struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

// Runs a command line as the program does, against the services of `options`: where an address is
// empty, none answers. Results go to no terminal; tables are `width` columns wide, 0: unlimited.
Ran RunAthenactl(const std::vector<std::string>& words, const ConnectionOptions& options,
                 int width = 0);

// A temporary folder; the destructor removes it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  // Writes a file at a path inside it, with the folders on the way; returns its whole path.
  std::string Write(const std::string& file, const std::string& text) const;

 private:
  std::string path_;
};

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_TERMINAL_H_
