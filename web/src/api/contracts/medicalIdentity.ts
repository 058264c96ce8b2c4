// Written by tools/bindings.mjs from contracts/src/MedicalIdentity.sol. Do not edit.
// prettier-ignore
export const medicalIdentityAbi = [
  {"inputs":[{"internalType":"contract Accreditation","name":"accreditation_","type":"address"}],"stateMutability":"nonpayable","type":"constructor"},
  {"inputs":[{"internalType":"address","name":"account","type":"address"},{"internalType":"uint256","name":"currentNonce","type":"uint256"}],"name":"InvalidAccountNonce","type":"error"},
  {"inputs":[],"name":"InvalidShortString","type":"error"},
  {"inputs":[{"internalType":"address","name":"patient","type":"address"}],"name":"MedicalIdentityAccountBound","type":"error"},
  {"inputs":[{"internalType":"uint256","name":"deadline","type":"uint256"}],"name":"MedicalIdentityExpired","type":"error"},
  {"inputs":[{"internalType":"address","name":"accreditation","type":"address"}],"name":"MedicalIdentityInvalidAccreditation","type":"error"},
  {"inputs":[{"internalType":"address","name":"patient","type":"address"}],"name":"MedicalIdentityInvalidSignature","type":"error"},
  {"inputs":[{"internalType":"address","name":"registrar","type":"address"}],"name":"MedicalIdentityNotAccredited","type":"error"},
  {"inputs":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"account","type":"address"}],"name":"MedicalIdentityNullifierBound","type":"error"},
  {"inputs":[],"name":"MedicalIdentityZeroDigest","type":"error"},
  {"inputs":[{"internalType":"string","name":"str","type":"string"}],"name":"StringTooLong","type":"error"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"patient","type":"address"},{"indexed":true,"internalType":"address","name":"registrar","type":"address"},{"indexed":true,"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"indexed":false,"internalType":"bytes32","name":"commitment","type":"bytes32"},{"indexed":false,"internalType":"uint64","name":"boundAt","type":"uint64"}],"name":"Bound","type":"event"},
  {"anonymous":false,"inputs":[],"name":"EIP712DomainChanged","type":"event"},
  {"inputs":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"}],"name":"accountOf","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"accreditation","outputs":[{"internalType":"contract Accreditation","name":"","type":"address"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"patient","type":"address"},{"internalType":"bytes32","name":"commitment","type":"bytes32"},{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"uint256","name":"nonce","type":"uint256"},{"internalType":"uint256","name":"deadline","type":"uint256"},{"internalType":"bytes","name":"signature","type":"bytes"}],"name":"bind","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[{"internalType":"address","name":"patient","type":"address"}],"name":"binding","outputs":[{"internalType":"bytes32","name":"commitment","type":"bytes32"},{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"registrar","type":"address"},{"internalType":"uint64","name":"boundAt","type":"uint64"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"eip712Domain","outputs":[{"internalType":"bytes1","name":"fields","type":"bytes1"},{"internalType":"string","name":"name","type":"string"},{"internalType":"string","name":"version","type":"string"},{"internalType":"uint256","name":"chainId","type":"uint256"},{"internalType":"address","name":"verifyingContract","type":"address"},{"internalType":"bytes32","name":"salt","type":"bytes32"},{"internalType":"uint256[]","name":"extensions","type":"uint256[]"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"nonces","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
] as const;
