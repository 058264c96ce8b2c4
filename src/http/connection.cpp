#include "http/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>

#include "base/log.hpp"

namespace salus::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kDrainLimit = 16 * 1024 * 1024; // of a refused body
constexpr std::int64_t kLingerMs = 2'000;

std::string_view text(beast::string_view view) {
    return {view.data(), view.size()};
}

// Bytes came that are not HTTP; not that they stopped coming.
bool is_malformed(const ErrorCode& failed) {
    static const auto& kCategory =
        beast::http::make_error_code(beast::http::error::bad_version).category();
    return failed && failed.category() == kCategory &&
           failed != beast::http::error::end_of_stream &&
           failed != beast::http::error::partial_message;
}

struct Refusal {
    int status;
    std::string_view code;
    std::string_view message;
};
constexpr Refusal kMalformed{400, "http.malformed", "The request is not well-formed HTTP."};
constexpr Refusal kBadCoding{400, "http.transfer_coding",
                             "The only transfer coding of a body is chunked."};
constexpr Refusal kBadHost{403, "http.host_refused", "This host name is not served here."};
constexpr Refusal kBadOrigin{403, "http.origin_refused", "Pages of this origin may not call."};
constexpr Refusal kNotFound{404, "http.not_found", "There is nothing here."};
constexpr Refusal kBadMethod{405, "http.method_not_allowed", "This method is not offered here."};
constexpr Refusal kTooSlow{408, "http.too_slow", "The request did not arrive in time."};
constexpr Refusal kTooLarge{413, "http.too_large", "The request body is too large."};
constexpr Refusal kTooMany{429, "http.too_many", "Too many requests from this address."};
constexpr Refusal kHeaderTooLarge{431, "http.header_too_large", "The header is too large."};
constexpr Refusal kFailed{500, "http.failed", "The server failed; the id finds it in its log."};
constexpr Refusal kBusy{503, "http.busy", "Too many large answers wait to be taken."};
constexpr Refusal kTimedOutHere{503, "http.timed_out", "The answer took too long."};

// Splits the request target; false where it is malformed (RFC 9112 3.2).
bool take_target(std::string_view target, Request& out) {
    out.target = std::string(target);
    if (target.starts_with("http://") || target.starts_with("https://")) {
        const std::size_t slash = target.find('/', target.find("://") + 3);
        target = slash == target.npos ? std::string_view("/") : target.substr(slash);
    }
    const std::size_t question = target.find('?');
    if (question != target.npos) out.query = std::string(target.substr(question + 1));
    const auto path = percent_decode(target.substr(0, question));
    if (!path || (*path != "*" && !path->starts_with('/'))) return false;
    out.path = *path;
    const std::string around = out.path + "/";
    return around.find("/../") == around.npos && around.find("/./") == around.npos;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

class Connection final : public Closable, public std::enable_shared_from_this<Connection> {
public:
    Connection(Socket socket, Context& context, ClientSlots::Slot slot)
        : socket_(std::move(socket)), context_(context), slot_(std::move(slot)) {
        ErrorCode failed;
        client_ = socket_.remote_endpoint(failed).address().to_string();
        share_ = client_key(client_);
        socket_.set_option(asio::ip::tcp::no_delay(true), failed);
        context_.connections.add(1);
    }
    ~Connection() override {
        context_.leave(this);
        context_.unsent -= reply_bytes_;
        context_.connections.add(-1);
    }

    void start() {
        context_.enter(shared_from_this());
        wait_for_request();
    }

    void check_deadline(std::int64_t now_ms) override {
        if (deadline_.load() > now_ms) return;
        asio::post(socket_.get_executor(), [self = shared_from_this()] { self->on_deadline(); });
    }
    void drain() override {
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            if (self->state_ == State::idle) self->close();
        });
    }
    void abort() override {
        asio::post(socket_.get_executor(), [self = shared_from_this()] { self->close(); });
    }

private:
    enum class State : std::uint8_t { idle, reading, handling, writing, lingering, closed };

    void wait_for_request();
    void read_header();
    void on_header(ErrorCode failed);
    bool admit();
    void continue_with_body();
    void read_body();
    void on_body(ErrorCode failed);
    bool to_websocket();
    void preflight();
    void dispatch();
    Response run_handler(const Route& route, const Request& request, std::uint64_t kind) const;
    void refuse(const Refusal& refusal);
    Response refusal_response(const Refusal& refusal) const;
    bool reserve(std::size_t bytes);
    void respond(Response response);
    void on_written(ErrorCode failed);
    void linger();
    void drop_rest();
    void on_deadline();
    void close();
    void set_state(State state, std::int64_t ms) {
        state_ = state;
        deadline_ = ms == kNever ? kNever : steady_ms() + ms;
    }
    std::size_t body_limit() const {
        const Route* route = match_.route;
        const bool own = route != nullptr && route->options.body_limit.has_value();
        return own ? *route->options.body_limit : context_.options.body_limit;
    }

    Socket socket_;
    Context& context_;
    ClientSlots::Slot slot_;
    std::string client_, share_; // whose threads it uses
    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    std::shared_ptr<Request> request_; // from dispatch() on only read, also by a pool thread
    Match match_;
    Reply reply_;
    std::size_t reply_bytes_ = 0; // counted in Context::unsent
    State state_ = State::idle;
    std::atomic<std::int64_t> deadline_{kNever};
    std::uint64_t turn_ = 0; // counts requests: an answer after its time-out is dropped
    std::size_t dropped_ = 0;
    std::unique_ptr<std::array<char, 16 * 1024>> scratch_; // what lingering drops
    bool body_read_ = false;
    bool whole_ = true; // nothing more of this request can come
    bool cors_ = false;
    std::chrono::steady_clock::time_point started_;
};

// The idle time ends with the first byte of a request, which may be here already.
void Connection::wait_for_request() {
    if (context_.draining) return close();
    request_ = std::make_shared<Request>();
    match_ = {};
    body_read_ = false;
    whole_ = true;
    cors_ = false;
    if (buffer_.size() != 0) return read_header();
    const ServerOptions& options = context_.options;
    const bool silent = turn_ == 0; // a client that has something to ask asks soon
    const auto patience =
        silent ? std::min(options.silent_timeout, options.idle_timeout) : options.idle_timeout;
    set_state(State::idle, patience.count());
    buffer_.reserve(4096);
    socket_.async_read_some(buffer_.prepare(4096),
                            [self = shared_from_this()](ErrorCode failed, std::size_t n) {
                                if (failed || self->state_ != State::idle) return self->close();
                                self->buffer_.commit(n);
                                self->read_header();
                            });
}

void Connection::read_header() {
    set_state(State::reading, context_.options.read_timeout.count());
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(context_.options.header_limit));
    parser_->body_limit(boost::none);
    beast::http::async_read_header(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](ErrorCode failed, std::size_t) { self->on_header(failed); });
}

void Connection::on_header(ErrorCode failed) {
    if (state_ != State::reading) return;
    request_->id = context_.next_id();
    request_->client = client_;
    started_ = std::chrono::steady_clock::now();
    if (failed == beast::http::error::header_limit) return refuse(kHeaderTooLarge);
    if (is_malformed(failed)) return refuse(kMalformed);
    if (failed) return close();
    const auto& message = parser_->get();
    request_->method = std::string(text(message.method_string()));
    for (const auto& field : message) {
        request_->headers.add(text(field.name_string()), text(field.value()));
    }
    if (!take_target(text(message.target()), *request_)) return refuse(kMalformed);
    match_ = context_.router.match(request_->method, request_->path);
    request_->path_parameters = match_.parameters;
    if (admit()) continue_with_body();
}

// A body framed in another way than it says could hide a request (RFC 9112 6.1, 6.3). Only a
// single "chunked" is understood here, and HTTP/1.0 has none.
bool well_framed(const Parser& parser) {
    const auto& message = parser.get();
    const auto codings = message.count(beast::http::field::transfer_encoding);
    if (codings == 0) return true;
    return codings == 1 && message.version() >= 11 && parser.chunked() &&
           equal_ignoring_case(text(message[beast::http::field::transfer_encoding]), "chunked");
}

// Checks that need no body; false where the request was refused.
bool Connection::admit() {
    if (parser_->get().count(beast::http::field::host) > 1) return refuse(kMalformed), false;
    if (parser_->get().version() >= 11 && request_->headers.find("Host") == nullptr) {
        return refuse(kMalformed), false;
    }
    if (!well_framed(*parser_)) return refuse(kBadCoding), false;
    if (!context_.guard.host_allowed(request_->headers.get("Host"))) return refuse(kBadHost), false;
    const Origin origin = context_.guard.origin(request_->headers);
    cors_ = origin == Origin::allowed;
    const bool reads = request_->method == "GET" || request_->method == "HEAD";
    const bool upgrades = beast::websocket::is_upgrade(parser_->get());
    if (origin == Origin::forbidden && (!reads || upgrades)) return refuse(kBadOrigin), false;
    if (!context_.limiter.take(client_, 1)) return refuse(kTooMany), false;
    if (upgrades && to_websocket()) return false;
    if (request_->method == "OPTIONS" && match_.route == nullptr) return preflight(), false;
    if (match_.route == nullptr) {
        return refuse(match_.allowed.empty() ? kNotFound : kBadMethod), false;
    }
    return true;
}

bool Connection::to_websocket() {
    const WebSocketAccept* accept = context_.router.websocket(request_->path);
    if (accept == nullptr) return false;
    set_state(State::closed, kNever);
    serve_websocket(std::move(socket_), context_, std::move(slot_), std::move(*request_), *accept);
    return true;
}

// CORS preflight, or a plain OPTIONS (RFC 9110 9.3.7).
void Connection::preflight() {
    if (match_.allowed.empty() && context_.router.websocket(request_->path) == nullptr) {
        return refuse(kNotFound);
    }
    Response out = Response::empty(204);
    const std::string methods = joined(match_.allowed) + (match_.allowed.empty() ? "" : ", ");
    out.headers.add("Allow", methods + "OPTIONS");
    if (cors_) {
        out.headers.add("Access-Control-Allow-Methods", methods + "OPTIONS");
        const std::string_view wanted = request_->headers.get("Access-Control-Request-Headers");
        if (!wanted.empty()) out.headers.add("Access-Control-Allow-Headers", wanted);
        out.headers.add("Access-Control-Max-Age", "600");
    }
    respond(std::move(out));
}

void Connection::continue_with_body() {
    const auto length = parser_->content_length();
    if (length && *length > body_limit()) return refuse(kTooLarge);
    parser_->body_limit(body_limit());
    if (!equal_ignoring_case(request_->headers.get("Expect"), "100-continue")) return read_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(socket_, asio::buffer(kContinue),
                      [self = shared_from_this()](ErrorCode failed, std::size_t) {
                          if (self->state_ != State::reading) return; // answered meanwhile
                          if (failed) return self->close();
                          self->read_body();
                      });
}

void Connection::read_body() {
    if (parser_->is_done()) return on_body({});
    beast::http::async_read(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](ErrorCode failed, std::size_t) { self->on_body(failed); });
}

void Connection::on_body(ErrorCode failed) {
    if (state_ != State::reading) return;
    if (failed == beast::http::error::body_limit) return refuse(kTooLarge);
    if (is_malformed(failed)) return refuse(kMalformed);
    if (failed) return close();
    body_read_ = true;
    request_->body = std::move(parser_->get().body());
    dispatch();
}

void Connection::dispatch() {
    const auto& own = match_.route->options.timeout;
    set_state(State::handling, (own ? *own : context_.options.handler_timeout).count());
    started_ = std::chrono::steady_clock::now();
    if (!context_.limiter.exempt(client_)) {
        request_->take_tokens = [limiter = &context_.limiter, client = client_](std::size_t n) {
            return limiter->take(client, n);
        };
    }
    const auto& kind_of = match_.route->options.kind;
    const std::uint64_t kind = kind_of ? kind_of(*request_) : 0;
    if (kind != 0 && context_.quickness.expected(kind)) {
        return respond(run_handler(*match_.route, *request_, kind));
    }
    context_.pool->post(share_, [self = shared_from_this(), turn = turn_, route = match_.route,
                                 request = request_, kind] {
        auto response = std::make_shared<Response>(self->run_handler(*route, *request, kind));
        asio::post(self->socket_.get_executor(), [self, response, turn] {
            if (self->turn_ == turn && self->state_ == State::handling) {
                self->respond(std::move(*response));
            }
        });
    });
}

// On a pool thread, or at once. The one place where exceptions of handlers end.
Response Connection::run_handler(const Route& route, const Request& request,
                                 std::uint64_t kind) const {
    std::string what;
    try {
        const auto begin = std::chrono::steady_clock::now();
        Response out = route.handler(request);
        if (kind != 0) context_.quickness.observe(kind, std::chrono::steady_clock::now() - begin);
        return out;
    } catch (const std::exception& failure) {
        what = typeid(failure).name();
    } catch (...) {
        what = "unknown";
    }
    log::error("http.handler_threw",
               {{"class", route.options.metric_class}, {"type", what}, {"id", request.id}});
    return route.options.fault_body({kFailed.status, kFailed.code, kFailed.message, request.id});
}

void Connection::refuse(const Refusal& refusal) {
    if (refusal.status == 400) whole_ = false; // what follows may be part of the attack
    respond(refusal_response(refusal));
}

Response Connection::refusal_response(const Refusal& refusal) const {
    const Fault fault{refusal.status, refusal.code, refusal.message, request_->id};
    Response out =
        match_.route == nullptr ? problem(fault) : match_.route->options.fault_body(fault);
    if (refusal.status == 405) out.headers.set("Allow", joined(match_.allowed));
    if (refusal.status == 429) {
        out.headers.set("Retry-After", std::to_string(context_.limiter.retry_after_seconds()));
    }
    return out;
}

// False for a large answer where too much waits for slow readers already.
bool Connection::reserve(std::size_t bytes) {
    constexpr std::size_t kSmall = 64 * 1024;
    const bool full = context_.unsent.load() + bytes > context_.options.unsent_limit;
    if (full && bytes > kSmall) return false;
    reply_bytes_ = bytes;
    context_.unsent += bytes;
    return true;
}

// A request whose body was not read ends the connection: what follows cannot be told apart.
void Connection::respond(Response response) {
    set_state(State::writing, context_.options.read_timeout.count());
    ++turn_;
    if (!reserve(response.body.size())) response = refusal_response(kBusy);
    whole_ = whole_ && (body_read_ || parser_->is_done());
    const bool keep = whole_ && parser_->get().keep_alive() && !context_.draining;
    const RouteMetrics& metrics = context_.metrics_of(match_.route);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
    metrics.seconds->observe(took.count());
    const auto digit = static_cast<std::size_t>(std::clamp(response.status / 100, 1, 5));
    metrics.by_status[digit]->add();

    ReplyContext facts;
    facts.id = request_->id;
    facts.origin = cors_ ? request_->headers.get("Origin") : std::string_view();
    facts.cacheable = match_.route != nullptr && match_.route->options.cacheable;
    facts.keep_alive = keep;
    facts.head_request = request_->method == "HEAD";
    const std::string date = context_.http_date();
    facts.date = date;
    facts.content_security_policy = context_.options.content_security_policy;
    reply_ = make_reply(std::move(response), facts);
    const Response& sent = reply_.response;
    const std::string& body = sent.shared_body ? *sent.shared_body : sent.body;
    const std::array<asio::const_buffer, 2> parts = {
        asio::buffer(reply_.head), asio::buffer(reply_.head_only ? std::string_view() : body)};
    asio::async_write(socket_, parts, [self = shared_from_this()](ErrorCode failed, std::size_t) {
        self->on_written(failed);
    });
}

void Connection::on_written(ErrorCode failed) {
    const bool ends = reply_.close;
    reply_ = {};
    context_.unsent -= std::exchange(reply_bytes_, 0);
    if (failed || state_ == State::closed) return close();
    if (ends) return whole_ ? close() : linger();
    wait_for_request();
}

// Reads what the client still sends for a while, else a reset could overtake the answer
// (RFC 9112 9.6).
void Connection::linger() {
    set_state(State::lingering, kLingerMs);
    ErrorCode failed;
    socket_.shutdown(Socket::shutdown_send, failed);
    if (failed) return close();
    drop_rest();
}

// Into room of its own: a read that a deadline cancelled may still hold buffer_.
void Connection::drop_rest() {
    if (!scratch_) scratch_ = std::make_unique<std::array<char, 16 * 1024>>();
    socket_.async_read_some(asio::buffer(*scratch_),
                            [self = shared_from_this()](ErrorCode failed, std::size_t n) {
                                self->dropped_ += n;
                                if (failed || self->dropped_ > kDrainLimit) return self->close();
                                self->drop_rest();
                            });
}

void Connection::on_deadline() {
    if (deadline_.load() > steady_ms()) return;
    switch (state_) {
    case State::reading: {
        ErrorCode ignored;
        socket_.cancel(ignored);
        if (request_->id.empty()) request_->id = context_.next_id();
        started_ = std::chrono::steady_clock::now();
        whole_ = false; // the cancelled read may have ended already, or may go on until close()
        return refuse(kTooSlow);
    }
    case State::handling:
        whole_ = false; // its connection ends
        return refuse(kTimedOutHere);
    case State::closed: return;
    default: return close();
    }
}

void Connection::close() {
    set_state(State::closed, kNever);
    ErrorCode ignored;
    socket_.close(ignored);
}

} // namespace

void serve_connection(Socket socket, Context& context, ClientSlots::Slot slot) {
    std::make_shared<Connection>(std::move(socket), context, std::move(slot))->start();
}

void refuse_connection(Socket socket) {
    static constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
        "Connection: close\r\n\r\n";
    auto kept = std::make_shared<Socket>(std::move(socket));
    asio::async_write(*kept, asio::buffer(kFull), [kept](ErrorCode, std::size_t) {});
}

} // namespace salus::http
