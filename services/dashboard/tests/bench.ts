// Measures what a page costs: a scorecard through the gateway beside the same call straight to the
// service, and pages in Chromium, cold. Prints samples of each round as JSON; tests/bench/run dashboard
// makes its table of them.
//
//   node bench.ts ROUNDS CALLS
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

import { create, toBinary } from '@bufbuild/protobuf';
import { type Browser, chromium } from 'playwright-core';

import { GetScorecardRequestSchema, ScorecardView } from '#gen/athena/reporting/v1/reporting_service_pb.js';

import { Direct } from './gateway/asking.ts';
import { ROOT, Setting } from './gateway/running.ts';

const [rounds, calls] = process.argv.slice(2).map(Number);
if (rounds === undefined || calls === undefined) throw new Error('ROUNDS CALLS');

const PATH = '/athena.reporting.v1.ReportingService/GetScorecard';
const PLAN = 'gob/strategic-plan-2021-2026';
const QUARTER = '2026-Q3';
const ROWS = 100;
const message = toBinary(GetScorecardRequestSchema, create(GetScorecardRequestSchema, {
  name: 'institutions/gob/plans/strategic-plan-2021-2026/scorecards/2026-Q3', view: ScorecardView.FULL }));

interface Samples {
  directMs: number[];
  gatewayMs: number[];
  gzipMs: number[];
  boardPaintMs: number[];
  treeScreenMs: number[];
  treeMs: number[];
  treeRows: number[];
  scriptKilobytes: number[];
  styleKilobytes: number[];
}
const samples: Samples = { directMs: [], gatewayMs: [], gzipMs: [], boardPaintMs: [], treeScreenMs: [], treeMs: [], treeRows: [], scriptKilobytes: [], styleKilobytes: [] };

let browser: Browser | undefined;
const setting = await Setting.start('seeds');
try {
  const gateway = await setting.startGateway(['--log_level=info']);
  const direct = new Direct(setting.reporting.port);
  const agent = new Agent({ keepAlive: true });
  const throughGateway = (encoding?: string): Promise<void> =>
    new Promise((done, fail) => {
      const headers = { 'content-type': 'application/proto', 'content-length': message.length };
      request({
        port: gateway.port, host: '127.0.0.1', path: PATH, method: 'POST', agent,
        headers: encoding === undefined ? headers : { ...headers, 'accept-encoding': encoding },
      }, (response) => response.on('end', done).resume()).on('error', fail).end(message);
    });
  for (let round = 0; round <= rounds; round++) {
    const figures = [
      await median(() => direct.unary(PATH, message)),
      await median(() => throughGateway()),
      await median(() => throughGateway('gzip')),
    ] as const;
    if (round === 0) continue; // all that can be is prepared
    samples.directMs.push(figures[0]);
    samples.gatewayMs.push(figures[1]);
    samples.gzipMs.push(figures[2]);
  }
  direct.close();
  agent.destroy();

  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--disable-gpu', '--no-sandbox'] });
  for (let round = 0; round < rounds; round++) {
    // A context of its own has an empty cache.
    const board = await browser.newPage();
    await board.goto(`http://127.0.0.1:${gateway.port}/board/${PLAN}/${QUARTER}?lang=en`);
    samples.boardPaintMs.push(await board.evaluate(() => new Promise<number>((done) => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntriesByName('first-contentful-paint')) done(entry.startTime);
      }).observe({ type: 'paint', buffered: true });
    })));
    // The page keeps a stream open, so the network is never idle.
    await board.waitForFunction(() => document.querySelectorAll('main h2').length > 5);
    const loaded = await board.evaluate(() => performance.getEntriesByType('resource')
      .map((entry) => new URL(entry.name).pathname).filter((path) => path.startsWith('/assets/')));
    const kilobytesOf = (ending: string): number => [...new Set(loaded)].filter((path) => path.endsWith(ending)).reduce((sum, path) => sum + gzipBytes(path), 0) / 1000;
    samples.scriptKilobytes.push(kilobytesOf('.js'));
    samples.styleKilobytes.push(kilobytesOf('.css'));
    await board.close();
    const tree = await browser.newPage();
    await tree.addInitScript(() => {
      const observer = new MutationObserver(() => {
        if (document.querySelectorAll('[role=treegrid] tr[data-row]').length === 0) return;
        observer.disconnect();
        // The frame in which they are painted.
        requestAnimationFrame(() => performance.mark('rows'));
      });
      observer.observe(document, { childList: true, subtree: true });
    });
    await tree.goto(`http://127.0.0.1:${gateway.port}/scorecard/${PLAN}/${QUARTER}?lang=en&open=all`);
    // What fills the screen, and then all that there is: each row, each with its line of quarters.
    const drawnRows = await tree.waitForFunction((least) => {
      const grid = document.querySelector('[role=treegrid]');
      const drawn = document.querySelectorAll('[role=treegrid] [role=row]').length;
      const nodes = document.querySelectorAll('[role=treegrid] tr[data-row]:not(.leaf)').length;
      return drawn > least && drawn === Number(grid?.getAttribute('aria-rowcount')) && document.querySelectorAll('[role=treegrid] .spark').length === nodes ? drawn - 1 : 0;
    }, ROWS);
    samples.treeMs.push(await tree.evaluate(() => performance.now()));
    samples.treeScreenMs.push(await tree.evaluate(() => performance.getEntriesByName('rows')[0]?.startTime ?? NaN));
    samples.treeRows.push(Number(await drawnRows.jsonValue()));
    await tree.close();
  }
} finally {
  await browser?.close();
  await setting.stop();
}
process.stdout.write(JSON.stringify(samples) + '\n');

async function median(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < (calls ?? 0); i++) {
    const began = performance.now();
    await call();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? NaN;
}

function gzipBytes(path: string): number {
  return readFileSync(join(ROOT, '.build/dashboard/ui', `${path}.gz`)).length;
}
