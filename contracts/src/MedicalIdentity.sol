// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {Accreditation} from "./Accreditation.sol";
import {CalendarYear} from "./libraries/CalendarYear.sol";

/**
 * @title MedicalIdentity
 * @notice Binds identity documents to accounts. A registrar (an accredited hospital) has the document
 * in its hands; registrar and patient agree with an EIP-712 signature each over the same message. On
 * chain stand only a salted commitment to the document's data and its one-way nullifier: neither can
 * be turned back into them.
 *
 * A person has one account at a time. A new document is added to it ({renew}). After the loss of the
 * account's key a registrar leads the person to a new account ({startRebinding}), which the lost
 * account can object to within the waiting period. A child has an account of its own, whose key lies
 * in a guardian's wallet, until it is handed over to an account that the child alone holds. Whatever
 * moves, the history of the account that is left stays readable, and leads to its successor.
 *
 * @dev Each message names all that it does, a nonce (of the account that it speaks for) and a deadline,
 * within the domain of this chain and contract: it serves once, here, for this. Anybody may relay
 * messages; an account that sends the transaction itself may leave its signature empty. Accounts
 * that are contracts sign by ERC-1271; that is a static call, so it cannot re-enter. Nothing is ever
 * deleted, and an account that was left is never bound again.
 */
contract MedicalIdentity is EIP712, Nonces {
    /// @notice A document that was bound to an account, by whom and when.
    struct Document {
        bytes32 commitment;
        bytes32 nullifier;
        address registrar;
        uint64 boundAt;
    }

    /// @dev A move to `patient` that waits; `completableAt` is 0 where there is none.
    struct Rebinding {
        address patient;
        address registrar;
        uint64 completableAt;
        bytes32 commitment;
        bytes32 nullifier;
    }

    /// @notice Who may act for a dependant, attested by whom, since and until when (0: still).
    struct Guardian {
        address account;
        address registrar;
        uint64 since;
        uint64 until;
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
    bytes32 private constant _APPOINT_TYPEHASH = keccak256(
        "Appoint(address dependant,address guardian,address registrar,uint16 majorityYear,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _HAND_OVER_TYPEHASH = keccak256(
        "HandOver(address dependant,address patient,address by,uint256 nonce,uint256 deadline)"
    );

    Accreditation private immutable _accreditation;
    uint64 private immutable _waitingPeriod;
    mapping(address patient => Document[]) private _documents;
    mapping(bytes32 nullifier => address) private _accounts;
    mapping(address account => address) private _successors;
    mapping(address account => address) private _predecessors;
    mapping(address lost => Rebinding) private _rebindings;
    mapping(address dependant => Guardian[]) private _guardians;
    mapping(address dependant => uint16) private _majorityYears;

    /// @notice A document was bound to an account, as its first one or as a new one.
    event Bound(
        address indexed patient,
        address indexed registrar,
        bytes32 indexed nullifier,
        bytes32 commitment,
        uint64 boundAt
    );
    /// @notice A registrar says that the person of `lost` moves to `patient`, unless `lost` objects.
    event RebindingStarted(
        address indexed lost,
        address indexed patient,
        address indexed registrar,
        uint64 completableAt
    );
    /// @notice The lost account objected: it is not lost.
    event RebindingObjected(address indexed lost, address indexed patient);
    /// @notice The registrar or the authority took a rebinding back.
    event RebindingCancelled(address indexed lost, address indexed patient, address indexed by);
    /// @notice What `previous` was, `current` is from now on.
    event Moved(address indexed previous, address indexed current, uint64 time);
    /// @notice A guardian may act for a dependant.
    event GuardianAppointed(
        address indexed dependant,
        address indexed guardian,
        address indexed registrar,
        uint16 majorityYear,
        uint64 time
    );
    /// @notice A guardian may no longer act for a dependant.
    event GuardianEnded(address indexed dependant, address indexed guardian, uint64 time);

    /// @dev There is no contract at the address given for {Accreditation}.
    error MedicalIdentityInvalidAccreditation(address accreditation);
    /// @dev The waiting period has 1 second to 1 year.
    error MedicalIdentityInvalidWaitingPeriod(uint64 waitingPeriod);
    /// @dev The registrar is not an accredited hospital now.
    error MedicalIdentityNotAccredited(address registrar);
    /// @dev The caller may not do this.
    error MedicalIdentityUnauthorized(address account);
    /// @dev Commitment and nullifier are digests, never zero.
    error MedicalIdentityZeroDigest();
    /// @dev The signatures were good until `deadline` only.
    error MedicalIdentityExpired(uint256 deadline);
    /// @dev The account has a document already.
    error MedicalIdentityAccountBound(address patient);
    /// @dev The account has no document.
    error MedicalIdentityAccountNotBound(address patient);
    /// @dev The account was left for another one.
    error MedicalIdentityAccountReplaced(address account, address successor);
    /// @dev The document is bound to an account already; `account` is its present one.
    error MedicalIdentityNullifierBound(bytes32 nullifier, address account);
    /// @dev The document presented was never bound to the lost account.
    error MedicalIdentityForeignDocument(bytes32 nullifier, address lost);
    /// @dev The account did not sign this.
    error MedicalIdentityInvalidSignature(address signer);
    /// @dev A rebinding of this account waits already.
    error MedicalIdentityRebindingPending(address lost, address patient);
    /// @dev No rebinding of this account to `patient` waits.
    error MedicalIdentityNoRebinding(address lost, address patient);
    /// @dev The lost account may still object until then.
    error MedicalIdentityStillWaiting(uint64 completableAt);
    /// @dev A dependant comes of age in a later year than this, within 100 years, and always the same.
    error MedicalIdentityInvalidMajority(uint16 majorityYear);
    /// @dev An account is no guardian of itself; a guardian is appointed once.
    error MedicalIdentityInvalidGuardian(address guardian);
    /// @dev The account is not a guardian of this dependant now.
    error MedicalIdentityNotGuardian(address dependant, address account);
    /// @dev The account has no guardian: it is nobody's dependant.
    error MedicalIdentityNotDependant(address account);

    /// @notice Takes its word on hospitals and the authority from `accreditation_` for ever.
    /// @param accreditation_ The contract that tells who may register patients.
    /// @param waitingPeriod_ Seconds in which a lost account can object to being replaced.
    constructor(
        Accreditation accreditation_,
        uint64 waitingPeriod_
    ) EIP712("Salus MedicalIdentity", "1") {
        if (address(accreditation_).code.length == 0) {
            revert MedicalIdentityInvalidAccreditation(address(accreditation_));
        }
        if (waitingPeriod_ == 0 || waitingPeriod_ > 365 days) {
            revert MedicalIdentityInvalidWaitingPeriod(waitingPeriod_);
        }
        _accreditation = accreditation_;
        _waitingPeriod = waitingPeriod_;
    }

    /// @notice The contract that tells who is an accredited hospital.
    function accreditation() public view returns (Accreditation) {
        return _accreditation;
    }

    /// @notice Seconds in which a lost account can object to being replaced.
    function waitingPeriod() public view returns (uint64) {
        return _waitingPeriod;
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
        Document[] storage history = _documents[patient];
        Document storage newest = history[history.length - 1];
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

    /// @notice The move of a lost account that waits; all zero where there is none.
    function rebinding(
        address lost
    ) public view returns (address patient, address registrar, uint64 completableAt) {
        Rebinding storage pending = _rebindings[lost];
        return (pending.patient, pending.registrar, pending.completableAt);
    }

    /// @notice Everybody who was ever a guardian of a dependant, oldest first.
    function guardians(address dependant) public view returns (Guardian[] memory) {
        return _guardians[dependant];
    }

    /// @notice The second from which on a dependant needs no guardian's word; 0 for no dependant.
    function majorityOf(address dependant) public view returns (uint64) {
        uint16 year = _majorityYears[dependant];
        return year == 0 ? 0 : CalendarYear.start(year);
    }

    /// @notice Whether `account` may act for the dependant now.
    function isGuardian(address dependant, address account) public view returns (bool) {
        if (_successors[dependant] != address(0)) return false;
        if (block.timestamp >= majorityOf(dependant)) return false;
        (bool found, ) = _guardian(dependant, account);
        return found;
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
     * anybody completes it, unless the lost account objects or the registrar takes it back.
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
     * @notice The account that was said to be lost objects, which ends the move; as long as it is not
     * completed, also after the waiting period.
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
        _pending(lost, patient);
        _useCheckedNonce(lost, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_OBJECT_TYPEHASH, lost, patient, nonce, deadline))
        );
        _checkSigned(lost, digest, signature);
        delete _rebindings[lost];
        emit RebindingObjected(lost, patient);
    }

    /// @notice The registrar that started a move, or the authority, takes it back.
    function cancelRebinding(address lost, address patient) public {
        Rebinding storage pending = _pending(lost, patient);
        if (msg.sender != pending.registrar && msg.sender != _accreditation.authority()) {
            revert MedicalIdentityUnauthorized(msg.sender);
        }
        delete _rebindings[lost];
        emit RebindingCancelled(lost, patient, msg.sender);
    }

    /**
     * @notice Completes a move after the waiting period; anybody may. Not while its registrar is
     * suspended: what a hospital started with a stolen account goes no further.
     */
    function completeRebinding(address lost, address patient) public {
        Rebinding memory pending = _pending(lost, patient);
        if (block.timestamp < pending.completableAt) {
            revert MedicalIdentityStillWaiting(pending.completableAt);
        }
        _checkAccredited(pending.registrar);
        _checkUnbound(patient);
        delete _rebindings[lost];
        _move(lost, patient);
        _bind(patient, pending.registrar, pending.commitment, pending.nullifier);
    }

    /**
     * @notice Records a guardian of a dependant, whose account is bound and whose key the (first)
     * guardian holds.
     * @param dependant The child's account.
     * @param guardian The guardian's account.
     * @param registrar The accredited hospital that saw the papers.
     * @param majorityYear The calendar year from whose start (UTC) on the dependant acts alone: the one
     * after the birthday that brings majority, so that no birthday can be read from it.
     * @param nonce `nonces(dependant)`.
     * @param deadline Last second in which the signatures are good.
     * @param dependantSignature Of the dependant's account, over the EIP-712 type
     * `Appoint(address dependant,address guardian,address registrar,uint16 majorityYear,uint256 nonce,uint256 deadline)`.
     * @param guardianSignature The guardian's, over the same.
     * @param registrarSignature The registrar's, over the same.
     */
    function appointGuardian(
        address dependant,
        address guardian,
        address registrar,
        uint16 majorityYear,
        uint256 nonce,
        uint256 deadline,
        bytes calldata dependantSignature,
        bytes calldata guardianSignature,
        bytes calldata registrarSignature
    ) public {
        _checkDeadline(deadline);
        _checkAccredited(registrar);
        _checkBound(dependant);
        _checkGuardian(dependant, guardian);
        _checkMajority(dependant, majorityYear);
        _useCheckedNonce(dependant, nonce);
        bytes32 digest = _appointDigest(
            dependant,
            guardian,
            registrar,
            majorityYear,
            nonce,
            deadline
        );
        _checkSigned(dependant, digest, dependantSignature);
        _checkSigned(guardian, digest, guardianSignature);
        _checkSigned(registrar, digest, registrarSignature);
        _majorityYears[dependant] = majorityYear;
        _guardians[dependant].push(Guardian(guardian, registrar, _now(), 0));
        emit GuardianAppointed(dependant, guardian, registrar, majorityYear, _now());
    }

    /**
     * @notice Ends a guardianship. The guardian may, and the authority, where a court decided so; the
     * dependant's binding should then be handed over to an account whose key that guardian never had.
     */
    function endGuardianship(address dependant, address guardian) public {
        (bool found, uint256 index) = _guardian(dependant, guardian);
        if (!found) revert MedicalIdentityNotGuardian(dependant, guardian);
        if (msg.sender != guardian && msg.sender != _accreditation.authority()) {
            revert MedicalIdentityUnauthorized(msg.sender);
        }
        _guardians[dependant][index].until = _now();
        emit GuardianEnded(dependant, guardian, _now());
    }

    /**
     * @notice Hands a dependant's binding over to an account of its own. A guardian agrees until the
     * dependant comes of age, and from then on a registrar, which has the person in front of it: no
     * guardian can keep what belongs to an adult. Guardians of the old account are not guardians of the
     * new one.
     * @param dependant The account whose key a guardian holds.
     * @param patient The dependant's own account.
     * @param by The guardian or registrar.
     * @param nonce `nonces(patient)`.
     * @param deadline Last second in which the signatures are good.
     * @param patientSignature The own account's, over the EIP-712 type
     * `HandOver(address dependant,address patient,address by,uint256 nonce,uint256 deadline)`.
     * @param bySignature Of `by`, over the same.
     */
    function handOver(
        address dependant,
        address patient,
        address by,
        uint256 nonce,
        uint256 deadline,
        bytes calldata patientSignature,
        bytes calldata bySignature
    ) public {
        _checkDeadline(deadline);
        _checkBound(dependant);
        _checkUnbound(patient);
        if (_guardians[dependant].length == 0) revert MedicalIdentityNotDependant(dependant);
        if (block.timestamp >= majorityOf(dependant)) _checkAccredited(by);
        else if (!isGuardian(dependant, by)) revert MedicalIdentityNotGuardian(dependant, by);
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_HAND_OVER_TYPEHASH, dependant, patient, by, nonce, deadline))
        );
        _checkSigned(patient, digest, patientSignature);
        _checkSigned(by, digest, bySignature);
        delete _rebindings[dependant];
        Document[] storage history = _documents[dependant];
        Document memory newest = history[history.length - 1];
        _move(dependant, patient);
        _bind(patient, newest.registrar, newest.commitment, newest.nullifier);
    }

    function _bind(
        address patient,
        address registrar,
        bytes32 commitment,
        bytes32 nullifier
    ) private {
        _documents[patient].push(Document(commitment, nullifier, registrar, _now()));
        _accounts[nullifier] = patient;
        emit Bound(patient, registrar, nullifier, commitment, _now());
    }

    /// @dev `current` must be unbound: then it was never part of a move, and moves make no circle.
    function _move(address previous, address current) private {
        _successors[previous] = current;
        _predecessors[current] = previous;
        emit Moved(previous, current, _now());
    }

    function _isBound(address account) private view returns (bool) {
        return _documents[account].length != 0 && _successors[account] == address(0);
    }

    function _checkBound(address account) private view {
        address successor = _successors[account];
        if (successor != address(0)) revert MedicalIdentityAccountReplaced(account, successor);
        if (_documents[account].length == 0) revert MedicalIdentityAccountNotBound(account);
    }

    function _checkUnbound(address account) private view {
        address successor = _successors[account];
        if (successor != address(0)) revert MedicalIdentityAccountReplaced(account, successor);
        if (_documents[account].length != 0) revert MedicalIdentityAccountBound(account);
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

    function _checkAccredited(address registrar) private view {
        if (!_accreditation.isAccredited(registrar)) {
            revert MedicalIdentityNotAccredited(registrar);
        }
    }

    function _checkDeadline(uint256 deadline) private view {
        if (block.timestamp > deadline) revert MedicalIdentityExpired(deadline);
    }

    /// @dev Who sends the transaction has signed it, and need not sign once more.
    function _checkSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        if (signature.length == 0 && signer == msg.sender) return;
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert MedicalIdentityInvalidSignature(signer);
        }
    }

    function _pending(
        address lost,
        address patient
    ) private view returns (Rebinding storage pending) {
        pending = _rebindings[lost];
        if (pending.completableAt == 0 || pending.patient != patient) {
            revert MedicalIdentityNoRebinding(lost, patient);
        }
    }

    function _checkGuardian(address dependant, address guardian) private view {
        (bool found, ) = _guardian(dependant, guardian);
        if (found || guardian == dependant) revert MedicalIdentityInvalidGuardian(guardian);
    }

    function _checkMajority(address dependant, uint16 majorityYear) private view {
        uint16 known = _majorityYears[dependant];
        bool agrees = known == 0 || known == majorityYear;
        bool ahead =
            CalendarYear.start(majorityYear) > block.timestamp &&
                CalendarYear.start(majorityYear) < block.timestamp + 100 * 365 days;
        if (!agrees || !ahead) revert MedicalIdentityInvalidMajority(majorityYear);
    }

    /// @dev A guardian who moved to another account is a guardian with that one.
    function _guardian(
        address dependant,
        address account
    ) private view returns (bool found, uint256 index) {
        Guardian[] storage list = _guardians[dependant];
        uint256 length = list.length;
        for (uint256 i = 0; i < length; ++i) {
            if (list[i].until == 0 && currentOf(list[i].account) == account) return (true, i);
        }
        return (false, 0);
    }

    function _now() private view returns (uint64) {
        return uint64(block.timestamp);
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

    function _appointDigest(
        address dependant,
        address guardian,
        address registrar,
        uint16 majorityYear,
        uint256 nonce,
        uint256 deadline
    ) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        _APPOINT_TYPEHASH,
                        dependant,
                        guardian,
                        registrar,
                        majorityYear,
                        nonce,
                        deadline
                    )
                )
            );
    }
}
