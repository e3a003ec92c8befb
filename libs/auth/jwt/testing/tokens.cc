#include "libs/auth/jwt/testing/tokens.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace athena::auth::testing {
namespace {

Tokens MakeTokens() {
  std::string text;
  FILE* const output = popen(ATHENA_PYTHON " -B " ATHENA_MAKE_TOKENS, "r");
  if (output == nullptr) std::abort();
  std::array<char, 4096> part;
  while (const size_t size = fread(part.data(), 1, part.size(), output)) {
    text.append(part.data(), size);
  }
  if (pclose(output) != 0) std::abort();  // it has said why
  const nlohmann::json made = nlohmann::json::parse(text);
  return {absl::FromUnixSeconds(made["now"].get<int64_t>()), made["tokens"], made["key_sets"]};
}

}  // namespace

const Tokens& Tokens::Get() {
  static const Tokens* const tokens = new Tokens(MakeTokens());
  return *tokens;
}

}  // namespace athena::auth::testing
