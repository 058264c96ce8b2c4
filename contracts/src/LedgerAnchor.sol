// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/**
 * @title LedgerAnchor
 * @notice Roots of the logs (RFC 9162) of private ledgers, so that none of them can be rewritten
 * unnoticed. A log is its writer's account; nobody else can anchor it.
 *
 * A log only grows here: each anchor has more leaves than the one before. Whether the log behind it
 * only grew as well, anybody checks off chain, by a consistency proof between two anchors. Whoever
 * keeps a copy of a log and has checked it can co-sign its anchors: what the operator of a log and of
 * the chain below it agrees with itself about convinces nobody.
 *
 * @dev Nothing is ever changed or deleted. On chain stand only sizes and roots, from which nothing can
 * be learned about what is in a log. The EIP-712 domain of this contract is also that of what is
 * signed off chain: blocks, tree heads and promises of a ledger (docs/records.md).
 */
contract LedgerAnchor is EIP712 {
    /**
     * @notice The log had `size` leaves with this root.
     * @param size Number of leaves.
     * @param time Of the block, Unix seconds.
     * @param blockNumber The block.
     * @param root RFC 9162 root over the first `size` leaves.
     */
    struct Anchor {
        uint64 size;
        uint64 time;
        uint64 blockNumber;
        bytes32 root;
    }

    bytes32 private constant _CO_SIGN_TYPEHASH = keccak256(
        "CoSign(address log,uint64 size,bytes32 root)"
    );

    mapping(address log => Anchor[]) private _anchors;
    mapping(address log => mapping(uint256 index => mapping(address witness => bool)))
        private _coSigned;

    /// @notice A log was anchored; `index` counts its anchors from 0.
    event LogAnchored(
        address indexed log,
        uint256 indexed index,
        uint64 size,
        bytes32 root,
        uint64 time
    );
    /// @notice A witness, who keeps a copy of the log, has checked it up to this anchor.
    event LogCoSigned(
        address indexed log,
        address indexed witness,
        uint256 indexed index,
        uint64 size,
        bytes32 root,
        bytes signature
    );

    /// @dev An empty log proves nothing and is not anchored.
    error LedgerAnchorEmpty();
    /// @dev The log has an anchor of `last` leaves already: of more, or of as many with another root.
    error LedgerAnchorNotGrown(address log, uint64 size, uint64 last);
    /// @dev The log has no anchor with this index.
    error LedgerAnchorUnknown(address log, uint256 index);
    /// @dev The writer of a log is no witness of it.
    error LedgerAnchorOwnWitness(address log);
    /// @dev Nobody, or somebody else than `witness`, has signed this anchor.
    error LedgerAnchorInvalidSignature(address witness);

    /// @notice Begins with no logs.
    constructor() EIP712("Salus Ledger", "1") {}

    /// @notice How many anchors a log has.
    function anchorCount(address log) public view returns (uint256) {
        return _anchors[log].length;
    }

    /// @notice An anchor of a log, by its index from 0.
    function anchorAt(address log, uint256 index) public view returns (Anchor memory) {
        if (index >= _anchors[log].length) revert LedgerAnchorUnknown(log, index);
        return _anchors[log][index];
    }

    /// @notice The anchors from `first` on, at most `most`, oldest first.
    function anchors(
        address log,
        uint256 first,
        uint256 most
    ) public view returns (Anchor[] memory list) {
        uint256 count = _anchors[log].length;
        uint256 left = first < count ? count - first : 0;
        list = new Anchor[](most < left ? most : left);
        for (uint256 i = 0; i < list.length; ++i) list[i] = _anchors[log][first + i];
    }

    /// @notice The newest anchor of a log; of size 0 where there is none.
    function headOf(address log) public view returns (Anchor memory head) {
        uint256 count = _anchors[log].length;
        if (count != 0) head = _anchors[log][count - 1];
    }

    /// @notice Whether this witness has co-signed this anchor.
    function isCoSigned(address log, uint256 index, address witness) public view returns (bool) {
        return _coSigned[log][index][witness];
    }

    /**
     * @notice Anchors the caller's log. The newest anchor once more is accepted and changes nothing, so
     * that it can be sent again where nobody knows whether it arrived.
     * @param size Number of leaves, more than in the anchor before.
     * @param root Root of the log at this size.
     */
    function anchor(uint64 size, bytes32 root) public {
        if (size == 0) revert LedgerAnchorEmpty();
        Anchor[] storage list = _anchors[msg.sender];
        uint256 count = list.length;
        if (count != 0) {
            Anchor storage last = list[count - 1];
            if (size == last.size && root == last.root) return;
            if (size <= last.size) revert LedgerAnchorNotGrown(msg.sender, size, last.size);
        }
        uint64 time = uint64(block.timestamp);
        list.push(Anchor(size, time, uint64(block.number), root));
        emit LogAnchored(msg.sender, count, size, root, time);
    }

    /**
     * @notice Records that a witness has signed an anchor (EIP-712 CoSign). Anybody may relay it; once
     * recorded, it is accepted again and changes nothing.
     * @dev The signature stands in the event, so that it convinces also whom the chain does not. A
     * witness may be a contract (ERC-1271): a static call.
     * @param log The log.
     * @param index Of the anchor.
     * @param witness Who signed; not the log's own writer.
     * @param signature Over CoSign(log, size, root) in this contract's domain.
     */
    function coSign(address log, uint256 index, address witness, bytes calldata signature) public {
        if (witness == log) revert LedgerAnchorOwnWitness(log);
        Anchor memory known = anchorAt(log, index);
        if (_coSigned[log][index][witness]) return;
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_CO_SIGN_TYPEHASH, log, known.size, known.root))
        );
        if (!SignatureChecker.isValidSignatureNowCalldata(witness, digest, signature)) {
            revert LedgerAnchorInvalidSignature(witness);
        }
        _coSigned[log][index][witness] = true;
        emit LogCoSigned(log, witness, index, known.size, known.root, signature);
    }
}
