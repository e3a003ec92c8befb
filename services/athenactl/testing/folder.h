#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_FOLDER_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_FOLDER_H_

#include <string>

namespace athena::athenactl::testing {

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

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_FOLDER_H_
