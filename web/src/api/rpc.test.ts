import {
  BlockNotFoundError,
  HttpRequestError,
  LimitExceededRpcError,
  RpcRequestError,
  TimeoutError,
  TransactionNotFoundError,
} from 'viem';
import { describe, expect, it } from 'vitest';

import { Problem } from './problem';
import { rpcProblem } from './rpc';

const url = 'http://localhost/rpc';

describe('rpcProblem', () => {
  it.each([
    ['missing', new BlockNotFoundError({ blockNumber: 7n })],
    ['missing', new TransactionNotFoundError({ hash: '0x12' })],
    ['timeout', new TimeoutError({ body: {}, url })],
    ['busy', new LimitExceededRpcError(new Error('slow down'))],
    ['offline', new HttpRequestError({ url })],
    ['server', new HttpRequestError({ url, status: 502 })],
    ['server', new Error('something else')],
  ])('%s', (kind, error) => {
    expect(rpcProblem(error).kind).toBe(kind);
    expect(rpcProblem(new Error('wrapped', { cause: error })).kind).toBe(kind);
  });

  it('keeps the sentence of the node', () => {
    const error = new RpcRequestError({
      body: {},
      url,
      error: { code: -32000, message: 'no state' },
    });
    expect(rpcProblem(error)).toMatchObject({ kind: 'server', detail: 'no state' });
  });

  it('leaves a problem as it is', () => {
    const problem = new Problem('missing');
    expect(rpcProblem(problem)).toBe(problem);
  });
});
