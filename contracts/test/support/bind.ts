/** The EIP-712 type that a patient signs for MedicalIdentity. */
export const BIND_TYPES = {
  Bind: [
    { name: 'patient', type: 'address' },
    { name: 'registrar', type: 'address' },
    { name: 'commitment', type: 'bytes32' },
    { name: 'nullifier', type: 'bytes32' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};
