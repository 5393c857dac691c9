# The pod that calls the example, and the tables of what came of it.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the variables of run.sh, which sources this file

# Runs the pod to its end.
send_traffic() {
  local phase='' start=$SECONDS
  with_image "$folder/traffic.yaml" | kubectl -n "$namespace" create -f - >/dev/null
  while [[ $phase != Succeeded ]]; do
    [[ $phase != Failed ]] || die "the traffic failed" \
      "$(kubectl -n "$namespace" logs traffic --all-containers --prefix --tail=5 2>&1)"
    ((SECONDS - start < 180)) || die "the traffic did not end in 180 s"
    sleep 0.5
    phase=$(kubectl -n "$namespace" get pod traffic -o 'jsonpath={.status.phase}')
  done
}

# seconds_of CONTAINER: how long it ran at most; the kubelet's times are whole seconds.
seconds_of() {
  local began ended
  read -r began ended < <(kubectl -n "$namespace" get pod traffic -o "jsonpath={range \
.status.initContainerStatuses[?(@.name==\"$1\")].state.terminated}{.startedAt} {.finishedAt}{end}")
  printf '%d' $(($(date -d "$ended" +%s) - $(date -d "$began" +%s) + 1))
}

# Fills asked and admitted: for each series, and for each consumer under @NAME. A request that was
# neither admitted nor limited is a failure.
declare -A asked=() admitted=()
read_traffic() {
  local container consumer line series
  local pattern='"series":"([a-z]+)","asked":([0-9]+),"admitted":([0-9]+),"limited":([0-9]+),"other":([0-9]+)'
  for container in users acme search globex; do
    consumer=acme
    [[ $container == users || $container == acme ]] || consumer=globex
    while read -r line; do
      [[ $line =~ $pattern ]] || die "the traffic's container '$container' said: $line"
      series=${BASH_REMATCH[1]}
      ((BASH_REMATCH[5] == 0)) ||
        die "of the requests of '$series', ${BASH_REMATCH[5]} had another answer than 2xx or 429" "$line"
      asked[$series]=${BASH_REMATCH[2]} admitted[$series]=${BASH_REMATCH[3]}
      asked[@$consumer]=$((${asked[@$consumer]:-0} + BASH_REMATCH[2]))
      admitted[@$consumer]=$((${admitted[@$consumer]:-0} + BASH_REMATCH[3]))
      [[ $series != alice ]] || rejection=${line#*\"limitedSample\":}
    done < <(kubectl -n "$namespace" logs traffic -c "$container")
  done
}

# One of alice's rejections as curl -i would show it, from the JSON that the traffic printed.
show_rejection() {
  local headers=${rejection#*\"headers\":\{} body=${rejection#*\"body\":\"}
  printf 'HTTP/1.1 429 Too Many Requests\n'
  sed 's/},"body":.*//; s/","/"\n"/g' <<<"$headers" |
    sed 's/^"//; s/"$//; s/":"/: /; s/\\\(.\)/\1/g'
  printf '\n'
  sed 's/"}}$//; s/\\u000a//g; s/\\\(.\)/\1/g' <<<"$body"
}

# used CONSUMER: what the plan's status says.
used() {
  kubectl -n "$namespace" get quotaplan api \
    -o "jsonpath={.status.topSubjects[?(@.subject==\"$1\")].used}"
}

wrong=0
verdict() { if (($1)); then printf right; else printf WRONG; fi; }

# row LIMIT WHO LIMIT [AT-MOST]: admitted must be min(asked, limit), or lie between that and AT-MOST.
row() {
  local a=${asked[$2]} b=${admitted[$2]} least right
  least=$((a < $3 ? a : $3))
  right=$((b >= least && b <= ${4:-least}))
  ((right)) || wrong=$((wrong + 1))
  printf '%-26s %-7s %6d %9d %6d  %s\n' "$1" "${2#@}" "$a" "$b" "$3" "$(verdict $right)"
}

# status_row QUOTA CONSUMER USED
status_row() {
  local b=${admitted[@$2]} right
  right=$((${3:--1} == b))
  ((right)) || wrong=$((wrong + 1))
  printf '%-26s %-7s %16d %6s  %s\n' "$1" "$2" "$b" "${3:--}" "$(verdict $right)"
}
