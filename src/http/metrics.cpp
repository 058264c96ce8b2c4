#include "http/metrics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/result.hpp"

namespace salus::http {
namespace {

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (quotes && c == '"')) out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

std::string render_labels(const Labels& labels) {
    std::string out;
    for (const auto& [key, value] : labels) {
        if (!out.empty()) out.push_back(',');
        out += fmt::format("{}=\"{}\"", key, escaped(value, true));
    }
    return out;
}

std::string braced(const std::string& labels, std::string_view more = {}) {
    if (labels.empty() && more.empty()) return {};
    const std::string_view comma = labels.empty() || more.empty() ? "" : ",";
    return fmt::format("{{{}{}{}}}", labels, comma, more);
}

void render_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
    const std::vector<std::uint64_t> buckets = histogram.buckets();
    const std::vector<double>& bounds = histogram.upper_bounds();
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        const std::string le =
            i < bounds.size() ? fmt::format("le=\"{}\"", bounds[i]) : std::string("le=\"+Inf\"");
        out += fmt::format("{}_bucket{} {}\n", name, braced(labels, le), buckets[i]);
    }
    out += fmt::format("{}_sum{} {}\n", name, braced(labels), histogram.sum());
    out += fmt::format("{}_count{} {}\n", name, braced(labels), buckets.back());
}

} // namespace

Histogram::Histogram(std::vector<double> upper_bounds)
    : bounds_(std::move(upper_bounds)), counts_(bounds_.size() + 1) {
    SALUS_ASSERT(std::is_sorted(bounds_.begin(), bounds_.end()));
}

void Histogram::observe(double value) {
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_micros_.fetch_add(static_cast<std::uint64_t>(std::llround(std::max(0.0, value) * 1e6)),
                          std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::buckets() const {
    std::vector<std::uint64_t> out;
    std::uint64_t total = 0;
    for (const auto& count : counts_) {
        out.push_back(total += count.load(std::memory_order_relaxed));
    }
    return out;
}

double Histogram::sum() const {
    return static_cast<double>(sum_micros_.load(std::memory_order_relaxed)) / 1e6;
}

std::vector<double> latency_buckets() {
    return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
            0.05,   0.1,     0.25,   0.5,   1,      2.5,   10,   30};
}

Metrics::Family& Metrics::family(std::string_view name, std::string_view help, Type type) {
    const auto found = families_.find(name);
    if (found != families_.end()) {
        SALUS_ASSERT(found->second.type == type);
        return found->second;
    }
    Family fresh{type, std::string(help), {}, {}, {}, {}};
    return families_.emplace(std::string(name), std::move(fresh)).first->second;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& slot = family(name, help, Type::counter).counters[render_labels(labels)];
    if (!slot) slot = std::make_unique<Counter>();
    return *slot;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& slot = family(name, help, Type::gauge).gauges[render_labels(labels)];
    if (!slot) slot = std::make_unique<Gauge>();
    return *slot;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, const Labels& labels,
                              std::vector<double> upper_bounds) {
    const std::lock_guard lock(mutex_);
    auto& slot = family(name, help, Type::histogram).histograms[render_labels(labels)];
    if (!slot) slot = std::make_unique<Histogram>(std::move(upper_bounds));
    return *slot;
}

void Metrics::gauge_function(std::string_view name, std::string_view help,
                             std::function<double()> value) {
    const std::lock_guard lock(mutex_);
    family(name, help, Type::function).function = std::move(value);
}

void Metrics::render_family(std::string& out, const std::string& name, const Family& family) {
    const std::string_view type = family.type == Type::counter     ? "counter"
                                  : family.type == Type::histogram ? "histogram"
                                                                   : "gauge";
    out +=
        fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(family.help, false), name, type);
    for (const auto& [labels, counter] : family.counters) {
        out += fmt::format("{}{} {}\n", name, braced(labels), counter->value());
    }
    for (const auto& [labels, gauge] : family.gauges) {
        out += fmt::format("{}{} {}\n", name, braced(labels), gauge->value());
    }
    for (const auto& [labels, histogram] : family.histograms) {
        render_histogram(out, name, labels, *histogram);
    }
    if (family.function) out += fmt::format("{} {}\n", name, family.function());
}

std::string Metrics::render() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [name, family] : families_) render_family(out, name, family);
    return out;
}

} // namespace salus::http
