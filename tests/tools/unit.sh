#!/bin/sh
# unit.sh RUNNER [NAME] - all suites of the Check runner, side by side, and their totals in
# Check's own form; with a NAME only that suite, with what it prints. UNDER names a tool to
# run them under.
runner=$1
if [ -n "$2" ]; then
    # Of a suite that is left out (CK_EXCLUDE_TAGS) nothing is run, and that is no failure.
    CK_RUN_SUITE=$2 exec ${UNDER:-} "$runner"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$runner" --list | tests/tools/side.sh "$0" "$runner" >"$log" 2>&1
status=$?
grep -Ev '^(== |Running suite|100%)' "$log"
awk '/^[0-9]+%: Checks:/ { gsub(/,/, ""); checks += $3; failures += $5; errors += $7 }
     END { printf "%d%%: Checks: %d, Failures: %d, Errors: %d\n",
           checks ? int(100 * (checks - failures - errors) / checks) : 0, checks, failures, errors
           exit !checks }' "$log" || status=1
exit $status
