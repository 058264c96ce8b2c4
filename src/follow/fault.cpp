#include "follow/fault.hpp"

#include <algorithm>
#include <array>

namespace salus::follow {

using codec::Json;
using codec::json::object;

namespace {

constexpr std::array kFaults{&kOtherChain,  &kMalformedBlock, &kNoSeal,
                             &kBadSeal,     &kOtherSealer,    &kWrongNumber,
                             &kWrongParent, &kRefusedBlock,   &kEquivocation};

const ErrorKind& kind_named(std::string_view name) {
    const auto* const found =
        std::find_if(kFaults.begin(), kFaults.end(),
                     [name](const ErrorKind* kind) { return kind->name == name; });
    return found == kFaults.end() ? kEarlierFault : **found;
}

Result<Fault> read(const object& from) {
    SALUS_TRY_ASSIGN(const std::string name, codec::json_string(from, "fault"));
    SALUS_TRY_ASSIGN(std::string detail, codec::json_string(from, "detail"));
    Fault out{Error(kind_named(name), std::move(detail)), 0, {}, 0};
    SALUS_TRY_ASSIGN(out.number, read_quantity(from, "number"));
    SALUS_TRY_ASSIGN(out.found, [&]() -> Result<std::int64_t> {
        const Json* found = codec::json_find(from, "found");
        if (found == nullptr || !found->is_int64()) return Error(kMalformedProof, "found");
        return found->get_int64();
    }());
    if (codec::json_find(from, "block") == nullptr) return out;
    SealedBlock block;
    SALUS_TRY_ASSIGN(const std::string raw, codec::json_string(from, "block"));
    SALUS_TRY_ASSIGN(block.block, from_hex(raw));
    if (codec::json_find(from, "signature") != nullptr) {
        SALUS_TRY_ASSIGN(block.seal, read_fixed<65>(from, "signature"));
    }
    out.block = std::move(block);
    return out;
}

} // namespace

bool is_fault(const Error& error) {
    return std::any_of(kFaults.begin(), kFaults.end(),
                       [&error](const ErrorKind* kind) { return *kind == error.kind(); });
}

Json to_json(const Fault& fault) {
    object out{{"fault", fault.error.name()},
               {"detail", fault.error.detail()},
               {"number", quantity(fault.number)},
               {"found", fault.found}};
    if (fault.block) out["block"] = to_hex0x(fault.block->block);
    if (fault.block && fault.block->seal) {
        out["signature"] = to_hex0x(fault.block->seal->bytes);
    }
    return out;
}

Result<Fault> read_fault(const Json& json) {
    if (!json.is_object()) return Error(kMalformedProof, "not an object");
    auto out = read(json.get_object());
    if (!out.ok()) return Error(kMalformedProof, out.error().text());
    return out;
}

} // namespace salus::follow
