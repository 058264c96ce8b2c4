#include "eth/contract_binding.hpp"

namespace salus::eth {

Result<codec::AbiValue> decode_event(const EventShape& shape, const Log& log) {
    if (log.topics.empty() || log.topics.front() != shape.topic) {
        return Error(kWrongEvent, "the log's first topic is of another event");
    }
    if (log.topics.size() != shape.indexed.parts.size() + 1) {
        return Error(kWrongEvent, "the log has another number of indexed parameters");
    }
    Bytes heads;
    for (std::size_t i = 1; i < log.topics.size(); ++i) append(heads, log.topics[i].bytes);
    SALUS_TRY_ASSIGN(const codec::AbiValue indexed, codec::abi_decode(shape.indexed, heads));
    SALUS_TRY_ASSIGN(const codec::AbiValue data, codec::abi_decode(shape.data, log.data));
    codec::AbiValue::List out;
    std::size_t from_topics = 0;
    std::size_t from_data = 0;
    for (const bool is_indexed : shape.is_indexed) {
        out.push_back(is_indexed ? indexed[from_topics++] : data[from_data++]);
    }
    return codec::AbiValue::list(std::move(out));
}

} // namespace salus::eth
