# Sourced by ./kd test: runs every project under tests/, one after the other, and sums up.

kd_test() {
  local options=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --long) export KD_LONG=1 ;;
      *) options+=("$1") ;;
    esac
    shift
  done
  kd_set_up test

  local results="$artifacts/test-results" passed=0 failed=0 skipped=0 project name status counts start hung
  # A filter may leave a project without a test (8). Without one, a project that has none is an error.
  [ ${#options[@]} = 0 ] || options+=(--ignore-exit-code 8)
  rm -rf "$results"
  mkdir -p "$results"
  for project in "$root"/tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    start=$SECONDS status=0
    echo "== $name"
    # What it writes is read below: in English, whatever the user's language.
    (cd "$root" && DOTNET_CLI_UI_LANGUAGE=en dotnet test --project "$project" -c Release --no-build --no-ansi --no-progress --output Detailed --results-directory "$results/$name" \
      --hangdump --hangdump-timeout 10m --hangdump-type None ${options[@]+"${options[@]}"} </dev/null) 2>&1 | tee "$results/$name.log" | kd_readable || status=${PIPESTATUS[0]}
    read -ra counts <<<"$(kd_counts "$results/$name.log")"
    for hung in "$results/$name"/*_hang.log; do
      [ ! -e "$hung" ] || { echo "No test ended for 10 minutes. These ran:"; cat "$hung"; }
    done
    # A run that broke off has no failed test to show for it.
    if [ "$status" = 8 ]; then
      echo "$name has no test."
      counts[1]=1
    elif [ "$status" != 0 ] && [ "${counts[1]}" = 0 ]; then
      echo "$name ended with status $status before all tests were run."
      counts[1]=1
    fi
    passed=$((passed + counts[0])) failed=$((failed + counts[1])) skipped=$((skipped + counts[2]))
    kd_reasons "$results/$name.log"
    kd_slowest "$results/$name.log"
    echo "   ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped in $((SECONDS - start)) s"
  done
  [ $((passed + failed)) -gt 0 ] || echo "No test was run."
  [ "$failed" = 0 ] || kd_failures "$results"/*.log
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# What a run says of its failed tests and of its own end; the rest is counted below.
kd_readable() {
  awk '
    /^Test run summary:/ { closing = 1 }
    closing { next }
    /^skipped / { quiet = 1; next }
    quiet { if (/^  from /) quiet = 0; next }
    /^passed |^\[slow\] |^running\.\.\. /{ next }
    /^Running tests from |^  from |^$|\) (passed|Zero tests ran) \(|^Exit code: |^  In process file artifacts|^    - / { next }
    { print; fflush() }' || true
}

# passed failed skipped, from the lines that a run closes with.
kd_counts() {
  awk '
    /^Test run summary:/ { closing = 1 }
    closing && $1 == "succeeded:" { passed = $2 }
    closing && $1 == "failed:" { failed = $2 }
    closing && $1 == "skipped:" { skipped = $2 }
    END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# The failed tests with what they say, once more: whoever reads the end of a long log finds them there.
kd_failures() {
  echo "Failed:"
  awk '
    /^failed / { print; left = 8; next }
    /^[^ ]|^$|^  (Standard|Error) output/ { left = 0 }
    left && !/^  from |^    at System\./ { print substr($0, 1, 300); left-- }' "$@" || true
}

# The classes that took longest, in seconds: where a shorter test run would come from.
kd_slowest() {
  awk '
    match($0, /\((([0-9]+)m )?(([0-9]+)s )?[0-9]+ms\)$/) && /^(passed|failed) / {
      split(substr($0, RSTART + 1, RLENGTH - 2), parts, " ")
      seconds = 0
      for (i in parts)
        seconds += parts[i] ~ /ms$/ ? parts[i] / 1000 : parts[i] ~ /m$/ ? parts[i] * 60 : parts[i] + 0
      name = $2
      sub(/\(.*/, "", name)
      sub(/\.[^.]*$/, "", name)
      sub(/^.*\./, "", name)
      sums[name] += seconds
    }
    END { for (name in sums) if (sums[name] >= 10) printf "%.0f s %s\n", sums[name], name }' "$1" | sort -rn | head -8 | paste -sd, | sed 's/,/, /g; s/./   longest: &/' | grep . || true
}

# Why tests were skipped, each reason once.
kd_reasons() {
  awk '
    /^skipped / { reason = 1; next }
    reason && /^  from / { reason = 0; next }
    reason { sub(/^ +/, ""); print }' "$1" | sort | uniq -c | sort -rn | sed -E 's/^ *([0-9]+) (.*)/   skipped \1: \2/' || true
}
