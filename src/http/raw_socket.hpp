#pragma once
// A client that sends bytes as they are. For tests and fuzz targets.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace salus::http::testing {

// Sends and receives bytes as they are; every read waits for five seconds at most.
class RawSocket {
public:
    explicit RawSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval limit{5, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        // The sockets API takes every kind of address through this cast.
        connected_ =
            ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawSocket() { ::close(fd_); }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;

    bool connected() const { return connected_; }
    // Closing it resets the connection then: no port waits in TIME_WAIT.
    void reset_on_close() const {
        const linger reset{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    void end_sending() const { ::shutdown(fd_, SHUT_WR); }
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    // Until the peer closes, or `until` has been seen.
    std::string read(std::string_view until = {}) {
        std::array<char, 4096> part{};
        while (until.empty() || text_.find(until) == std::string::npos) {
            const auto n = ::recv(fd_, part.data(), part.size(), 0);
            if (n <= 0) break;
            text_.append(part.data(), static_cast<std::size_t>(n));
        }
        return text_;
    }

private:
    int fd_;
    bool connected_ = false;
    std::string text_;
};

} // namespace salus::http::testing
