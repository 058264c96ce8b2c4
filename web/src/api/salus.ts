import * as z from 'zod/mini';

import { request } from './http';

const checkResult = z.enum(['passed', 'failed', 'unproven', 'not_checked']);
const verdict = z.enum(['valid', 'invalid', 'unproven', 'unreadable']);
const text = z.string();
const maybeText = z.optional(z.string());

/** What a certificate says of itself, whether or not it is genuine. */
const certificate = z.object({
  name: maybeText,
  birthDate: maybeText,
  statement: maybeText,
  disease: maybeText,
  vaccine: maybeText,
  kindOfVaccine: maybeText,
  manufacturer: maybeText,
  dose: maybeText,
  date: maybeText,
  lot: maybeText,
  performer: maybeText,
  country: maybeText,
  issuedBy: maybeText,
  issuerCountry: maybeText,
  issuerAccount: maybeText,
  issued: maybeText,
  expires: maybeText,
  commitment: maybeText,
});

/** As `passport/verdict.hpp` writes it. */
const verdictReport = z.object({
  overall: verdict,
  mode: z.enum(['online', 'offline']),
  checks: z.array(z.object({ name: text, outcome: checkResult, code: text, message: text })),
  checkedAt: text,
  trustList: z.object({ ageSeconds: z.number(), blockNumber: z.number() }),
  certificate: z.optional(certificate),
  hospital: maybeText,
  revocationReason: maybeText,
});

const address = z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/));

const nodeStatus = z.object({
  chainId: z.number(),
  head: z.object({ number: z.number(), hash: text, timestamp: z.number() }),
  contracts: z.object({
    accreditation: z.nullish(address),
    medicalIdentity: z.nullish(address),
    vaccinePassport: z.nullish(address),
    consent: z.nullish(address),
    ledgerAnchor: z.nullish(address),
  }),
  version: maybeText,
});

/** The signed file that verifiers keep for use offline; the signature is theirs to check. */
const trustList = z.object({
  list: z.object({
    block: z.object({ number: z.number(), hash: text, timestamp: z.number() }),
    exportedAt: z.number(),
    hospitals: z.array(
      z.object({
        account: address,
        name: text,
        country: text,
        active: z.boolean(),
        keys: z.array(z.object({ kid: text, revokedAt: z.number() })),
      }),
    ),
  }),
});

export type CheckResult = z.infer<typeof checkResult>;
export type Verdict = z.infer<typeof verdict>;
export type VerdictReport = z.infer<typeof verdictReport>;
export type Check = VerdictReport['checks'][number];
export type Certificate = z.infer<typeof certificate>;
export type NodeStatus = z.infer<typeof nodeStatus>;
export type TrustList = z.infer<typeof trustList>['list'];

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

export async function fetchTrustList(signal?: AbortSignal): Promise<TrustList> {
  const config = { method: 'GET', url: '/trust-list', ...(signal && { signal }) };
  return (await request(trustList, config)).list;
}

/** The file itself, for people to keep. */
export const trustListUrl = '/api/v1/trust-list';
