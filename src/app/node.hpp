#pragma once
// Everything that `salus serve` runs, wired together: the one place that knows all parts.

#include <memory>
#include <vector>

#include "app/options.hpp"

namespace salus::app {

inline constexpr ErrorKind kUnfunded{"setup.unfunded", "Yellow Paper 6: gas is paid in ether"};
inline constexpr ErrorKind kNoWebApp{"app.no_web", "the built web app: npm run build, --web-dir"};

class Node {
public:
    // Opens the data directory, the keys, the chain and the database, deploys and accredits what
    // is missing, settles what a crash left, and listens. The error says what to do.
    static Result<std::unique_ptr<Node>> start(const ServeOptions& options);
    virtual ~Node() = default; // answers what has begun, then stops

    virtual std::uint16_t port() const = 0;
    // What a hospital's node answers, "GET /liveness"; of another node nothing.
    virtual std::vector<std::string> routes() const { return {}; }
};

} // namespace salus::app
