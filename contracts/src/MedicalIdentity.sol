// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accreditation} from "./Accreditation.sol";
import {Guardianship} from "./identity/Guardianship.sol";
import {IdentityRecords} from "./identity/IdentityRecords.sol";

/**
 * @title MedicalIdentity
 * @notice Binds identity documents to accounts. A registrar (an accredited hospital) has the document
 * in its hands; registrar and patient agree with an EIP-712 signature each over the same message. On
 * chain stand only a salted commitment to the document's data and its one-way nullifier: neither can
 * be turned back into them.
 *
 * A person has one account at a time. A new document is added to it ({renew}). After the loss of the
 * account's key a registrar leads the person to a new account ({startRebinding}), which the lost
 * account can object to within the waiting period. One objection stops a move, however false; but who
 * has found or stolen the key cannot object for ever: a second hospital that has the person and a
 * document in front of it overrules the objection ({upholdRebinding}). So neither a stolen key nor one
 * dishonest hospital decides alone whose the history is. A child has an account of its own, whose key lies
 * in a guardian's wallet, until it is handed over to an account that the child alone holds. Whatever
 * moves, the history of the account that is left stays readable, and leads to its successor.
 *
 * @dev Each message names all that it does, a nonce (of the account that it speaks for) and a deadline,
 * within the domain of this chain and contract: it serves once, here, for this. Anybody may relay
 * messages; an account that sends the transaction itself may leave its signature empty. Accounts
 * that are contracts sign by ERC-1271; that is a static call, so it cannot re-enter. Nothing is ever
 * deleted, and an account that was left is never bound again.
 */
contract MedicalIdentity is Guardianship {
    /// @dev A move to `patient`, who is 0 where there is none. It waits until `completableAt`, which is 0
    /// while an objection stands: one was made at `objectedAt`, and `second` has not overruled it.
    struct Rebinding {
        address patient;
        uint64 objectedAt;
        address registrar;
        uint64 completableAt;
        bytes32 commitment;
        bytes32 nullifier;
        address second;
    }

    bytes32 private constant _BIND_TYPEHASH = keccak256(
        "Bind(address patient,address registrar,bytes32 commitment,bytes32 nullifier,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _RENEW_TYPEHASH = keccak256(
        "Renew(address patient,address registrar,bytes32 commitment,bytes32 nullifier,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _REBIND_TYPEHASH = keccak256(
        "Rebind(address lost,address patient,address registrar,bytes32 commitment,"
        "bytes32 nullifier,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _OBJECT_TYPEHASH = keccak256(
        "Object(address lost,address patient,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _UPHOLD_TYPEHASH = keccak256(
        "Uphold(address lost,address patient,address registrar,bytes32 nullifier,"
        "uint256 nonce,uint256 deadline)"
    );

    uint64 private immutable _waitingPeriod;
    mapping(address lost => Rebinding) private _rebindings;

    /// @notice A registrar says that the person of `lost` moves to `patient`, unless `lost` objects.
    event RebindingStarted(
        address indexed lost,
        address indexed patient,
        address indexed registrar,
        uint64 completableAt
    );
    /// @notice The lost account objected: it is not lost, or another has its key.
    event RebindingObjected(address indexed lost, address indexed patient);
    /// @notice A second registrar overruled the objection: from `completableAt` on `lost` moves.
    event RebindingUpheld(
        address indexed lost,
        address indexed patient,
        address indexed registrar,
        uint64 completableAt
    );
    /// @notice A registrar of the move or the authority took a rebinding back.
    event RebindingCancelled(address indexed lost, address indexed patient, address indexed by);

    /// @dev The waiting period has 1 second to 1 year.
    error MedicalIdentityInvalidWaitingPeriod(uint64 waitingPeriod);
    /// @dev Commitment and nullifier are digests, never zero.
    error MedicalIdentityZeroDigest();
    /// @dev The document is bound to an account already; `account` is its present one.
    error MedicalIdentityNullifierBound(bytes32 nullifier, address account);
    /// @dev The document presented was never bound to the lost account.
    error MedicalIdentityForeignDocument(bytes32 nullifier, address lost);
    /// @dev A rebinding of this account waits already.
    error MedicalIdentityRebindingPending(address lost, address patient);
    /// @dev No rebinding of this account to `patient` waits.
    error MedicalIdentityNoRebinding(address lost, address patient);
    /// @dev The waiting period lasts until then.
    error MedicalIdentityStillWaiting(uint64 completableAt);
    /// @dev The lost account objected, which was not overruled, or not within {hearingPeriod}.
    error MedicalIdentityObjectionStands(address lost, address patient);
    /// @dev The lost account objected before: a move is objected to once.
    error MedicalIdentityObjectedBefore(address lost, address patient);
    /// @dev There is no objection to overrule.
    error MedicalIdentityNoObjection(address lost, address patient);
    /// @dev Who started a move does not decide on the objection to it.
    error MedicalIdentitySameRegistrar(address registrar);

    /// @notice Takes its word on hospitals and the authority from `accreditation_` for ever.
    /// @param accreditation_ The contract that tells who may register patients.
    /// @param waitingPeriod_ Seconds in which a lost account can object to being replaced.
    constructor(
        Accreditation accreditation_,
        uint64 waitingPeriod_
    ) IdentityRecords(accreditation_) {
        if (waitingPeriod_ == 0 || waitingPeriod_ > 365 days) {
            revert MedicalIdentityInvalidWaitingPeriod(waitingPeriod_);
        }
        _waitingPeriod = waitingPeriod_;
    }

    /// @notice Seconds in which a lost account can object to being replaced.
    function waitingPeriod() public view returns (uint64) {
        return _waitingPeriod;
    }

    /// @notice Seconds after an objection in which a second registrar can overrule it.
    function hearingPeriod() public view returns (uint64) {
        return 6 * _waitingPeriod;
    }

    /**
     * @notice The move of a lost account that waits; all zero where there is none.
     * @return patient The new account.
     * @return registrar Who started the move.
     * @return completableAt From when on it can be completed; 0 while an objection stands.
     * @return objectedAt When the lost account objected; 0 where it has not.
     * @return second Who overruled the objection; 0 where nobody has.
     */
    function rebinding(
        address lost
    )
        public
        view
        returns (
            address patient,
            address registrar,
            uint64 completableAt,
            uint64 objectedAt,
            address second
        )
    {
        Rebinding storage pending = _rebindings[lost];
        return (
            pending.patient,
            pending.registrar,
            pending.completableAt,
            pending.objectedAt,
            pending.second
        );
    }

    /**
     * @notice Binds a first document to `patient`.
     * @param patient The patient's account.
     * @param registrar The accredited hospital that attests it.
     * @param commitment Salted digest of the document's data.
     * @param nullifier The same for the same document, whoever presents it.
     * @param nonce `nonces(patient)`.
     * @param deadline Last second in which the signatures are good.
     * @param patientSignature The patient's, over the EIP-712 type
     * `Bind(address patient,address registrar,bytes32 commitment,bytes32 nullifier,uint256 nonce,uint256 deadline)`.
     * @param registrarSignature The registrar's, over the same.
     */
    function bind(
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline,
        bytes calldata patientSignature,
        bytes calldata registrarSignature
    ) public {
        _checkDocument(registrar, commitment, nullifier, deadline);
        _checkUnbound(patient);
        _checkNullifierFree(nullifier);
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _documentDigest(
            _BIND_TYPEHASH,
            patient,
            registrar,
            commitment,
            nullifier,
            nonce,
            deadline
        );
        _checkSigned(patient, digest, patientSignature);
        _checkSigned(registrar, digest, registrarSignature);
        _bind(patient, registrar, commitment, nullifier);
    }

    /**
     * @notice Adds a new document to a bound account: a renewed passport, or the same one with a new
     * commitment. Parameters as in {bind}, signatures over `Renew(…)` with the members of `Bind`.
     */
    function renew(
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline,
        bytes calldata patientSignature,
        bytes calldata registrarSignature
    ) public {
        _checkDocument(registrar, commitment, nullifier, deadline);
        _checkBound(patient);
        if (accountOf(nullifier) != patient) _checkNullifierFree(nullifier);
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _documentDigest(
            _RENEW_TYPEHASH,
            patient,
            registrar,
            commitment,
            nullifier,
            nonce,
            deadline
        );
        _checkSigned(patient, digest, patientSignature);
        _checkSigned(registrar, digest, registrarSignature);
        _bind(patient, registrar, commitment, nullifier);
    }

    /**
     * @notice Starts the move from a lost account to a new one. From the end of the waiting period on
     * anybody completes it, unless the lost account objects or the registrar takes it back. A move that
     * was objected to gives way to a new one.
     * @param lost The account whose key is lost.
     * @param patient The new account.
     * @param registrar The accredited hospital that has the person and a document of it in front of it.
     * @param commitment Salted digest of that document's data.
     * @param nullifier That document's: one that was bound to `lost`, or to an account before it.
     * @param nonce `nonces(patient)`.
     * @param deadline Last second in which the signatures are good.
     * @param patientSignature The new account's, over the EIP-712 type
     * `Rebind(address lost,address patient,address registrar,bytes32 commitment,bytes32 nullifier,uint256 nonce,uint256 deadline)`.
     * @param registrarSignature The registrar's, over the same.
     */
    function startRebinding(
        address lost,
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline,
        bytes calldata patientSignature,
        bytes calldata registrarSignature
    ) public {
        _checkDocument(registrar, commitment, nullifier, deadline);
        _checkBound(lost);
        _checkUnbound(patient);
        if (accountOf(nullifier) != lost) revert MedicalIdentityForeignDocument(nullifier, lost);
        Rebinding storage pending = _rebindings[lost];
        if (pending.completableAt != 0) {
            revert MedicalIdentityRebindingPending(lost, pending.patient);
        }
        delete pending.objectedAt;
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _rebindDigest(
            lost,
            patient,
            registrar,
            commitment,
            nullifier,
            nonce,
            deadline
        );
        _checkSigned(patient, digest, patientSignature);
        _checkSigned(registrar, digest, registrarSignature);
        uint64 completableAt = _now() + _waitingPeriod;
        pending.patient = patient;
        pending.registrar = registrar;
        pending.completableAt = completableAt;
        pending.commitment = commitment;
        pending.nullifier = nullifier;
        emit RebindingStarted(lost, patient, registrar, completableAt);
    }

    /**
     * @notice The account that was said to be lost objects, once to a move; as long as that is not
     * completed, also after the waiting period. The move stops until a second registrar overrules the
     * objection, which it need not do.
     * @param lost The account.
     * @param patient Where it was to move to.
     * @param nonce `nonces(lost)`.
     * @param deadline Last second in which the signature is good.
     * @param signature Of `lost`, over the EIP-712 type
     * `Object(address lost,address patient,uint256 nonce,uint256 deadline)`.
     */
    function objectToRebinding(
        address lost,
        address patient,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        _checkDeadline(deadline);
        Rebinding storage pending = _pending(lost, patient);
        if (pending.objectedAt != 0) revert MedicalIdentityObjectedBefore(lost, patient);
        _useCheckedNonce(lost, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_OBJECT_TYPEHASH, lost, patient, nonce, deadline))
        );
        _checkSigned(lost, digest, signature);
        pending.objectedAt = _now();
        pending.completableAt = 0;
        emit RebindingObjected(lost, patient);
    }

    /**
     * @notice A second registrar overrules the objection of an account whose key another has. It must
     * be another hospital than the one that started the move, hear both, and have the person and a
     * document of it in front of it: it asks for that document's nullifier itself. A second waiting
     * period begins, without another objection, in which either registrar or the authority can still
     * take the move back: two hospitals that conspire are seen before they succeed.
     * @param lost The account that objected.
     * @param patient Where it is to move to.
     * @param registrar The second registrar.
     * @param nullifier Of a document that was bound to `lost`, or to an account before it.
     * @param nonce `nonces(patient)`.
     * @param deadline Last second in which the signatures are good.
     * @param patientSignature The new account's, over the EIP-712 type
     * `Uphold(address lost,address patient,address registrar,bytes32 nullifier,uint256 nonce,uint256 deadline)`.
     * @param registrarSignature The second registrar's, over the same.
     */
    function upholdRebinding(
        address lost,
        address patient,
        address registrar,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline,
        bytes calldata patientSignature,
        bytes calldata registrarSignature
    ) public {
        _checkDeadline(deadline);
        _checkAccredited(registrar);
        Rebinding storage pending = _pending(lost, patient);
        _checkOverrulable(pending, lost, patient);
        if (pending.registrar == registrar) revert MedicalIdentitySameRegistrar(registrar);
        if (accountOf(nullifier) != lost) revert MedicalIdentityForeignDocument(nullifier, lost);
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(_UPHOLD_TYPEHASH, lost, patient, registrar, nullifier, nonce, deadline)
            )
        );
        _checkSigned(patient, digest, patientSignature);
        _checkSigned(registrar, digest, registrarSignature);
        uint64 completableAt = _now() + _waitingPeriod;
        pending.completableAt = completableAt;
        pending.second = registrar;
        emit RebindingUpheld(lost, patient, registrar, completableAt);
    }

    /// @notice A registrar that started or upheld a move, or the authority, takes it back.
    function cancelRebinding(address lost, address patient) public {
        Rebinding storage pending = _pending(lost, patient);
        bool registrar = msg.sender == pending.registrar || msg.sender == pending.second;
        if (!registrar && !_isAuthority(msg.sender)) {
            revert MedicalIdentityUnauthorized(msg.sender);
        }
        delete _rebindings[lost];
        emit RebindingCancelled(lost, patient, msg.sender);
    }

    /**
     * @notice Completes a move after the waiting period; anybody may. Not while an objection stands,
     * nor while a registrar of it is suspended: what a hospital started with a stolen account goes no
     * further.
     */
    function completeRebinding(address lost, address patient) public {
        Rebinding memory pending = _pending(lost, patient);
        if (pending.completableAt == 0) revert MedicalIdentityObjectionStands(lost, patient);
        if (block.timestamp < pending.completableAt) {
            revert MedicalIdentityStillWaiting(pending.completableAt);
        }
        _checkAccredited(pending.registrar);
        if (pending.second != address(0)) _checkAccredited(pending.second);
        // A dependant's account may have been handed over meanwhile.
        _checkBound(lost);
        _checkUnbound(patient);
        delete _rebindings[lost];
        _move(lost, patient);
        _bind(patient, pending.registrar, pending.commitment, pending.nullifier);
    }

    function _checkOverrulable(
        Rebinding storage pending,
        address lost,
        address patient
    ) private view {
        if (pending.objectedAt == 0 || pending.completableAt != 0) {
            revert MedicalIdentityNoObjection(lost, patient);
        }
        if (block.timestamp > pending.objectedAt + hearingPeriod()) {
            revert MedicalIdentityObjectionStands(lost, patient);
        }
    }

    function _checkNullifierFree(bytes32 nullifier) private view {
        address other = accountOf(nullifier);
        if (other != address(0)) revert MedicalIdentityNullifierBound(nullifier, other);
    }

    function _checkDocument(
        address registrar,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 deadline
    ) private view {
        _checkAccredited(registrar);
        if (commitment == 0 || nullifier == 0) revert MedicalIdentityZeroDigest();
        _checkDeadline(deadline);
    }

    function _pending(
        address lost,
        address patient
    ) private view returns (Rebinding storage pending) {
        pending = _rebindings[lost];
        if (pending.patient == address(0) || pending.patient != patient) {
            revert MedicalIdentityNoRebinding(lost, patient);
        }
    }

    function _documentDigest(
        bytes32 typehash,
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline
    ) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(typehash, patient, registrar, commitment, nullifier, nonce, deadline)
                )
            );
    }

    function _rebindDigest(
        address lost,
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier,
        uint256 nonce,
        uint256 deadline
    ) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        _REBIND_TYPEHASH,
                        lost,
                        patient,
                        registrar,
                        commitment,
                        nullifier,
                        nonce,
                        deadline
                    )
                )
            );
    }
}
