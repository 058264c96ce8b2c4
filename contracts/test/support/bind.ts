// The EIP-712 messages of MedicalIdentity, as wallets sign them.
const fields = (...members: string[]) =>
  members.map((member) => {
    const [type = '', name = ''] = member.split(' ');
    return { name, type };
  });
const END = ['uint256 nonce', 'uint256 deadline'];
const DOCUMENT = ['address registrar', 'bytes32 commitment', 'bytes32 nullifier', ...END];

/** What patient and registrar sign to bind a first document to an account. */
export const BIND_TYPES = { Bind: fields('address patient', ...DOCUMENT) };

export const IDENTITY_TYPES = {
  ...BIND_TYPES,
  Renew: fields('address patient', ...DOCUMENT),
  Rebind: fields('address lost', 'address patient', ...DOCUMENT),
  Object: fields('address lost', 'address patient', ...END),
  Uphold: fields(
    ...['address lost', 'address patient', 'address registrar', 'bytes32 nullifier'],
    ...END,
  ),
  Appoint: fields(
    ...['address dependant', 'address guardian', 'address registrar', 'uint16 majorityYear'],
    ...END,
  ),
  HandOver: fields('address dependant', 'address patient', 'address by', ...END),
};
