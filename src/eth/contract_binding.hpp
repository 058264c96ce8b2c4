#pragma once
// What the generated bindings in eth/contracts share. They hold, for each contract, encode_<call>
// (call data), decode_<call> (output), one struct an event, the signatures of its custom errors
// and its creation code; this header holds what all of them need to do it.

#include "codec/abi.hpp"
#include "eth/chain.hpp"

namespace salus::eth {

inline constexpr ErrorKind kWrongEvent{"eth.wrong_event", "Contract ABI Specification, Events"};

// The arguments as a tuple of `type`, after a selector or creation code.
inline Bytes encode_with(ByteView prefix, const codec::AbiType& type,
                         codec::AbiValue::List values) {
    return codec::abi_encode(prefix, type, codec::AbiValue::list(std::move(values)));
}

struct EventShape {
    Hash32 topic;                 // topics[0]: keccak256 of the signature
    codec::AbiType indexed;       // a tuple of value types: one further topic each
    codec::AbiType data;          // a tuple of the other parameters
    std::vector<bool> is_indexed; // for each parameter, in order of declaration
};

// The event's parameters in order of declaration; kWrongEvent where the log is of another event.
Result<codec::AbiValue> decode_event(const EventShape& shape, const Log& log);

template <typename T, typename Function>
std::vector<T> map_items(const codec::AbiValue& list, Function&& function) {
    std::vector<T> out;
    out.reserve(list.size());
    for (const codec::AbiValue& item : list.items()) out.push_back(function(item));
    return out;
}

} // namespace salus::eth
