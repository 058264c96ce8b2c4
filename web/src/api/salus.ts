import * as z from 'zod/mini';

import { request } from './http';

const checkResult = z.enum(['passed', 'failed', 'unproven', 'not_checked']);
const verdict = z.enum(['valid', 'invalid', 'unproven', 'unreadable']);
const text = z.string();
const maybeText = z.nullish(z.string());

const check = z.object({
  name: text,
  result: checkResult,
  code: z._default(z.string(), ''),
  message: z._default(z.string(), ''),
});

const verdictReport = z.object({
  verdict,
  checks: z.array(check),
  certificate: z.nullish(
    z.object({
      name: maybeText,
      birthDate: maybeText,
      vaccination: z.nullish(z.record(z.string(), z.unknown())),
      issuer: z.nullish(z.object({ name: maybeText, country: maybeText, account: maybeText })),
      issuedAt: maybeText,
      expiresAt: maybeText,
      commitment: maybeText,
    }),
  ),
  chain: z.nullish(
    z.object({
      blockNumber: z.number(),
      blockTimestamp: z.number(),
      chainId: z.number(),
    }),
  ),
});

const address = z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/));

const nodeStatus = z.object({
  chainId: z.number(),
  head: z.object({ number: z.number(), hash: text, timestamp: z.number() }),
  contracts: z.object({
    accreditation: z.nullish(address),
    medicalIdentity: z.nullish(address),
    vaccinePassport: z.nullish(address),
  }),
  version: maybeText,
});

const trustList = z.looseObject({
  version: z.union([z.number(), z.string()]),
  chainId: z.number(),
  hospitals: z.array(
    z.looseObject({ account: address, name: text, country: text, active: z.boolean() }),
  ),
});

export type CheckResult = z.infer<typeof checkResult>;
export type Verdict = z.infer<typeof verdict>;
export type Check = z.infer<typeof check>;
export type VerdictReport = z.infer<typeof verdictReport>;
export type Certificate = NonNullable<VerdictReport['certificate']>;
export type NodeStatus = z.infer<typeof nodeStatus>;
export type TrustList = z.infer<typeof trustList>;

/** The code travels in the body, never in a URL: it carries a name and a birth date. */
export function verify(code: string, signal?: AbortSignal): Promise<VerdictReport> {
  return request(verdictReport, {
    method: 'POST',
    url: '/verify',
    data: { code },
    ...(signal && { signal }),
  });
}

export function fetchStatus(signal?: AbortSignal): Promise<NodeStatus> {
  return request(nodeStatus, { method: 'GET', url: '/status', ...(signal && { signal }) });
}

export function fetchTrustList(signal?: AbortSignal): Promise<TrustList> {
  return request(trustList, { method: 'GET', url: '/trust-list', ...(signal && { signal }) });
}
