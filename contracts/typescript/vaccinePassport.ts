// Written by tools/bindings.mjs from contracts/src/VaccinePassport.sol. Do not edit.
export const vaccinePassportAbi = [
  {
    inputs: [{ internalType: 'contract Accreditation', name: 'accreditation_', type: 'address' }],
    stateMutability: 'nonpayable',
    type: 'constructor',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
    ],
    name: 'VaccinePassportAlreadyAnchored',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
    ],
    name: 'VaccinePassportAlreadyIssued',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
    ],
    name: 'VaccinePassportAlreadyRevoked',
    type: 'error',
  },
  { inputs: [], name: 'VaccinePassportEmptyBatch', type: 'error' },
  {
    inputs: [{ internalType: 'address', name: 'accreditation', type: 'address' }],
    name: 'VaccinePassportInvalidAccreditation',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
      { internalType: 'uint256', name: 'index', type: 'uint256' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
    ],
    name: 'VaccinePassportInvalidProof',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'account', type: 'address' }],
    name: 'VaccinePassportNotAccredited',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
    ],
    name: 'VaccinePassportNotAnchored',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
    ],
    name: 'VaccinePassportNotIssued',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'account', type: 'address' }],
    name: 'VaccinePassportUnauthorized',
    type: 'error',
  },
  { inputs: [], name: 'VaccinePassportZeroDigest', type: 'error' },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'issuer', type: 'address' },
      { indexed: true, internalType: 'bytes32', name: 'root', type: 'bytes32' },
      { indexed: false, internalType: 'uint64', name: 'count', type: 'uint64' },
      { indexed: false, internalType: 'uint64', name: 'anchoredAt', type: 'uint64' },
    ],
    name: 'Anchored',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'issuer', type: 'address' },
      { indexed: true, internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
      { indexed: false, internalType: 'uint64', name: 'issuedAt', type: 'uint64' },
    ],
    name: 'Issued',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'issuer', type: 'address' },
      { indexed: true, internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
      { indexed: true, internalType: 'address', name: 'by', type: 'address' },
      { indexed: false, internalType: 'uint8', name: 'reason', type: 'uint8' },
      { indexed: false, internalType: 'uint64', name: 'revokedAt', type: 'uint64' },
    ],
    name: 'Revoked',
    type: 'event',
  },
  {
    inputs: [],
    name: 'accreditation',
    outputs: [{ internalType: 'contract Accreditation', name: '', type: 'address' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
      { internalType: 'uint64', name: 'count', type: 'uint64' },
    ],
    name: 'anchor',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
    ],
    name: 'anchored',
    outputs: [
      { internalType: 'uint64', name: 'anchoredAt', type: 'uint64' },
      { internalType: 'uint64', name: 'count', type: 'uint64' },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'bytes32', name: 'commitment', type: 'bytes32' }],
    name: 'issue',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'bytes32[]', name: 'commitments', type: 'bytes32[]' }],
    name: 'issueMany',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
      { internalType: 'uint8', name: 'reason', type: 'uint8' },
    ],
    name: 'revoke',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
      { internalType: 'bytes32[]', name: 'proof', type: 'bytes32[]' },
      { internalType: 'uint256', name: 'index', type: 'uint256' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
      { internalType: 'uint8', name: 'reason', type: 'uint8' },
    ],
    name: 'revokeAnchored',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
    ],
    name: 'status',
    outputs: [
      { internalType: 'uint64', name: 'issuedAt', type: 'uint64' },
      { internalType: 'uint64', name: 'revokedAt', type: 'uint64' },
      { internalType: 'uint8', name: 'reason', type: 'uint8' },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'issuer', type: 'address' },
      { internalType: 'bytes32', name: 'root', type: 'bytes32' },
      { internalType: 'bytes32[]', name: 'proof', type: 'bytes32[]' },
      { internalType: 'uint256', name: 'index', type: 'uint256' },
      { internalType: 'bytes32', name: 'commitment', type: 'bytes32' },
    ],
    name: 'statusAnchored',
    outputs: [
      { internalType: 'uint64', name: 'issuedAt', type: 'uint64' },
      { internalType: 'uint64', name: 'revokedAt', type: 'uint64' },
      { internalType: 'uint8', name: 'reason', type: 'uint8' },
    ],
    stateMutability: 'view',
    type: 'function',
  },
] as const;

export const vaccinePassportBytecode =
  '0x60a03461009357601f610dd238819003918201601f19168301916001600160401b038311848410176100975780849260209460405283398101031261009357516001600160a01b03811680820361009357803b156100815750608052604051610d2690816100ac823960805181818161042f0152818161079b01526109210152f35b630e51932560e31b5f5260045260245ffd5b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe60806040526004361015610011575f80fd5b5f3560e01c80630f75e81f146105f05780631c70c8201461055257806337eced81146104d15780635c85a14114610453578063b8ac953314610410578063c2a8119e1461039d578063d6d76ed51461032f578063db2c4aca146101b05763fae8203d1461007c575f80fd5b346101ac5760c03660031901126101ac5761009561062c565b6024359060443567ffffffffffffffff81116101ac576100b9903690600401610642565b90916084359160a4359360ff851685036101ac576100d6836108eb565b6001600160a01b03831690815f52600160205260405f20875f5260205260405f20549267ffffffffffffffff841693841561017c579161015a98879267ffffffffffffffff61012d9560401c169260643592610b12565b5f525f60205260405f20835f5260205260405f209067ffffffffffffffff8254161561015c575b506109f2565b005b67ffffffffffffffff1667ffffffffffffffff198254161781555f610154565b88847f226130d9000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b5f80fd5b346101ac5760403660031901126101ac5760043560243567ffffffffffffffff81168082036101ac576101e161075f565b821561030757156102df57335f52600160205260405f20825f5260205260405f2067ffffffffffffffff8154166102af5780547fffffffffffffffffffffffffffffffff00000000000000000000000000000000164267ffffffffffffffff16908117604084901b6fffffffffffffffff000000000000000016179091557fef142d390c5328deae6fcdec8e8eed362b224af35bb6d9aeb988f6233b12a6e9906102aa906040805167ffffffffffffffff95861681529490911660208501523393918291820190565b0390a3005b827f9fb3eceb000000000000000000000000000000000000000000000000000000005f523360045260245260445ffd5b7f716bb1c8000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f35e13d19000000000000000000000000000000000000000000000000000000005f5260045ffd5b346101ac5760403660031901126101ac576001600160a01b0361035061062c565b165f90815260208181526040808320602435845282529182902054825167ffffffffffffffff808316825282851c169281019290925260801c60ff169181019190915280606081015b0390f35b346101ac5760403660031901126101ac576001600160a01b036103be61062c565b165f52600160205260405f206024355f5260205261039960405f2054604051918167ffffffffffffffff80859460401c1691168390929167ffffffffffffffff60209181604085019616845216910152565b346101ac575f3660031901126101ac5760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346101ac5760a03660031901126101ac5761046c61062c565b60443567ffffffffffffffff81116101ac57610399916104936104a5923690600401610642565b60843592606435929060243590610697565b6040805167ffffffffffffffff948516815293909216602084015260ff16908201529081906060820190565b346101ac5760203660031901126101ac5760043567ffffffffffffffff81116101ac57610502903690600401610642565b9061050b61075f565b81156102df57335f525f60205260405f209067ffffffffffffffff42165f5b84811061053357005b8061054c836105456001948988610673565b3587610845565b0161052a565b346101ac5760603660031901126101ac5761056b61062c565b60443560243560ff821682036101ac57610584836108eb565b6001600160a01b03831692835f525f60205260405f20825f5260205260405f209367ffffffffffffffff855416156105c0575061015a936109f2565b90507f09ed2dac000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b346101ac5760203660031901126101ac5761060961075f565b335f525f60205261015a60405f2067ffffffffffffffff42169060043590610845565b600435906001600160a01b03821682036101ac57565b9181601f840112156101ac5782359167ffffffffffffffff83116101ac576020808501948460051b0101116101ac57565b91908110156106835760051b0190565b634e487b7160e01b5f52603260045260245ffd5b6001600160a01b039095949193951692835f52600160205260405f20815f5260205260405f20549167ffffffffffffffff8316968715610719576106ea9467ffffffffffffffff889560401c1693610b12565b5f525f60205260405f20905f5260205260405f2054909160ff67ffffffffffffffff8360401c169260801c1690565b50505050505050505f905f905f90565b90601f8019910116810190811067ffffffffffffffff82111761074b57604052565b634e487b7160e01b5f52604160045260245ffd5b6040517f2d598d7b0000000000000000000000000000000000000000000000000000000081523360048201526020816024816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561083a575f916107ff575b50156107d357565b7fbe55234a000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b90506020813d602011610832575b8161081a60209383610729565b810103126101ac575180151581036101ac575f6107cb565b3d915061080d565b6040513d5f823e3d90fd5b919091821561030757825f5260205260405f2067ffffffffffffffff8154166108bb5767ffffffffffffffff821667ffffffffffffffff1982541617905567ffffffffffffffff604051911681527f820910052cc42a295b2a542c6307b9afc12e073396fcd0a30719820277963b0c60203392a3565b827fd5be624a000000000000000000000000000000000000000000000000000000005f523360045260245260445ffd5b6040517fbf7e214f0000000000000000000000000000000000000000000000000000000081526020816004816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa801561083a575f906109a9575b6001600160a01b0391501633146109a6576001600160a01b0316330361097a5761097861075f565b565b7f2636307e000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b50565b506020813d6020116109ea575b816109c360209383610729565b810103126101ac57516001600160a01b03811681036101ac576001600160a01b0390610950565b3d91506109b6565b92909267ffffffffffffffff815460401c16610ad95767ffffffffffffffff421690610a5a8282907fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff6fffffffffffffffff000000000000000083549260401b169116179055565b80547fffffffffffffffffffffffffffffff00ffffffffffffffffffffffffffffffff70ff000000000000000000000000000000008560801b16911617905560ff6040519216825260208201527f64f67e04d6d2d54b46a0700b34133b323e3e92da866f4fd53a3707394bb5ce0f60406001600160a01b0333951692a4565b826001600160a01b03857fd5e9308b000000000000000000000000000000000000000000000000000000005f521660045260245260445ffd5b929380851015610cf75784905f198101908111610d12579160205f604051828101908282528a602182015260218152610b4c604182610729565b604051918291518091835e8101838152039060025afa1561083a57905f51935f925b818410610bb3575050505082901591821592610ba8575b5050610b9057505050565b638b6e7db560e01b5f5260045260245260445260645ffd5b14159050815f610b85565b909196939794889996939915610cf7576001808916148015610cee575b15610c83575f602091610c11610c1f610bea8e8888610673565b359260405192839187830195869091604192600160f81b8352600183015260218201520190565b03601f198101835282610729565b604051918291518091835e8101838152039060025afa1561083a575f519197965b600181161580610c7a575b15610c5d5760011c9660011c96610c40565b60019099949793969998919295985b811c93811c94019291610b6e565b50801515610c4b565b5f602091610c11610cc9610ca38e9b9e889b9e999c9a9d9b889998610673565b3560405192839187830195869091604192600160f81b8352600183015260218201520190565b604051918291518091835e8101838152039060025afa1561083a5760015f5195610c6c565b50888814610bd0565b505050638b6e7db560e01b5f5260045260245260445260645ffd5b634e487b7160e01b5f52601160045260245ffd';
