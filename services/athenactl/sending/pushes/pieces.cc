#include "services/athenactl/sending/pushes/pieces.h"

#include <memory>

namespace athena::athenactl {

std::optional<Piece> PieceBuilder::Add(ObservationRow row) {
  std::optional<Piece> full;
  const size_t bytes = row.observation.ByteSizeLong() + 8;  // with its tag and length
  Open& open = open_[row.mask];
  if (open.piece.rows.size() == kMostRowsOfPush ||
      (!open.piece.rows.empty() && open.bytes + bytes > kMostBytesOfPush)) {
    full = std::exchange(open.piece, Piece());
    open.bytes = 0;
  }
  open.piece.mask = row.mask;
  open.piece.rows.push_back(std::move(row));
  open.bytes += bytes;
  return full;
}

std::optional<Piece> PieceBuilder::Finish() {
  if (open_.empty()) return std::nullopt;
  Piece last = std::move(open_.begin()->second.piece);
  open_.erase(open_.begin());
  return last;
}

std::vector<Piece> MergePieces(std::vector<ObservationRow> rows) {
  std::vector<Piece> pieces;
  PieceBuilder builder;
  for (ObservationRow& row : rows) {
    if (auto full = builder.Add(std::move(row))) pieces.push_back(*std::move(full));
  }
  while (auto last = builder.Finish()) pieces.push_back(*std::move(last));
  return pieces;
}

NextPiece PiecesOf(std::vector<Piece> pieces) {
  return [all = std::make_shared<std::vector<Piece>>(std::move(pieces)),
          at = size_t{0}]() mutable -> absl::StatusOr<std::optional<Piece>> {
    if (at == all->size()) return std::optional<Piece>();
    return std::optional<Piece>(std::move((*all)[at++]));
  };
}

}  // namespace athena::athenactl
