#include "http/websocket.hpp"

#include <deque>

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace salus::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using ErrorCode = boost::system::error_code;

constexpr std::int64_t kCloseMs = 5'000; // for the closing handshake, then the socket is closed
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Everything but send(), close() and take_tokens() runs on the thread of the stream.
class Session final : public WebSocketSession,
                      public Closable,
                      public std::enable_shared_from_this<Session> {
public:
    Session(Socket socket, Context& context, ClientSlots::Slot slot, Request upgrade)
        : stream_(std::move(socket)), context_(context), slot_(std::move(slot)),
          client_address_(upgrade.client), share_(client_key(client_address_)), id_(upgrade.id),
          upgrade_(std::move(upgrade)) {
        context_.connections.add(1);
        context_.websockets.add(1);
    }
    ~Session() override {
        context_.leave(this);
        context_.unsent -= queued_bytes_;
        context_.websockets.add(-1);
        context_.connections.add(-1);
    }

    void start(const WebSocketAccept& accept);

    bool send(std::string text) override;
    void close(std::uint16_t code, std::string reason) override;
    bool take_tokens(std::size_t count) override {
        return context_.limiter.take(client_address_, count);
    }

    void check_deadline(std::int64_t now_ms) override {
        if (deadline_.load() <= now_ms) abort();
    }
    void drain() override { close(kCloseGoingAway, "the server shuts down"); }
    void abort() override {
        asio::post(stream_.get_executor(), [self = shared_from_this()] { self->close_socket(); });
    }

private:
    void configure();
    void opened(const std::shared_ptr<WebSocketClient>& client);
    void read();
    void on_read(ErrorCode failed);
    void deliver(std::string text);
    void handled();
    void say_goodbye();
    void write();
    void written();
    void begin_close();
    bool is_slow() const; // mutex_ held
    void drop(const std::string& text) {
        queued_bytes_ -= text.size();
        context_.unsent -= text.size();
    }
    void finish();
    void close_socket() {
        ErrorCode ignored;
        stream_.next_layer().close(ignored);
    }

    ws::stream<Socket> stream_;
    Context& context_;
    const ClientSlots::Slot slot_;
    const std::string client_address_, share_; // whose threads it uses
    const std::string id_;
    std::optional<Request> upgrade_; // until it is accepted
    std::shared_ptr<WebSocketClient> client_;
    beast::flat_buffer buffer_;
    std::atomic<std::int64_t> deadline_{kNever};
    bool accepted_ = false;
    bool handling_ = false;
    bool finished_ = false;

    std::mutex mutex_; // guards what follows
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    bool writing_ = false;
    bool closing_ = false;
    bool paused_ = false; // nothing is read until what is queued has been taken
    ws::close_reason reason_;
};

void Session::configure() {
    stream_.read_message_max(context_.options.websocket_message_limit);
    ws::stream_base::timeout times{};
    times.handshake_timeout = context_.options.read_timeout;
    times.idle_timeout = context_.options.idle_timeout;
    times.keep_alive_pings = true;
    stream_.set_option(times);
    stream_.set_option(ws::stream_base::decorator(
        [id = id_](ws::response_type& response) { response.set("X-Request-Id", id); }));
}

void Session::start(const WebSocketAccept& accept) {
    context_.enter(shared_from_this());
    configure();
    // The stream wants the upgrade as Beast's message; only these fields matter to it.
    beast::http::request<beast::http::empty_body> message;
    message.version(11);
    message.method(beast::http::verb::get);
    message.target(upgrade_->target);
    for (const Header& field : upgrade_->headers) message.insert(field.name, field.value);
    auto kept = std::make_shared<decltype(message)>(std::move(message));
    stream_.async_accept(*kept, [self = shared_from_this(), kept, &accept](ErrorCode failed) {
        if (failed) return;
        self->accepted_ = true;
        self->context_.pool->post(self->share_, [self, &accept] {
            auto client = accept(self, *self->upgrade_);
            asio::post(self->stream_.get_executor(), [self, client] { self->opened(client); });
        });
    });
}

void Session::opened(const std::shared_ptr<WebSocketClient>& client) {
    upgrade_.reset();
    if (!finished_) {
        client_ = client;
        return read();
    }
    context_.pool->post(share_, [client] { client->on_close(); });
}

void Session::read() {
    buffer_.clear();
    stream_.async_read(buffer_, [self = shared_from_this()](ErrorCode failed, std::size_t) {
        self->on_read(failed);
    });
}

void Session::on_read(ErrorCode failed) {
    if (failed) return finish();
    if (!stream_.got_text()) {
        close(kCloseUnsupported, "text messages only");
        return read();
    }
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return read(); // only the closing handshake still matters
    }
    if (!take_tokens(1)) {
        close(kClosePolicy, "too many requests");
        return read();
    }
    deliver(beast::buffers_to_string(buffer_.data()));
}

// The next message is read when this one is handled: a client that sends faster than it is
// served is slowed down by TCP.
void Session::deliver(std::string text) {
    handling_ = true;
    context_.pool->post(
        share_, [self = shared_from_this(), client = client_, text = std::move(text)]() mutable {
            try {
                client->on_message(std::move(text));
            } catch (...) { // whatever a handler throws ends its connection, never the server
                log::error("http.handler_threw", {{"class", "websocket"}, {"id", self->id_}});
                self->close(1011, "the server failed");
            }
            asio::post(self->stream_.get_executor(), [self] { self->handled(); });
        });
}

void Session::handled() {
    handling_ = false;
    if (finished_) return say_goodbye();
    {
        const std::lock_guard lock(mutex_);
        paused_ = !closing_ && queued_bytes_ > context_.options.websocket_pause_bytes;
        if (paused_) return; // who does not take its answers asks for no more
    }
    read();
}

// Not while a message is handled: calls on the client come one at a time.
void Session::say_goodbye() {
    if (!client_ || handling_) return;
    context_.pool->post(share_, [client = std::exchange(client_, nullptr)] { client->on_close(); });
}

void Session::finish() {
    if (std::exchange(finished_, true)) return;
    {
        const std::lock_guard lock(mutex_);
        closing_ = true; // the queue stays: a write may still look at its front
    }
    close_socket();
    say_goodbye();
}

bool Session::send(std::string text) {
    std::unique_lock lock(mutex_);
    if (closing_) return false;
    queued_bytes_ += text.size();
    context_.unsent += text.size();
    queue_.push_back(std::move(text));
    if (is_slow()) {
        lock.unlock();
        close(kClosePolicy, "slow consumer");
        return false;
    }
    if (std::exchange(writing_, true)) return true;
    lock.unlock();
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->write(); });
    return true;
}

// More is queued than one may have; or more than its share, where all have too much.
bool Session::is_slow() const {
    const ServerOptions& limits = context_.options;
    if (queue_.size() > limits.websocket_queue_messages) return true;
    if (queued_bytes_ > limits.websocket_queue_bytes) return true;
    return context_.unsent.load() > limits.unsent_limit &&
           queued_bytes_ > limits.unsent_limit / std::max<std::size_t>(1, context_.count());
}

// What waits is dropped, but the message on its way is finished before the close frame.
void Session::close(std::uint16_t code, std::string reason) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closing_, true)) return;
    reason_ = ws::close_reason(static_cast<ws::close_code>(code), reason);
    deadline_ = steady_ms() + kCloseMs;
    while (code == kClosePolicy && queue_.size() > 1) drop(queue_.back()), queue_.pop_back();
    if (std::exchange(writing_, true)) return;
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->write(); });
}

void Session::write() {
    std::unique_lock lock(mutex_);
    if (queue_.empty()) {
        if (closing_) return lock.unlock(), begin_close();
        writing_ = false;
        return;
    }
    const std::string& front = queue_.front(); // a deque does not move it
    lock.unlock();
    stream_.text(true);
    stream_.async_write(asio::buffer(front),
                        [self = shared_from_this()](ErrorCode failed, std::size_t) {
                            if (failed) return self->finish();
                            self->written();
                        });
}

void Session::written() {
    bool resumes = false;
    {
        const std::lock_guard lock(mutex_);
        drop(queue_.front());
        queue_.pop_front();
        resumes = paused_ && queued_bytes_ <= context_.options.websocket_pause_bytes / 2;
        if (resumes) paused_ = false;
    }
    write();
    if (resumes) read();
}

void Session::begin_close() {
    if (!accepted_ || finished_) return close_socket();
    stream_.async_close(reason_, [self = shared_from_this()](ErrorCode) { self->finish(); });
}

} // namespace

void serve_websocket(Socket socket, Context& context, ClientSlots::Slot slot, Request upgrade,
                     const WebSocketAccept& accept) {
    std::make_shared<Session>(std::move(socket), context, std::move(slot), std::move(upgrade))
        ->start(accept);
}

} // namespace salus::http
