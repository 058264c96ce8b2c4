#include "sign_in/clients.hpp"

namespace salus::sign_in {

bool Clients::add(Client client) {
    std::string id = client.id;
    return clients_.emplace(std::move(id), std::move(client)).second;
}

const Client* Clients::find(std::string_view id) const {
    const auto found = clients_.find(id);
    return found == clients_.end() ? nullptr : &found->second;
}

} // namespace salus::sign_in
