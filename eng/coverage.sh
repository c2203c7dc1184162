# Sourced by ./kd coverage and ./kd mutate: what the tests reach, and what they would miss. The tools are those of .config/dotnet-tools.json.

kd_tools() { (cd "$root" && dotnet tool restore >"$artifacts/tools.log" 2>&1) || kd_stop "the tools could not be restored:" "$(tail -3 "$artifacts/tools.log")"; }

# kd_coverage [ROOM …]: runs the rooms' tests, all where none is named, and writes a report of src/.
kd_coverage() {
  local rooms=("$@") room results="$artifacts/coverage"
  [ $# -gt 0 ] || mapfile -t rooms < <(cd "$root/tests" && ls -d -- *.Tests | sed 's/\.Tests$//')
  kd_set_up test
  kd_tools
  rm -rf "$results"
  for room in "${rooms[@]}"; do
    (cd "$root" && dotnet test --project "tests/$room.Tests" -c Release --no-build --no-ansi --no-progress --results-directory "$results/$room" \
      --config-file "$root/eng/coverage.json" --coverlet </dev/null) || return 1
  done
  (cd "$root" && dotnet reportgenerator "-reports:$results/**/coverage.cobertura.*.xml" "-targetdir:$results/report" "-assemblyfilters:+KdCluster.*;+kd;-KdCluster.Bench;-KdCluster.Chaos" \
    "-reporttypes:Html;TextSummary" >"$results/report.log") || return 1
  cat "$results/report/Summary.txt"
  echo "Line by line: $results/report/index.html"
}

# kd_mutate ROOM FOLDER: changes operators in that folder of the room, one at a time, and says which changes no test of the room sees.
kd_mutate() {
  [ $# = 2 ] && [ -d "$root/src/KdCluster.$1/$2" ] || kd_stop "Usage: ./kd mutate ROOM FOLDER, such as ./kd mutate SoftTargets Codec (src/KdCluster.SoftTargets/Codec)."
  kd_set_up test
  kd_tools
  local results="$artifacts/mutation/$1-$2"
  (cd "$root/tests/$1.Tests" && dotnet stryker --project "KdCluster.$1.csproj" --mutate "$2/**/*.cs" --configuration Release --test-runner mtp --output "$results" --reporter html --reporter progress) || return 1
  echo "Which lived: $results/reports/mutation-report.html"
}
