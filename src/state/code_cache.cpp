#include <list>
#include <mutex>

#include "state/transition.hpp"

namespace salus::state {

namespace {

// Bytes and jump map of the code, and what holds them.
std::size_t cost(const evm::AnalyzedCode& code) {
    return code.size() + code.size() / 8 + 256;
}

} // namespace

struct CodeCache::Impl {
    using Code = std::shared_ptr<const evm::AnalyzedCode>;
    using Recent = std::list<std::pair<Hash32, Code>>;

    void shrink() {
        while (bytes > max_bytes && recent.size() > 1) {
            bytes -= cost(*recent.back().second);
            by_hash.erase(recent.back().first);
            recent.pop_back();
        }
    }

    std::mutex mutex;
    std::size_t max_bytes;
    std::size_t bytes = 0;
    Recent recent; // the most recently used first
    std::unordered_map<Hash32, Recent::iterator> by_hash;
};

CodeCache::CodeCache(std::size_t max_bytes) : impl_(std::make_unique<Impl>()) {
    impl_->max_bytes = max_bytes;
}
CodeCache::~CodeCache() = default;

std::shared_ptr<const evm::AnalyzedCode> CodeCache::find(const Hash32& code_hash) {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->by_hash.find(code_hash);
    if (found == impl_->by_hash.end()) return nullptr;
    impl_->recent.splice(impl_->recent.begin(), impl_->recent, found->second);
    return found->second->second;
}

std::shared_ptr<const evm::AnalyzedCode> CodeCache::add(const Hash32& code_hash, ByteView code) {
    auto analysed = std::make_shared<const evm::AnalyzedCode>(code);
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->by_hash.find(code_hash);
    if (found != impl_->by_hash.end()) return found->second->second;
    impl_->recent.emplace_front(code_hash, analysed);
    impl_->by_hash.emplace(code_hash, impl_->recent.begin());
    impl_->bytes += cost(*analysed);
    impl_->shrink();
    return analysed;
}

} // namespace salus::state
