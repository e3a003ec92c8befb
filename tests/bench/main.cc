// athena-bench-load: makes one measurement and prints it as one line of JSON. tests/bench/run calls
// it in turns with what it is compared with; see there.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "nlohmann/json.hpp"
#include "tests/bench/closed_loop.h"
#include "tests/bench/open_loop.h"
#include "tests/bench/peer.pb.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/bench/workload.h"

ABSL_FLAG(std::string, address, "", "host:port of what is called");
ABSL_FLAG(std::string, token, "", "bearer token; empty: none");
ABSL_FLAG(int, in_flight, 1, "calls at the same time");
ABSL_FLAG(int, connections, 1, "that they take in turns");
ABSL_FLAG(int64_t, rows, 1'000'000, "of the workload, in all");
ABSL_FLAG(int64_t, first, 0, "push: the first of them");
ABSL_FLAG(int64_t, rows_per_push, 10'000, "of the workload, in one push");
ABSL_FLAG(int64_t, pushes_per_commit, 5, "raw: in a transaction");
ABSL_FLAG(int32_t, first_day, athena::bench::kFirstDay,
          "push, offer: the day of row 0, in days since 1970");
ABSL_FLAG(double, rate, 1, "offer: calls a second");
ABSL_FLAG(double, seconds, 1, "offer: how long");
ABSL_FLAG(double, warm_seconds, 0, "offer: of these, the first, which do not count");
ABSL_FLAG(double, timeout_seconds, 10, "offer: the deadline of each call");
ABSL_FLAG(int64_t, calls, 1000, "nothing, synced, stored, bytes, call, scorecard: how many");
ABSL_FLAG(int64_t, warm, 0, "calls that are made before, not measured");
ABSL_FLAG(int, size, 0, "bytes: of an answer");
ABSL_FLAG(bool, streamed, false, "push: in as many streams as are in flight");
ABSL_FLAG(std::string, scorecard, "", "its resource name");
ABSL_FLAG(int, depth, -1, "scorecard: levels of elements; -1: all");
ABSL_FLAG(std::string, method, "", "call, offer: /package.Service/Method, a unary one");
ABSL_FLAG(std::string, request, "", "call, offer: a file with the request");
ABSL_FLAG(std::string, indicator_address, "",
          "call, scorecard: where pushes go, one before each call");
ABSL_FLAG(std::string, pushes, "",
          "call, scorecard: a file of them, each with its length before it");
ABSL_FLAG(bool, blocks, false, "raw: as the service stores cells; otherwise a row a cell");
ABSL_FLAG(std::string, database, "", "raw: a new file");
ABSL_FLAG(std::string, schema, "", "raw: the file with the tables of observations");
ABSL_FLAG(std::string, folder, "", "rows: where the files go");

namespace athena::bench {
namespace {

namespace ind = ::athena::indicator::v1;
namespace rep = ::athena::reporting::v1;
using Json = nlohmann::ordered_json;
using Requests = std::vector<grpc::ByteBuffer>;

constexpr char kPushMethod[] = "/athena.indicator.v1.IndicatorService/PushObservations";
constexpr char kStreamMethod[] = "/athena.indicator.v1.IndicatorService/StreamObservations";
constexpr char kDefineMethod[] = "/athena.indicator.v1.IndicatorService/BatchCreateIndicators";
constexpr char kScorecardMethod[] = "/athena.reporting.v1.ReportingService/GetScorecard";

Caller CallerOf(std::string address) {
  const std::string token = absl::GetFlag(FLAGS_token);
  return {std::move(address), token.empty() ? "" : absl::StrCat("Bearer ", token),
          absl::GetFlag(FLAGS_connections)};
}

Json Figures(const Answers& answers) {
  Json latencies = Json::array();
  for (const absl::Duration latency : answers.latencies) {
    latencies.push_back(absl::ToDoubleMicroseconds(latency));
  }
  return {{"seconds", absl::ToDoubleSeconds(answers.took)}, {"latencies_us", latencies}};
}

// The same request over and over.
absl::StatusOr<Answers> RepeatBytes(const std::string& method, const grpc::ByteBuffer& request) {
  absl::StatusOr<ClosedLoop> loop = ClosedLoop::Connect(CallerOf(absl::GetFlag(FLAGS_address)));
  if (!loop.ok()) return loop.status();
  const auto requests = [&](int64_t count) {
    return Requests(static_cast<size_t>(count), request);
  };
  const int in_flight = absl::GetFlag(FLAGS_in_flight);
  if (const auto warm = loop->CallEach(method, requests(absl::GetFlag(FLAGS_warm)), in_flight);
      !warm.ok()) {
    return warm.status();
  }
  return loop->CallEach(method, requests(absl::GetFlag(FLAGS_calls)), in_flight);
}

absl::StatusOr<Answers> Repeat(const std::string& method,
                               const google::protobuf::MessageLite& request) {
  return RepeatBytes(method, Encode(request));
}

absl::StatusOr<Json> CallEmpty(const std::string& method) {
  const absl::StatusOr<Answers> answers = Repeat(method, NothingRequest());
  if (!answers.ok()) return answers.status();
  return Figures(*answers);
}
absl::StatusOr<Json> CallNothing() { return CallEmpty("/athena.bench.Peer/Nothing"); }
absl::StatusOr<Json> CallSynced() { return CallEmpty("/athena.bench.Peer/Synced"); }
absl::StatusOr<Json> CallStored() { return CallEmpty("/athena.bench.Peer/Stored"); }

absl::StatusOr<Json> CallBytes() {
  BytesRequest request;
  request.set_size(absl::GetFlag(FLAGS_size));
  const absl::StatusOr<Answers> answers = Repeat("/athena.bench.Peer/Bytes", request);
  if (!answers.ok()) return answers.status();
  for (const grpc::ByteBuffer& answer : answers->answers) {
    BytesResponse response;
    if (absl::Status decoded = Decode(answer, response); !decoded.ok()) return decoded;
    if (response.bytes().size() != static_cast<size_t>(request.size())) {
      return absl::DataLossError(absl::StrCat(response.bytes().size(), " bytes were answered"));
    }
  }
  return Figures(*answers);
}

// Creates the indicators of the workload.
absl::StatusOr<Json> Define() {
  absl::StatusOr<ClosedLoop> loop = ClosedLoop::Connect(CallerOf(absl::GetFlag(FLAGS_address)));
  if (!loop.ok()) return loop.status();
  const absl::StatusOr<Answers> answers = loop->CallEach(kDefineMethod, {Encode(Definitions())}, 1);
  if (!answers.ok()) return answers.status();
  return Json{{"indicators", kIndicators}};
}

absl::StatusOr<ind::PushObservationsResponse> DecodeAnswer(const grpc::ByteBuffer& answer,
                                                           bool streamed) {
  ind::PushObservationsResponse response;
  if (!streamed) {
    if (absl::Status decoded = Decode(answer, response); !decoded.ok()) return decoded;
    return response;
  }
  ind::StreamObservationsResponse said;
  if (absl::Status decoded = Decode(answer, said); !decoded.ok()) return decoded;
  if (!said.has_response()) return absl::DataLossError(said.ShortDebugString());
  return std::move(*said.mutable_response());
}

// Whether the pushes said that exactly `rows` rows are new.
absl::Status CheckInserted(const Answers& answers, bool streamed, int64_t rows) {
  int64_t inserted = 0;
  for (const grpc::ByteBuffer& answer : answers.answers) {
    const absl::StatusOr<ind::PushObservationsResponse> response = DecodeAnswer(answer, streamed);
    if (!response.ok()) return response.status();
    if (response->replayed() || response->outcomes_size() > 0) {
      return absl::DataLossError(
          absl::StrCat("not plainly stored: ", response->ShortDebugString()));
    }
    inserted += response->counts().inserted();
  }
  if (inserted == rows) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(inserted, " rows were inserted, want ", rows));
}

// The pushes of --rows rows from --first on.
Requests Pushes() {
  const int64_t rows = absl::GetFlag(FLAGS_rows);
  const int64_t rows_per_push = absl::GetFlag(FLAGS_rows_per_push);
  const int64_t begin = absl::GetFlag(FLAGS_first);
  Requests requests;
  for (int64_t done = 0; done < rows; done += rows_per_push) {
    requests.push_back(Encode(PushOf(begin + done, std::min(rows_per_push, rows - done),
                                     absl::GetFlag(FLAGS_first_day))));
  }
  return requests;
}

absl::StatusOr<Json> Push() {
  const int64_t rows = absl::GetFlag(FLAGS_rows);
  const Requests requests = Pushes();
  absl::StatusOr<ClosedLoop> loop = ClosedLoop::Connect(CallerOf(absl::GetFlag(FLAGS_address)));
  if (!loop.ok()) return loop.status();
  const int in_flight = absl::GetFlag(FLAGS_in_flight);
  const bool streamed = absl::GetFlag(FLAGS_streamed);
  const absl::StatusOr<Answers> answers = streamed
                                              ? loop->SayEach(kStreamMethod, requests, in_flight)
                                              : loop->CallEach(kPushMethod, requests, in_flight);
  if (!answers.ok()) return answers.status();
  if (absl::Status checked = CheckInserted(*answers, streamed, rows); !checked.ok()) return checked;
  return Figures(*answers);
}

absl::StatusOr<Json> Raw() {
  const absl::StatusOr<absl::Duration> took =
      LoadRaw({.layout = absl::GetFlag(FLAGS_blocks) ? RawLayout::kBlocks : RawLayout::kCells,
               .database = absl::GetFlag(FLAGS_database),
               .schema = absl::GetFlag(FLAGS_schema),
               .rows = absl::GetFlag(FLAGS_rows),
               .rows_per_push = absl::GetFlag(FLAGS_rows_per_push),
               .pushes_per_commit = absl::GetFlag(FLAGS_pushes_per_commit)});
  if (!took.ok()) return took.status();
  return Json{{"seconds", absl::ToDoubleSeconds(*took)}};
}

// The rows of each push as two files, for PostgreSQL's COPY and for VictoriaMetrics.
absl::StatusOr<Json> WriteRows() {
  const int64_t rows = absl::GetFlag(FLAGS_rows);
  const int64_t rows_per_push = absl::GetFlag(FLAGS_rows_per_push);
  int64_t pushes = 0;
  for (int64_t first = 0; first < rows; first += rows_per_push, ++pushes) {
    std::string copy;
    std::string lines;
    for (int64_t i = first; i < std::min(first + rows_per_push, rows); ++i) {
      const WorkloadRow row = RowAt(i);
      absl::StrAppend(&copy, "1\t", QuarterOf(row.day), "\t", row.series + 1, "\t", row.day, "\t",
                      pushes + 1, "\t", row.value, "\t1\t0\n");
      absl::StrAppend(&lines, int64_t{row.day} * 86'400, ",", IndicatorId(row.indicator()), ",",
                      FirstCode(row.first_code()), ",", SecondCode(row.second_code()), ",",
                      row.value, "\n");
    }
    const std::string stem = absl::StrCat(absl::GetFlag(FLAGS_folder), "/", pushes);
    std::ofstream(stem + ".copy", std::ios::binary) << copy;
    std::ofstream(stem + ".csv", std::ios::binary) << lines;
  }
  return Json{{"pushes", pushes}};
}

absl::StatusOr<Requests> ReadPushes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  google::protobuf::io::IstreamInputStream stream(&file);
  Requests requests;
  for (bool end = false;;) {
    ind::PushObservationsRequest push;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&push, &stream, &end)) break;
    requests.push_back(Encode(push));
  }
  if (requests.empty()) return absl::InvalidArgumentError(absl::StrCat("no push in ", path));
  return requests;
}

// Calls over and over; with pushes, each time after one of them, which does not count.
absl::StatusOr<Answers> CallAfterPushes(const std::string& method,
                                        const grpc::ByteBuffer& request) {
  const std::string pushes_path = absl::GetFlag(FLAGS_pushes);
  if (pushes_path.empty()) return RepeatBytes(method, request);
  const absl::StatusOr<Requests> pushes = ReadPushes(pushes_path);
  if (!pushes.ok()) return pushes.status();
  absl::StatusOr<ClosedLoop> sender =
      ClosedLoop::Connect(CallerOf(absl::GetFlag(FLAGS_indicator_address)));
  if (!sender.ok()) return sender.status();
  absl::StatusOr<ClosedLoop> reader = ClosedLoop::Connect(CallerOf(absl::GetFlag(FLAGS_address)));
  if (!reader.ok()) return reader.status();
  Answers all;
  for (const grpc::ByteBuffer& push : *pushes) {
    if (absl::StatusOr<Answers> pushed = sender->CallEach(kPushMethod, {push}, 1); !pushed.ok()) {
      return pushed.status();
    }
    absl::StatusOr<Answers> answers = reader->CallEach(method, {request}, 1);
    if (!answers.ok()) return answers.status();
    all.took += answers->took;
    all.latencies.push_back(answers->latencies.front());
    all.answers.push_back(std::move(answers->answers.front()));
  }
  return all;
}

absl::StatusOr<grpc::ByteBuffer> ReadRequest() {
  std::ifstream file(absl::GetFlag(FLAGS_request), std::ios::binary);
  if (!file) return absl::NotFoundError("cannot read --request");
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// Any unary method.
absl::StatusOr<Json> Call() {
  const absl::StatusOr<grpc::ByteBuffer> request = ReadRequest();
  if (!request.ok()) return request.status();
  const absl::StatusOr<Answers> answers = CallAfterPushes(absl::GetFlag(FLAGS_method), *request);
  if (!answers.ok()) return answers.status();
  Json figures = Figures(*answers);
  figures["bytes"] = answers->answers.back().Length();
  return figures;
}

// The milliseconds that so large a share of the durations does not exceed; null when there is none.
Json Quantile(std::vector<absl::Duration> durations, double share) {
  if (durations.empty()) return nullptr;
  const auto place = static_cast<ptrdiff_t>(share * static_cast<double>(durations.size() - 1));
  std::nth_element(durations.begin(), durations.begin() + place, durations.end());
  return absl::ToDoubleMilliseconds(durations[static_cast<size_t>(place)]);
}

Json Quantiles(const std::vector<absl::Duration>& durations) {
  return {{"calls", durations.size()},
          {"p50_ms", Quantile(durations, 0.5)},
          {"p99_ms", Quantile(durations, 0.99)},
          {"max_ms", Quantile(durations, 1)}};
}

// Calls at a fixed rate: pushes, or one request over and over.
absl::StatusOr<Json> Offer() {
  const absl::Duration lasts = absl::Seconds(absl::GetFlag(FLAGS_seconds));
  const absl::Duration warm = absl::Seconds(absl::GetFlag(FLAGS_warm_seconds));
  const double rate = absl::GetFlag(FLAGS_rate);
  const bool pushes = absl::GetFlag(FLAGS_request).empty();
  Requests requests;
  if (pushes) {
    requests = Pushes();
  } else {
    const absl::StatusOr<grpc::ByteBuffer> request = ReadRequest();
    if (!request.ok()) return request.status();
    requests.resize(static_cast<size_t>(rate * absl::ToDoubleSeconds(lasts)) + 1, *request);
  }
  const absl::StatusOr<Offered> offered = CallAtRate(
      CallerOf(absl::GetFlag(FLAGS_address)), pushes ? kPushMethod : absl::GetFlag(FLAGS_method),
      requests, {rate, lasts, absl::Seconds(absl::GetFlag(FLAGS_timeout_seconds))});
  if (!offered.ok()) return offered.status();
  std::vector<absl::Duration> served;
  std::vector<absl::Duration> refused;
  int64_t in_time = 0;
  int64_t other_errors = 0;
  for (const Outcome& outcome : offered->outcomes) {
    const absl::Duration answered = outcome.due + outcome.latency;
    const bool ok = outcome.code == grpc::StatusCode::OK;
    if (ok && answered >= warm && answered < lasts) ++in_time;
    if (outcome.due < warm) continue;
    if (ok) {
      served.push_back(outcome.latency);
    } else if (outcome.code == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      refused.push_back(outcome.latency);
    } else {
      ++other_errors;
    }
  }
  if (pushes) {
    const int64_t rows =
        static_cast<int64_t>(offered->answers.size()) * absl::GetFlag(FLAGS_rows_per_push);
    if (absl::Status checked = CheckInserted({{}, {}, offered->answers}, false, rows);
        !checked.ok()) {
      return checked;
    }
  }
  return Json{{"goodput", static_cast<double>(in_time) / absl::ToDoubleSeconds(lasts - warm)},
              {"served", Quantiles(served)},
              {"refused", Quantiles(refused)},
              {"other_errors", other_errors},
              {"behind", Quantiles(offered->behind)},
              {"pushed_rows", static_cast<int64_t>(offered->answers.size()) *
                                  (pushes ? absl::GetFlag(FLAGS_rows_per_push) : 0)}};
}

// Reads a scorecard as CallAfterPushes calls.
absl::StatusOr<Json> Scorecard() {
  rep::GetScorecardRequest request;
  request.set_name(absl::GetFlag(FLAGS_scorecard));
  if (absl::GetFlag(FLAGS_depth) >= 0) request.set_depth(absl::GetFlag(FLAGS_depth));
  const absl::StatusOr<Answers> all = CallAfterPushes(kScorecardMethod, Encode(request));
  if (!all.ok()) return all.status();
  Json figures = Figures(*all);
  rep::ScorecardResult before;
  int64_t different = 0;
  for (const grpc::ByteBuffer& answer : all->answers) {
    rep::Scorecard scorecard;
    if (absl::Status decoded = Decode(answer, scorecard); !decoded.ok()) return decoded;
    // What it shows, apart from the revisions it is true at.
    if (!google::protobuf::util::MessageDifferencer::Equals(scorecard.result(), before))
      ++different;
    before = std::move(*scorecard.mutable_result());
  }
  figures["bytes"] = all->answers.back().Length();
  figures["different"] = different;
  return figures;
}

const std::map<std::string, absl::StatusOr<Json> (*)()> kMeasurements = {{"bytes", CallBytes},
                                                                         {"call", Call},
                                                                         {"define", Define},
                                                                         {"nothing", CallNothing},
                                                                         {"offer", Offer},
                                                                         {"push", Push},
                                                                         {"raw", Raw},
                                                                         {"rows", WriteRows},
                                                                         {"scorecard", Scorecard},
                                                                         {"stored", CallStored},
                                                                         {"synced", CallSynced}};

int Run(const std::vector<char*>& words) {
  const auto found = kMeasurements.find(words.size() == 2 ? words[1] : "");
  if (found == kMeasurements.end()) {
    std::string names;
    for (const auto& [name, measure] : kMeasurements) absl::StrAppend(&names, " ", name);
    std::fprintf(stderr, "want one of%s\n", names.c_str());
    return 2;
  }
  const absl::StatusOr<Json> figures = found->second();
  if (!figures.ok()) {
    std::fprintf(stderr, "%s: %s\n", words[1], figures.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n", figures->dump().c_str());
  return 0;
}

}  // namespace
}  // namespace athena::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("makes one measurement and prints it as one line of JSON");
  return athena::bench::Run(absl::ParseCommandLine(argc, argv));
}
