#pragma once
// The clients that are registered with a node: an immutable set, so that who reads it needs no
// lock and is not surprised. Whoever renews the set puts another in its place.

#include <map>

#include "sign_in/assertion.hpp"

namespace salus::sign_in {

class Clients {
public:
    Clients() = default;
    // False: one of this id is there already, and stays.
    bool add(Client client);
    const Client* find(std::string_view id) const; // nullptr: none
    std::size_t size() const { return clients_.size(); }
    const std::map<std::string, Client, std::less<>>& all() const { return clients_; }

private:
    std::map<std::string, Client, std::less<>> clients_;
};

} // namespace salus::sign_in
