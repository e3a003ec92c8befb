#include "services/plan/stratml/testing/random_plan.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/plan/limits.h"

namespace athena::plan::testing {
namespace {

class Maker {
 public:
  explicit Maker(std::mt19937& random) : random_(random) {}

  RandomPlan Make() {
    made_.institution.set_name("institutions/gob");
    Fill(made_.institution.mutable_display_name());
    for (int i = 0; i < 4; ++i) {
      v1::Unit& unit = made_.units.emplace_back();
      unit.set_name(absl::StrCat("institutions/gob/units/u", i));
      Fill(unit.mutable_display_name());
    }
    MakePlan();
    const int count = Below(25);
    for (int i = 0; i < count; ++i) MakeElement(i);
    return made_;
  }

 private:
  int Below(int most) { return std::uniform_int_distribution<int>(0, most - 1)(random_); }
  bool Maybe() { return Below(2) == 0; }
  std::string Text() {
    static const char* const kParts[] = {"a",    " ",  "&",  "<", ">",      "\"",  "'",
                                         "\n",   "\t", "\r", "é", "\u20ac", "]]>", "&amp;",
                                         "<!--", "x",  "0",  "-", "漢",     "😀"};
    std::string text = "t";
    if (Maybe()) text.insert(0, " ");
    for (int i = Below(12); i > 0; --i) text += kParts[Below(std::size(kParts))];
    return text;
  }
  void Fill(common::v1::LocalizedText* texts) {
    do {
      static const char* const kLanguages[] = {"nl", "fr", "en", "de"};
      (*texts->mutable_text())[kLanguages[Below(4)]] = Text();
    } while (Maybe());
  }
  void Fill(common::v1::Date* date, int first_year = 2020) {
    date->set_year(first_year + Below(3));
    date->set_month(1 + Below(12));
    date->set_day(1 + Below(28));
  }

  void MakePlan() {
    v1::Plan& plan = made_.plan;
    plan.set_name("institutions/gob/plans/p1");
    Fill(plan.mutable_title());
    if (Maybe()) Fill(plan.mutable_description());
    plan.set_first_quarter(absl::StrCat(2018 + Below(4), "-Q", 1 + Below(4)));
    plan.set_last_quarter(absl::StrCat(2024 + Below(4), "-Q", 1 + Below(4)));
    plan.add_languages(Maybe() ? "nl" : "fr");
    plan.add_languages("en");
    if (Maybe()) plan.set_score_basis(v1::Plan::SCORE_BASIS_YEAR_TO_DATE);
    if (Maybe()) plan.set_missing_policy(v1::Plan::MISSING_POLICY_STRICT);
    if (Maybe()) plan.set_min_coverage(0.1);
    if (Maybe()) plan.add_shared_with("institutions/tal");
    if (Maybe()) plan.set_progress_expected_from("2023-Q1");
  }
  void MakeElement(int i) {
    v1::Element element;
    element.set_name(absl::StrCat("institutions/gob/plans/p1/elements/", i, "-e"));
    element.set_code(absl::StrCat(i + 1));
    element.set_kind(static_cast<v1::Element::Kind>(1 + Below(3)));
    levels_.push_back(1);
    if (i > 0 && Below(4) > 0) {
      const size_t above = static_cast<size_t>(Below(i));
      const v1::Element& parent = made_.elements[above];
      if (levels_[above] < kMaxLevels) {
        levels_.back() = levels_[above] + 1;
        element.set_parent_element(parent.name());
        if (element.kind() < parent.kind()) element.set_kind(parent.kind());
      }
    }
    Fill(element.mutable_title());
    if (Maybe()) Fill(element.mutable_description());
    if (Maybe()) element.set_weight(Below(3) * 0.123456);
    element.set_critical(Maybe());
    if (Maybe()) element.set_owner_unit(absl::StrCat("institutions/gob/units/u", Below(4)));
    if (Maybe()) element.set_lead("Lead of " + std::string(Maybe() ? "A & B" : "<C>"));
    if (Maybe()) element.add_contributors("institutions/tal");
    if (Maybe()) element.add_contributors("institutions/gob/units/u1");
    if (Maybe()) element.set_scope(v1::Element::SCOPE_OVERARCHING);
    if (Maybe()) element.set_priority(1 + Below(5));
    if (Maybe()) Fill(element.mutable_start_date());
    if (Maybe()) Fill(element.mutable_end_date(), 2023);
    if (Maybe()) Fill(element.mutable_declared_end_date(), 2023);
    MakeLife(&element);
    for (int k = Below(4); k > 0; --k) {
      v1::Milestone& milestone = *element.add_milestones();
      milestone.set_id(absl::StrCat("m-", k));
      Fill(milestone.mutable_title());
      Fill(milestone.mutable_due_date());
      milestone.set_critical(Maybe());
      if (Maybe()) {
        Fill(milestone.mutable_done_date());
      } else if (Maybe()) {
        Fill(milestone.mutable_withdrawn_on());
        milestone.set_withdrawn_reason(Text());
      }
      if (Maybe()) Fill(milestone.mutable_declared_due_date());
    }
    if (Maybe()) element.add_tags("sdg:11");
    for (int k = Below(3); k > 0; --k) {
      v1::IndicatorLink& link = *element.add_indicators();
      link.set_indicator(absl::StrCat("institutions/gob/indicators/i", k));
      if (Maybe()) (*link.mutable_slice())["sex"] = "F";
      if (Maybe()) link.set_weight(2.5);
      link.set_critical(Maybe());
      link.set_output(k == 1 && Maybe());
    }
    if (Maybe()) element.set_delivery_weight(0);
    if (Maybe()) element.add_reporters("a@b");
    if (element.kind() == v1::Element::KIND_ACTION && Maybe()) {
      element.mutable_steering()->set_sponsor("S");
      if (Maybe()) element.mutable_steering()->set_steering_body("<Board>");
      if (Maybe()) Fill(element.mutable_steering()->mutable_mandate());
    }
    made_.elements.push_back(std::move(element));
  }
  void MakeLife(v1::Element* element) {
    element->set_state(static_cast<v1::Element::State>(1 + Below(6)));
    const auto is = [&](v1::Element::State state) { return element->state() == state; };
    if (is(v1::Element::STATE_COMPLETED) || Maybe()) Fill(element->mutable_completed_on());
    if (is(v1::Element::STATE_DEFERRED) || Maybe()) Fill(element->mutable_deferred_on());
    if (is(v1::Element::STATE_CANCELLED) || Maybe()) Fill(element->mutable_cancelled_on());
    if (element->has_deferred_on() && Maybe()) Fill(element->mutable_resumed_on(), 2023);
  }

  std::mt19937& random_;
  RandomPlan made_;
  std::vector<int> levels_;  // of the elements; 1: at the top
};

}  // namespace

RandomPlan MakeRandomPlan(std::mt19937& random) { return Maker(random).Make(); }

}  // namespace athena::plan::testing
