#!/usr/bin/env bash
# Builds libkdtorch.so: build.sh OUTPUT. Finds libtorch in KD_LIBTORCH (an unpacked libtorch, or a Python torch package's folder),
# else where Debian's libtorch-dev puts it. Does nothing when neither the sources nor that libtorch changed.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$1
line='apt-get install -y g++ libtorch-dev libopenblas0-pthread'

refuse() {
  printf 'polyfills/Torch : error KD0103: %s; run: %s (or set KD_LIBTORCH to a libtorch folder)\n' "$1" "$line" >&2
  exit 1
}

compiler=${CXX:-g++}
command -v "$compiler" >/dev/null || refuse "no C++ compiler ($compiler)"

if [ -n "${KD_LIBTORCH:-}" ]; then
  include=$KD_LIBTORCH/include library=$KD_LIBTORCH/lib
else
  include=/usr/include library=
  for folder in "/usr/lib/$("$compiler" -dumpmachine)" /usr/lib64 /usr/lib; do
    [ -e "$folder/libtorch_cpu.so" ] && library=$folder && break
  done
fi
[ -f "$include/torch/csrc/api/include/torch/version.h" ] || refuse "libtorch's headers are not in $include"
[ -n "$library" ] && [ -e "$library/libtorch_cpu.so" ] || refuse "libtorch_cpu.so is not in ${library:-any library folder}"

number() { sed -n "s/^#define TORCH_VERSION_$1 //p" "$include/torch/csrc/api/include/torch/version.h"; }
major=$(number MAJOR) minor=$(number MINOR)
version=$major.$minor.$(number PATCH)
device=cpu
libraries='-ltorch -ltorch_cpu -lc10'
if [ -e "$library/libtorch_cuda.so" ]; then
  device=cuda
  # Nothing here names a symbol of it: without this the linker drops it and the GPU is not there.
  libraries="-Wl,--no-as-needed -ltorch_cuda -lc10_cuda -Wl,--as-needed $libraries"
fi
abi=1
grep -qa '_ZN3c105ErrorC[12]ENS_14SourceLocationESs' "$library/libc10.so" && abi=0

flags="-std=c++17 -O3 -fno-math-errno -fno-trapping-math -fPIC -shared -s -fvisibility=hidden -w -D_GLIBCXX_USE_CXX11_ABI=$abi"
[ "$((major * 100 + minor))" -ge 212 ] && flags="${flags/c++17/c++20}"
key="$version $device $library $flags $("$compiler" -dumpfullversion) $(cat "$here/kdtorch.cpp" "$here/build.sh" | sha256sum)"
if [ -f "$output" ] && [ "$(cat "$output.key" 2>/dev/null)" = "$key" ]; then exit 0; fi

printf 'Torch polyfill: libtorch %s (%s) in %s; compiling its C interface\n' "$version" "$device" "$library"
mkdir -p "$(dirname "$output")"
# shellcheck disable=SC2086
"$compiler" $flags -I"$include" -I"$include/torch/csrc/api/include" "$here/kdtorch.cpp" -o "$output.$$" \
  -L"$library" -Wl,-rpath,"$library" $libraries || { rm -f "$output.$$"; printf 'polyfills/Torch : error KD0103: kdtorch.cpp did not compile against libtorch %s\n' "$version" >&2; exit 1; }
mv "$output.$$" "$output" && printf '%s' "$key" >"$output.key"
