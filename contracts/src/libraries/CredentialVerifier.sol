// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {Accreditation} from "../Accreditation.sol";
import {VaccinePassport} from "../VaccinePassport.sol";

/**
 * @title CredentialVerifier
 * @notice Checks, for another contract, a certificate that Salus issued (EU HCERT, COSE_Sign1) or a
 * SMART Health Card (JWS), both signed with ES256: that an accredited hospital signed it, that it
 * stands on chain, was not revoked, and that the key was good for its kind when it was put there.
 *
 * WARNING: a certificate's payload is personal data. Whatever a transaction carries is public for
 * ever, so let this run in calls (`eth_call`) alone, or on a chain that only its parties can read.
 *
 * @dev P-256 is verified by the precompile at 0x100 (EIP-7951, RIP-7212), or in Solidity where a chain
 * lacks it. ECDSA has two signatures for each; both are accepted, as everywhere else in COSE and JOSE:
 * never identify a certificate by its signature.
 */
library CredentialVerifier {
    /// @notice Who signed: the hospital's account, its key, and what may have been signed.
    /// @param account The issuer on {VaccinePassport} and {Accreditation}.
    /// @param purposes The kinds that are admitted: the sum of 1 (tests), 2 (vaccinations) and 4
    /// (recoveries). An HCERT must be one of these and its key accredited for it; a card does not show
    /// its kind, so its key must be accredited for all of them.
    /// @param kid The key's id on {Accreditation}.
    struct Signer {
        address account;
        uint8 purposes;
        bytes8 kid;
    }

    /// @notice Where in an anchored batch a commitment stands. With the zero root it stands by itself.
    struct Place {
        bytes32 root;
        uint256 index;
        bytes32[] proof;
    }

    /// @dev Domain of what stands on chain for a certificate.
    bytes private constant _COMMITMENT_DOMAIN = "salus/certificate/1";

    /// @dev The protected header is not exactly {1: -7, 4: kid}: ES256 and the signer's key id.
    error CredentialUnsupportedHeader();
    /// @dev The claims do not begin as Salus writes them: 1 (country), 4 (expiry), 6 (time of issue).
    error CredentialMalformedClaims();
    /// @dev The certificate was good until `expiry` only.
    error CredentialExpired(uint64 expiry);
    /// @dev The certificate is of the kind `purpose`, which is none of those that are admitted.
    error CredentialWrongKind(uint8 purpose, uint8 admitted);
    /// @dev The issuer never had this key.
    error CredentialUnknownKey(address account, bytes8 kid);
    /// @dev The key did not sign this.
    error CredentialWrongSignature(address account, bytes8 kid);
    /// @dev The issuer never put this certificate on chain.
    error CredentialNotIssued(address account, bytes32 commitment);
    /// @dev The certificate was revoked, for a reason (see {VaccinePassport-revoke}).
    error CredentialRevoked(address account, bytes32 commitment, uint8 reason);
    /// @dev Issuer or key was not accredited for this when the certificate was put on chain.
    error CredentialNotAccredited(address account, bytes8 kid, uint8 purposes, uint64 issuedAt);

    /**
     * @notice Refuses by name an HCERT that is not good now; else tells when it was put on chain.
     * @param passport Where it must stand.
     * @param signer Who must have signed it.
     * @param protectedHeader The COSE protected header's bytes.
     * @param payload The COSE payload's bytes: CWT claims, personal data.
     * @param r The signature's first half.
     * @param s Its second half.
     * @param place Where it stands within a batch.
     */
    function checkHcert(
        VaccinePassport passport,
        Signer memory signer,
        bytes memory protectedHeader,
        bytes memory payload,
        bytes32 r,
        bytes32 s,
        Place memory place
    ) internal view returns (uint64 issuedAt) {
        if (!_isSalusHeader(protectedHeader, signer.kid)) revert CredentialUnsupportedHeader();
        uint64 expiry = expiryOf(payload);
        if (block.timestamp > expiry) revert CredentialExpired(expiry);
        uint8 purpose = purposeOf(payload);
        if (signer.purposes & purpose == 0) revert CredentialWrongKind(purpose, signer.purposes);
        _checkSignature(passport, signer, coseDigest(protectedHeader, payload), r, s);
        Signer memory asked = Signer(signer.account, purpose, signer.kid);
        return _checkChain(passport, asked, commitmentOf(payload), place);
    }

    /**
     * @notice The same for a SMART Health Card. Its payload is compressed, so no contract can look into
     * it: that it is of the right kind, has not expired and speaks of the right person is left to who
     * unpacked it.
     * @param header The JWS header: JSON text.
     * @param payload The JWS payload as it was signed: the bytes of raw DEFLATE.
     */
    function checkHealthCard(
        VaccinePassport passport,
        Signer memory signer,
        bytes memory header,
        bytes memory payload,
        bytes32 r,
        bytes32 s,
        Place memory place
    ) internal view returns (uint64 issuedAt) {
        _checkSignature(passport, signer, jwsDigest(header, payload), r, s);
        return _checkChain(passport, signer, commitmentOf(payload), place);
    }

    /// @notice Whether the P-256 key (x, y) made this signature, in either of its two forms.
    function isSignature(
        bytes32 digest,
        bytes32 r,
        bytes32 s,
        bytes32 x,
        bytes32 y
    ) internal view returns (bool) {
        // OpenZeppelin takes the lower form alone. An s of N or more stays out of range.
        if (uint256(s) > P256.N / 2 && uint256(s) < P256.N) s = bytes32(P256.N - uint256(s));
        return P256.verify(digest, r, s, x, y);
    }

    /// @notice What COSE_Sign1 signs: SHA-256 of Sig_structure (RFC 9052 section 4.4), no external data.
    function coseDigest(
        bytes memory protectedHeader,
        bytes memory payload
    ) internal pure returns (bytes32) {
        return
            sha256(
                abi.encodePacked(
                    hex"846a",
                    "Signature1",
                    _byteString(protectedHeader.length),
                    protectedHeader,
                    hex"40",
                    _byteString(payload.length),
                    payload
                )
            );
    }

    /// @notice What a JWS signs: SHA-256 of its signing input (RFC 7515 section 5.1).
    function jwsDigest(bytes memory header, bytes memory payload) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(Base64.encodeURL(header), ".", Base64.encodeURL(payload)));
    }

    /// @notice What stands on chain for a certificate: a digest of all that its signature covers.
    function commitmentOf(bytes memory payload) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(_COMMITMENT_DOMAIN, payload));
    }

    /// @notice Claim 4 of CWT claims in deterministic CBOR (RFC 8949 section 4.2), as Salus writes them.
    function expiryOf(bytes memory payload) internal pure returns (uint64) {
        // A map of 4 or 5 pairs (with or without claim -260); 1: two letters; 4: four or eight bytes.
        if (payload.length < 16 || uint8(payload[0]) & 0xfe != 0xa4) {
            revert CredentialMalformedClaims();
        }
        if (payload[1] != 0x01 || payload[2] != 0x62 || payload[5] != 0x04) {
            revert CredentialMalformedClaims();
        }
        if (payload[6] == 0x1a && payload[11] == 0x06) return _integer(payload, 7, 4);
        if (payload[6] == 0x1b && payload[15] == 0x06) return _integer(payload, 7, 8);
        revert CredentialMalformedClaims();
    }

    /**
     * @notice What an HCERT of Salus states: 1 (a test), 2 (a vaccination) or 4 (a recovery). Of a DCC it
     * is the one key of one letter, which deterministic CBOR puts first; an ICVP (claim -260, member -6)
     * and the facts in claim -65601 alone are vaccinations.
     */
    function purposeOf(bytes memory payload) internal pure returns (uint8) {
        expiryOf(payload);
        uint256 offset = payload[6] == 0x1a ? 12 : 16;
        offset += _at(payload, offset) == 0x1a ? 5 : 9;
        // The claims -65601, and -260 with one member.
        if (payload[0] == 0xa4 && _integer(payload, offset, 5) == 0x3a00010040) return 2;
        if (payload[0] != 0xa5 || _integer(payload, offset, 4) != 0x390103a1) {
            revert CredentialMalformedClaims();
        }
        if (_at(payload, offset + 4) == 0x25) return 2;
        // Member 1: a map, and the head of its first key.
        if (_integer(payload, offset + 4, 3) & 0xffe0ff != 0x01a061)
            revert CredentialMalformedClaims();
        bytes1 letter = _at(payload, offset + 7);
        if (letter == "t") return 1;
        if (letter == "v") return 2;
        if (letter == "r") return 4;
        revert CredentialMalformedClaims();
    }

    function _checkSignature(
        VaccinePassport passport,
        Signer memory signer,
        bytes32 digest,
        bytes32 r,
        bytes32 s
    ) private view {
        (bytes32 x, bytes32 y) = passport.accreditation().publicKey(signer.account, signer.kid);
        if (x == 0 && y == 0) revert CredentialUnknownKey(signer.account, signer.kid);
        if (!isSignature(digest, r, s, x, y)) {
            revert CredentialWrongSignature(signer.account, signer.kid);
        }
    }

    function _checkChain(
        VaccinePassport passport,
        Signer memory signer,
        bytes32 commitment,
        Place memory place
    ) private view returns (uint64 issuedAt) {
        address account = signer.account;
        uint64 revokedAt;
        uint8 reason;
        (issuedAt, revokedAt, reason) = place.root == 0
            ? passport.status(account, commitment)
            : passport.statusAnchored(account, place.root, place.proof, place.index, commitment);
        if (issuedAt == 0) revert CredentialNotIssued(account, commitment);
        if (revokedAt != 0) revert CredentialRevoked(account, commitment, reason);
        Accreditation registry = passport.accreditation();
        if (!registry.wasKeyAccredited(account, signer.kid, signer.purposes, issuedAt)) {
            revert CredentialNotAccredited(account, signer.kid, signer.purposes, issuedAt);
        }
    }

    function _isSalusHeader(bytes memory header, bytes8 kid) private pure returns (bool) {
        return keccak256(header) == keccak256(abi.encodePacked(hex"a201260448", kid));
    }

    /// @dev The head of a CBOR byte string of this length, in its shortest form.
    function _byteString(uint256 length) private pure returns (bytes memory) {
        if (length < 24) return abi.encodePacked(uint8(0x40 + length));
        if (length < 0x100) return abi.encodePacked(hex"58", uint8(length));
        if (length < 0x10000) return abi.encodePacked(hex"59", uint16(length));
        return abi.encodePacked(hex"5a", uint32(length));
    }

    function _at(bytes memory data, uint256 offset) private pure returns (bytes1) {
        if (offset >= data.length) revert CredentialMalformedClaims();
        return data[offset];
    }

    function _integer(
        bytes memory data,
        uint256 offset,
        uint256 length
    ) private pure returns (uint64 value) {
        for (uint256 i = 0; i < length; ++i) {
            value = (value << 8) | uint8(_at(data, offset + i));
        }
    }
}
