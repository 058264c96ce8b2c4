#pragma once
// A WebSocket client of a server on loopback. For tests of this room.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "codec/json.hpp"

namespace salus::api::eth::testing {

class Socket {
public:
    explicit Socket(std::uint16_t port) {
        stream_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port});
        stream_.handshake("localhost", "/");
    }
    void send(const std::string& text) { stream_.write(boost::asio::buffer(text)); }
    codec::Json receive() {
        boost::beast::flat_buffer buffer;
        stream_.read(buffer);
        return codec::parse_json(boost::beast::buffers_to_string(buffer.data())).value();
    }
    codec::Json ask(const std::string& text) { return send(text), receive(); }

private:
    boost::asio::io_context io_;
    boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_{io_};
};

} // namespace salus::api::eth::testing
