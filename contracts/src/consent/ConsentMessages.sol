// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Accreditation} from "../Accreditation.sol";

/**
 * @title ConsentMessages
 * @notice How {Consent} checks what was signed: EIP-712 within the domain of this chain and contract,
 * a nonce without order and a deadline.
 */
abstract contract ConsentMessages is EIP712 {
    Accreditation private immutable _accreditation;
    mapping(address account => mapping(uint256 word => uint256)) private _usedNonces;

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

    /// @dev Takes its word on institutions from `accreditation_` for ever.
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

    /// @notice Whether an account used a nonce.
    function nonceUsed(address account, uint256 nonce) public view returns (bool) {
        return _usedNonces[account][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    function _useNonce(address account, uint256 nonce) internal {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _usedNonces[account][nonce >> 8];
        if (word & bit != 0) revert ConsentNonceUsed(account, nonce);
        _usedNonces[account][nonce >> 8] = word | bit;
    }

    function _checkMessage(bytes32 named, uint256 deadline) internal view {
        if (named == 0) revert ConsentZeroDigest();
        if (block.timestamp > deadline) revert ConsentExpired(deadline);
    }

    /// @dev Who sends the transaction has signed it, and need not sign once more.
    function _checkSigned(address signer, bytes32 digest, bytes calldata signature) internal view {
        if (signature.length == 0 && signer == msg.sender) return;
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert ConsentInvalidSignature(signer);
        }
    }

    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }
}
