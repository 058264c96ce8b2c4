// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accreditation} from "salus/Accreditation.sol";
import {VaccinePassport} from "salus/VaccinePassport.sol";
import {vm} from "../src/Vm.sol";

/// @dev Deploys the contracts, accredits the sender, and issues: five transactions in all.
contract Deploy {
    bool public constant IS_SCRIPT = true;

    function run() external {
        vm.startBroadcast();
        Accreditation registry = new Accreditation(msg.sender);
        VaccinePassport passports = new VaccinePassport(registry);
        registry.accredit(msg.sender, "Klinik", "DE");
        passports.issue(keccak256("first"));
        passports.issue(keccak256("second"));
        vm.stopBroadcast();
    }
}
