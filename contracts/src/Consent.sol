// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Accreditation} from "./Accreditation.sol";

/**
 * @title Consent
 * @notice Which grants of access to medical records stand, and since when they do not. A grant is a
 * document that stays with the patient and the grantee; here stands its salted hash alone, under an
 * account that the patient made for that one grantee. So nobody learns from the chain who shows what
 * to whom, nor that two grants are of one patient.
 *
 * Beside grants: the patient's opting into emergency access, which two institutions together open
 * for a limited time and in the sight of everybody; and the digest of a patient's present public keys, so
 * that no operator can put others in their place.
 *
 * Guardians do not stand here: {MedicalIdentity} says who may act for whom and until when, and a
 * grant names the guardian in the document. A guardian's grant counts while `isGuardian` says so.
 *
 * @dev Every message is EIP-712 within the domain of this chain and contract, with a nonce and a
 * deadline. Nonces have no order: each serves once, and messages come in any order. A revocation
 * may come before its grant, which then never counts. Anybody may relay; the signer that sends the
 * transaction itself may leave its signature empty. Accounts that are contracts sign by ERC-1271, a
 * static call, which cannot re-enter. Nothing is ever deleted.
 *
 * All times are block timestamps (Unix seconds), all intervals are closed.
 */
contract Consent is EIP712 {
    /// @notice What became of a grant.
    enum Status {
        None,
        Granted,
        Revoked
    }

    /// @dev One slot.
    struct Grant {
        uint64 from;
        uint64 until;
        uint64 grantedAt;
        uint64 revokedAt;
    }

    /**
     * @notice What an account opted into.
     * @param delay Seconds between two institutions' word and the opening, in which to opt out.
     * @param window Seconds that an opening lasts.
     * @param optedInAt 0 while it has not.
     * @param optedOutAt 0 while it has not.
     */
    struct Emergency {
        uint32 delay;
        uint32 window;
        uint64 optedInAt;
        uint64 optedOutAt;
    }

    /// @notice One breaking of the glass: `first` and `second` may read in [from, until].
    struct Opening {
        address first;
        uint64 from;
        address second;
        uint64 until;
        bytes32 reason;
    }

    /// @notice The digest of an account's present public keys, its epoch and when it was announced.
    struct Keys {
        bytes32 digest;
        uint64 epoch;
        uint64 announcedAt;
    }

    // The grant's members stand in the message, so that a wallet shows what is signed; the contract
    // gets their struct hash alone.
    bytes32 private constant _GIVE_TYPEHASH = keccak256(
        "Give(Grant grant,uint64 from,uint64 until,uint256 nonce,uint256 deadline)"
        "Folder(string name,uint64 epoch,bytes key)"
        "Grant(uint8 version,bytes32 patient,address grantor,address grantee,bytes granteeKey,"
        "string purpose,string access,Folder[] folders,bytes16[] records,uint64 from,uint64 until,"
        "address dependant,address guardian,bytes32 salt)"
    );
    bytes32 private constant _REVOKE_TYPEHASH = keccak256(
        "Revoke(address grantor,bytes32 grantHash,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _OPT_IN_TYPEHASH = keccak256(
        "OptIn(address account,bytes32 emergencyHash,uint32 delay,uint32 window,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _OPT_OUT_TYPEHASH = keccak256(
        "OptOut(address account,bytes32 emergencyHash,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _BREAK_GLASS_TYPEHASH = keccak256(
        "BreakGlass(address account,bytes32 emergencyHash,address first,address second,"
        "bytes32 reason,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _ANNOUNCE_TYPEHASH = keccak256(
        "Announce(address account,bytes32 digest,uint64 epoch,uint256 nonce,uint256 deadline)"
    );
    /// @dev A day, in which to opt out, is as long as an emergency can wait.
    uint32 private constant _MAX_DELAY = 1 days;
    /// @dev What lasts longer is no emergency: the patient or a guardian grants it.
    uint32 private constant _MAX_WINDOW = 7 days;

    Accreditation private immutable _accreditation;
    mapping(address grantor => mapping(bytes32 grantHash => Grant)) private _grants;
    mapping(address account => mapping(bytes32 emergencyHash => Emergency)) private _emergencies;
    mapping(address account => mapping(bytes32 emergencyHash => Opening[])) private _openings;
    mapping(address account => Keys) private _keys;
    mapping(address account => mapping(uint256 word => uint256)) private _usedNonces;

    /// @notice A grant stands from now on, and counts in [from, until].
    event Granted(
        address indexed grantor,
        bytes32 indexed grantHash,
        uint64 from,
        uint64 until,
        uint64 grantedAt
    );
    /// @notice A grant does not count from now on, and never will.
    event Revoked(address indexed grantor, bytes32 indexed grantHash, uint64 revokedAt);
    /// @notice An account lets two institutions open its emergency folder.
    event OptedIn(
        address indexed account,
        bytes32 indexed emergencyHash,
        uint32 delay,
        uint32 window,
        uint64 optedInAt
    );
    /// @notice An account lets nobody open its emergency folder any more; what was open is closed.
    event OptedOut(address indexed account, bytes32 indexed emergencyHash, uint64 optedOutAt);
    /// @notice Two institutions opened an emergency folder. `reason` is a salted digest of who was
    /// there and why, which they must show to the patient.
    event GlassBroken(
        address indexed account,
        address indexed first,
        address indexed second,
        bytes32 emergencyHash,
        bytes32 reason,
        uint64 from,
        uint64 until
    );
    /// @notice An account's public keys are those of this digest from now on.
    event KeysAnnounced(
        address indexed account,
        uint64 indexed epoch,
        bytes32 digest,
        uint64 announcedAt
    );

    /// @dev There is no contract at the address given for {Accreditation}.
    error ConsentInvalidAccreditation(address accreditation);
    /// @dev Hashes and digests are never zero.
    error ConsentZeroDigest();
    /// @dev The signature was good until `deadline` only.
    error ConsentExpired(uint256 deadline);
    /// @dev The account did not sign this.
    error ConsentInvalidSignature(address signer);
    /// @dev The account used this nonce already.
    error ConsentNonceUsed(address account, uint256 nonce);
    /// @dev A grant ends no earlier than it begins, and not in the past.
    error ConsentInvalidTerm(uint64 from, uint64 until);
    /// @dev The grant stands already.
    error ConsentAlreadyGranted(address grantor, bytes32 grantHash);
    /// @dev The grant was revoked, perhaps before it came here; that is final.
    error ConsentAlreadyRevoked(address grantor, bytes32 grantHash);
    /// @dev A window has 1 second to 7 days, a delay at most 1 day.
    error ConsentInvalidPolicy(uint32 delay, uint32 window);
    /// @dev The account opted into this already.
    error ConsentAlreadyOptedIn(address account, bytes32 emergencyHash);
    /// @dev The account opted out of this, perhaps before it came here; that is final.
    error ConsentAlreadyOptedOut(address account, bytes32 emergencyHash);
    /// @dev The account never opted into this.
    error ConsentNotOptedIn(address account, bytes32 emergencyHash);
    /// @dev The account is not an accredited hospital now.
    error ConsentNotAccredited(address institution);
    /// @dev The two accounts are of one institution.
    error ConsentSameInstitution(address first, address second);
    /// @dev An announcement's epoch is higher than the one before.
    error ConsentStaleEpoch(uint64 epoch, uint64 current);

    /// @notice Takes its word on institutions from `accreditation_` for ever.
    /// @param accreditation_ The contract that tells who may break the glass.
    constructor(Accreditation accreditation_) EIP712("Salus Consent", "1") {
        if (address(accreditation_).code.length == 0) {
            revert ConsentInvalidAccreditation(address(accreditation_));
        }
        _accreditation = accreditation_;
    }

    /// @notice The contract that tells who is an accredited hospital.
    function accreditation() public view returns (Accreditation) {
        return _accreditation;
    }

    /**
     * @notice What became of a grant. One that was revoked before it came here has `grantedAt` 0.
     * Whether it counts at a time, the reader decides from `status`, `from` and `until`.
     */
    function statusOf(
        address grantor,
        bytes32 grantHash
    )
        public
        view
        returns (Status status, uint64 from, uint64 until, uint64 grantedAt, uint64 revokedAt)
    {
        Grant memory known = _grants[grantor][grantHash];
        if (known.revokedAt != 0) status = Status.Revoked;
        else if (known.grantedAt != 0) status = Status.Granted;
        return (status, known.from, known.until, known.grantedAt, known.revokedAt);
    }

    /// @notice What an account opted into; all zero where it never did.
    function emergencyOf(
        address account,
        bytes32 emergencyHash
    ) public view returns (Emergency memory) {
        return _emergencies[account][emergencyHash];
    }

    /// @notice Every breaking of this glass, oldest first.
    function openings(
        address account,
        bytes32 emergencyHash
    ) public view returns (Opening[] memory) {
        return _openings[account][emergencyHash];
    }

    /**
     * @notice Whether the institution may read the emergency folder now: it broke the glass with
     * another, the window lasts, the account has not opted out, and the institution is still accredited.
     */
    function isOpen(
        address account,
        bytes32 emergencyHash,
        address institution
    ) public view returns (bool) {
        if (_emergencies[account][emergencyHash].optedOutAt != 0) return false;
        if (!_accreditation.isAccredited(institution)) return false;
        Opening[] storage list = _openings[account][emergencyHash];
        uint256 length = list.length;
        for (uint256 i = 0; i < length; ++i) {
            Opening storage opening = list[i];
            bool named = opening.first == institution || opening.second == institution;
            if (named && block.timestamp >= opening.from && block.timestamp <= opening.until) {
                return true;
            }
        }
        return false;
    }

    /// @notice The digest of an account's present public keys; all zero where it announced none.
    function keysOf(address account) public view returns (Keys memory) {
        return _keys[account];
    }

    /// @notice Whether an account used a nonce.
    function nonceUsed(address account, uint256 nonce) public view returns (bool) {
        return _usedNonces[account][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /**
     * @notice Puts a grant in force.
     * @param grantor The account that the patient made for this grantee.
     * @param grantHash The EIP-712 struct hash of the grant.
     * @param from First second in which it counts.
     * @param until Last second in which it counts.
     * @param nonce One that `grantor` has not used.
     * @param deadline Last second in which the signature is good.
     * @param signature The grantor's, over the EIP-712 type
     * `Give(Grant grant,uint64 from,uint64 until,uint256 nonce,uint256 deadline)`.
     */
    function grant(
        address grantor,
        bytes32 grantHash,
        uint64 from,
        uint64 until,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        _checkMessage(grantHash, deadline);
        if (from > until || until < block.timestamp) revert ConsentInvalidTerm(from, until);
        Grant storage known = _grants[grantor][grantHash];
        if (known.revokedAt != 0) revert ConsentAlreadyRevoked(grantor, grantHash);
        if (known.grantedAt != 0) revert ConsentAlreadyGranted(grantor, grantHash);
        _useNonce(grantor, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_GIVE_TYPEHASH, grantHash, from, until, nonce, deadline))
        );
        _checkSigned(grantor, digest, signature);
        known.from = from;
        known.until = until;
        known.grantedAt = _now();
        emit Granted(grantor, grantHash, from, until, _now());
    }

    /**
     * @notice Ends a grant for ever, also one that has not come here yet.
     * @param grantor The account that signed the grant.
     * @param grantHash The grant's.
     * @param nonce One that `grantor` has not used.
     * @param deadline Last second in which the signature is good; a revocation needs no near one.
     * @param signature The grantor's, over the EIP-712 type
     * `Revoke(address grantor,bytes32 grantHash,uint256 nonce,uint256 deadline)`.
     */
    function revoke(
        address grantor,
        bytes32 grantHash,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        _checkMessage(grantHash, deadline);
        Grant storage known = _grants[grantor][grantHash];
        if (known.revokedAt != 0) revert ConsentAlreadyRevoked(grantor, grantHash);
        _useNonce(grantor, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_REVOKE_TYPEHASH, grantor, grantHash, nonce, deadline))
        );
        _checkSigned(grantor, digest, signature);
        known.revokedAt = _now();
        emit Revoked(grantor, grantHash, _now());
    }

    /**
     * @notice Lets two institutions together open an emergency folder.
     * @param account The account that the patient made for emergencies alone.
     * @param emergencyHash The EIP-712 struct hash of the emergency document, which is salted.
     * @param delay Seconds between their word and the opening, at most a day.
     * @param window Seconds that an opening lasts, at most 7 days.
     * @param nonce One that `account` has not used.
     * @param deadline Last second in which the signature is good.
     * @param signature The account's, over the EIP-712 type
     * `OptIn(address account,bytes32 emergencyHash,uint32 delay,uint32 window,uint256 nonce,uint256 deadline)`.
     */
    function optIn(
        address account,
        bytes32 emergencyHash,
        uint32 delay,
        uint32 window,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        _checkMessage(emergencyHash, deadline);
        if (window == 0 || window > _MAX_WINDOW || delay > _MAX_DELAY) {
            revert ConsentInvalidPolicy(delay, window);
        }
        Emergency storage known = _emergencies[account][emergencyHash];
        if (known.optedOutAt != 0) revert ConsentAlreadyOptedOut(account, emergencyHash);
        if (known.optedInAt != 0) revert ConsentAlreadyOptedIn(account, emergencyHash);
        _useNonce(account, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(_OPT_IN_TYPEHASH, account, emergencyHash, delay, window, nonce, deadline)
            )
        );
        _checkSigned(account, digest, signature);
        known.delay = delay;
        known.window = window;
        known.optedInAt = _now();
        emit OptedIn(account, emergencyHash, delay, window, _now());
    }

    /**
     * @notice Ends an opting in for ever, closes what is open, and also counts where it comes first.
     * @param account The account that opted in.
     * @param emergencyHash Of what.
     * @param nonce One that `account` has not used.
     * @param deadline Last second in which the signature is good.
     * @param signature The account's, over the EIP-712 type
     * `OptOut(address account,bytes32 emergencyHash,uint256 nonce,uint256 deadline)`.
     */
    function optOut(
        address account,
        bytes32 emergencyHash,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        _checkMessage(emergencyHash, deadline);
        Emergency storage known = _emergencies[account][emergencyHash];
        if (known.optedOutAt != 0) revert ConsentAlreadyOptedOut(account, emergencyHash);
        _useNonce(account, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_OPT_OUT_TYPEHASH, account, emergencyHash, nonce, deadline))
        );
        _checkSigned(account, digest, signature);
        known.optedOutAt = _now();
        emit OptedOut(account, emergencyHash, _now());
    }

    /**
     * @notice Two accredited institutions open an emergency folder for the two of them, from the end of
     * the patient's delay on for the patient's window. Each time anew, each time an event.
     * @param account The account that opted in.
     * @param emergencyHash Into what.
     * @param first An accredited hospital.
     * @param second Another one, of another name.
     * @param reason Salted digest of who was there and why, never zero.
     * @param nonce One that `first` has not used.
     * @param deadline Last second in which the signatures are good.
     * @param firstSignature The first's, over the EIP-712 type
     * `BreakGlass(address account,bytes32 emergencyHash,address first,address second,bytes32 reason,uint256 nonce,uint256 deadline)`.
     * @param secondSignature The second's, over the same.
     */
    function breakGlass(
        address account,
        bytes32 emergencyHash,
        address first,
        address second,
        bytes32 reason,
        uint256 nonce,
        uint256 deadline,
        bytes calldata firstSignature,
        bytes calldata secondSignature
    ) public {
        _checkMessage(reason, deadline);
        _checkInstitutions(first, second);
        Emergency memory known = _emergencies[account][emergencyHash];
        if (known.optedOutAt != 0) revert ConsentAlreadyOptedOut(account, emergencyHash);
        if (known.optedInAt == 0) revert ConsentNotOptedIn(account, emergencyHash);
        _useNonce(first, nonce);
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    _BREAK_GLASS_TYPEHASH,
                    account,
                    emergencyHash,
                    first,
                    second,
                    reason,
                    nonce,
                    deadline
                )
            )
        );
        _checkSigned(first, digest, firstSignature);
        _checkSigned(second, digest, secondSignature);
        uint64 from = _now() + known.delay;
        uint64 until = from + known.window;
        _openings[account][emergencyHash].push(Opening(first, from, second, until, reason));
        emit GlassBroken(account, first, second, emergencyHash, reason, from, until);
    }

    /**
     * @notice Says which public keys are the account's now. The epoch goes up with each: after a
     * revocation the patient closes the folder's epoch, and writers refuse the keys of an older one.
     * @param account The account of the patient's chain.
     * @param digest Of the signed list of its public keys.
     * @param epoch Higher than the one announced before.
     * @param nonce One that `account` has not used.
     * @param deadline Last second in which the signature is good.
     * @param signature The account's, over the EIP-712 type
     * `Announce(address account,bytes32 digest,uint64 epoch,uint256 nonce,uint256 deadline)`.
     */
    function announceKeys(
        address account,
        bytes32 digest,
        uint64 epoch,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) public {
        _checkMessage(digest, deadline);
        Keys storage known = _keys[account];
        if (epoch <= known.epoch) revert ConsentStaleEpoch(epoch, known.epoch);
        _useNonce(account, nonce);
        bytes32 typed = _hashTypedDataV4(
            keccak256(abi.encode(_ANNOUNCE_TYPEHASH, account, digest, epoch, nonce, deadline))
        );
        _checkSigned(account, typed, signature);
        known.digest = digest;
        known.epoch = epoch;
        known.announcedAt = _now();
        emit KeysAnnounced(account, epoch, digest, _now());
    }

    function _useNonce(address account, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _usedNonces[account][nonce >> 8];
        if (word & bit != 0) revert ConsentNonceUsed(account, nonce);
        _usedNonces[account][nonce >> 8] = word | bit;
    }

    function _checkMessage(bytes32 named, uint256 deadline) private view {
        if (named == 0) revert ConsentZeroDigest();
        if (block.timestamp > deadline) revert ConsentExpired(deadline);
    }

    /// @dev An institution with two accounts is still one: its name tells.
    function _checkInstitutions(address first, address second) private view {
        if (first == second) revert ConsentSameInstitution(first, second);
        (string memory name, , , bool active) = _accreditation.hospital(first);
        if (!active) revert ConsentNotAccredited(first);
        (string memory other, , , bool otherActive) = _accreditation.hospital(second);
        if (!otherActive) revert ConsentNotAccredited(second);
        if (keccak256(bytes(name)) == keccak256(bytes(other))) {
            revert ConsentSameInstitution(first, second);
        }
    }

    /// @dev Who sends the transaction has signed it, and need not sign once more.
    function _checkSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        if (signature.length == 0 && signer == msg.sender) return;
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert ConsentInvalidSignature(signer);
        }
    }

    function _now() private view returns (uint64) {
        return uint64(block.timestamp);
    }
}
