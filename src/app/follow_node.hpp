#pragma once
// What `salus serve --follow` runs: a chain that another node seals, verified and served.

#include "app/folder_lock.hpp"
#include "app/node.hpp"

namespace salus::app {

Result<std::unique_ptr<Node>> start_follow_node(const ServeOptions& options, FolderLock lock);

} // namespace salus::app
