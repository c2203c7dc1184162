#!/usr/bin/env bash
# Asks the configured package feed once whether it holds the real packages, and remembers the answer outside git.
# Delete artifacts/packages-mode to ask again; KdPackages=nuget|polyfill (environment or -p:) overrides for one build.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
memory="$root/artifacts/packages-mode"
log="$root/artifacts/packages-probe.log"
mkdir -p "$root/artifacts"

# Builds that start together ask once.
exec 9>"$root/artifacts/packages-probe.lock"
flock 9
[ -e "$memory" ] && exit 0

# The build that called must not hand its own state to this one.
unset MSBUILD_EXE_PATH MSBuildLoadMicrosoftTargetsReadOnly MSBUILDSTARTUPDIRECTORY
if timeout "${KD_PROBE_SECONDS:-240}" dotnet restore "$root/eng/probe/Probe.csproj" -p:KdProbing=true -p:KdPackages=nuget -nodeReuse:false >"$log" 2>&1 9>&-; then
  mode=nuget why="the feed holds Orleans, TorchSharp, gRPC and Redis"
else
  status=$?
  missing=$(grep -oE 'NU110[0-9]: Unable to find (package|a stable package) [A-Za-z0-9_.-]+' "$log" | awk '{print $NF}' | sed 's/\.$//' | sort -u | head -3 | paste -sd ' ' || true)
  if [ -n "$missing" ]; then why="the feed lacks $missing"
  elif [ "$status" = 124 ]; then why="the feed did not answer within ${KD_PROBE_SECONDS:-240} s; delete artifacts/packages-mode to ask again"
  elif grep -q 'NU1301' "$log"; then why="the feed cannot be reached; delete artifacts/packages-mode to ask again"
  else why="the packages cannot be restored, see artifacts/packages-probe.log"; fi
  mode=polyfill
fi
printf '%s\n' "$mode" >"$memory.$$" && mv "$memory.$$" "$memory"
printf 'packages: %s (%s)\n' "$mode" "$why"
