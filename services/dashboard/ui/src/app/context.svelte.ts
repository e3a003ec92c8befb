// The plan that is read: its title, its quarters, its institution and units.
import type { Institution, Unit } from '#gen/athena/plan/v1/institution_pb.js';
import type { Plan } from '#gen/athena/plan/v1/plan_pb.js';
import { plans } from './data/clients/plans.ts';
import { type Load, load } from './data/load.svelte.ts';
import { idOf, institutionName, planName } from './address/route.ts';
import { router } from './router.svelte.ts';
import { session } from './session.svelte.ts';
import { today } from '../format/dates.ts';

export interface PlanContext {
  institution: Institution;
  plan: Plan;
  plans: Plan[]; // all plans of the institution
  units: Unit[];
}

async function units(parent: string, signal: AbortSignal): Promise<Unit[]> {
  const found: Unit[] = [];
  for (let pageToken = ''; ; ) {
    const page = await plans.listUnits({ parent, pageSize: 1000, pageToken }, { signal });
    found.push(...page.units);
    pageToken = page.nextPageToken;
    if (!pageToken) return found;
  }
}

async function fetchContext(institution: string, plan: string, signal: AbortSignal): Promise<PlanContext> {
  const [found, chosen, all, allUnits] = await Promise.all([
    plans.getInstitution({ name: institution }, { signal }),
    plans.getPlan({ name: plan }, { signal }),
    plans.listPlans({ parent: institution, pageSize: 1000 }, { signal }),
    units(institution, signal),
  ]);
  return { institution: found, plan: chosen, plans: all.plans, units: allUnits };
}

class Context {
  #load: Load<PlanContext> | undefined;

  // To be called once, while the app is set up.
  start(): void {
    this.#load = load(() => {
      const route = router.route;
      // In public mode the plan itself is not read, only what was published of it.
      if (!route.institution || !route.plan || session.mode === 'public') return undefined;
      const name = planName(route);
      const institution = institutionName(route);
      return { key: `context ${name} ${route.query['as'] ?? ''}`, fetch: (signal) => fetchContext(institution, name, signal) };
    });
  }

  get loading(): Load<PlanContext> | undefined {
    return this.#load;
  }

  get data(): PlanContext | undefined {
    return this.#load?.data;
  }

  get timeZone(): string {
    return this.data?.institution.timeZone || 'Europe/Brussels';
  }

  // The day that it is in the institution.
  get today(): string {
    return today(new Date(), this.timeZone);
  }

  // A unit's name, "Brussels Connect IT".
  unitName(name: string): { text: string; language: string } | undefined {
    const unit = this.data?.units.find((candidate) => candidate.name === name);
    return unit ? inLanguage(unit.displayName?.text ?? {}, idOf(name)) : undefined;
  }
}

// The text in the reader's language, or else in the plan's first, or any.
export function inLanguage(texts: { [language: string]: string }, otherwise = ''): { text: string; language: string } {
  const first = context.data?.plan.languages[0];
  for (const language of [router.language, first, ...Object.keys(texts).sort()]) {
    const text = language === undefined ? undefined : texts[language];
    if (text && language) return { text, language };
  }
  return { text: otherwise, language: router.language };
}

export const context = new Context();
