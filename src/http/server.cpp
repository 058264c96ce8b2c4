#include "http/server.hpp"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace salus::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class Server::Impl {
public:
    Impl(ServerOptions options, Router router, const Clock& clock, Random& random, Metrics& metrics)
        : context_(std::move(options), std::move(router), clock, random, metrics),
          io_(context_.options.io_threads), acceptor_(io_.front().context),
          sweep_(io_.front().context), sweep_every_(sweep_interval(context_.options)) {}

    Status start();
    std::uint16_t port() const { return port_; }
    void stop(std::chrono::milliseconds drain);

private:
    // Often enough for the shortest time limit, seldom enough to cost nothing.
    static std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
        const auto shortest = std::min({options.read_timeout, options.handler_timeout,
                                        options.idle_timeout, options.silent_timeout});
        return std::clamp(shortest / 8, std::chrono::milliseconds(5),
                          std::chrono::milliseconds(500));
    }
    Status listen();
    void accept();
    void on_accept(ErrorCode failed, Socket socket);
    ClientSlots::Slot slot_for(const Socket& socket);
    void sweep();
    void wait_until_empty(std::chrono::milliseconds most);

    Context context_;
    // One thread each: a connection stays where it was accepted, and no thread wakes another.
    struct Io {
        asio::io_context context{1};
    };
    std::vector<Io> io_;
    std::size_t next_io_ = 0;
    tcp::acceptor acceptor_;
    asio::steady_timer sweep_;
    std::chrono::milliseconds sweep_every_;
    std::uint16_t port_ = 0;
    bool running_ = false;
    std::vector<std::thread> threads_;
};

Status Server::Impl::listen() {
    const ServerOptions& options = context_.options;
    ErrorCode failed;
    const auto address = asio::ip::make_address(options.address, failed);
    const auto refused = [&] {
        return Error(kCannotListen,
                     fmt::format("{}:{}: {}", options.address, options.port, failed.message()));
    };
    if (failed) return refused();
    const tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), failed);
    if (failed) return refused();
    acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
    acceptor_.bind(endpoint, failed);
    if (failed) return refused();
    acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return refused();
    port_ = acceptor_.local_endpoint(failed).port();
    return ok_status();
}

Status Server::Impl::start() {
    SALUS_ASSERT(!running_);
    SALUS_TRY(listen());
    running_ = true;
    context_.pool = std::make_unique<FairPool>(context_.options.handler_threads);
    accept();
    sweep();
    for (Io& io : io_) {
        threads_.emplace_back([&io] {
            const auto until_stopped = asio::make_work_guard(io.context);
            io.context.run();
        });
    }
    return ok_status();
}

void Server::Impl::accept() {
    asio::io_context& io = io_[next_io_++ % io_.size()].context;
    acceptor_.async_accept(
        io, [this](ErrorCode failed, Socket socket) { on_accept(failed, std::move(socket)); });
}

void Server::Impl::on_accept(ErrorCode failed, Socket socket) {
    if (!acceptor_.is_open()) return;
    if (failed) {
        log::warn("http.accept_failed", {{"error", failed.message()}});
        // Out of file descriptors, most likely: try again when some may have been closed.
        auto pause = std::make_shared<asio::steady_timer>(acceptor_.get_executor(),
                                                          std::chrono::milliseconds(50));
        return pause->async_wait([this, pause](ErrorCode) {
            if (acceptor_.is_open()) accept();
        });
    }
    auto slot = slot_for(socket);
    if (!slot) {
        refuse_connection(std::move(socket));
    } else {
        const auto executor = socket.get_executor();
        auto kept = std::make_shared<Socket>(std::move(socket));
        asio::post(executor, [this, kept, slot = std::move(slot)] {
            serve_connection(std::move(*kept), context_, slot);
        });
    }
    accept();
}

// nullptr where there are too many connections, in all or of this client.
ClientSlots::Slot Server::Impl::slot_for(const Socket& socket) {
    const std::size_t limit = context_.options.connection_limit;
    if (context_.count() >= limit) return nullptr;
    ErrorCode failed;
    const std::string client = socket.remote_endpoint(failed).address().to_string();
    const std::size_t part = limit / 8;
    const bool trusted = context_.limiter.trusted(client);
    return context_.slots.take(client_key(client),
                               trusted ? limit - part : std::max<std::size_t>(1, part));
}

// Ends what is past its deadline.
void Server::Impl::sweep() {
    sweep_.expires_after(sweep_every_);
    sweep_.async_wait([this](ErrorCode failed) {
        if (failed) return;
        const std::int64_t now = steady_ms();
        for (const auto& connection : context_.all()) connection->check_deadline(now);
        sweep();
    });
}

void Server::Impl::wait_until_empty(std::chrono::milliseconds most) {
    const std::int64_t end = steady_ms() + most.count();
    while (context_.count() != 0 && steady_ms() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void Server::Impl::stop(std::chrono::milliseconds drain) {
    if (!std::exchange(running_, false)) return;
    context_.draining = true;
    asio::post(acceptor_.get_executor(), [this] {
        ErrorCode ignored;
        acceptor_.close(ignored);
    });
    for (const auto& connection : context_.all()) connection->drain();
    wait_until_empty(drain);
    for (const auto& connection : context_.all()) connection->abort();
    wait_until_empty(std::chrono::milliseconds(200));
    for (Io& io : io_) io.context.stop();
    for (std::thread& thread : threads_) thread.join();
    ErrorCode ignored;
    acceptor_.close(ignored); // if the posted one had no time to run
    context_.pool.reset();    // runs what was posted to its end
}

Server::Server(ServerOptions options, Router router, const Clock& clock, Random& random,
               Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(router), clock, random, metrics)) {
}

Server::~Server() {
    stop();
}

Status Server::start() {
    return impl_->start();
}

std::uint16_t Server::port() const {
    return impl_->port();
}

void Server::stop(std::chrono::milliseconds drain) {
    impl_->stop(drain);
}

} // namespace salus::http
