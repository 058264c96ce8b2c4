#include "http/client_connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace salus::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using ErrorCode = boost::system::error_code;
using Parser = beast::http::response_parser<beast::http::string_body>;

Error network_error(const ErrorCode& failed, const ErrorKind& other) {
    if (failed == beast::error::timeout) return Error(kTimedOut);
    return Error(other, failed.message());
}

bool closed_by_peer(const ErrorCode& failed) {
    return failed == beast::http::error::end_of_stream || failed == asio::error::eof ||
           failed == asio::error::connection_reset || failed == asio::error::broken_pipe ||
           failed == ssl::error::stream_truncated;
}

// The operations are asynchronous for their time limit alone: each runs the connection's own
// io_context until it is done.
template <typename Stream>
class StreamConnection : public ClientConnection {
public:
    Result<Response> exchange(const std::string& head, const std::string& body, bool head_request,
                              std::chrono::milliseconds timeout, std::size_t answer_limit,
                              bool& stale, bool& keep) override;

protected:
    Status connect(const Url& url, std::chrono::milliseconds timeout);
    void finish_pending() {
        io_.restart();
        io_.run();
    }
    virtual Stream& stream() = 0;

    asio::io_context io_{1};
    beast::flat_buffer buffer_;
};

template <typename Stream>
Status StreamConnection<Stream>::connect(const Url& url, std::chrono::milliseconds timeout) {
    asio::ip::tcp::resolver resolver(io_);
    ErrorCode failed;
    const auto found = resolver.resolve(url.host, std::to_string(url.port), failed);
    if (failed) return Error(kConnectFailed, url.authority() + ": " + failed.message());
    auto& lowest = beast::get_lowest_layer(stream());
    lowest.expires_after(timeout);
    lowest.async_connect(found, [&](ErrorCode result, const auto&) { failed = result; });
    finish_pending();
    if (failed) return network_error(failed, kConnectFailed).at(url.authority());
    lowest.socket().set_option(asio::ip::tcp::no_delay(true), failed);
    return ok_status();
}

Response to_response(Parser& parser) {
    auto message = parser.release();
    Response out;
    out.status = static_cast<int>(message.result_int());
    out.content_type.clear();
    for (const auto& field : message) {
        const std::string_view name(field.name_string().data(), field.name_string().size());
        const std::string_view value(field.value().data(), field.value().size());
        if (equal_ignoring_case(name, "Content-Type")) out.content_type = std::string(value);
        out.headers.add(name, value);
    }
    out.body = std::move(message.body());
    return out;
}

template <typename Stream>
Result<Response>
StreamConnection<Stream>::exchange(const std::string& head, const std::string& body,
                                   bool head_request, std::chrono::milliseconds timeout,
                                   std::size_t answer_limit, bool& stale, bool& keep) {
    beast::get_lowest_layer(stream()).expires_after(timeout);
    ErrorCode failed;
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
    asio::async_write(stream(), parts, [&](ErrorCode result, std::size_t) { failed = result; });
    finish_pending();
    // A server may answer and close before it has read everything: look for its answer.
    if (failed == beast::error::timeout) return Error(kTimedOut);
    Parser parser;
    parser.body_limit(answer_limit);
    parser.skip(head_request);
    std::size_t received = 0;
    beast::http::async_read(stream(), buffer_, parser, [&](ErrorCode result, std::size_t n) {
        failed = result;
        received = n;
    });
    finish_pending();
    stale = failed && received == 0 && closed_by_peer(failed);
    if (failed == beast::http::error::body_limit) return Error(kAnswerTooLarge);
    if (failed) return network_error(failed, kBrokenAnswer);
    keep = parser.get().keep_alive();
    return to_response(parser);
}

class PlainConnection final : public StreamConnection<beast::tcp_stream> {
public:
    Status open(const Url& url, const ClientOptions& options) {
        return connect(url, options.connect_timeout);
    }

private:
    beast::tcp_stream& stream() override { return stream_; }

    beast::tcp_stream stream_{io_};
};

class TlsConnection final : public StreamConnection<beast::ssl_stream<beast::tcp_stream>> {
public:
    TlsConnection() : context_(ssl::context::tls_client) {}

    Status open(const Url& url, const ClientOptions& options) {
        SALUS_TRY(configure(url, options));
        SALUS_TRY(connect(url, options.connect_timeout));
        ErrorCode failed;
        stream_->async_handshake(ssl::stream_base::client,
                                 [&](ErrorCode result) { failed = result; });
        finish_pending();
        if (failed) return network_error(failed, kTlsFailed).at(url.authority());
        return ok_status();
    }

private:
    Status configure(const Url& url, const ClientOptions& options) {
        ErrorCode failed;
        context_.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                             ssl::context::no_tlsv1_1 | ssl::context::no_sslv3);
        if (options.ca_file.empty()) {
            context_.set_default_verify_paths(failed);
        } else {
            context_.load_verify_file(options.ca_file, failed);
        }
        if (failed) return Error(kTlsFailed, "trust anchors: " + failed.message());
        context_.set_verify_mode(ssl::verify_peer);
        stream_.emplace(io_, context_);
        stream_->set_verify_callback(ssl::host_name_verification(url.host));
        // The macro SSL_set_tlsext_host_name has a cast in the old style.
        if (SSL_ctrl(stream_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                     TLSEXT_NAMETYPE_host_name, std::string(url.host).data()) != 1) {
            return Error(kTlsFailed, "server name");
        }
        return ok_status();
    }
    beast::ssl_stream<beast::tcp_stream>& stream() override { return *stream_; }

    ssl::context context_;
    std::optional<beast::ssl_stream<beast::tcp_stream>> stream_;
};

template <typename Connection>
Result<std::unique_ptr<ClientConnection>> opened(const Url& url, const ClientOptions& options) {
    auto out = std::make_unique<Connection>();
    SALUS_TRY(out->open(url, options));
    return std::unique_ptr<ClientConnection>(std::move(out));
}

} // namespace

Result<std::unique_ptr<ClientConnection>> ClientConnection::open(const Url& url,
                                                                 const ClientOptions& options) {
    return url.tls ? opened<TlsConnection>(url, options) : opened<PlainConnection>(url, options);
}

} // namespace salus::http
