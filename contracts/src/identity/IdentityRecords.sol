// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {Accreditation} from "../Accreditation.sol";

/**
 * @title IdentityRecords
 * @notice What {MedicalIdentity} remembers: the documents of each account, and which account took whose
 * place; and how it checks what was signed.
 */
abstract contract IdentityRecords is EIP712, Nonces {
    /// @notice A document that was bound to an account, by whom and when.
    struct Document {
        bytes32 commitment;
        bytes32 nullifier;
        address registrar;
        uint64 boundAt;
    }

    Accreditation private immutable _accreditation;
    mapping(address patient => Document[]) private _documents;
    mapping(bytes32 nullifier => address) private _accounts;
    mapping(address account => address) private _successors;
    mapping(address account => address) private _predecessors;

    /// @notice A document was bound to an account, as its first one or as a new one.
    event Bound(
        address indexed patient,
        address indexed registrar,
        bytes32 indexed nullifier,
        bytes32 commitment,
        uint64 boundAt
    );
    /// @notice What `previous` was, `current` is from now on.
    event Moved(address indexed previous, address indexed current, uint64 time);

    /// @dev There is no contract at the address given for {Accreditation}.
    error MedicalIdentityInvalidAccreditation(address accreditation);
    /// @dev The registrar is not an accredited hospital now.
    error MedicalIdentityNotAccredited(address registrar);
    /// @dev The caller may not do this.
    error MedicalIdentityUnauthorized(address account);
    /// @dev The signatures were good until `deadline` only.
    error MedicalIdentityExpired(uint256 deadline);
    /// @dev The account has a document already.
    error MedicalIdentityAccountBound(address patient);
    /// @dev The account has no document.
    error MedicalIdentityAccountNotBound(address patient);
    /// @dev The account was left for another one.
    error MedicalIdentityAccountReplaced(address account, address successor);
    /// @dev The account did not sign this.
    error MedicalIdentityInvalidSignature(address signer);

    /// @dev Takes its word on hospitals and the authority from `accreditation_` for ever.
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

    /// @notice The newest document of an account; all zero where it is not bound, or was left.
    function binding(
        address patient
    )
        public
        view
        returns (bytes32 commitment, bytes32 nullifier, address registrar, uint64 boundAt)
    {
        if (!_isBound(patient)) return (0, 0, address(0), 0);
        Document memory newest = _newest(patient);
        return (newest.commitment, newest.nullifier, newest.registrar, newest.boundAt);
    }

    /// @notice Every document that an account ever had, oldest first, also where it was left since.
    function documents(address patient) public view returns (Document[] memory) {
        return _documents[patient];
    }

    /// @notice The account that a document's person has now; 0 for none.
    function accountOf(bytes32 nullifier) public view returns (address) {
        return currentOf(_accounts[nullifier]);
    }

    /// @notice The account that took this one's place, and the one whose place it took; 0 for none.
    function movesOf(address account) public view returns (address predecessor, address successor) {
        return (_predecessors[account], _successors[account]);
    }

    /// @notice The account at the end of this one's successors; itself where it was not left.
    function currentOf(address account) public view returns (address) {
        // A successor had never been bound before, so this ends.
        address next = _successors[account];
        while (next != address(0)) {
            account = next;
            next = _successors[account];
        }
        return account;
    }

    function _bind(
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier
    ) internal {
        _documents[patient].push(Document(commitment, nullifier, registrar, _now()));
        _accounts[nullifier] = patient;
        emit Bound(patient, registrar, nullifier, commitment, _now());
    }

    function _newest(address account) internal view returns (Document memory) {
        Document[] storage history = _documents[account];
        return history[history.length - 1];
    }

    /// @dev `current` must be unbound: then it was never part of a move, and moves make no circle.
    function _move(address previous, address current) internal {
        _successors[previous] = current;
        _predecessors[current] = previous;
        emit Moved(previous, current, _now());
    }

    function _isBound(address account) internal view returns (bool) {
        return _documents[account].length != 0 && _successors[account] == address(0);
    }

    function _checkBound(address account) internal view {
        address successor = _successors[account];
        if (successor != address(0)) revert MedicalIdentityAccountReplaced(account, successor);
        if (_documents[account].length == 0) revert MedicalIdentityAccountNotBound(account);
    }

    function _checkUnbound(address account) internal view {
        address successor = _successors[account];
        if (successor != address(0)) revert MedicalIdentityAccountReplaced(account, successor);
        if (_documents[account].length != 0) revert MedicalIdentityAccountBound(account);
    }

    function _checkAccredited(address registrar) internal view {
        if (!_accreditation.isAccredited(registrar)) {
            revert MedicalIdentityNotAccredited(registrar);
        }
    }

    function _checkDeadline(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert MedicalIdentityExpired(deadline);
    }

    /// @dev Who sends the transaction has signed it, and need not sign once more.
    function _checkSigned(address signer, bytes32 digest, bytes calldata signature) internal view {
        if (signature.length == 0 && signer == msg.sender) return;
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert MedicalIdentityInvalidSignature(signer);
        }
    }

    function _isAuthority(address account) internal view returns (bool) {
        return account == _accreditation.authority();
    }

    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }
}
