#pragma once
// What people sign for MedicalIdentity: an EIP-712 message each, agreed on by several accounts and
// brought to the chain by anybody. A request is a message with the signatures gathered so far; as a
// file it goes from the desk to the patient's wallet and back.
//
// File: {"typedData": {domain, types, primaryType, message}, "signatures": {"0x<account>": "0x…"}};
// typedData is what eth_signTypedData_v4 takes.

#include <map>
#include <variant>
#include <vector>

#include "codec/json.hpp"
#include "eth/signer.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadIdentityRequest{"identity.bad_request",
                                               "EIP-712 typed data of Salus MedicalIdentity"};
inline constexpr ErrorKind kNotAskedToSign{"identity.not_asked_to_sign",
                                           "a signature of one of the accounts in the message"};
inline constexpr ErrorKind kSignatureMissing{"identity.signature_missing",
                                             "every account that the message needs must sign"};

enum class IdentityAct { bind, renew, rebind, object, uphold, appoint, hand_over };
std::string_view name_of(IdentityAct act); // the EIP-712 type: "Bind", "HandOver"

struct IdentityPlace {
    std::uint64_t chain_id = 0;
    Address contract; // MedicalIdentity
};
struct DocumentBinding {
    Address patient, registrar;
    Hash32 commitment, nullifier;
};
struct RequestEnds {
    uint256 nonce;              // MedicalIdentity.nonces of the account that the message is about
    std::uint64_t deadline = 0; // Unix seconds, the last in which the signatures are good
};

using IdentityValue = std::variant<Address, Hash32, uint256>;

struct IdentityRequest {
    IdentityAct act = IdentityAct::bind;
    IdentityPlace place;
    std::vector<IdentityValue> values; // in the order of the message's type
    std::map<Address, Bytes> signatures;

    friend bool operator==(const IdentityRequest& a, const IdentityRequest& b) {
        return a.act == b.act && a.place.chain_id == b.place.chain_id &&
               a.place.contract == b.place.contract && a.values == b.values &&
               a.signatures == b.signatures;
    }
};

// The nonce is the patient's (the new account's); of object that of `lost`, of appoint that of
// `dependant`.
IdentityRequest bind_request(const IdentityPlace& place, const DocumentBinding& binding,
                             const RequestEnds& ends);
IdentityRequest renew_request(const IdentityPlace& place, const DocumentBinding& binding,
                              const RequestEnds& ends);
IdentityRequest rebind_request(const IdentityPlace& place, const Address& lost,
                               const DocumentBinding& binding, const RequestEnds& ends);
IdentityRequest object_request(const IdentityPlace& place, const Address& lost,
                               const Address& patient, const RequestEnds& ends);
// `registrar`: another than the one that started the move; `nullifier`: of a document of `lost`.
IdentityRequest uphold_request(const IdentityPlace& place, const Address& lost,
                               const Address& patient, const Address& registrar,
                               const Hash32& nullifier, const RequestEnds& ends);
struct Appointment {
    Address dependant, guardian, registrar;
    std::uint16_t majority_year = 0; // the one after the birthday that brings majority
};
IdentityRequest appoint_request(const IdentityPlace& place, const Appointment& appointment,
                                const RequestEnds& ends);
// `by`: a guardian, or after majority a registrar.
IdentityRequest hand_over_request(const IdentityPlace& place, const Address& dependant,
                                  const Address& patient, const Address& by,
                                  const RequestEnds& ends);

// What is signed.
Hash32 digest_of(const IdentityRequest& request);
// Who has to sign, in the order of the contract's parameters.
std::vector<Address> signers_of(const IdentityRequest& request);

Status sign_request(IdentityRequest& request, const eth::Signer& signer); // kNotAskedToSign
// Takes the signature (r ‖ s ‖ v) of whichever account made it. Accounts that are contracts
// (ERC-1271) cannot be told from a signature: they send the transaction themselves.
Result<Address> add_signature(IdentityRequest& request, ByteView signature);

// The contract's call, sent by `sender`, who need not have signed. kSignatureMissing.
Result<Bytes> call_of(const IdentityRequest& request, const Address& sender);

codec::Json request_json(const IdentityRequest& request);
// At most 64 KiB; signatures are checked. kBadIdentityRequest, kNotAskedToSign.
Result<IdentityRequest> read_request(std::string_view text);

} // namespace salus::passport
