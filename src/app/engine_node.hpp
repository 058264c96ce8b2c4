#pragma once
// `salus serve --engine`: an execution client that a consensus client drives. Chain, JSON-RPC and
// the Engine API; nothing of passports, and no keys but the token's secret.

#include "app/folder_lock.hpp"
#include "app/node.hpp"
#include "base/random.hpp"
#include "crypto/secret.hpp"

namespace salus::app {

inline constexpr ErrorKind kBadJwtSecret{"app.jwt_secret",
                                         "execution-apis, authentication: 32 bytes of hex"};

// The secret in the file, which is made (mode 0600) where it is missing. kBadJwtSecret; file.*.
Result<crypto::SecretKey32> open_jwt_secret(const std::filesystem::path& path, Random& random);

Result<std::unique_ptr<Node>> start_engine_node(const ServeOptions& options, FolderLock lock);

} // namespace salus::app
