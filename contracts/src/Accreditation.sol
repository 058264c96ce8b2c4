// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/**
 * @title Accreditation
 * @notice Which hospitals may vaccinate and register patients, with which credential keys, and since
 * when. One authority (a health ministry) decides; it hands its office over in two steps.
 *
 * @dev But for the address of a hospital's node, nothing here is ever changed or deleted: each accreditation, suspension, reinstatement, key and
 * key revocation is added to a history. So an answer about a moment that has passed never changes,
 * with one exception: a key that was stolen on a day is revoked from that day on ({revokeKeyFrom}),
 * which takes back what was answered about the time since. Verifiers therefore judge a certificate by
 * the newest answer about its time of issue, never by one that they kept.
 *
 * All times are block timestamps (Unix seconds), and all intervals are closed: a hospital that is
 * suspended in a block was still accredited in that second, because {VaccinePassport} itself refused
 * whatever it tried after its suspension.
 */
contract Accreditation {
    /// @notice The state of a hospital or a key from `time` on, until the next change.
    struct Change {
        uint64 time;
        bool active;
    }

    /**
     * @notice A credential key (P-256) of a hospital.
     * @param kid The first 8 bytes of the SHA-256 digest of the DER certificate, as in EU HCERT.
     * @param purposes What it may sign: the sum of 1 (tests), 2 (vaccinations) and 4 (recoveries).
     * @param revokedFrom The last second in which what it signed counts; 0 while it is not revoked.
     * @param revokedAt When it was revoked first; 0 while it is not revoked.
     * @param changes Its suspensions and reinstatements, oldest first; none while it was never
     * suspended.
     */
    // kid and purposes share a slot, which the linter does not see.
    // solhint-disable-next-line gas-struct-packing
    struct Key {
        bytes8 kid;
        uint8 purposes;
        bytes32 x;
        bytes32 y;
        uint64 notBefore;
        uint64 notAfter;
        uint64 addedAt;
        uint64 revokedFrom;
        uint64 revokedAt;
        bytes certificate;
        Change[] changes;
    }

    struct Hospital {
        string name;
        string country;
        string endpoint;
        Change[] changes;
        Key[] keys;
        // Position in `keys` plus one; 0 where the hospital has no such key.
        mapping(bytes8 kid => uint256) keyPosition;
    }

    /// @dev Names longer than this many bytes are refused, so that the list of hospitals stays readable.
    uint256 private constant _MAX_NAME_LENGTH = 256;
    /// @dev Endpoints longer than this many bytes are refused.
    uint256 private constant _MAX_ENDPOINT_LENGTH = 256;
    /// @dev Certificates longer than this many bytes are refused (an X.509 one for P-256 has about 500).
    uint256 private constant _MAX_CERTIFICATE_LENGTH = 4096;
    /// @dev Tests, vaccinations and recoveries.
    uint8 private constant _ALL_PURPOSES = 7;

    address private _authority;
    address private _pendingAuthority;
    address private _listKey;
    address[] private _hospitals;
    mapping(address account => Hospital) private _records;

    /// @notice The authority offered its office to `proposed` (0: withdrew its offer).
    event AuthorityTransferStarted(address indexed current, address indexed proposed);
    /// @notice `current` took the office over.
    event AuthorityTransferred(address indexed previous, address indexed current);
    /// @notice Trust lists are signed by `current` from now on.
    event ListKeyChanged(address indexed previous, address indexed current);
    /// @notice A hospital was accredited.
    event HospitalAccredited(address indexed hospital, string name, string country, uint64 time);
    /// @notice A hospital lost its accreditation until it is reinstated.
    event HospitalSuspended(address indexed hospital, uint64 time);
    /// @notice A suspended hospital is accredited again.
    event HospitalReinstated(address indexed hospital, uint64 time);
    /// @notice A hospital's credential key was accredited.
    event KeyAdded(
        address indexed hospital,
        bytes8 indexed kid,
        uint8 purposes,
        bytes32 x,
        bytes32 y,
        uint64 notBefore,
        uint64 notAfter,
        uint64 time
    );
    /// @notice What a key signs does not count until it is reinstated.
    event KeySuspended(address indexed hospital, bytes8 indexed kid, uint64 time);
    /// @notice What a suspended key signs counts again.
    event KeyReinstated(address indexed hospital, bytes8 indexed kid, uint64 time);
    /// @notice A hospital's credential key ended for ever; what it signed after `from` does not count.
    event KeyRevoked(address indexed hospital, bytes8 indexed kid, uint64 from, uint64 time);

    /// @notice A hospital's node is reached at this URL from now on; empty: it has none.
    event EndpointChanged(address indexed hospital, string endpoint);

    /// @dev The caller may not do this.
    error AccreditationUnauthorized(address account);
    /// @dev The zero account cannot be the authority.
    error AccreditationInvalidAuthority(address account);
    /// @dev The zero account cannot sign trust lists.
    error AccreditationInvalidListKey(address account);
    /// @dev The zero account cannot be a hospital.
    error AccreditationInvalidHospital(address hospital);
    /// @dev A name has 1 to 256 bytes.
    error AccreditationInvalidName(uint256 length);
    /// @dev An endpoint has at most 256 bytes.
    error AccreditationInvalidEndpoint(uint256 length);
    /// @dev A country is two capital letters (ISO 3166-1 alpha-2).
    error AccreditationInvalidCountry(string country);
    /// @dev The hospital has been accredited already; a suspended one is reinstated, not accredited anew.
    error AccreditationAlreadyAccredited(address hospital);
    /// @dev No such hospital was ever accredited.
    error AccreditationUnknownHospital(address hospital);
    /// @dev The hospital is suspended already.
    error AccreditationAlreadySuspended(address hospital);
    /// @dev The hospital is not suspended.
    error AccreditationNotSuspended(address hospital);
    /// @dev A certificate has 1 to 4096 bytes.
    error AccreditationInvalidCertificate(uint256 length);
    /// @dev `kid` is not the first 8 bytes of the certificate's SHA-256 digest.
    error AccreditationKidMismatch(bytes8 kid, bytes8 expected);
    /// @dev (x, y) is not a point of the curve P-256.
    error AccreditationInvalidPublicKey(bytes32 x, bytes32 y);
    /// @dev A key's validity must not end before it begins.
    error AccreditationInvalidValidity(uint64 notBefore, uint64 notAfter);
    /// @dev A key has at least one purpose of 1 (tests), 2 (vaccinations), 4 (recoveries), and no other.
    error AccreditationInvalidPurposes(uint8 purposes);
    /// @dev The hospital has this key already.
    error AccreditationKeyExists(address hospital, bytes8 kid);
    /// @dev The hospital has no such key.
    error AccreditationUnknownKey(address hospital, bytes8 kid);
    /// @dev The key is suspended already.
    error AccreditationKeyAlreadySuspended(address hospital, bytes8 kid);
    /// @dev The key is not suspended.
    error AccreditationKeyNotSuspended(address hospital, bytes8 kid);
    /// @dev The key was revoked already, from that moment on or an earlier one.
    error AccreditationKeyAlreadyRevoked(address hospital, bytes8 kid);
    /// @dev A key is revoked from a moment on that lies between its being added and now.
    error AccreditationInvalidRevocation(uint64 from, uint64 addedAt, uint64 time);

    modifier onlyAuthority() {
        _checkAuthority();
        _;
    }

    /// @notice Puts the first authority into office.
    /// @param authority_ The account of the health authority.
    constructor(address authority_) {
        if (authority_ == address(0)) revert AccreditationInvalidAuthority(authority_);
        _authority = authority_;
        emit AuthorityTransferred(address(0), authority_);
    }

    /// @notice The account that accredits hospitals.
    function authority() public view returns (address) {
        return _authority;
    }

    /// @notice The account that was offered the office and has not accepted it yet; 0 for none.
    function pendingAuthority() public view returns (address) {
        return _pendingAuthority;
    }

    /// @notice The account whose EIP-712 signature stands on exported trust lists; 0 until it is set.
    function listKey() public view returns (address) {
        return _listKey;
    }

    /// @notice All hospitals ever accredited, in order of accreditation, with the suspended ones.
    function hospitals() public view returns (address[] memory) {
        return _hospitals;
    }

    /// @notice A hospital's particulars; `accreditedAt` is 0 where it was never accredited.
    function hospital(
        address account
    )
        public
        view
        returns (string memory name, string memory country, uint64 accreditedAt, bool active)
    {
        Hospital storage record = _records[account];
        uint256 length = record.changes.length;
        if (length == 0) return ("", "", 0, false);
        return (
            record.name,
            record.country,
            record.changes[0].time,
            record.changes[length - 1].active
        );
    }

    /// @notice Where a hospital's node is reached; empty where it has said nothing.
    function endpointOf(address account) public view returns (string memory) {
        return _records[account].endpoint;
    }

    /// @notice Every change of a hospital's state, oldest first; the first is its accreditation.
    function history(address account) public view returns (Change[] memory) {
        return _records[account].changes;
    }

    /// @notice All keys that a hospital ever had, oldest first, with the revoked and expired ones.
    function keysOf(address account) public view returns (Key[] memory) {
        return _records[account].keys;
    }

    /// @notice A key's public point; 0 and 0 where the hospital never had such a key.
    function publicKey(address account, bytes8 kid) public view returns (bytes32 x, bytes32 y) {
        Hospital storage record = _records[account];
        uint256 position = record.keyPosition[kid];
        if (position == 0) return (0, 0);
        Key storage key = record.keys[position - 1];
        return (key.x, key.y);
    }

    /// @notice Whether the account is an accredited hospital now.
    function isAccredited(address account) public view returns (bool) {
        Change[] storage changes = _records[account].changes;
        uint256 length = changes.length;
        return length != 0 && changes[length - 1].active;
    }

    /**
     * @notice Whether the account was an accredited hospital at `time`. For a time after the latest
     * block, the answer is today's state, and can still change.
     */
    function wasAccredited(address account, uint64 time) public view returns (bool) {
        return _wasActive(_records[account].changes, time, false);
    }

    /**
     * @notice Whether the hospital was accredited at `time` and this key of it, for all of `purposes`: it
     * had been added, was within its validity, was neither suspended nor revoked from then on.
     * @param account The hospital.
     * @param kid The key.
     * @param purposes The sum of 1 (tests), 2 (vaccinations) and 4 (recoveries) that is asked for; 0
     * asks for none.
     * @param time The moment, Unix seconds.
     */
    function wasKeyAccredited(
        address account,
        bytes8 kid,
        uint8 purposes,
        uint64 time
    ) public view returns (bool) {
        Hospital storage record = _records[account];
        uint256 position = record.keyPosition[kid];
        if (position == 0) return false;
        Key storage key = record.keys[position - 1];
        if (purposes & ~key.purposes != 0) return false;
        if (time < key.addedAt || time < key.notBefore || time > key.notAfter) return false;
        if (key.revokedAt != 0 && time > key.revokedFrom) return false;
        if (!_wasActive(key.changes, time, true)) return false;
        return _wasActive(record.changes, time, false);
    }

    /**
     * @notice Offers the office to `proposed`, who must accept it. Until then nothing changes; the zero
     * account withdraws an offer.
     */
    function transferAuthority(address proposed) public onlyAuthority {
        _pendingAuthority = proposed;
        emit AuthorityTransferStarted(_authority, proposed);
    }

    /// @notice Takes over the office that was offered to the caller.
    function acceptAuthority() public {
        if (msg.sender != _pendingAuthority) revert AccreditationUnauthorized(msg.sender);
        address previous = _authority;
        _pendingAuthority = address(0);
        _authority = msg.sender;
        emit AuthorityTransferred(previous, msg.sender);
    }

    /// @notice Sets the account whose signature verifiers expect on exported trust lists.
    function setListKey(address current) public onlyAuthority {
        if (current == address(0)) revert AccreditationInvalidListKey(current);
        address previous = _listKey;
        _listKey = current;
        emit ListKeyChanged(previous, current);
    }

    /**
     * @notice Accredits a hospital, once and for ever under this name and country.
     * @param account The hospital's Ethereum account.
     * @param name 1 to 256 bytes of UTF-8.
     * @param country ISO 3166-1 alpha-2, capital letters.
     */
    function accredit(
        address account,
        string calldata name,
        string calldata country
    ) public onlyAuthority {
        if (account == address(0)) revert AccreditationInvalidHospital(account);
        uint256 length = bytes(name).length;
        if (length == 0 || length > _MAX_NAME_LENGTH) revert AccreditationInvalidName(length);
        if (!_isCountry(bytes(country))) revert AccreditationInvalidCountry(country);
        Hospital storage record = _records[account];
        if (record.changes.length != 0) revert AccreditationAlreadyAccredited(account);
        uint64 time = _now();
        record.name = name;
        record.country = country;
        record.changes.push(Change(time, true));
        _hospitals.push(account);
        emit HospitalAccredited(account, name, country, time);
    }

    /**
     * @notice Says where the caller's node is reached by other nodes and by patients.
     * @param endpoint A URL, `https://…`, at most 256 bytes; empty to withdraw it.
     */
    function setEndpoint(string calldata endpoint) public {
        if (bytes(endpoint).length > _MAX_ENDPOINT_LENGTH) {
            revert AccreditationInvalidEndpoint(bytes(endpoint).length);
        }
        _known(msg.sender).endpoint = endpoint;
        emit EndpointChanged(msg.sender, endpoint);
    }

    /// @notice Takes a hospital's accreditation from now on. What it issued before keeps its state.
    function suspend(address account) public onlyAuthority {
        if (!_change(account, false)) revert AccreditationAlreadySuspended(account);
        emit HospitalSuspended(account, _now());
    }

    /// @notice Gives a suspended hospital its accreditation back, from now on.
    function reinstate(address account) public onlyAuthority {
        if (!_change(account, true)) revert AccreditationNotSuspended(account);
        emit HospitalReinstated(account, _now());
    }

    /**
     * @notice Accredits a credential key of a hospital.
     * @param account The hospital.
     * @param kid The first 8 bytes of the SHA-256 digest of `certificate`.
     * @param purposes The sum of 1 (tests), 2 (vaccinations) and 4 (recoveries); it is not compared with
     * the certificate's extended key usage: verifiers ask for both.
     * @param x The public key's abscissa.
     * @param y The public key's ordinate.
     * @param notBefore First second of its validity.
     * @param notAfter Last second of its validity.
     * @param certificate The key's X.509 certificate, DER.
     */
    function addKey(
        address account,
        bytes8 kid,
        uint8 purposes,
        bytes32 x,
        bytes32 y,
        uint64 notBefore,
        uint64 notAfter,
        bytes calldata certificate
    ) public onlyAuthority {
        Hospital storage record = _known(account);
        _checkCertificate(kid, certificate);
        if (purposes == 0 || purposes > _ALL_PURPOSES) {
            revert AccreditationInvalidPurposes(purposes);
        }
        if (!P256.isValidPublicKey(x, y)) revert AccreditationInvalidPublicKey(x, y);
        if (notBefore > notAfter) revert AccreditationInvalidValidity(notBefore, notAfter);
        if (record.keyPosition[kid] != 0) revert AccreditationKeyExists(account, kid);
        Key storage key = record.keys.push();
        record.keyPosition[kid] = record.keys.length;
        key.kid = kid;
        key.purposes = purposes;
        key.x = x;
        key.y = y;
        key.notBefore = notBefore;
        key.notAfter = notAfter;
        key.addedAt = _now();
        key.certificate = certificate;
        emit KeyAdded(account, kid, purposes, x, y, notBefore, notAfter, key.addedAt);
    }

    /**
     * @notice What the key signs from now on does not count until the authority reinstates it. The
     * hospital itself may do it too.
     */
    function suspendKey(address account, bytes8 kid) public {
        _checkAuthorityOr(account);
        Key storage key = _knownKey(account, kid);
        if (!_isActive(key)) revert AccreditationKeyAlreadySuspended(account, kid);
        key.changes.push(Change(_now(), false));
        emit KeySuspended(account, kid, _now());
    }

    /// @notice What a suspended key signs counts again, from now on.
    function reinstateKey(address account, bytes8 kid) public onlyAuthority {
        Key storage key = _knownKey(account, kid);
        if (_isActive(key)) revert AccreditationKeyNotSuspended(account, kid);
        key.changes.push(Change(_now(), true));
        emit KeyReinstated(account, kid, _now());
    }

    /**
     * @notice Ends a key for ever, from now on. The hospital itself may do it too, so that a stolen key
     * ends at once.
     */
    function revokeKey(address account, bytes8 kid) public {
        _checkAuthorityOr(account);
        Key storage key = _knownKey(account, kid);
        if (key.revokedAt != 0) revert AccreditationKeyAlreadyRevoked(account, kid);
        _revokeKey(key, account, _now());
    }

    /**
     * @notice Ends a key for ever, from a moment that has passed: it was stolen then. What was issued
     * with it after that second counts no longer. A revocation can be dated back further, never put off.
     * @dev The authority alone may: a hospital's account may be stolen too, and must not be able to
     * take the certificates of years back.
     * @param account The hospital.
     * @param kid The key.
     * @param from The last second in which what it signed counts; not before the key was added.
     */
    function revokeKeyFrom(address account, bytes8 kid, uint64 from) public onlyAuthority {
        Key storage key = _knownKey(account, kid);
        if (from > _now() || from < key.addedAt) {
            revert AccreditationInvalidRevocation(from, key.addedAt, _now());
        }
        if (key.revokedAt != 0 && from >= key.revokedFrom) {
            revert AccreditationKeyAlreadyRevoked(account, kid);
        }
        _revokeKey(key, account, from);
    }

    function _revokeKey(Key storage key, address account, uint64 from) private {
        key.revokedFrom = from;
        if (key.revokedAt == 0) key.revokedAt = _now();
        emit KeyRevoked(account, key.kid, from, _now());
    }

    /// @dev Adds a change to a hospital's history; false where the hospital is in that state already.
    function _change(address account, bool active) private returns (bool) {
        Change[] storage changes = _known(account).changes;
        if (changes[changes.length - 1].active == active) return false;
        changes.push(Change(_now(), active));
        return true;
    }

    function _known(address account) private view returns (Hospital storage record) {
        record = _records[account];
        if (record.changes.length == 0) revert AccreditationUnknownHospital(account);
    }

    function _knownKey(address account, bytes8 kid) private view returns (Key storage) {
        Hospital storage record = _known(account);
        uint256 position = record.keyPosition[kid];
        if (position == 0) revert AccreditationUnknownKey(account, kid);
        return record.keys[position - 1];
    }

    function _isActive(Key storage key) private view returns (bool) {
        uint256 length = key.changes.length;
        return length == 0 || key.changes[length - 1].active;
    }

    /// @dev The newest change decides most questions, so the search starts there. It is linear: a
    /// hospital or key is suspended a few times in its life.
    function _wasActive(
        Change[] storage changes,
        uint64 time,
        bool before
    ) private view returns (bool) {
        for (uint256 i = changes.length; i > 0; --i) {
            Change storage change = changes[i - 1];
            if (change.time <= time) return change.active || change.time == time;
        }
        return before;
    }

    function _checkAuthorityOr(address account) private view {
        if (msg.sender != _authority && msg.sender != account) {
            revert AccreditationUnauthorized(msg.sender);
        }
    }

    function _checkAuthority() private view {
        if (msg.sender != _authority) revert AccreditationUnauthorized(msg.sender);
    }

    function _now() private view returns (uint64) {
        return uint64(block.timestamp);
    }

    function _checkCertificate(bytes8 kid, bytes calldata certificate) private pure {
        uint256 length = certificate.length;
        if (length == 0 || length > _MAX_CERTIFICATE_LENGTH)
            revert AccreditationInvalidCertificate(length);
        bytes8 expected = bytes8(sha256(certificate));
        if (kid != expected) revert AccreditationKidMismatch(kid, expected);
    }

    function _isCountry(bytes calldata country) private pure returns (bool) {
        return country.length == 2 && _isCapital(country[0]) && _isCapital(country[1]);
    }

    function _isCapital(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }
}
