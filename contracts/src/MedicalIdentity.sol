// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {Accreditation} from "./Accreditation.sol";

/**
 * @title MedicalIdentity
 * @notice Binds one identity document to one account. A registrar (an accredited hospital) has the
 * document in its hands; the patient agrees with an EIP-712 signature. On chain stand only a salted
 * commitment to the document's data and its one-way nullifier: neither can be turned back into them.
 *
 * @dev The signature names registrar, commitment, nullifier, nonce and deadline within the domain of
 * this chain and contract: it serves once, here, for this registrar. Accounts that are contracts sign
 * by ERC-1271; that is a static call, so it cannot re-enter. A binding is never changed or deleted.
 */
contract MedicalIdentity is EIP712, Nonces {
    /// @notice Who is bound to what, by whom and when; `boundAt` is 0 where the account is not bound.
    struct Binding {
        bytes32 commitment;
        bytes32 nullifier;
        address registrar;
        uint64 boundAt;
    }

    bytes32 private constant _BIND_TYPEHASH = keccak256(
        "Bind(address patient,address registrar,bytes32 commitment,bytes32 nullifier,"
        "uint256 nonce,uint256 deadline)"
    );

    Accreditation private immutable _accreditation;
    mapping(address patient => Binding) private _bindings;
    mapping(bytes32 nullifier => address) private _accounts;

    /// @notice A document was bound to an account.
    event Bound(
        address indexed patient,
        address indexed registrar,
        bytes32 indexed nullifier,
        bytes32 commitment,
        uint64 boundAt
    );

    /// @dev There is no contract at the address given for {Accreditation}.
    error MedicalIdentityInvalidAccreditation(address accreditation);
    /// @dev The caller is not an accredited hospital now.
    error MedicalIdentityNotAccredited(address registrar);
    /// @dev Commitment and nullifier are digests, never zero.
    error MedicalIdentityZeroDigest();
    /// @dev The patient's signature was good until `deadline` only.
    error MedicalIdentityExpired(uint256 deadline);
    /// @dev The patient's account has a document already.
    error MedicalIdentityAccountBound(address patient);
    /// @dev The document is bound to an account already.
    error MedicalIdentityNullifierBound(bytes32 nullifier, address account);
    /// @dev The patient did not sign this.
    error MedicalIdentityInvalidSignature(address patient);

    /// @notice Takes its word on hospitals and the authority from `accreditation_` for ever.
    constructor(Accreditation accreditation_) EIP712("Salus MedicalIdentity", "1") {
        if (address(accreditation_).code.length == 0) {
            revert MedicalIdentityInvalidAccreditation(address(accreditation_));
        }
        _accreditation = accreditation_;
    }

    /// @notice The contract that tells who is an accredited hospital.
    function accreditation() public view returns (Accreditation) {
        return _accreditation;
    }

    /// @notice What an account is bound to; all zero where it is not bound.
    function binding(
        address patient
    )
        public
        view
        returns (bytes32 commitment, bytes32 nullifier, address registrar, uint64 boundAt)
    {
        Binding storage entry = _bindings[patient];
        return (entry.commitment, entry.nullifier, entry.registrar, entry.boundAt);
    }

    /// @notice The account that a document is bound to; 0 for none.
    function accountOf(bytes32 nullifier) public view returns (address) {
        return _accounts[nullifier];
    }

    /**
     * @notice Binds `patient` to a document. The caller is the registrar.
     * @param patient The patient's account.
     * @param commitment Salted digest of the document's data.
     * @param nullifier The same for the same document, whoever presents it.
     * @param nonce `nonces(patient)`.
     * @param deadline Last second in which the signature is good.
     * @param signature The patient's, over the EIP-712 type
     * `Bind(address patient,address registrar,bytes32 commitment,bytes32 nullifier,uint256 nonce,uint256 deadline)`.
     */
    function bind(
        address patient,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        if (!_accreditation.isAccredited(msg.sender))
            revert MedicalIdentityNotAccredited(msg.sender);
        if (commitment == 0 || nullifier == 0) revert MedicalIdentityZeroDigest();
        if (block.timestamp > deadline) revert MedicalIdentityExpired(deadline);
        if (_bindings[patient].boundAt != 0) revert MedicalIdentityAccountBound(patient);
        address other = _accounts[nullifier];
        if (other != address(0)) revert MedicalIdentityNullifierBound(nullifier, other);
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _digest(patient, commitment, nullifier, nonce, deadline);
        if (!SignatureChecker.isValidSignatureNowCalldata(patient, digest, signature)) {
            revert MedicalIdentityInvalidSignature(patient);
        }
        _bind(patient, commitment, nullifier);
    }

    function _bind(address patient, bytes32 commitment, bytes32 nullifier) private {
        uint64 boundAt = uint64(block.timestamp);
        _bindings[patient] = Binding(commitment, nullifier, msg.sender, boundAt);
        _accounts[nullifier] = patient;
        emit Bound(patient, msg.sender, nullifier, commitment, boundAt);
    }

    function _digest(
        address patient,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline
    ) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        _BIND_TYPEHASH,
                        patient,
                        msg.sender,
                        commitment,
                        nullifier,
                        nonce,
                        deadline
                    )
                )
            );
    }
}
