#!/usr/bin/env bash
# Asks the configured package feed once whether it holds the real packages, and the machine whether it can load TorchSharp's
# native library. Remembers the answers outside git: artifacts/packages-mode, artifacts/torchsharp-mode and artifacts/dashboard-mode.
# Delete them to ask again; KdPackages=nuget|polyfill (environment or -p:) overrides for one build.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
memory="$root/artifacts/packages-mode"
torch_memory="$root/artifacts/torchsharp-mode"
dashboard_memory="$root/artifacts/dashboard-mode"
log="$root/artifacts/packages-probe.log"
mkdir -p "$root/artifacts"

# Builds that start together ask once.
exec 9>"$root/artifacts/packages-probe.lock"
flock 9
[ -e "$memory" ] && [ -e "$torch_memory" ] && exit 0

# A file that is replaced whole is never read half written.
remember() { printf '%s\n' "$2" >"$1.$$" && mv "$1.$$" "$1"; }

# What keeps the native library from being loaded; nothing when it can be.
torch_obstacle() {
  local assets="$root/artifacts/nuget/obj/Probe/project.assets.json" rid=linux-x64 version folder library
  case "$(uname -m)" in aarch64 | arm64) rid=linux-arm64 ;; esac
  version=$(grep -oE '"TorchSharp/[^"]+"' "$assets" | head -1 | tr -d '"' | tr 'TS' 'ts')
  folder=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
  library="${folder%/}/$version/runtimes/$rid/native/libLibTorchSharp.so"
  if [ ! -e "$library" ]; then
    echo "it has no native library for $rid"
  else
    ldd "$library" 2>&1 | sed -nE "s/.*version \`([^']+)' not found.*/its native library needs \1, newer than this system's/p" | sort -u | head -1
  fi
}

# The build that called must not hand its own state to this one.
unset MSBUILD_EXE_PATH MSBUILDSTARTUPDIRECTORY
restores() {
  timeout "${KD_PROBE_SECONDS:-240}" dotnet restore "$root/eng/probe/Probe.csproj" -p:KdProbing=true -p:KdPackages=nuget -p:KdTorchSharp=nuget -p:KdDashboard="$1" -nodeReuse:false >"$log" 2>&1 9>&-
}

# The packages that the feed lacks, by the log.
missing() { grep -oE 'NU110[0-9]: Unable to find (package|a stable package) [A-Za-z0-9_.-]+' "$log" | awk '{print $NF}' | sed 's/\.$//' | sort -u; }

# Whether all that is missing came with the dashboard.
lacks_dashboard_alone() { [ -n "$(missing)" ] && ! missing | grep -vE '^Microsoft\.Orleans\.Dashboard' | grep -qE '^(Microsoft\.Orleans\.|TorchSharp|Grpc\.|StackExchange\.Redis)'; }

dashboard=nuget
restores nuget
status=$?
if [ $status != 0 ] && lacks_dashboard_alone; then
  dashboard=polyfill
  restores polyfill
  status=$?
fi

if [ $status = 0 ]; then
  mode=nuget why="the feed holds Orleans, TorchSharp, gRPC and Redis"
  [ $dashboard = nuget ] || why="$why, not Orleans' dashboard"
  obstacle=$(torch_obstacle)
  if [ -n "$obstacle" ]; then
    torch=polyfill why="$why; TorchSharp by its polyfill: $obstacle"
  else
    torch=nuget
  fi
else
  lacks=$(missing | head -3 | paste -sd ' ')
  if [ -n "$lacks" ]; then why="the feed lacks $lacks"
  elif [ "$status" = 124 ]; then why="the feed did not answer within ${KD_PROBE_SECONDS:-240} s; delete artifacts/packages-mode to ask again"
  elif grep -q 'NU1301' "$log"; then why="the feed cannot be reached; delete artifacts/packages-mode to ask again"
  else why="the packages cannot be restored, see artifacts/packages-probe.log"; fi
  mode=polyfill torch=polyfill dashboard=polyfill
fi
remember "$dashboard_memory" "$dashboard"
remember "$torch_memory" "$torch"
[ -e "$memory" ] || remember "$memory" "$mode"
printf 'packages: %s (%s)\n' "$mode" "$why"
