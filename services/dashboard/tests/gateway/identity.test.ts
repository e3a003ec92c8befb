// From a browser to the services over TLS: who signs in at the provider is who the services know.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ROOT, SCORECARD, Setting } from './running.ts';
import { Browser, type SigningIn, startSigningIn } from './signing_in.ts';

const GET_PLAN = '/athena.plan.v1.PlanService/GetPlan';
const GET_SCORECARD = '/athena.reporting.v1.ReportingService/GetScorecard';
const CREATE_UNIT = '/athena.plan.v1.PlanService/CreateUnit';
const PLAN = 'institutions/library/plans/plan';

const folder = mkdtempSync(join(tmpdir(), 'athena-tls-'));
const tls = join(folder, 'tls');
let setting: Setting;
let signing: SigningIn;

const files = (name: string, dash: string): readonly string[] =>
  [`--tls${dash}certificate=${tls}/${name}.pem`, `--tls${dash}key=${tls}/${name}-key.pem`, `--tls${dash}ca=${tls}/ca.pem`];

before(async () => {
  const made = spawnSync(join(ROOT, 'deploy/make-certificates'), [tls], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  signing = await startSigningIn(async (issuer) => {
    setting = await Setting.start('library', {
      service: (name) => [...files(name, '_'), `--jwt_issuer=${issuer}`, '--jwt_audience=athena', `--jwt_keys=${issuer}/jwks`],
      athenactl: [`--tls-ca=${tls}/ca.pem`],
    });
    return [
      `--plan_address=127.0.0.1:${setting.plan.port}`, `--indicator_address=127.0.0.1:${setting.indicator.port}`,
      `--reporting_address=127.0.0.1:${setting.reporting.port}`, ...files('dashboard', '_'),
    ];
  });
});
after(async () => {
  await signing.stop();
  await setting.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function signedIn(): Promise<Browser> {
  const browser = new Browser(signing);
  assert.equal((await browser.get(await browser.toCallback())).status, 303);
  return browser;
}

/** As the page does it: what is not available yet is asked for again. */
async function called(browser: Browser, path: string, message: unknown): Promise<{ status: number; json: unknown }> {
  for (;;) {
    const answer = await browser.call(path, message);
    if (answer.status !== 503) return { status: answer.status, json: answer.json() };
  }
}

test('who signed in reads through the gateway and reporting what the token allows, and no more', async () => {
  const browser = await signedIn();
  const plan = await called(browser, GET_PLAN, { name: PLAN });
  assert.equal(plan.status, 200, JSON.stringify(plan.json));
  const card = await called(browser, GET_SCORECARD, { name: SCORECARD });
  assert.equal(card.status, 200, JSON.stringify(card.json));
  // README.md: 100 (3,320 - 2,700 + 600) / (3 * 600) = 67.777...
  assert.match(JSON.stringify(card.json), /"decimal":"67\.7{10,}8"/);
  const unit = await called(browser, CREATE_UNIT, { parent: 'institutions/library', unitId: 'u', unit: { displayName: { text: { en: 'U' } } } });
  assert.equal(unit.status, 403, JSON.stringify(unit.json));
  assert.match(JSON.stringify(unit.json), /anna/);
});

test('somebody of another institution sees nothing of it', async () => {
  signing.claims.athena_institution = 'elsewhere';
  const browser = await signedIn();
  for (const [path, name] of [[GET_PLAN, PLAN], [GET_SCORECARD, SCORECARD]] as const) {
    assert.equal((await called(browser, path, { name })).status, 403);
  }
  assert.equal((await called(new Browser(signing), GET_PLAN, { name: PLAN })).status, 401);
});
