#ifndef ATHENA_LIBS_AUTH_JWT_TESTING_TOKENS_H_
#define ATHENA_LIBS_AUTH_JWT_TESTING_TOKENS_H_

#include <map>
#include <string>

#include "absl/time/time.h"

namespace athena::auth::testing {

// What make_tokens.py makes, once for a process.
struct Tokens {
  absl::Time now;  // that they are made for
  std::map<std::string, std::string> tokens;
  std::map<std::string, std::string> key_sets;

  const std::string& token(const std::string& name) const { return tokens.at(name); }
  const std::string& key_set(const std::string& name) const { return key_sets.at(name); }

  static const Tokens& Get();
};

}  // namespace athena::auth::testing

#endif  // ATHENA_LIBS_AUTH_JWT_TESTING_TOKENS_H_
