#include <atomic>
#include <mutex>
#include <unordered_map>

#include "crypto/limbs.hpp"
#include "crypto/p256_raw.hpp"

namespace salus::crypto::p256 {
namespace {

using namespace raw;

constexpr Limbs<4> kOrder =
    limbs<4>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

Result<Key> parse(const PublicKey& key) {
    std::array<Byte, 65> text{};
    text[0] = 4; // SEC 1 2.3.3: an uncompressed point
    std::memcpy(text.data() + 1, key.data(), 64);
    Key out(EC_KEY_new());
    SALUS_ASSERT(out != nullptr && EC_KEY_set_group(out.get(), group()) == 1);
    if (EC_KEY_oct2key(out.get(), text.data(), text.size(), nullptr) != 1) {
        ERR_clear_error(); // or the next user of this thread's queue would read it
        return Error(kBadKey, "the point is not on the curve");
    }
    return out;
}

bool verify_plainly(EC_KEY* key, const Hash32& digest, const Signature& signature) {
    const RawSignature parsed(ECDSA_SIG_new());
    Number r = number(ByteView(signature.bytes).first(32));
    Number s = number(ByteView(signature.bytes).last(32));
    SALUS_ASSERT(parsed != nullptr && ECDSA_SIG_set0(parsed.get(), r.get(), s.get()) == 1);
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    const int verdict = ECDSA_do_verify(digest.data(), 32, parsed.get(), key);
    if (verdict < 0) ERR_clear_error(); // r or s out of range
    return verdict == 1;
}

// The numbers and points of one verification, of the thread's stock.
class Frame {
public:
    Frame() : stock_(of_thread()) { BN_CTX_start(context()); }
    ~Frame() { BN_CTX_end(context()); }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    BN_CTX* context() const { return stock_.context.get(); }
    EC_POINT* sum() const { return stock_.sum.get(); }
    EC_POINT* summand() const { return stock_.summand.get(); }
    BIGNUM* number() const {
        BIGNUM* out = BN_CTX_get(context());
        SALUS_ASSERT(out != nullptr);
        return out;
    }
    BIGNUM* number(const Byte* big_endian) const {
        BIGNUM* out = number();
        SALUS_ASSERT(BN_bin2bn(big_endian, 32, out) != nullptr);
        return out;
    }
    BIGNUM* product(const BIGNUM* a, const BIGNUM* b, const BIGNUM* modulus) const {
        BIGNUM* out = number();
        SALUS_ASSERT(BN_mod_mul(out, a, b, modulus, context()) == 1);
        return out;
    }

private:
    struct Stock {
        NumberContext context{BN_CTX_new()};
        Point sum{EC_POINT_new(group())}, summand{EC_POINT_new(group())};
    };
    static const Stock& of_thread() {
        thread_local const Stock stock;
        SALUS_ASSERT(stock.context && stock.sum && stock.summand);
        return stock;
    }

    const Stock& stock_;
};

bool in_range(const Limbs<4>& scalar) {
    return !is_zero(scalar) && less(scalar, kOrder);
}

// Whether the point's affine x is r modulo the order n. No division: x = X / Z², and since
// x < p < 2 n it is r or r + n. The point at infinity has no x.
bool has_x(const EC_POINT* point, const BIGNUM* r, const Frame& frame) {
    if (EC_POINT_is_at_infinity(group(), point) == 1) return false;
    const BIGNUM* p = EC_GROUP_get0_field(group());
    BIGNUM* x = frame.number();
    BIGNUM* z = frame.number();
    SALUS_ASSERT(EC_POINT_get_Jprojective_coordinates_GFp(group(), point, x, nullptr, z,
                                                          frame.context()) == 1);
    const BIGNUM* zz = frame.product(z, z, p);
    if (BN_cmp(frame.product(r, zz, p), x) == 0) return true;
    BIGNUM* other = frame.number();
    SALUS_ASSERT(BN_add(other, r, order()) == 1);
    return BN_cmp(other, p) < 0 && BN_cmp(frame.product(other, zz, p), x) == 0;
}

// Multiples of a key Q, by OpenSSL's means for a generator other than the curve's own.
class Table {
public:
    explicit Table(const EC_POINT* key) : group_(EC_GROUP_dup(group())) {
        SALUS_ASSERT(group_ != nullptr);
        SALUS_ASSERT(EC_GROUP_set_generator(group_.get(), key, order(), BN_value_one()) == 1);
        SALUS_ASSERT(EC_GROUP_precompute_mult(group_.get(), nullptr) == 1);
    }

    // FIPS 186-5 6.4.2; the digest is as long as the order, so that e is all of it.
    bool verify(const Hash32& digest, const Signature& signature) const {
        const Limbs<4> s = load_limbs<4>(signature.data() + 32);
        if (!in_range(load_limbs<4>(signature.data())) || !in_range(s)) return false;
        Limbs<4> inverse;
        invert_modulo(s, kOrder, inverse);
        Hash32 inverse_s;
        store_limbs(inverse, inverse_s.data());
        const Frame frame;
        const BIGNUM* r = frame.number(signature.data());
        const BIGNUM* w = frame.number(inverse_s.data());
        multiply(group(), frame.sum(), frame.product(frame.number(digest.data()), w, order()),
                 frame);
        multiply(group_.get(), frame.summand(), frame.product(r, w, order()), frame);
        SALUS_ASSERT(
            EC_POINT_add(group(), frame.sum(), frame.sum(), frame.summand(), frame.context()) == 1);
        return has_x(frame.sum(), r, frame);
    }

private:
    static void multiply(const EC_GROUP* by_generator, EC_POINT* out, const BIGNUM* scalar,
                         const Frame& frame) {
        SALUS_ASSERT(EC_POINT_mul(by_generator, out, scalar, nullptr, nullptr, frame.context()) ==
                     1);
    }

    std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>> group_;
};

// The places for tables, of the whole process.
std::atomic<std::size_t> g_tables{0};

bool take_place() {
    if (g_tables.fetch_add(1) < kMaxTables) return true;
    g_tables.fetch_sub(1);
    return false;
}

} // namespace

// A key that some verifier has now; all of them share it.
class KnownKey {
public:
    explicit KnownKey(Key parsed) : key_(std::move(parsed)) {}
    KnownKey(const KnownKey&) = delete;
    KnownKey& operator=(const KnownKey&) = delete;
    ~KnownKey() {
        if (table_.load() != nullptr) g_tables.fetch_sub(1);
        delete table_.load();
    }

    bool prepare() {
        const std::lock_guard lock(making_);
        return make_table();
    }

    bool verify(const Hash32& digest, const Signature& signature) {
        if (const Table* table = table_.load(std::memory_order_acquire)) {
            return table->verify(digest, signature);
        }
        if (uses_.fetch_add(1) % kUsesBeforeTable == kUsesBeforeTable - 1) {
            const std::unique_lock lock(making_, std::try_to_lock); // another may be at it
            if (lock.owns_lock()) make_table();
        }
        return verify_plainly(key_.get(), digest, signature);
    }

private:
    bool make_table() {
        if (table_.load() != nullptr) return true;
        if (!take_place()) return false;
        table_.store(new Table(EC_KEY_get0_public_key(key_.get())), std::memory_order_release);
        return true;
    }

    Key key_;
    std::atomic<std::uint64_t> uses_{0};
    std::atomic<const Table*> table_{nullptr};
    std::mutex making_;
};

namespace {

class Registry {
public:
    static Registry& shared() {
        static Registry* const out = new Registry; // outlives every static verifier
        return *out;
    }

    std::shared_ptr<KnownKey> find(const PublicKey& name) {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(name);
        return found == known_.end() ? nullptr : found->second.lock();
    }
    std::shared_ptr<KnownKey> add(const PublicKey& name, Key parsed) {
        std::shared_ptr<KnownKey> out(new KnownKey(std::move(parsed)),
                                      [this, name](const KnownKey* key) {
                                          delete key;
                                          forget(name);
                                      });
        const std::lock_guard lock(mutex_);
        std::weak_ptr<KnownKey>& place = known_[name];
        if (auto earlier = place.lock()) return earlier; // another thread was first
        place = out;
        return out;
    }

private:
    void forget(const PublicKey& name) {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(name);
        if (found != known_.end() && found->second.expired()) known_.erase(found);
    }

    std::mutex mutex_;
    std::unordered_map<PublicKey, std::weak_ptr<KnownKey>> known_;
};

} // namespace

Result<Verifier> Verifier::from(const PublicKey& key) {
    if (auto known = Registry::shared().find(key)) return Verifier(std::move(known));
    SALUS_TRY_ASSIGN(Key parsed, parse(key));
    return Verifier(Registry::shared().add(key, std::move(parsed)));
}

bool Verifier::verify(const Hash32& digest, const Signature& signature) const {
    return known_->verify(digest, signature);
}

bool Verifier::prepare() const {
    return known_->prepare();
}

bool verify(const PublicKey& key, const Hash32& digest, const Signature& signature) {
    const auto parsed = parse(key);
    return parsed.ok() && verify_plainly(parsed->get(), digest, signature);
}

} // namespace salus::crypto::p256
