import * as z from 'zod/mini';

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import axios from 'axios';
import { afterEach, describe, expect, it } from 'vitest';

import { request } from './http';
import { kindOfStatus, Problem } from './problem';

/** A real server: what is tested is the door as it meets the network, not a stand-in for it. */
let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const answer = z.object({ number: z.number() });

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw error;
  return error;
}

const answering = (status: number, body: string) =>
  serve((_request, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    });
    response.end(body);
  });

describe('request', () => {
  const get = (baseURL: string, more = {}) =>
    request(answer, { method: 'GET', url: '/x', baseURL, adapter: 'http', ...more });

  it('returns what the schema knows, and nothing else', async () => {
    const base = await answering(200, '{"number": 1, "more": 2}');
    expect(await get(base)).toEqual({ number: 1 });
  });

  it.each([
    [400, 'refused'],
    [404, 'missing'],
    [413, 'tooLarge'],
    [429, 'busy'],
    [500, 'server'],
    [503, 'busy'],
  ])('status %i is %s, with the detail of the problem', async (status, kind) => {
    const base = await answering(status, '{"title": "No", "detail": "because"}');
    const problem = await problemOf(get(base));
    expect(problem.kind).toBe(kind);
    expect(problem.detail).toBe('because');
    expect(kindOfStatus(status)).toBe(kind);
  });

  it('an error page that is no problem JSON is an error all the same', async () => {
    const problem = await problemOf(get(await answering(502, '<html>')));
    expect(problem).toMatchObject({ kind: 'server', detail: undefined });
  });

  it.each(['{"number": "1"}', '[]', 'no JSON', '', 'null'])('%s is malformed', async (body) => {
    expect((await problemOf(get(await answering(200, body)))).kind).toBe('malformed');
  });

  it('no server is offline', async () => {
    const base = await answering(200, '{}');
    server?.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await problemOf(get(base))).kind).toBe('offline');
  });

  it('a server that is too slow is a timeout', async () => {
    const base = await serve(() => undefined);
    expect((await problemOf(get(base, { timeout: 50 }))).kind).toBe('timeout');
  });

  it('a request that was called off is no problem', async () => {
    const base = await serve(() => undefined);
    const stop = new AbortController();
    const pending = get(base, { signal: stop.signal });
    stop.abort();
    await expect(pending).rejects.toSatisfy(axios.isCancel);
  });
});
