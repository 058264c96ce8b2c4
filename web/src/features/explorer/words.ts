import type { ChainEvent } from '@/api/decode';
import { shorten } from '@/ui/format';

/** One line of the event list: what happened, in the domain's words. */
export interface EventLine {
  id: string;
  /** Key in the section `event` of the strings file, and what stands in its gaps. */
  words: string;
  named: Record<string, string | number>;
  count: number;
  tone: 'good' | 'bad' | 'mute';
  blockNumber: bigint;
  transactionHash: string;
}

/** Names of accounts that are hospitals, by lower-case address. */
export type Names = ReadonlyMap<string, string>;

interface Telling {
  words: string;
  tone: EventLine['tone'];
  /** The account that is told by its name as {hospital}. */
  hospital?: string;
  account?: string;
  /** Events of one transaction with the same fields of this list are told as one, with a count. */
  together?: readonly string[];
}

const tellings: Record<string, Telling> = {
  HospitalAccredited: { words: 'accredited', tone: 'good', hospital: 'hospital' },
  HospitalSuspended: { words: 'suspended', tone: 'bad', hospital: 'hospital' },
  HospitalReinstated: { words: 'reinstated', tone: 'good', hospital: 'hospital' },
  KeyAdded: { words: 'keyAdded', tone: 'good', hospital: 'hospital' },
  KeySuspended: { words: 'keySuspended', tone: 'bad', hospital: 'hospital' },
  KeyReinstated: { words: 'keyReinstated', tone: 'good', hospital: 'hospital' },
  KeyRevoked: { words: 'keyRevoked', tone: 'bad', hospital: 'hospital' },
  EndpointChanged: { words: 'endpointChanged', tone: 'mute', hospital: 'hospital' },
  ListKeyChanged: { words: 'listKeySet', tone: 'mute', account: 'current' },
  AuthorityTransferStarted: { words: 'authorityOffered', tone: 'mute', account: 'proposed' },
  AuthorityTransferred: { words: 'authorityTaken', tone: 'mute', account: 'current' },
  Issued: { words: 'issued', tone: 'good', hospital: 'issuer', together: ['issuer'] },
  Anchored: { words: 'anchored', tone: 'good', hospital: 'issuer' },
  Revoked: { words: 'revoked', tone: 'bad', hospital: 'issuer', together: ['issuer', 'reason'] },
  BatchRevoked: { words: 'batchRevoked', tone: 'bad', hospital: 'issuer' },
  Bound: { words: 'bound', tone: 'good', account: 'patient' },
  Moved: { words: 'moved', tone: 'good', account: 'current' },
  RebindingStarted: { words: 'rebindingStarted', tone: 'mute', account: 'patient' },
  RebindingObjected: { words: 'rebindingObjected', tone: 'bad', account: 'lost' },
  RebindingUpheld: { words: 'rebindingUpheld', tone: 'mute', account: 'patient' },
  RebindingCancelled: { words: 'rebindingCancelled', tone: 'mute', account: 'patient' },
  GuardianAppointed: { words: 'guardianAppointed', tone: 'good', account: 'guardian' },
  LogAnchored: { words: 'logAnchored', tone: 'good', hospital: 'log' },
  LogCoSigned: { words: 'logCoSigned', tone: 'good', account: 'witness' },
  GuardianEnded: { words: 'guardianEnded', tone: 'mute', account: 'guardian' },
  Granted: { words: 'granted', tone: 'good', account: 'grantor' },
  'consent.Revoked': { words: 'grantRevoked', tone: 'bad', account: 'grantor' },
  KeysAnnounced: { words: 'keysAnnounced', tone: 'mute', account: 'account' },
  OptedIn: { words: 'optedIn', tone: 'mute', account: 'account' },
  OptedOut: { words: 'optedOut', tone: 'mute', account: 'account' },
  GlassBroken: { words: 'glassBroken', tone: 'bad', hospital: 'first', account: 'account' },
};

/** By contract and name where two contracts have an event of one name. */
function tellingOf(event: ChainEvent): Telling | undefined {
  if (!event.contract) return undefined;
  return tellings[`${event.contract}.${event.name}`] ?? tellings[event.name];
}

/** The accounts whose hospital names the words of these events need. */
export function hospitalsIn(events: readonly ChainEvent[]): string[] {
  const accounts = events.flatMap((event) => {
    const field = tellingOf(event)?.hospital;
    const account = field && event.args[field];
    return typeof account === 'string' ? [account.toLowerCase()] : [];
  });
  return [...new Set(accounts)];
}

function gapsOf(event: ChainEvent, telling: Telling, names: Names): EventLine['named'] {
  const named: EventLine['named'] = {};
  for (const [key, value] of Object.entries(event.args)) {
    if (typeof value === 'number' || typeof value === 'string') named[key] = value;
  }
  if (telling.account) named['account'] = shorten(String(event.args[telling.account]));
  if (telling.hospital) {
    const account = String(event.args[telling.hospital]);
    named['hospital'] = names.get(account.toLowerCase()) || shorten(account);
  }
  return named;
}

function lineOf(event: ChainEvent, names: Names): EventLine {
  const base = {
    id: `${event.blockNumber}-${event.logIndex}`,
    count: 1,
    blockNumber: event.blockNumber,
    transactionHash: event.transactionHash,
  };
  const telling = tellingOf(event);
  if (!telling) {
    const contract = event.contract ?? shorten(event.address);
    const words = event.contract ? 'other' : 'unknown';
    return { ...base, words, named: { name: event.name, contract }, tone: 'mute' };
  }
  const { count } = event.args;
  return {
    ...base,
    words: telling.words,
    named: gapsOf(event, telling, names),
    count: typeof count === 'bigint' ? Number(count) : 1,
    tone: telling.tone,
  };
}

function groupOf(event: ChainEvent): string {
  const fields = tellingOf(event)?.together;
  if (!fields) return `${event.blockNumber}-${event.logIndex}`;
  const values = fields.map((field) => String(event.args[field]));
  return [event.transactionHash, event.name, ...values].join(' ');
}

/** Events as lines, newest first; many of one kind in one transaction become one line. */
export function tell(events: readonly ChainEvent[], names: Names): EventLine[] {
  const lines = new Map<string, EventLine>();
  for (const event of events) {
    const group = groupOf(event);
    const present = lines.get(group);
    if (present) present.count += 1;
    else lines.set(group, lineOf(event, names));
  }
  return [...lines.values()].reverse();
}
