// Mirrors contracts/src/Consent.sol: grants and revocations, and what all messages have in common.
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeDeployData, hashTypedData, type Hex, zeroAddress, zeroHash } from 'viem';

import { consentAbi, consentBytecode } from '../typescript/consent';
import { CONSENT_TYPES, Consents, grantOf, hashOf } from './support/consent';
import {
  authority,
  digest,
  FAR_AHEAD,
  hospital,
  makeWorld,
  onEveryChain,
  otherPatient,
  patient,
  stranger,
} from './support/world';

const [NONE, GRANTED, REVOKED] = [0, 1, 2];
const GRANT = grantOf(patient, 'a salt');
const HASH = hashOf(GRANT);
const key = [patient.address, HASH] as const;

onEveryChain('Consent', (url) => {
  let consents: Consents;
  beforeEach(async () => {
    consents = new Consents(await makeWorld(url));
  });
  const contract = () => consents.contract;
  const status = () => contract().read('statusOf', key);
  const refuse = (
    call: 'grant' | 'revoke',
    args: readonly unknown[],
    name: string,
    named: readonly unknown[] = [],
  ) => contract().refuses(stranger, call, args as never, name, named);

  it('takes its word on hospitals from one contract for ever', async () => {
    const { accreditation, chain } = consents.world;
    expect(await contract().read('accreditation', [])).toBe(accreditation.address);
    const nowhere = encodeDeployData({
      ...{ abi: consentAbi, bytecode: consentBytecode, args: [stranger.address] },
    });
    const refusal = 'ConsentInvalidAccreditation';
    await chain.refusesDeployment(consentAbi, authority, nowhere, refusal, [stranger.address]);
  });

  it('knows nothing of what nobody granted', async () => {
    expect(await status()).toEqual([NONE, 0n, 0n, 0n, 0n]);
  });

  it('takes a grant that its grantor signed, from anybody', async () => {
    const { events, time } = await consents.grant(patient, GRANT, { relay: stranger, nonce: 7n });
    const named = { grantor: patient.address, grantHash: HASH, from: GRANT.from };
    expect(events).toEqual([
      { name: 'Granted', args: { ...named, until: GRANT.until, grantedAt: time } },
    ]);
    expect(await status()).toEqual([GRANTED, GRANT.from, GRANT.until, time, 0n]);
    expect(await contract().read('nonceUsed', [patient.address, 7n])).toBe(true);
    expect(await contract().read('nonceUsed', [patient.address, 8n])).toBe(false);
    expect(await contract().read('nonceUsed', [stranger.address, 7n])).toBe(false);
  });

  it('takes a grant that its grantor sends without a signature', async () => {
    const args = [...(await consents.grantArgs(patient, GRANT)).slice(0, 6), '0x'] as never;
    await contract().send(patient, 'grant', args);
    await refuse('grant', args, 'ConsentAlreadyGranted', [...key]);
  });

  it('ends a grant for ever by its grantor’s word', async () => {
    const granted = (await consents.grant(patient, GRANT)).time;
    const { events, time } = await consents.revoke(patient, HASH, { relay: stranger });
    const named = { grantor: patient.address, grantHash: HASH, revokedAt: time };
    expect(events).toEqual([{ name: 'Revoked', args: named }]);
    expect(await status()).toEqual([REVOKED, GRANT.from, GRANT.until, granted, time]);
    const again = await consents.grantArgs(patient, GRANT);
    await refuse('grant', again, 'ConsentAlreadyRevoked', [...key]);
    const twice = await consents.revokeArgs(patient, HASH);
    await refuse('revoke', twice, 'ConsentAlreadyRevoked', [...key]);
  });

  it('remembers a revocation that comes before its grant', async () => {
    const given = await consents.grantArgs(patient, GRANT);
    const { time } = await consents.revoke(patient, HASH);
    expect(await status()).toEqual([REVOKED, 0n, 0n, 0n, time]);
    await refuse('grant', given, 'ConsentAlreadyRevoked', [...key]);
  });

  it('takes messages in any order', async () => {
    const others = ['b', 'c', 'd'].map((name) => grantOf(patient, name));
    const given = await Promise.all(
      others.map((one, i) => consents.grantArgs(patient, one, { nonce: BigInt(i) * 300n })),
    );
    for (const args of given.reverse()) await contract().send(stranger, 'grant', args);
    for (const one of others) {
      const [state] = await contract().read('statusOf', [patient.address, hashOf(one)]);
      expect(state).toBe(GRANTED);
    }
  });

  it('keeps grantors apart', async () => {
    await consents.grant(patient, GRANT);
    await consents.revoke(otherPatient, HASH);
    expect((await status())[0]).toBe(GRANTED);
  });

  it('takes a grant for the future, and one that has begun', async () => {
    for (const from of [1n, FAR_AHEAD]) {
      const one = { ...GRANT, from, until: FAR_AHEAD };
      await consents.grant(patient, one);
      const [, seen] = await contract().read('statusOf', [patient.address, hashOf(one)]);
      expect(seen).toBe(from);
    }
  });

  describe('refuses by name', () => {
    it('a term that is over, or ends before it begins', async () => {
      for (const [from, until] of [
        [1n, 2n],
        [FAR_AHEAD, FAR_AHEAD - 1n],
      ] as const) {
        const args = await consents.grantArgs(patient, { ...GRANT, from, until });
        await refuse('grant', args, 'ConsentInvalidTerm', [from, until]);
      }
    });

    it('a deadline that has passed', async () => {
      const given = await consents.grantArgs(patient, GRANT, { deadline: 1n });
      await refuse('grant', given, 'ConsentExpired', [1n]);
      const ended = await consents.revokeArgs(patient, HASH, { deadline: 1n });
      await refuse('revoke', ended, 'ConsentExpired', [1n]);
    });

    it('a nonce that was used', async () => {
      await consents.grant(patient, GRANT, { nonce: 256n });
      const other = await consents.grantArgs(patient, grantOf(patient, 'b'), { nonce: 256n });
      await refuse('grant', other, 'ConsentNonceUsed', [patient.address, 256n]);
      const ended = await consents.revokeArgs(patient, HASH, { nonce: 256n });
      await refuse('revoke', ended, 'ConsentNonceUsed', [patient.address, 256n]);
      await consents.revoke(patient, HASH, { nonce: 0n });
    });

    it('a hash of zeros', async () => {
      const [account, , ...rest] = await consents.grantArgs(patient, GRANT);
      await refuse('grant', [account, zeroHash, ...rest], 'ConsentZeroDigest');
      await refuse('revoke', await consents.revokeArgs(patient, zeroHash), 'ConsentZeroDigest');
    });

    it('another’s signature, and none of who is not the sender', async () => {
      const named = [patient.address];
      const forged = await consents.grantArgs(patient, GRANT, { by: stranger });
      await refuse('grant', forged, 'ConsentInvalidSignature', named);
      const unsigned = [...forged.slice(0, 6), '0x'];
      await refuse('grant', unsigned, 'ConsentInvalidSignature', named);
      const ended = await consents.revokeArgs(patient, HASH, { by: stranger });
      await refuse('revoke', ended, 'ConsentInvalidSignature', named);
      const zero = [zeroAddress, ...forged.slice(1)];
      await refuse('grant', zero, 'ConsentInvalidSignature', [zeroAddress]);
    });

    it('a signature over anything else', async () => {
      const good = await consents.grantArgs(patient, GRANT);
      const changes: [number, unknown][] = [
        [1, digest('another grant')],
        [2, GRANT.from + 1n],
        [3, GRANT.until - 1n],
        [4, 99n],
        [5, FAR_AHEAD - 1n],
      ];
      for (const [index, value] of changes) {
        const changed = good.map((item, i) => (i === index ? value : item));
        await refuse('grant', changed, 'ConsentInvalidSignature', [patient.address]);
      }
    });

    it('a signature for another chain or contract, or for another message', async () => {
      const { chain } = consents.world;
      const good = await consents.grantArgs(patient, GRANT);
      const [, , from, until, nonce, deadline] = good;
      const message = { grant: GRANT, from, until, nonce, deadline };
      const places: [number, Hex][] = [
        [chain.id + 1, contract().address],
        [chain.id, consents.world.identity.address],
      ];
      for (const [chainId, verifyingContract] of places) {
        const domain = { name: 'Salus Consent', version: '1', chainId, verifyingContract };
        const signature = await patient.signTypedData({
          ...{ domain, types: CONSENT_TYPES, primaryType: 'Give', message },
        } as never);
        const elsewhere = [...good.slice(0, 6), signature];
        await refuse('grant', elsewhere, 'ConsentInvalidSignature', [patient.address]);
      }
      const given = await consents.grantArgs(patient, GRANT, { nonce });
      const asRevocation = [patient.address, HASH, nonce, deadline, given[6]];
      await refuse('revoke', asRevocation, 'ConsentInvalidSignature', [patient.address]);
    });
  });

  // design.md section 7: "consent facts on chain tell that somebody sees a psychiatrist".
  it('consent facts on chain tell nothing but a salted hash', async () => {
    const { receipt } = await consents.grant(patient, GRANT);
    const call = await consents.world.chain.reader.getTransaction({
      hash: receipt.transactionHash,
    });
    const seen = call.input + receipt.logs.map((log) => log.data + log.topics.join('')).join('');
    const hidden: Hex[] = [
      `0x${Buffer.from('mental-health').toString('hex')}`,
      `0x${Buffer.from('TREAT').toString('hex')}`,
      GRANT.grantee,
      GRANT.patient,
      GRANT.salt,
    ];
    for (const text of hidden)
      expect(seen.toLowerCase()).not.toContain(text.slice(2).toLowerCase());
    // Whoever guesses all of the grant but its salt cannot confirm the guess.
    const guess = hashOf({ ...GRANT, salt: digest('another salt') });
    expect(guess).not.toBe(HASH);
  });

  it('costs little: a slot for the grant, one for the account’s nonces', async () => {
    const first = await consents.grant(patient, GRANT, { nonce: 0n });
    expect(first.receipt.gasUsed).toBeLessThan(85_000n);
    const second = await consents.grant(patient, grantOf(patient, 'b'), { nonce: 1n });
    expect(second.receipt.gasUsed).toBeLessThan(68_000n);
    const revoked = await consents.revoke(patient, HASH, { nonce: 2n });
    expect(revoked.receipt.gasUsed).toBeLessThan(50_000n);
  });

  it('shows a wallet the grant itself, and the chain its hash', async () => {
    const [, , from, until, nonce, deadline] = await consents.grantArgs(patient, GRANT);
    const domain = {
      ...{ name: 'Salus Consent', version: '1', chainId: consents.world.chain.id },
      verifyingContract: contract().address,
    };
    const message = { grant: GRANT, from, until, nonce, deadline };
    const typed = { domain, types: CONSENT_TYPES, primaryType: 'Give', message };
    const renamed = { ...message, grant: { ...GRANT, purpose: 'HPAYMT' } };
    expect(hashTypedData(typed as never)).not.toBe(
      hashTypedData({ ...typed, message: renamed } as never),
    );
    await consents.grant(patient, GRANT, { relay: hospital });
  });
});
