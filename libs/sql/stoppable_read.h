#ifndef ATHENA_LIBS_SQL_STOPPABLE_READ_H_
#define ATHENA_LIBS_SQL_STOPPABLE_READ_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "libs/status/macros.h"

namespace athena::sql {

// A read transaction that ends early: a query asks `go_on` before its first row and after each
// kRowsBetween rows, and returns its error. For long reads whose caller may have gone, like
// rpc::Call::StillWanted. Used by one thread; refers to both arguments.
class StoppableReadTx final : public ReadTx {
 public:
  static constexpr int kRowsBetween = 256;  // some 100 microseconds

  StoppableReadTx(ReadTx& tx, absl::FunctionRef<absl::Status()> go_on) : tx_(tx), go_on_(go_on) {}

  absl::Status Query(const Statement& statement, absl::Span<const Param> params,
                     RowVisitor visit) override {
    ATHENA_RETURN_IF_ERROR(go_on_());
    return tx_.Query(statement, params, [&](const Row& row) {
      absl::Status wanted = Next();
      return wanted.ok() ? visit(row) : wanted;
    });
  }

  absl::Status QueryMany(const Statement& statement, size_t columns, absl::Span<const Param> values,
                         absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) override {
    ATHENA_RETURN_IF_ERROR(go_on_());
    return tx_.QueryMany(statement, columns, values, [&](size_t key, const Row& row) {
      absl::Status wanted = Next();
      return wanted.ok() ? visit(key, row) : wanted;
    });
  }

  absl::StatusOr<InstitutionHead> Head(std::string_view institution) override {
    return tx_.Head(institution);
  }
  Notes* notes() override { return tx_.notes(); }

 private:
  absl::Status Next() {
    if (++rows_ % kRowsBetween != 0) return absl::OkStatus();
    return go_on_();
  }

  ReadTx& tx_;
  const absl::FunctionRef<absl::Status()> go_on_;
  int64_t rows_ = 0;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_STOPPABLE_READ_H_
