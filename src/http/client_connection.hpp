#pragma once
// One connection of the client, used by one thread at a time. Internal to http.

#include "http/client.hpp"

namespace salus::http {

class ClientConnection {
public:
    static Result<std::unique_ptr<ClientConnection>> open(const Url& url,
                                                          const ClientOptions& options);
    virtual ~ClientConnection() = default;

    // Sends head and body, reads the answer. `stale`: the peer closed before the first byte of
    // an answer. `keep`: the connection can carry another request.
    virtual Result<Response> exchange(const std::string& head, const std::string& body,
                                      bool head_request, std::chrono::milliseconds timeout,
                                      std::size_t answer_limit, bool& stale, bool& keep) = 0;
};

} // namespace salus::http
