# Sourced by ./kd: makes a machine and a working tree ready. Speaks on stderr, one line per step; logs are in artifacts/.
# After it no step of KdCluster needs a network.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
kd_rest=()

kd_say() { printf 'set-up: %s\n' "$*" >&2; }

kd_stop() {
  printf '%s\n' "$@" >&2
  exit 3
}

# Takes --mode M out of the arguments; the others stay in kd_rest.
kd_take_mode() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --mode) [ $# -gt 1 ] || kd_stop "KD0104: --mode needs a word: nuget or polyfill."; KdPackages=$2; shift ;;
      --mode=*) KdPackages=${1#--mode=} ;;
      *) kd_rest+=("$1") ;;
    esac
    shift
  done
}

# The mode that was asked for (--mode, KdPackages), else the one remembered; empty when neither.
kd_mode() {
  local memory="$root/artifacts/packages-mode"
  if [ -n "${KdPackages:-}" ]; then echo "$KdPackages"
  elif [ -e "$memory" ]; then tr -d '[:space:]' <"$memory"; fi
}

kd_check_mode() {
  case "$1" in
    nuget | polyfill) ;;
    *) kd_stop "KD0104: \"$1\" is no package mode. Use nuget or polyfill; to have the feed asked again, delete artifacts/packages-mode." ;;
  esac
}

kd_program() { echo "$root/artifacts/$(kd_mode)/bin/KdCluster.Cli/release_$(kd_rid)/kd.dll"; }

kd_rid() {
  case "$(uname -m)" in aarch64 | arm64) echo linux-arm64 ;; *) echo linux-x64 ;; esac
}

# Whether nothing of a stamp's sources is younger than it; a folder is younger when a file in it came or went.
kd_younger() {
  local stamp=$1
  shift
  [ -e "$stamp" ] || return 0
  [ -n "$(find "$@" \( -name bin -o -name obj -o -name TestResults \) -prune -o -newer "$stamp" -print -quit 2>/dev/null)" ]
}

kd_build_files() { printf '%s\n' "$root"/{src,polyfills,protos,eng,Directory.Build.props,Directory.Build.targets,Directory.Packages.props,global.json}; }

kd_is_current() {
  local mode files
  mode=$(kd_mode)
  [ -n "$mode" ] || return 1
  mapfile -t files < <(kd_build_files)
  [ -e "$(kd_program)" ] && ! kd_younger "$root/artifacts/$mode/built-cli" "${files[@]}"
}

# kd_set_up [test]: all that a command needs, or all that the tests need.
kd_set_up() {
  local want=${1:-cli}
  mkdir -p "$root/artifacts"
  exec 8>"$root/artifacts/setup.lock"
  flock -n 8 || { kd_say "waiting for another set-up of this folder"; flock 8; }
  kd_sdk
  kd_choose
  kd_system_packages "$want"
  kd_restore
  if [ "$want" = test ]; then kd_build KdCluster.sln built-all tests bench
  elif ! kd_is_current; then kd_build src/KdCluster.Cli/KdCluster.Cli.csproj built-cli; fi
  exec 8>&-
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

kd_choose() {
  local mode
  mode=$(kd_mode)
  [ -z "$mode" ] || kd_check_mode "$mode"
  if [ -z "$mode" ] || { [ "$mode" = nuget ] && [ ! -e "$root/artifacts/torchsharp-mode" ]; }; then
    kd_say "asking the package feed (the first time it may fetch some hundred megabytes)"
    bash "$root/eng/probe-packages.sh" 8>&- | sed 's/^/set-up: /' >&2
  fi
  KdPackages=$(kd_mode)
  kd_check_mode "$KdPackages"
  export KdPackages
}

kd_absent() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done | paste -sd ' '
}

kd_system_packages() {
  local need=() like=() absent optional
  if [ "$KdPackages" = polyfill ] || [ "$(cat "$root/artifacts/torchsharp-mode" 2>/dev/null)" = polyfill ]; then need=(g++ libtorch-dev libopenblas0-pthread); fi
  # A libtorch of the user's own brings its headers and its BLAS.
  [ ${#need[@]} = 0 ] || [ -z "${KD_LIBTORCH:-}" ] || need=(g++)
  [ "$1" = test ] && like=(redis-server)
  if ! command -v dpkg-query >/dev/null; then
    [ ${#need[@]} = 0 ] || kd_say "this is no Debian: the build needs g++, libtorch with its headers, and OpenBLAS"
    return 0
  fi
  absent=$(kd_absent ${need[@]+"${need[@]}"})
  optional=$(kd_absent ${like[@]+"${like[@]}"})
  [ -n "$absent$optional" ] || return 0

  if [ "$(id -u)" != 0 ]; then
    [ -z "$absent" ] || kd_stop "KD0102: system packages are missing: $absent" "Run this, then again what you did: sudo apt-get update && sudo apt-get install -y --no-install-recommends $absent${optional:+ $optional}"
    kd_say "without $optional some tests are skipped; to have them: sudo apt-get install -y --no-install-recommends $optional"
    return 0
  fi
  if [ -n "$absent" ]; then
    kd_install "$absent" || kd_stop "KD0102: $absent could not be installed: $(grep -m1 '^E:' "$root/artifacts/apt.log" || echo 'see artifacts/apt.log')" \
      "Run this and read what it says: apt-get update && apt-get install -y --no-install-recommends $absent"
  fi
  if [ -n "$optional" ]; then
    kd_install "$optional" || kd_say "without $optional some tests are skipped; it could not be installed, see artifacts/apt.log"
  fi
}

# Package lists are fetched only when those at hand do not do.
kd_install() {
  local start=$SECONDS log="$root/artifacts/apt.log" names
  read -ra names <<<"$1"
  kd_say "installing ${names[*]}"
  local install=(apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${names[@]}")
  export DEBIAN_FRONTEND=noninteractive
  if ! "${install[@]}" >"$log" 2>&1 </dev/null 8>&-; then
    apt-get update -qq -o DPkg::Lock::Timeout=300 >"$log" 2>&1 </dev/null 8>&- || true
    "${install[@]}" >>"$log" 2>&1 </dev/null 8>&- || return 1
  fi
  kd_say "installed in $((SECONDS - start)) s"
}

# One restore serves the program and the tests.
kd_restore() {
  local stamp="$root/artifacts/$KdPackages/restored" log="$root/artifacts/restore-$KdPackages.log" start=$SECONDS changed=""
  if [ -e "$stamp" ]; then
    changed=$(find "$root"/{src,tests,bench,polyfills} \( -name bin -o -name obj \) -prune -o -name '*.csproj' -newer "$stamp" -print -quit
      find "$root"/{KdCluster.sln,Directory.Build.props,Directory.Build.targets,Directory.Packages.props,global.json,eng} -type f -newer "$stamp" -print -quit)
    [ -n "$changed" ] || return 0
  fi
  kd_say "restoring packages ($KdPackages)"
  mkdir -p "$(dirname "$stamp")"
  touch "$stamp.new"
  (cd "$root" && dotnet restore KdCluster.sln -v q </dev/null 8>&-) >"$log" 2>&1 || kd_failed "packages could not be restored" "$log"
  mv "$stamp.new" "$stamp"
  kd_say "restored in $((SECONDS - start)) s"
}

# kd_build PROJECT STAMP FOLDER…: skipped when nothing changed since.
kd_build() {
  local project=$1 stamp="$root/artifacts/$KdPackages/$2" log="$root/artifacts/build-$KdPackages.log" start=$SECONDS files
  shift 2
  mapfile -t files < <(kd_build_files; printf '%s\n' "$root/KdCluster.sln" "${@/#/$root/}")
  kd_younger "$stamp" "${files[@]}" || return 0
  kd_say "building $project ($KdPackages)"
  # Dated before the build: what changes during it is built next time.
  touch "$stamp.new"
  (cd "$root" && dotnet build "$project" -c Release --no-restore -v q </dev/null 8>&-) >"$log" 2>&1 || kd_failed "the build failed" "$log"
  mv "$stamp.new" "$stamp"
  kd_libtorch "$stamp"
  kd_say "built in $((SECONDS - start)) s"
}

# Says against which libtorch the build has just compiled, if it did.
kd_libtorch() {
  local key="$root/artifacts/native/libkdtorch.so.key" version device folder
  [ "$key" -nt "$1" ] || return 0
  read -r version device folder _ <"$key" || true
  kd_say "Torch polyfill: libtorch $version ($device) in $folder"
}

kd_failed() {
  { grep -E ': (error|fatal error) ?' "$2" || tail -20 "$2"; } | sort -u | head -20 >&2
  kd_stop "KD0103: $1. The whole log: ${2#"$root"/}"
}
