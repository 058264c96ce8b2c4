#include "codec/wire.hpp"

namespace salus::codec {

ByteView WireReader::bytes(std::size_t size) {
    if (failed() || rest_.size() < size) {
        if (!failed()) fault_ = &kWireTruncated;
        return {};
    }
    const ByteView out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
}

ByteView WireReader::sized(std::size_t most) {
    const std::size_t size = u32();
    if (!failed() && size > most) fault_ = &kWireTooLong;
    return bytes(size);
}

std::uint64_t WireReader::number(std::size_t size) {
    std::uint64_t out = 0;
    for (const Byte byte : bytes(size)) out = out << 8U | byte;
    return out;
}

Status WireReader::status() const {
    return failed() ? Status(Error(*fault_)) : ok_status();
}

Status WireReader::finish() const {
    if (!failed() && !rest_.empty()) return Error(kWireTrailing);
    return status();
}

} // namespace salus::codec
