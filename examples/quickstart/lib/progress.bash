# Messages, and steps that say how long they usually take and how long is left.
# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of run.sh, which sources this file

say() { printf '%s\n' "$*" >&2; }

# die WHAT [MORE...]: one line each.
die() {
  complain "$@"
  exit 1
}

# refuse WHAT [MORE...]: ends before anything was touched.
refuse() {
  complain "$@"
  exit 2
}

complain() {
  say "run.sh: $1"
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
}

# In order, with the seconds that each takes on two cores once binaries and images are there.
steps=(cluster redis provider images load install example inject traffic status)
declare -A text=(
  [cluster]='a Kubernetes cluster' [redis]='Redis' [provider]='an LLM provider' [images]='building the images'
  [load]='loading the images into the cluster' [install]='helm install'
  [example]='applying the example' [inject]='annotating the deployment'
  [traffic]='traffic through the Service' [status]='waiting for the usage in status'
)
declare -A usual=([cluster]=12 [redis]=1 [provider]=1 [images]=1 [load]=8 [install]=12 [example]=6 [inject]=20
  [traffic]=15 [status]=8)
step='' steps_begun=0 durations=''

# begin STEP
begin() {
  step=$1
  local left=0 name
  for name in "${steps[@]:steps_begun}"; do left=$((left + usual[$name])); done
  steps_begun=$((steps_begun + 1))
  step_begin=$SECONDS
  say "[$steps_begun/${#steps[@]}] ${text[$step]} (usually ${usual[$step]} s; about $left s left)"
}

# end [WHAT-CAME-OF-IT]
end() {
  local took=$((SECONDS - step_begin))
  say "      $took s${1:+: $1}"
  durations+="$step $((took > 0 ? took : 1))"$'\n'
  step=''
}

# What the last warm run measured is a better guess than ours.
recall_durations() {
  local name seconds
  [[ -s $state/durations ]] || return 0
  while read -r name seconds; do usual[$name]=$seconds; done <"$state/durations"
}
