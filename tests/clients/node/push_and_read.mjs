#!/usr/bin/env node
// Pushes observations to Athena and prints the scorecard they count in.
//
//     push_and_read.mjs [--partial] INSTITUTION PUSH_ID ROWS.json PLAN QUARTER
//
// The same as ../python/push_and_read.py, with the same arguments, environment and exit codes. The
// proto files are read when the program starts, by default from the checkout and from where Debian
// installs them; ATHENA_PROTOS and GOOGLE_PROTOS name other folders.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const Code = grpc.status;
const UNKNOWN_OUTCOME = [Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.UNKNOWN, Code.CANCELLED];
const TRIES = 8;
const DEADLINE = 30_000; // milliseconds for each try

const env = process.env;
const definitions = protoLoader.loadSync(
  ['athena/indicator/v1/indicator_service.proto', 'athena/reporting/v1/reporting_service.proto',
    'google/rpc/error_details.proto', 'google/rpc/status.proto'],
  { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, includeDirs: [
    env.ATHENA_PROTOS ?? fileURLToPath(new URL('../../../proto', import.meta.url)),
    env.GOOGLE_PROTOS ?? '/usr/share/gocode/src/github.com/gogo/googleapis'] });
const { athena } = grpc.loadPackageDefinition(definitions);
// By TLS when the environment names an authority.
const pem = (name) => (env[name] ? readFileSync(env[name]) : null);
const credentials = env.ATHENA_TLS_CA
  ? grpc.credentials.createSsl(pem('ATHENA_TLS_CA'), pem('ATHENA_TLS_KEY'), pem('ATHENA_TLS_CERTIFICATE'))
  : grpc.credentials.createInsecure();
const metadata = new grpc.Metadata();
if (env.ATHENA_TOKEN) metadata.set('authorization', `Bearer ${env.ATHENA_TOKEN}`);

// The details of an error that have the type `kind` of google.rpc ("RetryInfo").
function details(error, kind) {
  const [packed] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!packed) return [];
  return definitions['google.rpc.Status'].deserialize(packed).details
    .filter((detail) => detail.type_url.endsWith(`/google.rpc.${kind}`))
    .map((detail) => definitions[`google.rpc.${kind}`].deserialize(detail.value));
}

// Calls the method, and calls it again as long as a retry can change the answer. Retrying a push is
// safe: its push_id makes sure that it is stored once, whether or not an earlier try arrived.
async function call(client, method, request) {
  let pause = 200;
  for (let triesLeft = TRIES - 1; ; triesLeft--) {
    try {
      return await new Promise((resolve, reject) => {
        client[method](request, metadata, { deadline: Date.now() + DEADLINE },
          (error, answer) => (error ? reject(error) : resolve(answer)));
      });
    } catch (error) {
      const asked = details(error, 'RetryInfo')
        .map(({ retry_delay: delay }) => 1000 * Number(delay.seconds) + delay.nanos / 1e6);
      const again = error.code === Code.UNAVAILABLE || UNKNOWN_OUTCOME.includes(error.code)
        || (error.code === Code.RESOURCE_EXHAUSTED && asked.length > 0);
      if (!again || triesLeft === 0) throw error;
      await sleep(Math.max(pause * (0.5 + Math.random()), ...asked));
      pause = Math.min(2 * pause, 10_000);
    }
  }
}

// Pushes the rows as one push; returns the process's exit code.
async function push({ institution, pushId, rows, partial }) {
  const client = new athena.indicator.v1.IndicatorService(
    env.ATHENA_INDICATOR_ADDRESS ?? '127.0.0.1:7702', credentials);
  const request = { parent: `institutions/${institution}`, push_id: pushId, partial,
    observations: JSON.parse(readFileSync(rows, 'utf8')) };
  let answer;
  let differ = 0;
  try {
    answer = await call(client, 'PushObservations', request);
    if (answer.replayed) { // it says what was stored then; is it still?
      const { counts: now } = await call(client, 'PushObservations',
        { ...request, push_id: '', validate_only: true });
      differ = now.inserted + now.revised + now.deleted;
    }
  } catch (error) {
    if (error.code === undefined || typeof error.code === 'string') throw error;
    console.error(`${Code[error.code]}: ${error.details}`);
    for (const { field_violations: faults } of details(error, 'BadRequest')) {
      // "observations[17].value": row 17, from 0
      for (const { field, description } of faults) console.error(`  ${field}: ${description}`);
    }
    const unknown = [...UNKNOWN_OUTCOME, Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED];
    return unknown.includes(error.code) ? 75 : 1;
  }
  const counts = Object.entries(answer.counts).filter(([, count]) => count > 0);
  console.log(`${answer.name}${answer.replayed ? ' (replayed)' : ''}:`,
    counts.map(([name, count]) => `${count} ${name}`).join(', '));
  if (differ) console.log(`  ${differ} rows have been changed since: a new push id stores them again`);
  for (const { index, outcome, faults } of answer.outcomes) { // unchanged, locked, rejected, flagged
    console.log(`  row ${index}: ${outcome}`);
    for (const { field, description } of faults) console.log(`    ${field}: ${description}`);
  }
  return answer.counts.rejected > 0 || answer.counts.locked > 0 ? 3 : 0;
}

// Prints a node of the scorecard with its indicators, and the nodes below it.
function show(node, depth = 0) {
  const line = (indent, title, { status, reason, score }) => {
    const why = reason.replace('SCORECARD_REASON_', '');
    console.log('  '.repeat(indent) + `${title}: ${status.replace('SCORECARD_STATUS_', '')}`
      + (score ? ` ${score.value.toFixed(1)}` : '') + (why === 'UNSPECIFIED' ? '' : ` (${why})`));
  };
  line(depth, `${node.code} ${node.title}`.trim(), node);
  for (const indicator of node.indicators) {
    const value = indicator.period_result?.value?.decimal ?? 'no value';
    line(depth + 1, `- ${indicator.title} ${value} ${indicator.unit}`, indicator);
  }
  for (const child of node.children) show(child, depth + 1);
}

const { values, positionals } = parseArgs({
  options: { partial: { type: 'boolean', default: false } }, allowPositionals: true });
const [institution, pushId, rows, plan, quarter] = positionals;
if (!quarter) {
  console.error('usage: push_and_read.mjs [--partial] INSTITUTION PUSH_ID ROWS.json PLAN QUARTER');
  process.exit(2);
}
process.exitCode = await push({ institution, pushId, rows, partial: values.partial });
if ([0, 3].includes(process.exitCode)) {
  const reports = new athena.reporting.v1.ReportingService(
    env.ATHENA_REPORTING_ADDRESS ?? '127.0.0.1:7703', credentials);
  const card = await call(reports, 'GetScorecard', {
    name: `institutions/${institution}/plans/${plan}/scorecards/${quarter}` });
  show(card.result.root);
}
