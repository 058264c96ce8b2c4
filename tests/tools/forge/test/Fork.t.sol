// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {VaccinePassport} from "salus/VaccinePassport.sol";
import {vm} from "../src/Vm.sol";

/// @dev Runs on a fork of the chain of the node, whose state is read through its JSON-RPC.
contract ForkTest {
    VaccinePassport private immutable _passports = VaccinePassport(vm.envAddress("PASSPORTS"));
    address private immutable _hospital = vm.envAddress("HOSPITAL");

    function test_readsTheStateOfTheNode() external view {
        (uint64 issuedAt, uint64 revokedAt, ) = _passports.status(_hospital, keccak256("first"));
        require(issuedAt != 0 && issuedAt <= block.timestamp, "issued");
        require(revokedAt == 0, "not revoked");
        require(block.chainid == 73127, "chain id");
        require(_hospital.balance != 0, "balance");
    }

    function test_writesToItsForkAlone() external {
        vm.prank(_hospital);
        _passports.issue(keccak256("on the fork"));
        (uint64 issuedAt, , ) = _passports.status(_hospital, keccak256("on the fork"));
        require(issuedAt == block.timestamp, "issued now");
    }

    function test_isRefusedAsOnTheNode() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                VaccinePassport.VaccinePassportAlreadyIssued.selector,
                _hospital,
                keccak256("first")
            )
        );
        vm.prank(_hospital);
        _passports.issue(keccak256("first"));
    }

    function test_goesBackInTime() external {
        (uint64 issuedLater, , ) = _passports.status(_hospital, keccak256("third"));
        require(issuedLater != 0, "issued");
        vm.rollFork(vm.envUint("BEFORE"));
        (uint64 issuedAt, , ) = _passports.status(_hospital, keccak256("third"));
        require(issuedAt == 0, "not yet issued");
    }
}
