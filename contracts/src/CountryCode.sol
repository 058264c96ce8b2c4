// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title CountryCode
/// @notice What ISO 3166-1 alpha-2 looks like.
library CountryCode {
    /// @notice Whether it is two capital letters.
    function isOne(string calldata text) internal pure returns (bool) {
        bytes calldata code = bytes(text);
        return code.length == 2 && _isCapital(code[0]) && _isCapital(code[1]);
    }

    function _isCapital(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }
}
