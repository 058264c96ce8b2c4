// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accreditation} from "./Accreditation.sol";
import {ConsentMessages} from "./consent/ConsentMessages.sol";
import {Emergencies} from "./consent/Emergencies.sol";

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
contract Consent is Emergencies {
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
    bytes32 private constant _ANNOUNCE_TYPEHASH = keccak256(
        "Announce(address account,bytes32 digest,uint64 epoch,uint256 nonce,uint256 deadline)"
    );
    mapping(address grantor => mapping(bytes32 grantHash => Grant)) private _grants;
    mapping(address account => Keys) private _keys;

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
    /// @notice An account's public keys are those of this digest from now on.
    event KeysAnnounced(
        address indexed account,
        uint64 indexed epoch,
        bytes32 digest,
        uint64 announcedAt
    );

    /// @dev A grant ends no earlier than it begins, and not in the past.
    error ConsentInvalidTerm(uint64 from, uint64 until);
    /// @dev The grant stands already.
    error ConsentAlreadyGranted(address grantor, bytes32 grantHash);
    /// @dev The grant was revoked, perhaps before it came here; that is final.
    error ConsentAlreadyRevoked(address grantor, bytes32 grantHash);
    /// @dev An announcement's epoch is higher than the one before.
    error ConsentStaleEpoch(uint64 epoch, uint64 current);

    /// @notice Takes its word on institutions from `accreditation_` for ever.
    /// @param accreditation_ The contract that tells who may break the glass.
    constructor(Accreditation accreditation_) ConsentMessages(accreditation_) {}

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

    /// @notice The digest of an account's present public keys; all zero where it announced none.
    function keysOf(address account) public view returns (Keys memory) {
        return _keys[account];
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
}
