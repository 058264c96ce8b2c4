// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ConsentMessages} from "./ConsentMessages.sol";

/**
 * @title Emergencies
 * @notice The part of {Consent} for break-glass: who opted in, and which two institutions opened what.
 */
abstract contract Emergencies is ConsentMessages {
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
    /// @dev A day, in which to opt out, is as long as an emergency can wait.
    uint32 private constant _MAX_DELAY = 1 days;
    /// @dev What lasts longer is no emergency: the patient or a guardian grants it.
    uint32 private constant _MAX_WINDOW = 7 days;

    mapping(address account => mapping(bytes32 emergencyHash => Emergency)) private _emergencies;
    mapping(address account => mapping(bytes32 emergencyHash => Opening[])) private _openings;

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
        if (!accreditation().isAccredited(institution)) return false;
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

    /// @dev An institution with two accounts is still one: its name tells.
    function _checkInstitutions(address first, address second) private view {
        if (first == second) revert ConsentSameInstitution(first, second);
        (string memory name, , , bool active) = accreditation().hospital(first);
        if (!active) revert ConsentNotAccredited(first);
        (string memory other, , , bool otherActive) = accreditation().hospital(second);
        if (!otherActive) revert ConsentNotAccredited(second);
        if (keccak256(bytes(name)) == keccak256(bytes(other))) {
            revert ConsentSameInstitution(first, second);
        }
    }
}
