#pragma once
// clang-format off
// Written by tools/bindings.mjs from contracts/src/MedicalIdentity.sol. Do not edit.

#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::medical_identity {

// The creation code, followed by the constructor's arguments.
Bytes creation_code(const Address& accreditation, std::uint64_t waiting_period);
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

struct Document {
    Hash32 commitment{};
    Hash32 nullifier{};
    Address registrar{};
    std::uint64_t bound_at{};

    friend bool operator==(const Document&, const Document&) = default;
};

struct Guardian {
    Address account{};
    Address registrar{};
    std::uint64_t since{};
    std::uint64_t until{};

    friend bool operator==(const Guardian&, const Guardian&) = default;
};

// accountOf(bytes32)
// -> (address)
Bytes encode_account_of(const Hash32& nullifier);
Result<Address> decode_account_of(ByteView output);

// accreditation()
// -> (address)
Bytes encode_accreditation();
Result<Address> decode_accreditation(ByteView output);

// appointGuardian(address,address,address,uint16,uint256,uint256,bytes,bytes,bytes)
Bytes encode_appoint_guardian(const Address& dependant,
                              const Address& guardian,
                              const Address& registrar,
                              std::uint16_t majority_year,
                              const uint256& nonce,
                              const uint256& deadline,
                              ByteView dependant_signature,
                              ByteView guardian_signature,
                              ByteView registrar_signature);

// bind(address,address,bytes32,bytes32,uint256,uint256,bytes,bytes)
Bytes encode_bind(const Address& patient,
                  const Address& registrar,
                  const Hash32& commitment,
                  const Hash32& nullifier,
                  const uint256& nonce,
                  const uint256& deadline,
                  ByteView patient_signature,
                  ByteView registrar_signature);

struct BindingResult {
    Hash32 commitment{};
    Hash32 nullifier{};
    Address registrar{};
    std::uint64_t bound_at{};

    friend bool operator==(const BindingResult&, const BindingResult&) = default;
};

// binding(address)
// -> (bytes32,bytes32,address,uint64)
Bytes encode_binding(const Address& patient);
Result<BindingResult> decode_binding(ByteView output);

// cancelRebinding(address,address)
Bytes encode_cancel_rebinding(const Address& lost, const Address& patient);

// completeRebinding(address,address)
Bytes encode_complete_rebinding(const Address& lost, const Address& patient);

// currentOf(address)
// -> (address)
Bytes encode_current_of(const Address& account);
Result<Address> decode_current_of(ByteView output);

// documents(address)
// -> ((bytes32,bytes32,address,uint64)[])
Bytes encode_documents(const Address& patient);
Result<std::vector<Document>> decode_documents(ByteView output);

struct Eip712DomainResult {
    FixedBytes<1> fields{};
    std::string name{};
    std::string version{};
    uint256 chain_id{};
    Address verifying_contract{};
    Hash32 salt{};
    std::vector<uint256> extensions{};

    friend bool operator==(const Eip712DomainResult&, const Eip712DomainResult&) = default;
};

// eip712Domain()
// -> (bytes1,string,string,uint256,address,bytes32,uint256[])
Bytes encode_eip712_domain();
Result<Eip712DomainResult> decode_eip712_domain(ByteView output);

// endGuardianship(address,address)
Bytes encode_end_guardianship(const Address& dependant, const Address& guardian);

// guardians(address)
// -> ((address,address,uint64,uint64)[])
Bytes encode_guardians(const Address& dependant);
Result<std::vector<Guardian>> decode_guardians(ByteView output);

// handOver(address,address,address,uint256,uint256,bytes,bytes)
Bytes encode_hand_over(const Address& dependant,
                       const Address& patient,
                       const Address& by,
                       const uint256& nonce,
                       const uint256& deadline,
                       ByteView patient_signature,
                       ByteView by_signature);

// hearingPeriod()
// -> (uint64)
Bytes encode_hearing_period();
Result<std::uint64_t> decode_hearing_period(ByteView output);

// isGuardian(address,address)
// -> (bool)
Bytes encode_is_guardian(const Address& dependant, const Address& account);
Result<bool> decode_is_guardian(ByteView output);

// majorityOf(address)
// -> (uint64)
Bytes encode_majority_of(const Address& dependant);
Result<std::uint64_t> decode_majority_of(ByteView output);

struct MovesOfResult {
    Address predecessor{};
    Address successor{};

    friend bool operator==(const MovesOfResult&, const MovesOfResult&) = default;
};

// movesOf(address)
// -> (address,address)
Bytes encode_moves_of(const Address& account);
Result<MovesOfResult> decode_moves_of(ByteView output);

// nonces(address)
// -> (uint256)
Bytes encode_nonces(const Address& owner);
Result<uint256> decode_nonces(ByteView output);

// objectToRebinding(address,address,uint256,uint256,bytes)
Bytes encode_object_to_rebinding(const Address& lost,
                                 const Address& patient,
                                 const uint256& nonce,
                                 const uint256& deadline,
                                 ByteView signature);

struct RebindingResult {
    Address patient{};
    Address registrar{};
    std::uint64_t completable_at{};
    std::uint64_t objected_at{};
    Address second{};

    friend bool operator==(const RebindingResult&, const RebindingResult&) = default;
};

// rebinding(address)
// -> (address,address,uint64,uint64,address)
Bytes encode_rebinding(const Address& lost);
Result<RebindingResult> decode_rebinding(ByteView output);

// renew(address,address,bytes32,bytes32,uint256,uint256,bytes,bytes)
Bytes encode_renew(const Address& patient,
                   const Address& registrar,
                   const Hash32& commitment,
                   const Hash32& nullifier,
                   const uint256& nonce,
                   const uint256& deadline,
                   ByteView patient_signature,
                   ByteView registrar_signature);

// startRebinding(address,address,address,bytes32,bytes32,uint256,uint256,bytes,bytes)
Bytes encode_start_rebinding(const Address& lost,
                             const Address& patient,
                             const Address& registrar,
                             const Hash32& commitment,
                             const Hash32& nullifier,
                             const uint256& nonce,
                             const uint256& deadline,
                             ByteView patient_signature,
                             ByteView registrar_signature);

// upholdRebinding(address,address,address,bytes32,uint256,uint256,bytes,bytes)
Bytes encode_uphold_rebinding(const Address& lost,
                              const Address& patient,
                              const Address& registrar,
                              const Hash32& nullifier,
                              const uint256& nonce,
                              const uint256& deadline,
                              ByteView patient_signature,
                              ByteView registrar_signature);

// waitingPeriod()
// -> (uint64)
Bytes encode_waiting_period();
Result<std::uint64_t> decode_waiting_period(ByteView output);

// event Bound(address,address,bytes32,bytes32,uint64)
struct Bound {
    Address patient{};
    Address registrar{};
    Hash32 nullifier{};
    Hash32 commitment{};
    std::uint64_t bound_at{};

    static const Hash32& topic();
    static Result<Bound> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Bound&, const Bound&) = default;
};

// event EIP712DomainChanged()
struct EIP712DomainChanged {

    static const Hash32& topic();
    static Result<EIP712DomainChanged> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const EIP712DomainChanged&, const EIP712DomainChanged&) = default;
};

// event GuardianAppointed(address,address,address,uint16,uint64)
struct GuardianAppointed {
    Address dependant{};
    Address guardian{};
    Address registrar{};
    std::uint16_t majority_year{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<GuardianAppointed> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const GuardianAppointed&, const GuardianAppointed&) = default;
};

// event GuardianEnded(address,address,uint64)
struct GuardianEnded {
    Address dependant{};
    Address guardian{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<GuardianEnded> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const GuardianEnded&, const GuardianEnded&) = default;
};

// event Moved(address,address,uint64)
struct Moved {
    Address previous{};
    Address current{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<Moved> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Moved&, const Moved&) = default;
};

// event RebindingCancelled(address,address,address)
struct RebindingCancelled {
    Address lost{};
    Address patient{};
    Address by{};

    static const Hash32& topic();
    static Result<RebindingCancelled> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const RebindingCancelled&, const RebindingCancelled&) = default;
};

// event RebindingObjected(address,address)
struct RebindingObjected {
    Address lost{};
    Address patient{};

    static const Hash32& topic();
    static Result<RebindingObjected> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const RebindingObjected&, const RebindingObjected&) = default;
};

// event RebindingStarted(address,address,address,uint64)
struct RebindingStarted {
    Address lost{};
    Address patient{};
    Address registrar{};
    std::uint64_t completable_at{};

    static const Hash32& topic();
    static Result<RebindingStarted> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const RebindingStarted&, const RebindingStarted&) = default;
};

// event RebindingUpheld(address,address,address,uint64)
struct RebindingUpheld {
    Address lost{};
    Address patient{};
    Address registrar{};
    std::uint64_t completable_at{};

    static const Hash32& topic();
    static Result<RebindingUpheld> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const RebindingUpheld&, const RebindingUpheld&) = default;
};

} // namespace salus::eth::contracts::medical_identity
