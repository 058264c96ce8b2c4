// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {VaccinePassport} from "../VaccinePassport.sol";
import {CredentialVerifier} from "../libraries/CredentialVerifier.sol";

/**
 * @title VaccinationGate
 * @notice An example of a contract that asks for a certificate: it opens for who shows a vaccination
 * certificate of an accredited hospital, not revoked, not expired.
 *
 * @dev Its functions are views, to be asked with `eth_call` by a turnstile or a server: a certificate is
 * personal data and must not stand in a transaction. It does not read who the certificate speaks of:
 * whoever unpacked it compares that with the person.
 */
contract VaccinationGate {
    /// @dev Purpose of the keys that sign vaccinations.
    uint8 private constant _VACCINATIONS = 2;

    VaccinePassport private immutable _passport;

    /// @notice Asks `passport_` and the accreditation that it names.
    constructor(VaccinePassport passport_) {
        _passport = passport_;
    }

    /// @notice When this HCERT was put on chain; refuses by name what does not open the gate.
    function admitHcert(
        address issuer,
        bytes8 kid,
        bytes memory protectedHeader,
        bytes memory payload,
        bytes32 r,
        bytes32 s,
        CredentialVerifier.Place memory place
    ) public view returns (uint64 issuedAt) {
        CredentialVerifier.Signer memory signer = _signer(issuer, kid);
        return
            CredentialVerifier.checkHcert(_passport, signer, protectedHeader, payload, r, s, place);
    }

    /// @notice The same for a SMART Health Card.
    function admitHealthCard(
        address issuer,
        bytes8 kid,
        bytes memory header,
        bytes memory payload,
        bytes32 r,
        bytes32 s,
        CredentialVerifier.Place memory place
    ) public view returns (uint64 issuedAt) {
        CredentialVerifier.Signer memory signer = _signer(issuer, kid);
        return CredentialVerifier.checkHealthCard(_passport, signer, header, payload, r, s, place);
    }

    function _signer(
        address issuer,
        bytes8 kid
    ) private pure returns (CredentialVerifier.Signer memory) {
        return CredentialVerifier.Signer(issuer, _VACCINATIONS, kid);
    }
}
