#pragma once
// What a pure function takes to spread its work; ThreadPool is one with threads.

#include <cstddef>
#include <functional>

namespace salus {

// Runs body(0..count-1), returns when all are done.
class Executor {
public:
    virtual ~Executor() = default;
    virtual void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) = 0;
};

class InlineExecutor final : public Executor {
public:
    void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override {
        for (std::size_t i = 0; i < count; ++i) body(i);
    }
};

} // namespace salus
