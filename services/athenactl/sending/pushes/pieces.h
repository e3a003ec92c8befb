#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PIECES_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PIECES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/files/observation_file.h"

// Cuts the rows of a file into pushes.
namespace athena::athenactl {

// The limits of one push: rows, and bytes of its observations (a request may have 4 MiB).
inline constexpr size_t kMostRowsOfPush = 10'000;
inline constexpr size_t kMostBytesOfPush = 3 << 20;

// One push: its rows speak of the same parts of their cells.
struct Piece {
  std::vector<ObservationRow> rows;
  std::vector<athena::indicator::v1::Scope> scopes;  // with one it is a REPLACE, else a MERGE
  RowMask mask = kWholeCell;
};

// Gives the next piece; nullopt at the end.
using NextPiece = std::function<absl::StatusOr<std::optional<Piece>>()>;

// Collects rows into pieces to merge, each as long as the limits of a push allow. Memory is bounded
// by one piece for each mask that occurs. Not thread-safe.
class PieceBuilder {
 public:
  // The piece that the row does not fit into any more, if there is one.
  std::optional<Piece> Add(ObservationRow row);
  // The last pieces, one at a time; nullopt when there are no more rows.
  std::optional<Piece> Finish();

 private:
  struct Open {
    Piece piece;
    size_t bytes = 0;
  };
  std::map<RowMask, Open> open_;
};

// The pieces of rows in memory, to merge.
std::vector<Piece> MergePieces(std::vector<ObservationRow> rows);
// Gives pieces that are there already.
NextPiece PiecesOf(std::vector<Piece> pieces);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PIECES_H_
