#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_REPLAYS_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_REPLAYS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/sending/pushes/pieces.h"

// What has become of a push that was stored before.
namespace athena::athenactl {

// A row whose cell is not as the push stored it.
struct ChangedRow {
  size_t index = 0;  // in the piece; piece.rows.size() for a cell that it does not have (REPLACE)
  std::string by;    // the sender of the change; empty: the push's own sender
  std::string push;  // that changed it; empty: unknown
};

struct StoredPush {
  std::string sender;
  absl::Time time;
};

// Asks for a push that was stored, "institutions/gob/pushes/7".
absl::StatusOr<StoredPush> ReadStoredPush(const Connections& connections, const std::string& name);

// Of the rows `indexes` of a piece, whose cells differ from what `stored` had made of them, says
// who changed each; likewise, with `swept`, of the cells that the scopes of a REPLACE have beside
// its rows. `stored` is the answer of the push. Not thread-safe.
absl::StatusOr<std::vector<ChangedRow>> WhoChanged(
    const Connections& connections, const athena::indicator::v1::PushObservationsResponse& stored,
    const std::string& sender, const Piece& piece, const std::vector<size_t>& indexes, bool swept);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_REPLAYS_H_
