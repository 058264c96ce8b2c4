import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import * as z from 'zod/mini';

import { kindOfStatus, Problem } from './problem';

// zod would otherwise probe `new Function`, which the page's CSP reports as a violation.
z.config({ jitless: true });

const client = axios.create({
  baseURL: '/api/v1',
  timeout: 15_000,
  maxContentLength: 32 * 1024 * 1024,
  headers: { Accept: 'application/json' },
});

const problemJson = z.object({ detail: z.optional(z.string()), title: z.optional(z.string()) });

function toProblem(error: unknown): unknown {
  if (!(error instanceof AxiosError)) return error;
  if (error.code === AxiosError.ERR_CANCELED) return error;
  if (error.response) {
    const body = problemJson.safeParse(error.response.data);
    const detail = body.success ? (body.data.detail ?? body.data.title) : undefined;
    return new Problem(kindOfStatus(error.response.status), detail, error);
  }
  const timedOut = error.code === AxiosError.ECONNABORTED || error.code === AxiosError.ETIMEDOUT;
  return new Problem(timedOut ? 'timeout' : 'offline', undefined, error);
}

/** The one way to the node's REST interface: bounded, timed, and checked against a schema. */
export async function request<T>(schema: z.ZodMiniType<T>, config: AxiosRequestConfig): Promise<T> {
  let data: unknown;
  try {
    data = (await client.request<unknown>(config)).data;
  } catch (error) {
    throw toProblem(error);
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new Problem('malformed', undefined, parsed.error);
  return parsed.data;
}
