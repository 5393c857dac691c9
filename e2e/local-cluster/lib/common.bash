# What every script here shares: messages, times, the machine's checks, the cluster's names.
# shellcheck shell=bash
# shellcheck disable=SC2034  # read by the scripts that source this file

set -Eeuo pipefail
# A stop without a message would be a riddle; 69 is die's, which has spoken.
trap '(($? == 69)) ||
  printf "%s: stopped at %s:%s\n" "${0##*/}" "${BASH_SOURCE[0]##*/}" "$LINENO" >&2' ERR

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${WEIR_CACHE:-${HOME:-/root}/.cache/weir}
cluster_dir=${WEIR_CLUSTER_DIR:-$cache/cluster}

# The node lives in network, mount and process namespaces of its own, one cable away.
host_link=weir0
node_link=weir1
host_ip=10.245.0.1
node_ip=10.245.0.2
link_net=10.245.0.0/30
pod_net=10.244.0.0/16
pod_gateway=10.244.0.1
service_net=10.96.0.0/16
api_service_ip=10.96.0.1
dns_service_ip=10.96.0.10
node_name=weir
cgroup=weir-cluster

# Folders whose names are fixed inside kubelet, containerd or the CNI library. The node sees its own
# ones under these names; on the host they are empty mount points, made by up, removed by down.
fixed_dirs=(/run/containerd /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers)

say() { printf '%s\n' "$@" >&2; }

# die WHAT [WHAT-TO-DO...]: one line each.
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 69
}

now_ms() {
  local t=$EPOCHREALTIME
  t=${t//[!0-9]/}
  printf '%s' $((t / 1000))
}

# step TEXT / step_done: one progress line a step, with the time it took.
step() {
  step_start=$(now_ms)
  printf '%s ... ' "$*" >&2
}

step_done() {
  local ms=$(($(now_ms) - step_start))
  printf '%d.%d s\n' $((ms / 1000)) $((ms % 1000 / 100)) >&2
}

# wait_until SECONDS COMMAND...: polls; false when the time is over.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

require_linux_root() {
  [[ $(uname -s) == Linux ]] || die "this is $(uname -s); the local cluster needs Linux" \
    "Use a Linux machine, or give the tests a cluster that you have (a kubeconfig)."
  ((EUID == 0)) || die "must run as root: it makes namespaces, mounts and a network link" \
    "Run: sudo -E $0"
}

# lock_cluster FOLDER: one up or down at a time; held until this script ends.
lock_cluster() {
  exec {cluster_lock}>"$1.lock"
  flock -n "$cluster_lock" || die "another up or down works on $1" "Wait for it to end."
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -f '$1.lock'" EXIT
}

require_commands() {
  local name missing=()
  for name; do command -v "$name" >/dev/null || missing+=("$name"); done
  ((${#missing[@]} == 0)) || die "not found on PATH: ${missing[*]}" \
    "On Debian: apt-get install util-linux tar gzip"
}

# The host's process ids of node inits (pid 1 of a node's process namespace), each with its folder.
node_inits() {
  local proc args nspid
  for proc in /proc/[0-9]*; do
    mapfile -d '' -t args 2>/dev/null <"$proc/cmdline" || continue
    [[ ${args[0]:-} == bash && ${args[1]:-} == */local-cluster/lib/node ]] || continue
    nspid=$(awk '/^NSpid:/ { print $NF }' "$proc/status" 2>/dev/null) || continue
    [[ $nspid != 1 ]] || printf '%s %s\n' "${proc#/proc/}" "${args[2]}"
  done
}

# The init of the cluster in folder $1; false when there is none.
node_init_of() {
  local pid dir
  while read -r pid dir; do
    [[ $dir == "$1" ]] && printf '%s' "$pid" && return 0
  done < <(node_inits)
  return 1
}
