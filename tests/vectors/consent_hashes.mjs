// The hashes and the signature in src/consent/*_test.cpp, computed by viem: run it and compare.
//   node tests/vectors/consent_hashes.mjs             prints them
//   node tests/vectors/consent_hashes.mjs typed.json  the digest of eth_signTypedData_v4's parameter
import { readFileSync } from 'node:fs';
import { hashStruct, hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const fields = (text) =>
  text.split(',').map((member) => {
    const [type, name] = member.split(' ');
    return { name, type };
  });
const END = 'uint256 nonce,uint256 deadline';
const types = {
  Folder: fields('string name,uint64 epoch,bytes key'),
  Grant: fields(
    'uint8 version,bytes32 patient,address grantor,address grantee,bytes granteeKey,' +
      'string purpose,string access,Folder[] folders,bytes16[] records,uint64 from,' +
      'uint64 until,address dependant,address guardian,bytes32 salt',
  ),
  Give: fields(`Grant grant,uint64 from,uint64 until,${END}`),
  Revoke: fields(`address grantor,bytes32 grantHash,${END}`),
  OptIn: fields(`address account,bytes32 emergencyHash,uint32 delay,uint32 window,${END}`),
  OptOut: fields(`address account,bytes32 emergencyHash,${END}`),
  BreakGlass: fields(
    `address account,bytes32 emergencyHash,address first,address second,bytes32 reason,${END}`,
  ),
  Announce: fields(`address account,bytes32 digest,uint64 epoch,${END}`),
  Vouch: fields('bytes32 grantHash'),
  Emergency: fields(
    'uint8 version,bytes32 patient,address account,uint64 epoch,bytes key,uint32 delay,' +
      'uint32 window,uint8 threshold,address[] custodians,bytes32 salt',
  ),
  AccessAnswer: fields('bytes32 request,bytes32 grantHash,uint64 time'),
  Reason: fields('string firstClinician,string secondClinician,string reason,bytes32 salt'),
};
const digest = (byte) => `0x${byte.repeat(32)}`;
const account = (byte) => `0x${byte.repeat(20)}`;
// G, 2G and 3G of secp256k1.
const [G, G2, G3] = [
  '0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
  '0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5',
  '0x02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9',
];
const grant = {
  ...{ version: 1, patient: digest('11'), grantor: account('22'), grantee: account('33') },
  ...{ granteeKey: G, purpose: 'TREAT', access: 'read', records: [] },
  folders: [
    { name: `mental-health ${'44'.repeat(16)}`, epoch: 3n, key: G2 },
    { name: `laboratory ${'55'.repeat(16)}`, epoch: 1n, key: G3 },
  ],
  ...{ from: 1700000000n, until: 1800000000n },
  ...{ dependant: account('00'), guardian: account('00'), salt: digest('66') },
};
const single = {
  ...{ ...grant, folders: [grant.folders[0]] },
  records: [`0x${'77'.repeat(16)}`, `0x${'88'.repeat(16)}`],
  ...{ dependant: account('99'), guardian: account('aa') },
};
const emergency = {
  ...{ version: 1, patient: digest('11'), account: account('22'), epoch: 3n, key: G2 },
  ...{ delay: 60, window: 3600, threshold: 2, salt: digest('66') },
  custodians: [account('33'), account('44'), account('55')],
};
const domain = {
  ...{ name: 'Salus Consent', version: '1', chainId: 1337, verifyingContract: account('cc') },
};
const ends = { nonce: 5n, deadline: 1900000000n };
const { from, until } = grant;
const [who, named] = [account('22'), digest('dd')];
const messages = {
  Give: { grant, from, until, ...ends },
  Revoke: { grantor: who, grantHash: named, ...ends },
  OptIn: { account: who, emergencyHash: named, delay: 60, window: 3600, ...ends },
  OptOut: { account: who, emergencyHash: named, ...ends },
  BreakGlass: {
    ...{ account: who, emergencyHash: named, first: account('ab'), second: account('cd') },
    ...{ reason: digest('ee'), ...ends },
  },
  Announce: { account: who, digest: named, epoch: 7n, ...ends },
  Vouch: { grantHash: named },
  AccessAnswer: { request: named, grantHash: digest('ee'), time: 1700000100n },
};

const say = (name, value) => process.stdout.write(`${name} ${value}\n`);
if (process.argv[2]) {
  say('typed data', hashTypedData(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
} else {
  say('Grant', hashStruct({ data: grant, primaryType: 'Grant', types }));
  say('Grant of records', hashStruct({ data: single, primaryType: 'Grant', types }));
  say('Emergency', hashStruct({ data: emergency, primaryType: 'Emergency', types }));
  const reason = { firstClinician: 'Dr A', secondClinician: 'Dr B', reason: 'unconscious' };
  const data = { ...reason, salt: digest('66') };
  say('Reason', hashStruct({ data, primaryType: 'Reason', types }));
  for (const [primaryType, message] of Object.entries(messages)) {
    say(primaryType, hashTypedData({ domain, types, primaryType, message }));
  }
  const signer = privateKeyToAccount(digest('01'));
  const message = { ...messages.Revoke, grantor: signer.address };
  const typed = { domain, types, primaryType: 'Revoke', message };
  say('signature', await signer.signTypedData(typed));
}
