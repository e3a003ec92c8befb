// Closings, pushes and senders of an institution.
import { Code } from '@connectrpc/connect';
import type { Closing } from '#gen/athena/indicator/v1/closing_pb.js';
import type { OverdueSender } from '#gen/athena/indicator/v1/completeness_pb.js';
import type { Push } from '#gen/athena/indicator/v1/observation_pb.js';
import { institutionName, type Route } from '../../app/address/route.ts';
import { indicators as client } from '../../app/data/clients/indicators.ts';
import { isCode } from '../../app/data/transport.ts';
import { pages } from '../shared/point.ts';

export interface Sender {
  readonly name: string;
  readonly last: Push | undefined; // undefined: not among the pushes that were read
  readonly pushes: number;
  readonly overdue: OverdueSender | undefined;
}

// As many pushes are read; older ones by their senders.
export const PUSHES = 500;

export async function fetchClosings(route: Route, signal: AbortSignal): Promise<ReadonlyMap<string, Closing>> {
  const parent = institutionName(route);
  const closings = await pages<Closing>(async (pageToken) => {
    const page = await client.listClosings({ parent, pageSize: 1000, pageToken }, { signal });
    return { items: page.closings, nextPageToken: page.nextPageToken };
  });
  return new Map(closings.map((closing) => [closing.quarter, closing]));
}

export interface Deliveries {
  readonly pushes: readonly Push[];
  readonly senders: readonly Sender[];
  readonly more: boolean;
}

// Undefined: the reader may not know.
export async function fetchDeliveries(route: Route, sender: string, push: string, signal: AbortSignal): Promise<Deliveries | undefined> {
  const parent = institutionName(route);
  try {
    const [all, page, overdue, named] = await Promise.all([
      client.listPushes({ parent, pageSize: PUSHES }, { signal }),
      sender === '' ? undefined : client.listPushes({ parent, sender, pageSize: PUSHES }, { signal }),
      client.getCompleteness({ parent, quarters: [route.quarter], pageSize: 1 }, { signal }),
      push === '' ? undefined : findPush(`${parent}/pushes/${push}`, signal),
    ]);
    const shown = page ?? all;
    const pushes = named && !shown.pushes.some(({ name }) => name === named.name) ? [named, ...shown.pushes] : shown.pushes;
    return { pushes, senders: sendersOf(all.pushes, overdue.overdueSenders), more: shown.nextPageToken !== '' };
  } catch (error) {
    if (isCode(error, Code.PermissionDenied)) return undefined;
    throw error;
  }
}

async function findPush(name: string, signal: AbortSignal): Promise<Push | undefined> {
  try {
    return await client.getPush({ name }, { signal });
  } catch (error) {
    if (isCode(error, Code.NotFound, Code.InvalidArgument)) return undefined;
    throw error;
  }
}

type Pushed = Pick<Push, 'sender'>;

// Who owes most comes first, then who delivered last. `pushes`: the newest first.
export function sendersOf(pushes: readonly Push[], overdue: readonly OverdueSender[]): Sender[] {
  const names = new Set([...overdue, ...(pushes as readonly Pushed[])].map(({ sender }) => sender));
  return [...names].map((name) => {
    const own = pushes.filter(({ sender }) => sender === name);
    return { name, last: own[0], pushes: own.length, overdue: overdue.find(({ sender }) => sender === name) };
  });
}
