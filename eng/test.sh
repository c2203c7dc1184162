# Sourced by ./kd test: runs every project under tests/, one after the other, and sums up.

kd_test() {
  local filters=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --long) export KD_LONG=1 ;;
      *) filters+=("$1") ;;
    esac
    shift
  done
  kd_set_up test

  local results="$artifacts/test-results" passed=0 failed=0 skipped=0 project name status counts start
  rm -rf "$results"
  mkdir -p "$results"
  for project in "$root"/tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    start=$SECONDS status=0
    echo "== $name"
    (cd "$root" && dotnet test "$project" -c Release --no-build -v q --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
      --logger "console;verbosity=minimal" --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none \
      ${filters[@]+"${filters[@]}"} </dev/null) 2>&1 | kd_readable || status=${PIPESTATUS[0]}
    read -ra counts <<<"$(kd_counts "$results/$name.trx")"
    # A run that broke off has no failed test to show for it.
    if [ "$status" != 0 ] && [ "${counts[1]}" = 0 ]; then
      echo "$name ended with status $status before all tests were run."
      counts[1]=1
    fi
    passed=$((passed + counts[0])) failed=$((failed + counts[1])) skipped=$((skipped + counts[2]))
    kd_reasons "$results/$name.trx"
    echo "   ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped in $((SECONDS - start)) s"
  done
  [ $((passed + failed)) -gt 0 ] || echo "No test was run."
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# Drops what says nothing about the tests.
kd_readable() {
  grep --line-buffered -vE '^$|^Test run for |^Starting test execution|^A total of |^No test (matches|is available)|^Additionally, path to test|^Data collector |^Results File|^ *\[xUnit\.net|^(Passed|Failed|Skipped)! |^Attachments:|Sequence_.*\.xml$|^VSTest version|^WARNING: Overwriting results' || true
}

# passed failed skipped, from the counters of a result file.
kd_counts() {
  [ -e "$1" ] || { echo 0 0 0; return; }
  grep -m1 '<Counters ' "$1" | awk '
    function n(k) { return match($0, " " k "=\"[0-9]+\"") ? substr($0, RSTART + length(k) + 3, RLENGTH - length(k) - 4) + 0 : 0 }
    { bad = n("failed") + n("error") + n("timeout") + n("aborted"); print n("passed"), bad, n("total") - n("passed") - bad; found = 1 }
    END { if (!found) print 0, 0, 0 }'
}

# Why tests were skipped, each reason once.
kd_reasons() {
  [ -e "$1" ] || return 0
  tr '\n' ' ' <"$1" | sed 's/<UnitTestResult /\n&/g' | grep 'outcome="NotExecuted"' | sed -nE 's/.*<(Message|StdOut)>([^<]*)<.*/\2/p' \
    | sort | uniq -c | sort -rn | sed -E 's/^ *([0-9]+) (.*)/   skipped \1: \2/' || true
}
