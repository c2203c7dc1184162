#!/usr/bin/env bash
# Asks the configured package feed once whether it holds the real packages, and remembers the answer outside git.
# Delete artifacts/packages-mode to ask again; -p:KdPackages=nuget|polyfill overrides for one build.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
memory="$root/artifacts/packages-mode"
mkdir -p "$root/artifacts"
log="$root/artifacts/packages-probe.log"
if timeout "${KD_PROBE_SECONDS:-240}" dotnet restore "$root/eng/probe/Probe.csproj" -p:KdProbing=true -p:KdPackages=nuget >"$log" 2>&1; then
  mode=nuget why="the feed holds Orleans, TorchSharp, gRPC and Redis"
else
  missing=$(grep -oE 'NU110[0-9]: Unable to find (package|a stable package) [A-Za-z0-9_.-]+' "$log" | awk '{print $NF}' | sort -u | head -3 | paste -sd ' ')
  mode=polyfill why="the feed lacks ${missing:-some packages; see artifacts/packages-probe.log}"
fi
printf '%s\n' "$mode" >"$memory.$$" && mv "$memory.$$" "$memory"
printf 'packages: %s (%s)\n' "$mode" "$why"
