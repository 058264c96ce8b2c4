import { encodeAbiParameters, encodeEventTopics, encodeFunctionData, type Log } from 'viem';
import { describe, expect, it } from 'vitest';

import { accreditationAbi } from '@/api/contracts/accreditation';
import { medicalIdentityAbi } from '@/api/contracts/medicalIdentity';
import { vaccinePassportAbi } from '@/api/contracts/vaccinePassport';
import { decodeCall, decodeLog } from '@/api/decode';
import en from '@/strings/en';

import { hospitalsIn, tell } from './words';

const contracts = {
  accreditation: `0x${'A1'.repeat(20)}`,
  medicalIdentity: `0x${'a2'.repeat(20)}`,
  vaccinePassport: `0x${'a3'.repeat(20)}`,
} as const;
const hospital = `0x${'1b'.repeat(20)}` as const;
const other = `0x${'2c'.repeat(20)}` as const;
const digest = (byte: string) => `0x${byte.repeat(32)}` as const;
const names = new Map<string, string>([[hospital, 'Northgate']]);

const place = (logIndex: number, transactionHash = digest('77')) => ({
  blockNumber: 9n,
  blockHash: digest('99'),
  blockTimestamp: undefined,
  transactionHash,
  transactionIndex: 0,
  logIndex,
  removed: false,
});

function issued(logIndex: number, issuer = hospital as `0x${string}`, transaction = digest('77')) {
  return {
    ...place(logIndex, transaction),
    address: contracts.vaccinePassport,
    topics: encodeEventTopics({
      abi: vaccinePassportAbi,
      eventName: 'Issued',
      args: { issuer, commitment: digest(`0${logIndex}`) },
    }),
    data: encodeAbiParameters([{ type: 'uint64' }], [1n]),
  } as Log;
}

const accredited = {
  ...place(0),
  address: contracts.accreditation,
  topics: encodeEventTopics({
    abi: accreditationAbi,
    eventName: 'HospitalAccredited',
    args: { hospital },
  }),
  data: encodeAbiParameters(
    [{ type: 'string' }, { type: 'string' }, { type: 'uint64' }],
    ['Northgate', 'IE', 1n],
  ),
} as Log;

const linesOf = (...logs: Log[]) =>
  tell(
    logs.map((log) => decodeLog(log, contracts)),
    names,
  );

describe('tell', () => {
  it('names the hospital and its country, whatever the case of the address', () => {
    const log = { ...accredited, address: contracts.accreditation.toLowerCase() } as Log;
    expect(linesOf(log)).toMatchObject([
      { words: 'accredited', named: { hospital: 'Northgate', country: 'IE' }, tone: 'good' },
    ]);
  });

  it('tells the certificates of one issuer in one transaction as one line', () => {
    const lines = linesOf(issued(1), issued(2), issued(3, other), issued(4));
    expect(lines).toHaveLength(2);
    expect(lines.map(({ count }) => count).sort()).toEqual([1, 3]);
  });

  it('keeps transactions apart, newest first', () => {
    const lines = linesOf(issued(1), issued(2, hospital, digest('78')));
    expect(lines.map(({ transactionHash }) => transactionHash)).toEqual([
      digest('78'),
      digest('77'),
    ]);
  });

  it('shows an account without a name by its address', () => {
    expect(linesOf(issued(1, other))[0]?.named['hospital']).toMatch(/^0x2c2c2c…2c2c2c$/i);
  });

  it('counts what one root stands for', () => {
    const anchored = {
      ...place(1),
      address: contracts.vaccinePassport,
      topics: encodeEventTopics({
        abi: vaccinePassportAbi,
        eventName: 'Anchored',
        args: { issuer: hospital, root: digest('01') },
      }),
      data: encodeAbiParameters([{ type: 'uint64' }, { type: 'uint64' }], [250n, 1n]),
    } as Log;
    expect(linesOf(anchored)).toMatchObject([{ words: 'anchored', count: 250 }]);
  });

  it('shows what it cannot read without failing', () => {
    const strange = { ...issued(1), topics: [digest('ff')] } as Log;
    const elsewhere = { ...issued(2), address: other } as Log;
    expect(linesOf(strange)[0]).toMatchObject({ words: 'other', tone: 'mute' });
    expect(linesOf(elsewhere)[0]).toMatchObject({ words: 'unknown', tone: 'mute' });
  });

  it('has words for every event of every contract', () => {
    const abis = { accreditation: accreditationAbi, medicalIdentity: medicalIdentityAbi };
    const all = { ...abis, vaccinePassport: vaccinePassportAbi };
    const ours = Object.entries(all).flatMap(([contract, abi]) =>
      abi.flatMap((entry) => (entry.type === 'event' ? [{ contract, name: entry.name }] : [])),
    );
    // EIP-5267, of the EIP-712 base contract, is never emitted by these.
    const told = ours.filter(({ name }) => name !== 'EIP712DomainChanged');
    expect(told.length).toBeGreaterThan(10);
    for (const { contract, name } of told) {
      const event = { ...decodeLog(issued(1), contracts), contract: contract as never, name };
      const words = tell([event], names)[0]?.words ?? '';
      expect(words, name).not.toBe('other');
      expect(en.explorer.event, name).toHaveProperty(words);
    }
  });
});

describe('hospitalsIn', () => {
  it('lists each account once', () => {
    const events = [issued(1), issued(2), accredited].map((log) => decodeLog(log, contracts));
    expect(hospitalsIn(events)).toEqual([hospital]);
  });
});

describe('decodeCall', () => {
  const data = encodeFunctionData({
    abi: vaccinePassportAbi,
    functionName: 'issue',
    args: [digest('01')],
  });

  it('names function and arguments', () => {
    expect(decodeCall(contracts.vaccinePassport, data, contracts)).toEqual({
      contract: 'vaccinePassport',
      name: 'issue',
      args: [{ name: 'commitment', type: 'bytes32', value: digest('01') }],
    });
  });

  it('has nothing for another contract, an unknown function or data that is cut off', () => {
    expect(decodeCall(other, data, contracts)).toBeUndefined();
    expect(decodeCall(contracts.vaccinePassport, '0xdeadbeef', contracts)).toBeUndefined();
    expect(
      decodeCall(contracts.vaccinePassport, data.slice(0, 20) as '0x', contracts),
    ).toBeUndefined();
  });
});
