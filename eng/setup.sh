# Sourced by ./kd: makes a machine and a working tree ready. Writes to stderr, one line per step; logs are in artifacts/.
# After it, no step of KdCluster needs a network.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
artifacts="$root/artifacts"
# The programs that commands of ./kd are run by, and what they are built from.
declare -A kd_project=([cli]=src/KdCluster.Cli/KdCluster.Cli.csproj [bench]=bench/KdCluster.Bench/KdCluster.Bench.csproj [chaos]=tests/Chaos/KdCluster.Chaos.csproj)
declare -A kd_program=(
  [cli]="$artifacts/bin/KdCluster.Cli/release_linux-x64/kd.dll"
  [bench]="$artifacts/bin/KdCluster.Bench/release_linux-x64/KdCluster.Bench.dll"
  [chaos]="$artifacts/bin/KdCluster.Chaos/release_linux-x64/KdCluster.Chaos.dll"
)

kd_say() { printf 'set-up: %s\n' "$*" >&2; }

kd_stop() {
  printf '%s\n' "$@" >&2
  exit 3
}

# Whether a file in the folders or files given is younger than a stamp; a folder is younger when a file in it came or went.
kd_younger() {
  local stamp=$1
  shift
  [ -e "$stamp" ] || return 0
  [ -n "$(find "$@" \( -name bin -o -name obj -o -name TestResults \) -prune -o -newer "$stamp" -print -quit 2>/dev/null)" ]
}

kd_build_files() { printf '%s\n' "$root"/{src,protos,eng,Directory.Build.props,Directory.Build.targets,Directory.Packages.props,global.json}; }

# kd_is_current PROGRAM: whether it is built from what the tree holds.
kd_is_current() {
  local files
  mapfile -t files < <(kd_build_files)
  [ -e "${kd_program[$1]}" ] && ! kd_younger "$artifacts/built-$1" "${files[@]}" "$root/$(dirname "${kd_project[$1]}")"
}

# kd_set_up [cli|bench|chaos|test]: all that the program needs, or all that the tests need.
kd_set_up() {
  local want=${1:-cli}
  mkdir -p "$artifacts"
  exec 8>"$artifacts/setup.lock"
  flock -n 8 || { kd_say "waiting for another set-up of this folder"; flock 8; }
  kd_platform
  kd_sdk
  [ "$want" != test ] || kd_test_packages
  kd_restore
  if [ "$want" = test ]; then kd_build KdCluster.sln built-all tests bench examples
  elif ! kd_is_current "$want"; then kd_build "${kd_project[$want]}" "built-$want" "$(dirname "${kd_project[$want]}")"; fi
  exec 8>&-
}

kd_platform() {
  local machine
  machine="$(uname -s) $(uname -m)"
  [ "$machine" = "Linux x86_64" ] || kd_stop \
    "KD0102: KdCluster runs on 64-bit Linux on x86, and this is $machine: there is no libtorch package for it." \
    "Run it on such a machine, or in a container of one (docs/install.md)."
}

kd_sdk() {
  local version="" said=""
  if command -v dotnet >/dev/null; then
    said=$(cd "$root" && dotnet --version 2>&1 >/dev/null) || true
    # The SDK wants ICU for the cultures of the world; KdCluster needs none of them.
    [[ $said != *"ICU package"* ]] || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    version=$(cd "$root" && dotnet --version 2>/dev/null) || version=""
  fi
  [ -n "$version" ] || kd_stop \
    "KD0101: the .NET 10 SDK is missing (found: $(dotnet --list-sdks 2>/dev/null | awk '{print $1}' | paste -sd ' ' | grep . || echo none))." \
    "Install it from https://dotnet.microsoft.com/download/dotnet/10.0, or as a package: apt-get install dotnet-sdk-10.0"
  [ "${version%%.*}" -ge 10 ] || kd_stop "KD0101: the .NET SDK is $version, 10.0 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
}

kd_absent() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done | paste -sd ' '
}

# What tests talk to: a Redis, Python's gRPC and YAML as independent peers, promtool, openssl. Where one is missing its tests are skipped and say so.
kd_test_packages() {
  local absent
  if ! command -v dpkg-query >/dev/null; then
    kd_say "this is no Debian: tests that need redis-server, Python's grpcio and grpcio-tools or promtool are skipped where these are missing"
    return 0
  fi
  absent=$(kd_absent redis-server python3-grpcio python3-grpc-tools python3-numpy python3-yaml prometheus openssl)
  [ -n "$absent" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    kd_say "without $absent some tests are skipped; to have them: sudo apt-get install -y --no-install-recommends $absent"
  else
    kd_install "$absent" || kd_say "without $absent some tests are skipped; it could not be installed, see artifacts/apt.log"
  fi
}

# Package lists are fetched only when those at hand are too old or absent. Services that a package would start are not started.
kd_install() {
  local start=$SECONDS log="$artifacts/apt.log" names
  read -ra names <<<"$1"
  kd_say "installing ${names[*]}"
  local install=(env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${names[@]}")
  export DEBIAN_FRONTEND=noninteractive
  if ! "${install[@]}" >"$log" 2>&1 </dev/null 8>&-; then
    apt-get update -qq -o DPkg::Lock::Timeout=300 >"$log" 2>&1 </dev/null 8>&- || true
    "${install[@]}" >>"$log" 2>&1 </dev/null 8>&- || return 1
  fi
  kd_say "installed in $((SECONDS - start)) s"
}

# One restore serves the program and the tests.
kd_restore() {
  local stamp="$artifacts/restored" log="$artifacts/restore.log" start=$SECONDS changed=""
  if [ -e "$stamp" ]; then
    changed=$(find "$root"/{src,tests,bench,examples} \( -name bin -o -name obj \) -prune -o -name '*.csproj' -newer "$stamp" -print -quit
      find "$root"/{KdCluster.sln,Directory.Build.props,Directory.Build.targets,Directory.Packages.props,global.json,eng} -type f -newer "$stamp" -print -quit)
    [ -n "$changed" ] || return 0
  fi
  kd_say "restoring packages (the first time about 460 MB)"
  touch "$stamp.new"
  (cd "$root" && dotnet restore KdCluster.sln -v q </dev/null 8>&-) >"$log" 2>&1 || kd_failed "packages could not be restored" "$log"
  kd_warnings "$log"
  mv "$stamp.new" "$stamp"
  kd_say "restored in $((SECONDS - start)) s"
}

# kd_build PROJECT STAMP FOLDER…: skipped when nothing changed since.
kd_build() {
  local project=$1 stamp="$artifacts/$2" log="$artifacts/build.log" start=$SECONDS files
  shift 2
  mapfile -t files < <(kd_build_files; printf '%s\n' "$root/KdCluster.sln" "${@/#/$root/}")
  kd_younger "$stamp" "${files[@]}" || return 0
  kd_say "building $project"
  # Dated before the build: what changes during it is built next time.
  touch "$stamp.new"
  (cd "$root" && dotnet build "$project" -c Release --no-restore -v m --nologo </dev/null 8>&-) >"$log" 2>&1 || kd_failed "the build failed" "$log"
  kd_warnings "$log"
  mv "$stamp.new" "$stamp"
  kd_say "built in $((SECONDS - start)) s"
}

# What a user is to see of a restore or build that went well: its warnings, and what was done to TorchSharp's native library.
kd_warnings() { { grep -oE 'warning [A-Z]+[0-9]+:.*|TorchSharp: this .*' "$1" || true; } | sort -u | head -20 | sed 's/^/set-up: /' >&2; }

kd_failed() {
  { grep -E ': (error|fatal error) ?' "$2" || tail -20 "$2"; } | sort -u | head -20 >&2
  kd_stop "KD0103: $1. The whole log: ${2#"$root"/}"
}
