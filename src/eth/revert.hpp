#pragma once
// Why a call reverted, from its output: Error(string), Panic(uint256), or a custom error whose
// name was registered (Solidity ABI, "Control Structures → Error handling").

#include <map>
#include <mutex>

#include "base/bytes.hpp"

namespace salus::eth {

struct Revert {
    std::string name;   // "Error", "Panic", the custom error's name, or empty for unknown
    std::string reason; // for people: the string, what the panic code means, or the signature
    Bytes data;         // as returned
};

// Names of custom errors by selector. Thread-safe.
class ErrorNames {
public:
    // "VaccinePassportAlreadyIssued(address,bytes32)"
    void add(std::string signature);
    std::optional<std::string> find(ByteView data) const; // by the first four bytes

private:
    mutable std::mutex mutex_;
    std::map<FixedBytes<4>, std::string> signatures_;
};

// Never fails: what cannot be decoded has an empty name and says so in `reason`.
Revert decode_revert(ByteView data, const ErrorNames& names);

// kReverted errors carry their data at the end of the detail, "… data=0x<hex>"; these two are the
// only ones who know. Chain implementations make the error, callers read it.
Error reverted(ByteView data, std::string_view note = {});
std::optional<Bytes> revert_data(const Error& error); // nothing where it is another error

} // namespace salus::eth
