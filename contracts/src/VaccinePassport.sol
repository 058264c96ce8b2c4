// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accreditation} from "./Accreditation.sol";

/**
 * @title VaccinePassport
 * @notice The public trace of vaccination certificates. An accredited hospital puts a certificate's
 * salted commitment on chain: one, many in a transaction, or very many as one Merkle root. It cannot
 * be changed or deleted; a mistake is corrected by revoking it with a reason and issuing a new one.
 *
 * @dev State is keyed by (issuer, commitment): who copies a commitment out of a pending transaction
 * gets an entry under its own account, and takes nothing from the hospital.
 *
 * Anchored batches are RFC 9162 Merkle trees with SHA-256: a leaf is SHA-256(0x00 ‖ commitment), a
 * node SHA-256(0x01 ‖ left ‖ right), so no node passes for a leaf; a proof is checked against
 * the leaf's index and the tree's size. It is the tree of Salus's ledgers: one kind of proof for all.
 */
contract VaccinePassport {
    /// @dev One storage slot. `issuedAt` is 0 where nothing was issued, `revokedAt` while not revoked.
    struct Entry {
        uint64 issuedAt;
        uint64 revokedAt;
        uint8 reason;
    }

    /// @dev One storage slot. `anchoredAt` is 0 where nothing was anchored, `revokedAt` while the batch
    /// is not revoked as a whole.
    struct Anchor {
        uint64 anchoredAt;
        uint64 count;
        uint64 revokedAt;
        uint8 reason;
    }

    Accreditation private immutable _accreditation;
    mapping(address issuer => mapping(bytes32 commitment => Entry)) private _entries;
    mapping(address issuer => mapping(bytes32 root => Anchor)) private _anchors;

    /// @notice A certificate was issued.
    event Issued(address indexed issuer, bytes32 indexed commitment, uint64 issuedAt);
    /// @notice A batch of certificates was issued as a Merkle root.
    event Anchored(address indexed issuer, bytes32 indexed root, uint64 count, uint64 anchoredAt);
    /// @notice A certificate was revoked, for a reason (see {VaccinePassport-revoke}).
    event Revoked(
        address indexed issuer,
        bytes32 indexed commitment,
        address indexed by,
        uint8 reason,
        uint64 revokedAt
    );
    /// @notice A batch was revoked, with all its certificates.
    event BatchRevoked(
        address indexed issuer,
        bytes32 indexed root,
        address indexed by,
        uint8 reason,
        uint64 revokedAt
    );

    /// @dev There is no contract at the address given for {Accreditation}.
    error VaccinePassportInvalidAccreditation(address accreditation);
    /// @dev The account is not an accredited hospital now.
    error VaccinePassportNotAccredited(address account);
    /// @dev A commitment or root is a digest, never zero.
    error VaccinePassportZeroDigest();
    /// @dev A batch has at least one commitment.
    error VaccinePassportEmptyBatch();
    /// @dev The issuer issued this commitment before.
    error VaccinePassportAlreadyIssued(address issuer, bytes32 commitment);
    /// @dev The issuer anchored this root before.
    error VaccinePassportAlreadyAnchored(address issuer, bytes32 root);
    /// @dev The issuer never issued this commitment by itself.
    error VaccinePassportNotIssued(address issuer, bytes32 commitment);
    /// @dev The issuer never anchored this root.
    error VaccinePassportNotAnchored(address issuer, bytes32 root);
    /// @dev The proof does not lead from the commitment at this index to the root.
    error VaccinePassportInvalidProof(bytes32 root, uint256 index, bytes32 commitment);
    /// @dev The commitment was revoked before.
    error VaccinePassportAlreadyRevoked(address issuer, bytes32 commitment);
    /// @dev The batch was revoked before, as a whole.
    error VaccinePassportBatchAlreadyRevoked(address issuer, bytes32 root);
    /// @dev Only the issuer and the authority may revoke.
    error VaccinePassportUnauthorized(address account);

    modifier onlyAccredited() {
        _checkAccredited();
        _;
    }

    /// @notice Takes its word on hospitals and the authority from `accreditation_` for ever.
    constructor(Accreditation accreditation_) {
        if (address(accreditation_).code.length == 0) {
            revert VaccinePassportInvalidAccreditation(address(accreditation_));
        }
        _accreditation = accreditation_;
    }

    /// @notice The contract that tells who is an accredited hospital, and who the authority is.
    function accreditation() public view returns (Accreditation) {
        return _accreditation;
    }

    /**
     * @notice The state of a commitment that was issued by itself (or revoked out of a batch).
     * @return issuedAt Block time of its issue; 0 for never.
     * @return revokedAt Block time of its revocation; 0 for never.
     * @return reason Why it was revoked, see {revoke}.
     */
    function status(
        address issuer,
        bytes32 commitment
    ) public view returns (uint64 issuedAt, uint64 revokedAt, uint8 reason) {
        Entry storage entry = _entries[issuer][commitment];
        return (entry.issuedAt, entry.revokedAt, entry.reason);
    }

    /**
     * @notice The state of a batch.
     * @return anchoredAt Block time of its issue; 0 for never.
     * @return count How many commitments it holds.
     * @return revokedAt Block time of its revocation as a whole; 0 for never.
     * @return reason Why it was revoked, see {revoke}.
     */
    function anchored(
        address issuer,
        bytes32 root
    ) public view returns (uint64 anchoredAt, uint64 count, uint64 revokedAt, uint8 reason) {
        Anchor storage batch = _anchors[issuer][root];
        return (batch.anchoredAt, batch.count, batch.revokedAt, batch.reason);
    }

    /**
     * @notice The state of a commitment that was issued within a batch; all zero where the issuer never
     * anchored `root`. It is revoked where itself is, or its batch. A proof that does not hold is refused.
     * @param issuer The hospital.
     * @param root The batch's Merkle root.
     * @param proof RFC 9162 inclusion proof, from the leaf up.
     * @param index The commitment's place in the batch, from 0.
     * @param commitment The commitment.
     */
    function statusAnchored(
        address issuer,
        bytes32 root,
        bytes32[] calldata proof,
        uint256 index,
        bytes32 commitment
    ) public view returns (uint64 issuedAt, uint64 revokedAt, uint8 reason) {
        Anchor storage batch = _anchors[issuer][root];
        if (batch.anchoredAt == 0) return (0, 0, 0);
        _checkProof(root, proof, index, batch.count, commitment);
        // Where both are revoked, the commitment itself was first: see {revokeAnchored}.
        Entry storage entry = _entries[issuer][commitment];
        if (entry.revokedAt != 0) return (batch.anchoredAt, entry.revokedAt, entry.reason);
        return (batch.anchoredAt, batch.revokedAt, batch.reason);
    }

    /// @notice Issues one commitment under the caller's name.
    function issue(bytes32 commitment) public onlyAccredited {
        _issue(_entries[msg.sender], commitment, uint64(block.timestamp));
    }

    /**
     * @notice Issues many commitments in one transaction: all of them, or none where one is refused.
     * @dev About 24,800 gas each: EIP-7825 lets a transaction have 2^24 gas, so up to 650 fit into one.
     */
    function issueMany(bytes32[] calldata commitments) public onlyAccredited {
        uint256 length = commitments.length;
        if (length == 0) revert VaccinePassportEmptyBatch();
        mapping(bytes32 commitment => Entry) storage entries = _entries[msg.sender];
        uint64 issuedAt = uint64(block.timestamp);
        for (uint256 i = 0; i < length; ++i) {
            _issue(entries, commitments[i], issuedAt);
        }
    }

    /// @notice Issues `count` commitments as the root of their Merkle tree.
    function anchor(bytes32 root, uint64 count) public onlyAccredited {
        if (root == 0) revert VaccinePassportZeroDigest();
        if (count == 0) revert VaccinePassportEmptyBatch();
        Anchor storage batch = _anchors[msg.sender][root];
        if (batch.anchoredAt != 0) revert VaccinePassportAlreadyAnchored(msg.sender, root);
        uint64 anchoredAt = uint64(block.timestamp);
        batch.anchoredAt = anchoredAt;
        batch.count = count;
        emit Anchored(msg.sender, root, count, anchoredAt);
    }

    /**
     * @notice Revokes a commitment for ever. Its issuer (while accredited) and the authority may.
     * @param issuer The hospital that issued it.
     * @param commitment What it issued.
     * @param reason 0 unspecified, 1 entered in error, 2 wrong patient, 3 key compromised, 4 product or
     * lot withdrawn, 5 superseded by a new certificate; other values are for the parties to agree on.
     */
    function revoke(address issuer, bytes32 commitment, uint8 reason) public {
        _checkMayRevoke(issuer);
        _revokeIssued(issuer, commitment, reason);
    }

    /**
     * @notice Revokes many commitments in one transaction: all of them, or none where one is refused.
     * @dev About 9,000 gas each: EIP-7825 lets a transaction have 2^24 gas, so 1,800 fit into one.
     */
    function revokeMany(address issuer, bytes32[] calldata commitments, uint8 reason) public {
        _checkMayRevoke(issuer);
        uint256 length = commitments.length;
        if (length == 0) revert VaccinePassportEmptyBatch();
        for (uint256 i = 0; i < length; ++i) {
            _revokeIssued(issuer, commitments[i], reason);
        }
    }

    /**
     * @notice Revokes an anchored batch for ever, with all its commitments. What of it was issued by
     * itself as well stays as it is, and is revoked by itself.
     */
    function revokeBatch(address issuer, bytes32 root, uint8 reason) public {
        _checkMayRevoke(issuer);
        Anchor storage batch = _liveBatch(issuer, root);
        uint64 revokedAt = uint64(block.timestamp);
        batch.revokedAt = revokedAt;
        batch.reason = reason;
        emit BatchRevoked(issuer, root, msg.sender, reason, revokedAt);
    }

    /**
     * @notice Revokes one commitment of an anchored batch that is not revoked as a whole; parameters as
     * in {statusAnchored}, {revoke}.
     */
    function revokeAnchored(
        address issuer,
        bytes32 root,
        bytes32[] calldata proof,
        uint256 index,
        bytes32 commitment,
        uint8 reason
    ) public {
        _checkMayRevoke(issuer);
        Anchor storage batch = _liveBatch(issuer, root);
        _checkProof(root, proof, index, batch.count, commitment);
        Entry storage entry = _entries[issuer][commitment];
        if (entry.issuedAt == 0) entry.issuedAt = batch.anchoredAt;
        _revoke(entry, issuer, commitment, reason);
    }

    function _issue(
        mapping(bytes32 commitment => Entry) storage entries,
        bytes32 commitment,
        uint64 issuedAt
    ) private {
        if (commitment == 0) revert VaccinePassportZeroDigest();
        Entry storage entry = entries[commitment];
        if (entry.issuedAt != 0) revert VaccinePassportAlreadyIssued(msg.sender, commitment);
        entry.issuedAt = issuedAt;
        emit Issued(msg.sender, commitment, issuedAt);
    }

    function _revokeIssued(address issuer, bytes32 commitment, uint8 reason) private {
        Entry storage entry = _entries[issuer][commitment];
        if (entry.issuedAt == 0) revert VaccinePassportNotIssued(issuer, commitment);
        _revoke(entry, issuer, commitment, reason);
    }

    function _revoke(
        Entry storage entry,
        address issuer,
        bytes32 commitment,
        uint8 reason
    ) private {
        if (entry.revokedAt != 0) revert VaccinePassportAlreadyRevoked(issuer, commitment);
        uint64 revokedAt = uint64(block.timestamp);
        entry.revokedAt = revokedAt;
        entry.reason = reason;
        emit Revoked(issuer, commitment, msg.sender, reason, revokedAt);
    }

    function _liveBatch(address issuer, bytes32 root) private view returns (Anchor storage batch) {
        batch = _anchors[issuer][root];
        if (batch.anchoredAt == 0) revert VaccinePassportNotAnchored(issuer, root);
        if (batch.revokedAt != 0) revert VaccinePassportBatchAlreadyRevoked(issuer, root);
    }

    function _checkAccredited() private view {
        if (!_accreditation.isAccredited(msg.sender))
            revert VaccinePassportNotAccredited(msg.sender);
    }

    /// @dev A suspended hospital may not revoke: its account may be stolen. The authority does it then.
    function _checkMayRevoke(address issuer) private view {
        if (msg.sender == _accreditation.authority()) return;
        if (msg.sender != issuer) revert VaccinePassportUnauthorized(msg.sender);
        _checkAccredited();
    }

    /// @dev RFC 9162 section 2.1.3.2: `fn` and `sn` are the index and the last index on each level.
    function _checkProof(
        bytes32 root,
        bytes32[] calldata proof,
        uint256 index,
        uint256 count,
        bytes32 commitment
    ) private pure {
        if (index >= count) revert VaccinePassportInvalidProof(root, index, commitment);
        uint256 fn = index;
        uint256 sn = count - 1;
        bytes32 hash = sha256(abi.encodePacked(bytes1(0x00), commitment));
        uint256 length = proof.length;
        for (uint256 i = 0; i < length; ++i) {
            if (sn == 0) revert VaccinePassportInvalidProof(root, index, commitment);
            if (fn & 1 == 1 || fn == sn) {
                hash = sha256(abi.encodePacked(bytes1(0x01), proof[i], hash));
                // Up to the level on which this node is a right child (or the leftmost one).
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = sha256(abi.encodePacked(bytes1(0x01), hash, proof[i]));
            }
            fn >>= 1;
            sn >>= 1;
        }
        if (sn != 0 || hash != root) revert VaccinePassportInvalidProof(root, index, commitment);
    }
}
