// Bytes of capsules and fragments, both forms: the parts one after another, or MessagePack's
// arrays and binaries (bin 8) around the same parts.
#include "crypto/umbral_hash.hpp"

namespace salus::crypto::umbral {

using namespace secp256k1;

namespace {

enum class Form { simple, message_pack };
constexpr Byte kArray = 0x90, kBinary = 0xc4, kFalse = 0xc2, kTrue = 0xc3;

class Writer {
public:
    Writer(Form form, std::size_t size) : form_(form) { out_.reserve(size); }

    Writer& array(Byte count) {
        if (form_ == Form::message_pack) out_.push_back(static_cast<Byte>(kArray | count));
        return *this;
    }
    Writer& part(ByteView bytes) {
        if (form_ == Form::message_pack) {
            out_.push_back(kBinary);
            out_.push_back(static_cast<Byte>(bytes.size()));
        }
        append(out_, bytes);
        return *this;
    }
    Writer& part(const Point& point) { return part(ByteView(point.bytes().bytes)); }
    Writer& flag(bool value) {
        out_.push_back(value ? kTrue : kFalse);
        return *this;
    }
    Bytes take(std::size_t size) {
        SALUS_ASSERT(out_.size() == size);
        return std::move(out_);
    }

private:
    Form form_;
    Bytes out_;
};

// Remembers the first thing that is wrong; what is read after it is of no meaning.
class Reader {
public:
    Reader(Form form, ByteView bytes) : form_(form), rest_(bytes) {}

    void array(Byte count) {
        if (form_ == Form::message_pack) expect(static_cast<Byte>(kArray | count));
    }
    void part(std::span<Byte> out) {
        if (form_ == Form::message_pack) {
            expect(kBinary);
            expect(static_cast<Byte>(out.size()));
        }
        const ByteView bytes = take(out.size());
        if (good_) std::memcpy(out.data(), bytes.data(), out.size());
    }
    template <std::size_t N>
    FixedBytes<N> part() {
        FixedBytes<N> out;
        part(out.bytes);
        return out;
    }
    bool flag() {
        const ByteView byte = take(1);
        good_ = good_ && (byte[0] == kTrue || byte[0] == kFalse);
        return good_ && byte[0] == kTrue;
    }
    Status done() const {
        if (!good_ || !rest_.empty()) return Error(kMalformed);
        return ok_status();
    }

private:
    void expect(Byte byte) {
        const ByteView found = take(1);
        good_ = good_ && found[0] == byte;
    }
    ByteView take(std::size_t size) {
        if (rest_.size() < size) {
            good_ = false;
            rest_ = {};
        }
        if (!good_) return {};
        const ByteView out = rest_.first(size);
        rest_ = rest_.subspan(size);
        return out;
    }

    Form form_;
    ByteView rest_;
    bool good_ = true;
};

Result<Point> point_of(const CompressedPoint& bytes) {
    return Point::from_bytes(bytes.bytes);
}

Result<Capsule> read_capsule(Form form, ByteView bytes) {
    Reader reader(form, bytes);
    reader.array(3);
    const auto e_bytes = reader.part<33>();
    const auto v_bytes = reader.part<33>();
    const auto s_bytes = reader.part<32>();
    SALUS_TRY(reader.done());
    SALUS_TRY_ASSIGN(const Point e, point_of(e_bytes));
    SALUS_TRY_ASSIGN(const Point v, point_of(v_bytes));
    SALUS_TRY_ASSIGN(const Scalar s, Scalar::from_bytes(s_bytes.bytes));
    Capsule out = Capsule::made(e, v, s);
    const auto sum = add({v, multiply_public(e, out.hash())});
    if (!sum.ok() || *sum != generate(s)) return Error(kCapsuleWrong);
    return out;
}

Result<CapsuleFragment> read_fragment(Form form, ByteView bytes) {
    Reader reader(form, bytes);
    reader.array(5);
    const auto e1_bytes = reader.part<33>();
    const auto v1_bytes = reader.part<33>();
    const auto id = reader.part<32>();
    const auto precursor_bytes = reader.part<33>();
    reader.array(6);
    const auto e2_bytes = reader.part<33>();
    const auto v2_bytes = reader.part<33>();
    const auto commitment_bytes = reader.part<33>();
    const auto u2_bytes = reader.part<33>();
    const auto z = reader.part<32>();
    const auto signature = reader.part<64>();
    SALUS_TRY(reader.done());
    SALUS_TRY_ASSIGN(const Point e1, point_of(e1_bytes));
    SALUS_TRY_ASSIGN(const Point v1, point_of(v1_bytes));
    SALUS_TRY_ASSIGN(const Point precursor, point_of(precursor_bytes));
    SALUS_TRY_ASSIGN(const Point e2, point_of(e2_bytes));
    SALUS_TRY_ASSIGN(const Point v2, point_of(v2_bytes));
    SALUS_TRY_ASSIGN(const Point commitment, point_of(commitment_bytes));
    SALUS_TRY_ASSIGN(const Point u2, point_of(u2_bytes));
    SALUS_TRY(Scalar::from_bytes(z.bytes));
    return CapsuleFragment{e1, v1, id, precursor, e2, v2, commitment, u2, z, signature};
}

Bytes write_fragment(const CapsuleFragment& it, Form form, std::size_t size) {
    Writer writer(form, size);
    writer.array(5).part(it.e1).part(it.v1).part(it.id.bytes).part(it.precursor);
    writer.array(6).part(it.e2).part(it.v2).part(it.commitment).part(it.u2);
    writer.part(it.z.bytes).part(it.for_receiver.bytes);
    return writer.take(size);
}

} // namespace

Capsule::Capsule(const Point& e, const Point& v, const Scalar& s) : e_(e), v_(v) {
    std::memcpy(bytes_.data(), e.bytes().data(), 33);
    std::memcpy(bytes_.data() + 33, v.bytes().data(), 33);
    std::memcpy(bytes_.data() + 66, s.expose().data(), 32);
}

Result<Capsule> Capsule::from_bytes(ByteView bytes) {
    return read_capsule(Form::simple, bytes);
}

Result<Capsule> Capsule::from_message_pack(ByteView bytes) {
    return read_capsule(Form::message_pack, bytes);
}

Bytes Capsule::message_pack() const {
    Writer writer(Form::message_pack, kMessagePackSize);
    writer.array(3).part(e_).part(v_).part(ByteView(bytes_.bytes).subspan(66));
    return writer.take(kMessagePackSize);
}

Scalar Capsule::s() const {
    auto out = Scalar::from_bytes(ByteView(bytes_.bytes).subspan(66));
    return std::move(out).value();
}

Scalar Capsule::hash() const {
    return hash_to_scalar("CAPSULE_POINTS", {e_.bytes().bytes, v_.bytes().bytes});
}

Result<KeyFragment> KeyFragment::from_bytes(ByteView bytes) {
    Reader reader(Form::message_pack, bytes);
    reader.array(5);
    reader.array(1);
    const auto u = reader.part<33>();
    const auto id = reader.part<32>();
    SecretKey32 key_bytes;
    reader.part(key_bytes.expose().bytes);
    const auto precursor_bytes = reader.part<33>();
    reader.array(5);
    const auto commitment_bytes = reader.part<33>();
    const auto for_proxy = reader.part<64>();
    const auto for_receiver = reader.part<64>();
    const bool names_delegating = reader.flag();
    const bool names_receiving = reader.flag();
    SALUS_TRY(reader.done());
    if (u != base_u().bytes()) return Error(kParameters);
    SALUS_TRY_ASSIGN(Scalar key, Scalar::from_bytes(key_bytes.expose().bytes));
    SALUS_TRY_ASSIGN(const Point precursor, point_of(precursor_bytes));
    SALUS_TRY_ASSIGN(const Point commitment, point_of(commitment_bytes));
    return KeyFragment{id,        std::move(key), precursor,        commitment,
                       for_proxy, for_receiver,   names_delegating, names_receiving};
}

SecretBytes<KeyFragment::kSize> KeyFragment::bytes() const {
    Writer writer(Form::message_pack, kSize); // of its full size at once: no copy is left behind
    writer.array(5).array(1).part(base_u());
    writer.part(id.bytes).part(key.expose().bytes).part(precursor);
    writer.array(5).part(commitment).part(for_proxy.bytes).part(for_receiver.bytes);
    writer.flag(names_delegating).flag(names_receiving);
    Bytes text = writer.take(kSize);
    SecretBytes<kSize> out;
    std::memcpy(out.expose().data(), text.data(), kSize);
    wipe(text);
    return out;
}

KeyFragment KeyFragment::copy() const {
    return {id,        key.copy(),   precursor,        commitment,
            for_proxy, for_receiver, names_delegating, names_receiving};
}

Result<CapsuleFragment> CapsuleFragment::from_bytes(ByteView bytes) {
    return read_fragment(Form::simple, bytes);
}

Result<CapsuleFragment> CapsuleFragment::from_message_pack(ByteView bytes) {
    return read_fragment(Form::message_pack, bytes);
}

FixedBytes<CapsuleFragment::kSize> CapsuleFragment::bytes() const {
    return right_aligned<kSize>(write_fragment(*this, Form::simple, kSize));
}

Bytes CapsuleFragment::message_pack() const {
    return write_fragment(*this, Form::message_pack, kMessagePackSize);
}

} // namespace salus::crypto::umbral
