#include "follow/proof.hpp"

namespace salus::follow {

using codec::Json;
using codec::json::array;
using codec::json::object;

namespace {
constexpr std::string_view kType = "salus/seal-fault/1";
}

bool FaultProof::same_as(const FaultProof& other) const {
    return scope == other.scope && first.hash == other.first.hash &&
           second.hash == other.second.hash;
}

FaultProof make_proof(const SealScope& scope, SealedHeader one, SealedHeader other,
                      std::int64_t found, std::string from) {
    if (other.hash < one.hash) std::swap(one, other);
    return {scope, std::move(one), std::move(other), found, std::move(from)};
}

Status verify(const FaultProof& proof) {
    if (proof.first.hash == proof.second.hash) return Error(kSameBlock);
    if (proof.first.number != proof.second.number) return Error(kOtherHeight);
    for (const SealedHeader* one : {&proof.first, &proof.second}) {
        SALUS_TRY(check_seal(proof.scope, one->number, one->hash, one->seal));
    }
    return ok_status();
}

Json to_json(const FaultProof& proof) {
    return object{{"type", kType},
                  {"chainId", quantity(proof.scope.chain_id)},
                  {"genesisHash", to_hex0x(proof.scope.genesis.bytes)},
                  {"sealer", to_hex0x(proof.scope.sealer.bytes)},
                  {"height", quantity(proof.height())},
                  {"seals", array{to_json(proof.first), to_json(proof.second)}},
                  {"found", proof.found},
                  {"from", proof.from}};
}

namespace {

Result<FaultProof> read(const object& from) {
    SALUS_TRY_ASSIGN(const std::string type, codec::json_string(from, "type"));
    if (type != kType) return Error(kMalformedProof, "type");
    SealScope scope;
    SALUS_TRY_ASSIGN(scope.chain_id, read_quantity(from, "chainId"));
    SALUS_TRY_ASSIGN(scope.genesis, read_fixed<32>(from, "genesisHash"));
    SALUS_TRY_ASSIGN(scope.sealer, read_fixed<20>(from, "sealer"));
    SALUS_TRY_ASSIGN(const array* const seals, codec::json_array(from, "seals"));
    if (seals->size() != 2) return Error(kMalformedProof, "two seals");
    SALUS_TRY_ASSIGN(SealedHeader one, read_sealed_header((*seals)[0]));
    SALUS_TRY_ASSIGN(SealedHeader other, read_sealed_header((*seals)[1]));
    SALUS_TRY_ASSIGN(std::string who, codec::json_string(from, "from"));
    const Json* found = codec::json_find(from, "found");
    const bool dated = found != nullptr && found->is_int64();
    return make_proof(scope, std::move(one), std::move(other), dated ? found->get_int64() : 0,
                      std::move(who));
}

} // namespace

Result<FaultProof> read_proof(const Json& json) {
    if (!json.is_object()) return Error(kMalformedProof, "not an object");
    auto out = read(json.get_object());
    if (!out.ok()) return Error(kMalformedProof, out.error().text());
    return out;
}

} // namespace salus::follow
