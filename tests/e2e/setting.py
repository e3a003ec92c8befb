"""A small institution for tests: a plan with one objective, measured by two indicators.

Its numbers are chosen so that scores can be computed by hand.
"""
from athena.common.v1 import values_pb2
from athena.indicator.v1 import (indicator_pb2, indicator_service_pb2, observation_pb2, target_pb2)
from athena.plan.v1 import institution_pb2, plan_pb2, plan_service_pb2
from athena.reporting.v1 import reporting_service_pb2

from services import DEADLINE, EVERYTHING

INSTITUTION = "institutions/gob"
PLAN = f"{INSTITUTION}/plans/p"


def text(english):
    return values_pb2.LocalizedText(text={"en": english})


def options(metadata=EVERYTHING):
    return {"metadata": metadata, "timeout": DEADLINE, "wait_for_ready": True}


def create_plan(services):
    """One axis, one objective, linked to `visits` (flow by unit) and `staff` (level), which
    create_indicators has made before."""
    plans = services.plans
    plans.CreateInstitution(plan_service_pb2.CreateInstitutionRequest(
        institution_id="gob",
        institution=institution_pb2.Institution(display_name=text("GOB"))), **options())
    plans.CreatePlan(plan_service_pb2.CreatePlanRequest(
        parent=INSTITUTION, plan_id="p",
        plan=plan_pb2.Plan(title=text("Plan"), first_quarter="2021-Q1", last_quarter="2022-Q4",
                           languages=["en"])), **options())
    element = plan_pb2.Element
    plans.BatchCreateElements(plan_service_pb2.BatchCreateElementsRequest(
        parent=PLAN, requests=[
            plan_service_pb2.CreateElementRequest(
                element_id="e1", element=element(kind=element.KIND_AXIS, code="1",
                                                 title=text("Axis"))),
            plan_service_pb2.CreateElementRequest(
                element_id="e1-1", element=element(
                    kind=element.KIND_OBJECTIVE, code="1.1", title=text("Objective"),
                    parent_element=f"{PLAN}/elements/e1",
                    indicators=[
                        plan_pb2.IndicatorLink(indicator=f"{INSTITUTION}/indicators/visits"),
                        plan_pb2.IndicatorLink(indicator=f"{INSTITUTION}/indicators/staff"),
                    ]))]), **options())


def create_indicators(services):
    indicator = indicator_pb2.Indicator
    services.indicators.BatchCreateIndicators(indicator_service_pb2.BatchCreateIndicatorsRequest(
        parent=INSTITUTION, requests=[
            indicator_service_pb2.CreateIndicatorRequest(
                indicator_id="visits", indicator=indicator(
                    display_name=text("Visits"), kind=indicator.KIND_BASE, unit="visits",
                    direction=indicator.DIRECTION_HIGHER, frequency=indicator.FREQUENCY_MONTHLY,
                    time_aggregation=indicator.TIME_AGGREGATION_SUM,
                    group_aggregation=indicator.GROUP_AGGREGATION_SUM,
                    dimensions=[indicator_pb2.Dimension(id="desk", codes=[
                        indicator_pb2.Dimension.Code(id="NORTH"),
                        indicator_pb2.Dimension.Code(id="SOUTH")])])),
            indicator_service_pb2.CreateIndicatorRequest(
                indicator_id="staff", indicator=indicator(
                    display_name=text("Staff"), kind=indicator.KIND_BASE, unit="persons",
                    direction=indicator.DIRECTION_HIGHER, frequency=indicator.FREQUENCY_QUARTERLY,
                    time_aggregation=indicator.TIME_AGGREGATION_LAST))]), **options())
    services.indicators.BatchSetTargets(indicator_service_pb2.BatchSetTargetsRequest(
        parent=INSTITUTION, requests=[
            indicator_service_pb2.SetTargetRequest(target=target_pb2.Target(
                indicator=f"{INSTITUTION}/indicators/visits",
                anchors=[target_pb2.Target.Anchor(period="2021", value=1200)],
                interpolation=target_pb2.Target.INTERPOLATION_STEP, margin=400)),
            indicator_service_pb2.SetTargetRequest(target=target_pb2.Target(
                indicator=f"{INSTITUTION}/indicators/staff",
                anchors=[target_pb2.Target.Anchor(period="2021-Q1", value=100)],
                interpolation=target_pb2.Target.INTERPOLATION_STEP, margin=30))]), **options())


def observation(indicator, period, value=None, dimensions=None, **fields):
    return observation_pb2.Observation(indicator=indicator, period=period, value=value,
                                       dimensions=dimensions or {}, **fields)


def visits(period, desk, value):
    return observation("visits", period, value, {"desk": desk})


def push(services, push_id, rows, metadata=EVERYTHING, **fields):
    return services.indicators.PushObservations(
        indicator_service_pb2.PushObservationsRequest(
            parent=INSTITUTION, push_id=push_id, observations=rows, **fields), **options(metadata))


def scorecard(services, period, **fields):
    return services.reports.GetScorecard(reporting_service_pb2.GetScorecardRequest(
        name=f"{PLAN}/scorecards/{period}", **fields), **options())


def nodes(node):
    """The node and everything below it, by the last segment of their names."""
    found = {node.name.rpartition("/")[2]: node}
    for child in node.children:
        found.update(nodes(child))
    return found
