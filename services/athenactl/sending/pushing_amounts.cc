#include "services/athenactl/sending/pushing_amounts.h"

#include <map>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/status/status.h"
#include "services/athenactl/sending/batches.h"
#include "services/athenactl/sending/interruption.h"
#include "services/athenactl/sending/pushes/push_id.h"
#include "services/athenactl/sending/pushes/retries.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using AmountsAnswer = absl::StatusOr<plan::SetBudgetAmountsResponse>;
using AmountsRows = absl::Span<const AmountsRow>;

// SetBudgetAmountsRequest.amounts.
constexpr size_t kMostAmountsOfPush = 10'000;

bool IsRefusedAmounts(const plan::BudgetAmountsOutcome& outcome) {
  return outcome.outcome() == plan::BudgetAmountsOutcome::OUTCOME_REJECTED ||
         outcome.outcome() == plan::BudgetAmountsOutcome::OUTCOME_LOCKED;
}

class AmountsPusher {
 public:
  AmountsPusher(const Connections& connections, const AmountsOptions& options,
                AmountsReport& report)
      : connections_(connections), options_(options), report_(report) {}

  // False when the following rows should not be tried.
  bool Push(AmountsRows rows) {
    plan::SetBudgetAmountsRequest request;
    request.set_parent(options_.institution);
    request.set_partial(options_.partial);
    request.set_correction_reason(options_.correction_reason);
    for (const AmountsRow& row : rows) *request.add_amounts() = row.amounts;
    if (options_.validate_only) return TakeChecked(Validate(request), rows);
    request.set_push_id(PushId(options_.id_prefix, ++number_, request));
    AmountsAnswer answer = Send(request);
    if (answer.ok() && answer->replayed()) return TakeReplay(*answer, request, rows);
    return Take(answer, request, rows);
  }

 private:
  AmountsAnswer Send(const plan::SetBudgetAmountsRequest& request) const {
    return SendPush<plan::SetBudgetAmountsResponse>(connections_, request, kChangeAttempts);
  }

  // What would become of each row.
  AmountsAnswer Validate(plan::SetBudgetAmountsRequest request) const {
    request.clear_push_id();
    request.set_validate_only(true);
    request.set_outcome_detail(plan::SetBudgetAmountsRequest::OUTCOME_DETAIL_ALL);
    return Send(request);
  }

  bool Fail(const absl::Status& failure) {
    report_.failure = failure;
    return false;
  }

  bool Finish(AmountsRows rows) {
    ++report_.pushes;
    report_.rows += static_cast<int64_t>(rows.size());
    return true;
  }

  // Adds the rows that an answer refuses.
  void TakeRefusals(const plan::SetBudgetAmountsResponse& answer, AmountsRows rows) {
    for (const plan::BudgetAmountsOutcome& outcome : answer.outcomes()) {
      const auto index = static_cast<size_t>(outcome.index());
      if (!IsRefusedAmounts(outcome) || index >= rows.size()) continue;
      Refuse(outcome, rows[index].line);
    }
  }

  void Refuse(const plan::BudgetAmountsOutcome& outcome, int64_t line) {
    if (outcome.faults().empty()) {
      report_.refused.Add(
          {line, "",
           outcome.outcome() == plan::BudgetAmountsOutcome::OUTCOME_LOCKED
               ? "its quarter is closed; who may correct it does so with --correction-reason"
               : "refused; correct the rows above and push again"});
    }
    for (const plan::BudgetAmountsFault& fault : outcome.faults()) {
      report_.refused.Add(
          {line, fault.field(),
           fault.description().empty() ? EnumText(fault.reason()) : fault.description()});
    }
  }

  void AddCounts(const plan::BudgetAmountsCounts& more) {
    plan::BudgetAmountsCounts& counts = report_.counts;
    counts.set_inserted(counts.inserted() + more.inserted());
    counts.set_revised(counts.revised() + more.revised());
    counts.set_unchanged(counts.unchanged() + more.unchanged());
    counts.set_deleted(counts.deleted() + more.deleted());
  }

  bool TakeChecked(const AmountsAnswer& checked, AmountsRows rows) {
    if (!checked.ok()) return Fail(checked.status());
    TakeRefusals(*checked, rows);
    AddCounts(checked->counts());
    return Finish(rows);
  }

  // Adds what became of a push that was not stored before.
  bool Take(const AmountsAnswer& answer, const plan::SetBudgetAmountsRequest& request,
            AmountsRows rows) {
    if (answer.ok()) {
      TakeRefusals(*answer, rows);
      AddCounts(answer->counts());
      return Finish(rows);
    }
    const std::string reason = status::Reason(answer.status());
    if (reason != "INVALID_FIELDS" && reason != "PERIOD_CLOSED") return Fail(answer.status());
    // The error lists the first bad rows only; a validate_only push lists all of them.
    const AmountsAnswer checked = Validate(request);
    if (!checked.ok()) return Fail(checked.status());
    const int64_t before = report_.refused.rows();
    TakeRefusals(*checked, rows);
    const int64_t refused = report_.refused.rows() - before;
    if (refused == 0) return Fail(answer.status());
    report_.rows_held_back += static_cast<int64_t>(rows.size()) - refused;
    return Finish(rows);
  }

  // Who stored the present amounts of each line and quarter.
  absl::StatusOr<std::map<std::string, std::string>> Senders() const {
    plan::ListBudgetAmountsRequest request;
    request.set_parent(options_.institution);
    absl::StatusOr<plan::ListBudgetAmountsResponse> listed =
        connections_.CallPages<plan::ListBudgetAmountsResponse>(request);
    if (!listed.ok()) return listed.status();
    std::map<std::string, std::string> senders;
    for (const plan::BudgetAmountsRecord& record : listed->amounts()) {
      senders[absl::StrCat(record.amounts().budget_line(), " ", record.amounts().quarter())] =
          absl::StrCat("by ", record.sender(), " on ", TimeText(record.time()), " UTC");
    }
    return senders;
  }

  // Decides on content that was pushed before: where it is stored no more as it was then, somebody
  // has changed it since.
  bool TakeReplay(const plan::SetBudgetAmountsResponse& stored,
                  plan::SetBudgetAmountsRequest& request, AmountsRows rows) {
    const AmountsAnswer now = Validate(request);
    if (!now.ok()) return Fail(now.status());
    std::map<int32_t, const plan::BudgetAmountsOutcome*> refused_before;
    for (const plan::BudgetAmountsOutcome& outcome : stored.outcomes()) {
      if (IsRefusedAmounts(outcome)) refused_before[outcome.index()] = &outcome;
    }
    std::vector<size_t> differing;
    for (const plan::BudgetAmountsOutcome& outcome : now->outcomes()) {
      if (refused_before.count(outcome.index()) == 0 &&
          outcome.outcome() != plan::BudgetAmountsOutcome::OUTCOME_UNCHANGED &&
          static_cast<size_t>(outcome.index()) < rows.size()) {
        differing.push_back(static_cast<size_t>(outcome.index()));
      }
    }
    if (!differing.empty() && options_.again) {
      const std::string unique = connections_.NewRequestId();
      request.set_push_id(
          AnotherPushId(request.push_id(), std::string_view(unique).substr(unique.find('-') + 1)));
      return Take(Send(request), request, rows);
    }
    if (!differing.empty()) {
      const auto senders = Senders();
      if (!senders.ok()) return Fail(senders.status());
      for (const size_t index : differing) {
        const plan::BudgetAmounts& row = rows[index].amounts;
        const auto sender = senders->find(absl::StrCat(row.budget_line(), " ", row.quarter()));
        report_.changed.Add(
            {rows[index].line, "",
             absl::StrCat("stored before and changed since, ",
                          sender == senders->end() ? "retracted" : sender->second)});
      }
    }
    TakeRefusals(stored, rows);
    report_.rows_before += static_cast<int64_t>(rows.size()) -
                           static_cast<int64_t>(differing.size() + refused_before.size());
    return Finish(rows);
  }

  const Connections& connections_;
  const AmountsOptions& options_;
  AmountsReport& report_;
  size_t number_ = 0;
};

}  // namespace

int64_t AmountsReport::RowsStored() const {
  return int64_t{counts.inserted()} + counts.revised() + counts.unchanged() + counts.deleted() +
         rows_before;
}

AmountsReport PushAmounts(const Connections& connections, absl::Span<const AmountsRow> rows,
                          const AmountsOptions& options,
                          const std::function<void(int64_t)>& progress) {
  AmountsReport report;
  AmountsPusher pusher(connections, options, report);
  const auto bytes = [&](size_t at) { return rows[at].amounts.ByteSizeLong(); };
  for (const auto& [begin, end] :
       Batches(rows.size(), kMostAmountsOfPush, kMaxBytesOfBatch, bytes)) {
    report.interrupted = Interruption::Requested();
    if (report.interrupted || !pusher.Push(rows.subspan(begin, end - begin))) break;
    progress(report.rows);
  }
  return report;
}

}  // namespace athena::athenactl
