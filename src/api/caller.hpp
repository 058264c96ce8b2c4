#pragma once
// Who calls, and what the chain says of him at the moment of the call. What he may do is decided by
// the part that is asked: that an account owns a private chain, or holds a grant, stands elsewhere.
//
//     SALUS_TRY_ASSIGN(const Caller caller, parts.callers.signed_in(request)); // 401 without
//     SALUS_TRY_ASSIGN(const Roles roles, parts.callers.roles_of(*caller.account));
//
// Thread-safe; all that it refers to outlives it.

#include "api/authorise.hpp"
#include "api/problem.hpp"
#include "base/clock.hpp"
#include "eth/chain.hpp"
#include "sign_in/clients.hpp"
#include "sign_in/desk.hpp"
#include "sign_in/scope.hpp"

namespace salus::api {

inline constexpr ErrorKind kForbidden{"api.forbidden", "the caller's role does not allow this"};

struct Caller {
    std::optional<Address> account; // of a session; none: the node's own token, or nobody
    std::string client;             // of a session by POST /oauth/token; empty: the account itself
    std::string clinician;          // fhirUser, as the client said; empty: none was named
    // Of a client: nothing beyond them is its to ask for. Meaningless without a client.
    salus::sign_in::Scopes scopes;
    bool operator_token = false; // the node's own token: its operator
    bool anybody() const { return !account && !operator_token; }
};

// Of an account, at one block.
struct Roles {
    bool hospital = false;  // accredited
    bool suspended = false; // was accredited, and is no more: may no more than anybody
    bool authority = false; // the health authority
};

// The registered clients as they are now; never nullptr.
using ClientsNow = std::function<std::shared_ptr<const salus::sign_in::Clients>()>;

class Callers {
public:
    struct Parts {
        const Authoriser& authoriser;
        const salus::sign_in::SignInDesk& desk;
        ClientsNow clients;
        salus::eth::Chain& chain;
        Address accreditation;
        const Clock& clock;
    };
    explicit Callers(Parts parts) : parts_(std::move(parts)) {}

    // Nobody where the request has no token. A token that is not, or no longer, of this node is
    // refused (kNotAuthorised, RFC 6750 3.1), also that of a client that is registered no more.
    Result<Caller> identify(const http::Request& request) const;
    // With an account: kNotAuthorised for others, the operator too.
    Result<Caller> signed_in(const http::Request& request) const;
    // The operator: kNotAuthorised for nobody, kForbidden for sessions.
    Status operator_only(const http::Request& request) const;
    // An accredited hospital: as signed_in; kForbidden for other accounts, and suspended ones.
    Result<Caller> hospital(const http::Request& request) const;

    // eth.*. Not remembered: a suspension counts from its block on.
    Result<Roles> roles_of(const Address& account, const salus::eth::BlockRef& at = {}) const;

private:
    Parts parts_;
};

} // namespace salus::api
