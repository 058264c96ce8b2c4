#pragma once
// Counters, gauges and histograms, rendered in the Prometheus text format 0.0.4. Thread-safe.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace salus::http {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
public:
    void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

class Histogram {
public:
    explicit Histogram(std::vector<double> upper_bounds);
    void observe(double value);
    const std::vector<double>& upper_bounds() const { return bounds_; }
    std::vector<std::uint64_t> buckets() const; // cumulative; the last is +Inf, hence the count
    double sum() const;

private:
    std::vector<double> bounds_; // ascending
    std::vector<std::atomic<std::uint64_t>> counts_;
    std::atomic<std::uint64_t> sum_micros_{0};
};

// 100 µs … 30 s, for request times in seconds.
std::vector<double> latency_buckets();

// The references returned live as long as the registry. The same name and labels give the same
// metric; `help` counts the first time. A name has one type: mixing is a programmer's error.
class Metrics {
public:
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {},
                         std::vector<double> upper_bounds = latency_buckets());
    // A gauge that is asked at rendering.
    void gauge_function(std::string_view name, std::string_view help,
                        std::function<double()> value);
    std::string render() const;

private:
    enum class Type { counter, gauge, histogram, function };
    struct Family {
        Type type;
        std::string help;
        std::map<std::string, std::unique_ptr<Counter>> counters; // by rendered labels
        std::map<std::string, std::unique_ptr<Gauge>> gauges;
        std::map<std::string, std::unique_ptr<Histogram>> histograms;
        std::function<double()> function;
    };
    Family& family(std::string_view name, std::string_view help, Type type);
    static void render_family(std::string& out, const std::string& name, const Family& family);

    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>> families_;
};

} // namespace salus::http
