// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev The cheat codes of forge that are used here.
interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
    function envUint(string calldata name) external view returns (uint256);
    function envAddress(string calldata name) external view returns (address);
    function prank(address sender) external;
    function expectRevert(bytes calldata data) external;
    function rollFork(uint256 block_) external;
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
