// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CalendarYear} from "../libraries/CalendarYear.sol";
import {IdentityRecords} from "./IdentityRecords.sol";

/**
 * @title Guardianship
 * @notice The part of {MedicalIdentity} that knows who acts for whom: a child has an account of its own,
 * whose key lies in a guardian's wallet, until it is handed over to an account that the child alone
 * holds.
 */
abstract contract Guardianship is IdentityRecords {
    /// @notice Who may act for a dependant, attested by whom, since and until when (0: still).
    struct Guardian {
        address account;
        address registrar;
        uint64 since;
        uint64 until;
    }

    bytes32 private constant _APPOINT_TYPEHASH = keccak256(
        "Appoint(address dependant,address guardian,address registrar,uint16 majorityYear,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _HAND_OVER_TYPEHASH = keccak256(
        "HandOver(address dependant,address patient,address by,uint256 nonce,uint256 deadline)"
    );

    mapping(address dependant => Guardian[]) private _guardians;
    mapping(address dependant => uint16) private _majorityYears;

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

    /// @dev A dependant comes of age in a later year than this, within 100 years, and always the same.
    error MedicalIdentityInvalidMajority(uint16 majorityYear);
    /// @dev An account is no guardian of itself; a guardian is appointed once.
    error MedicalIdentityInvalidGuardian(address guardian);
    /// @dev The account is not a guardian of this dependant now.
    error MedicalIdentityNotGuardian(address dependant, address account);
    /// @dev The dependant came of age: its account moves like that of any adult.
    error MedicalIdentityOfAge(address dependant);
    /// @dev The account has no guardian: it is nobody's dependant.
    error MedicalIdentityNotDependant(address account);

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
        if (!_isBound(dependant)) return false;
        if (block.timestamp >= majorityOf(dependant)) return false;
        (bool found, ) = _guardian(dependant, account);
        return found;
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
        if (msg.sender != guardian && !_isAuthority(msg.sender)) {
            revert MedicalIdentityUnauthorized(msg.sender);
        }
        _guardians[dependant][index].until = _now();
        emit GuardianEnded(dependant, guardian, _now());
    }

    /**
     * @notice Hands a dependant's binding over to an account of its own, with a guardian's word. From
     * majority on it moves like that of any adult ({MedicalIdentity-startRebinding}): a registrar has the
     * person and the document in front of it, there is time to object, and a second registrar upholds
     * it where a guardian does not let go. So neither a guardian nor one registrar alone takes what
     * belongs to an adult. Guardians of the old account are not guardians of the new one.
     * @param dependant The account whose key a guardian holds.
     * @param patient The dependant's own account.
     * @param by The guardian.
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
        if (block.timestamp >= majorityOf(dependant)) revert MedicalIdentityOfAge(dependant);
        if (!isGuardian(dependant, by)) revert MedicalIdentityNotGuardian(dependant, by);
        _useCheckedNonce(patient, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_HAND_OVER_TYPEHASH, dependant, patient, by, nonce, deadline))
        );
        _checkSigned(patient, digest, patientSignature);
        _checkSigned(by, digest, bySignature);
        Document memory newest = _newest(dependant);
        _move(dependant, patient);
        _bind(patient, newest.registrar, newest.commitment, newest.nullifier);
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
