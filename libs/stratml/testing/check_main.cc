// stratml-check FILE...: compares files with the published schema of StratML Part 2 and prints a
// line for each violation. Exits with 1 when there is one, or when a file cannot be read.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "libs/stratml/testing/schema_checker.h"

int main(int argc, char** argv) {
  int faults = argc < 2 ? 1 : 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string xml((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    for (const std::string& fault : athena::StratmlFaults(xml)) {
      std::cout << argv[i] << ": " << fault << "\n";
      ++faults;
    }
  }
  return faults > 0 ? 1 : 0;
}
