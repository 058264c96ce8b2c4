#pragma once
// One accepted connection that speaks HTTP. Internal to http; the only header with Asio in it.

#include <boost/asio/ip/tcp.hpp>

#include "http/context.hpp"

namespace salus::http {

using Socket = boost::asio::ip::tcp::socket;

// Both run until the peer or the server ends them. One thread serves the socket's executor.
// `slot` is kept as long as the connection.
void serve_connection(Socket socket, Context& context, ClientSlots::Slot slot);
void serve_websocket(Socket socket, Context& context, ClientSlots::Slot slot, Request upgrade,
                     const WebSocketAccept& accept);
// Answers 503 and closes: for connections above the limit.
void refuse_connection(Socket socket);

} // namespace salus::http
