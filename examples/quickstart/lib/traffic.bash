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

# Fills asked and admitted: for each series, and for each consumer under @NAME; and told, the tokens
# that each customer read in the LLM's answers. A request that was neither admitted nor limited is a
# failure.
declare -A asked=() admitted=() told=()
read_traffic() {
  local container consumer line series passed
  local pattern='"series":"([a-z-]+)","asked":([0-9]+),"admitted":([0-9]+),"limited":([0-9]+),"other":([0-9]+)'
  for container in assistant users acme search globex; do
    while read -r line; do
      [[ $line =~ $pattern ]] || die "the traffic's container '$container' said: $line"
      series=${BASH_REMATCH[1]}
      asked[$series]=${BASH_REMATCH[2]} admitted[$series]=${BASH_REMATCH[3]}
      ((BASH_REMATCH[5] == 0)) ||
        die "of the requests of '$series', ${BASH_REMATCH[5]} had another answer than 2xx or 429" "$line"
      case $series in
        search | *globex) consumer=globex ;;
        *) consumer=acme ;;
      esac
      passed=${admitted[$series]}
      if [[ $series == ask-* ]]; then
        # They come first, so the API's plan admits them all; what is limited is the LLM.
        passed=${asked[$series]}
        [[ $line =~ \"sum\":([0-9]+) ]] || die "the traffic's container '$container' said: $line"
        told[$consumer]=${BASH_REMATCH[1]}
      fi
      asked[@$consumer]=$((${asked[@$consumer]:-0} + ${asked[$series]}))
      admitted[@$consumer]=$((${admitted[@$consumer]:-0} + passed))
      case $series in
        alice) rejection=${line#*\"limitedSample\":} ;;
        ask-globex) llm_rejection=${line#*\"limitedSample\":} ;;
      esac
    done < <(kubectl -n "$namespace" logs traffic -c "$container")
  done
}

# The body of the LLM's answer to a customer that has no tokens left.
show_llm_rejection() {
  sed 's/^.*"body":"//; s/"}}$//; s/\\u000a//g; s/\\\(.\)/\1/g' <<<"$llm_rejection"
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

# used PLAN CONSUMER: what the plan's status says.
used() {
  kubectl -n "$namespace" get quotaplan "$1" \
    -o "jsonpath={.status.topSubjects[?(@.subject==\"$2\")].used}"
}

# read_llm BEFORE: compares what the provider says now with what it said before the traffic, and
# fills provider_calls, provider_tokens and provider_cost (USD, by the prices in llm.yaml).
read_llm() {
  local calls input output calls_before input_before output_before micros
  read -r calls_before input_before output_before <<<"$1"
  read -r calls input output <<<"$(provider_said)"
  input=$((input - input_before)) output=$((output - output_before))
  provider_calls=$((calls - calls_before))
  provider_tokens=$((input + output))
  micros=$((input * 25 / 10 + output * 10))
  provider_cost=$(decimal "$(printf '%d.%06d' $((micros / 1000000)) $((micros % 1000000)))")
}

# decimal NUMBER: without zeros at its end.
decimal() {
  local number=$1
  [[ $number != *.* ]] || number=$(sed 's/0*$//; s/\.$//' <<<"$number")
  printf '%s' "$number"
}

# Fills llm_calls, llm_tokens and llm_cost from the route's status.
read_llm_status() {
  local input output
  read -r llm_calls input output llm_cost < <(kubectl -n "$namespace" get llmroute chat \
    -o 'jsonpath={range .status.models[0]}{.requests} {.inputTokens} {.outputTokens} {.cost}{"\n"}{end}') ||
    true
  llm_tokens=$((${input:-0} + ${output:-0}))
  llm_cost=$(decimal "${llm_cost:--}")
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

# llm_row LIMIT CONSUMER TOKENS: calls are answered as long as a token is left, and each of the four
# connections may have one under way, and one that is being counted, when the last is gone.
llm_row() {
  local a=${asked[ask-$2]} b=${admitted[ask-$2]} tokens=${told[$2]} least=$(($3 / 2000)) right
  right=$((tokens == b * 2000 && b >= least && b <= least + 7))
  ((right)) || wrong=$((wrong + 1))
  printf '%-26s %-7s %6d %9d %6d  %s\n' "$1" "$2" "$a" "$b" "$tokens" "$(verdict $right)"
}

# status_row OBJECT WHO COUNTED IN-STATUS
status_row() {
  local right=0
  [[ $3 != "$4" ]] || right=1
  ((right)) || wrong=$((wrong + 1))
  printf '%-26s %-7s %16s %6s  %s\n' "$1" "$2" "$3" "${4:--}" "$(verdict $right)"
}
