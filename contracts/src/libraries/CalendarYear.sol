// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/**
 * @title CalendarYear
 * @notice Where years of the Gregorian calendar begin, as Unix time.
 */
library CalendarYear {
    /// @notice The first second (UTC) of a year from 1970 on; 0 for earlier years.
    function start(uint16 year) internal pure returns (uint64) {
        if (year < 1970) return 0;
        uint64 before = uint64(year) - 1;
        // Leap days of all years before this one, less those before 1970.
        uint64 leapDays = before / 4 - before / 100 + before / 400 - 477;
        return ((uint64(year) - 1970) * 365 + leapDays) * 1 days;
    }
}
