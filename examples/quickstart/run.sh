#!/usr/bin/env bash
# Shows Weir at work: a Kubernetes cluster, Redis, the operator, an application of two pods with
# limits and quotas, traffic through its Service; then what was asked, admitted and counted.
# Ends with 0 only if the numbers agree.
set -euo pipefail

usage() {
  cat <<'END'
usage: examples/quickstart/run.sh [options]

With no option it needs root on Linux, Maven 3.8+ and JDK 25 (and Go 1.26+ the first time): it
brings up a cluster of its own on this machine, runs the example in it and takes all of it away.

  --keep             leave everything running, and say how to go on
  --down             remove everything that this script made, and end
  --kubeconfig F     use the cluster of kubeconfig F instead of one of its own
  --redis-url URL    use this Redis (its address must be reachable from pods) instead of one of
                     its own: a process on this machine, or a pod (redis.yaml) with --kubeconfig
  --load-image CMD   with --kubeconfig: the command that brings an image tar into that cluster, for
                     example 'kind load image-archive'; 'true' when the images are there already
  --help             this text

Environment: WEIR_CACHE, where binaries and state are kept (default ~/.cache/weir).
END
}

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$folder/../.." && pwd)
cluster=$root/e2e/local-cluster
cache=${WEIR_CACHE:-${HOME:-/root}/.cache/weir}
state=$cache/quickstart
release_namespace=weir-system
redis_port=6390

say() { printf '%s\n' "$*" >&2; }
die() {
  say "run.sh: $1"
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

keep=false down=false given_kubeconfig='' redis_url='' load_image=''
while (($# > 0)); do
  case $1 in
    --keep) keep=true ;;
    --down) down=true ;;
    --kubeconfig | --redis-url | --load-image)
      (($# > 1)) && [[ -n $2 ]] || die "$1 needs a value" "See --help."
      case $1 in
        --kubeconfig) given_kubeconfig=$(realpath -m -- "$2") ;;
        --redis-url) redis_url=$2 ;;
        --load-image) load_image=$2 ;;
      esac
      shift
      ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
[[ -z $given_kubeconfig || -r $given_kubeconfig ]] || die "can't read $given_kubeconfig"
[[ -z $load_image || -n $given_kubeconfig ]] || die "--load-image is of use with --kubeconfig only"
[[ -z $redis_url || $redis_url =~ ^rediss?:// ]] ||
  die "--redis-url must begin with redis:// or rediss://, not '$redis_url'"

# Steps, in order, with the seconds that each takes on two cores: the first time, and warm. What
# the last run measured is preferred.
steps=(cluster redis images load install example inject traffic status)
declare -A text=(
  [cluster]='a Kubernetes cluster on this machine' [redis]='Redis'
  [images]='building the images' [load]='loading the images into the cluster'
  [install]='helm install' [example]='applying the example' [inject]='annotating the deployment'
  [traffic]='traffic through the Service' [status]='waiting for the usage in status'
)
declare -A usual=([cluster]=15 [redis]=1 [images]=1 [load]=8 [install]=12 [example]=8 [inject]=20
  [traffic]=20 [status]=8)
steps_begun=0
step='' durations=''

begin() {
  step=$1
  local left=0 name found=false
  for name in "${steps[@]}"; do
    [[ $name != "$step" ]] || found=true
    ! $found || left=$((left + ${usual[$name]}))
  done
  steps_begun=$((steps_begun + 1))
  step_begin=$SECONDS
  say "[$steps_begun/${#steps[@]}] ${text[$step]} (usually ${usual[$step]} s; about $left s to go)"
}
end() {
  local took=$((SECONDS - step_begin))
  say "      done in $took s${1:+: $1}"
  durations+="$step $((took > 0 ? took : 1))"$'\n'
  step=''
}

mkdir -p "$state"
chmod 700 "$state"
kubectl() { command "$kubectl_bin" --kubeconfig "$kubeconfig" "$@"; }
helm() { command "$helm_bin" --kubeconfig "$kubeconfig" "$@"; }

find_tools() {
  kubectl_bin=$("$cluster/tool" kubectl)
  helm_bin=$("$cluster/tool" helm)
}

# A cluster that e2e/local-cluster/up made: its folder, else nothing.
local_cluster_of() {
  local dir=${1%/*}
  grep -q 'current-context: weir-local' "$1" 2>/dev/null || return 0
  [[ -S $dir/containerd.sock ]] || dir=${WEIR_CLUSTER_DIR:-$cache/cluster}
  [[ ! -S $dir/containerd.sock ]] || printf '%s' "$dir"
}

own_kubeconfig=${WEIR_CLUSTER_DIR:-$cache/cluster}/kubeconfig
kubeconfig=${given_kubeconfig:-$own_kubeconfig}

# --- taking away ---------------------------------------------------------------------------------

stop_redis() {
  local pid
  [[ -s $state/redis/pid ]] || return 0
  pid=$(<"$state/redis/pid")
  if [[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *redis-server* ]]; then
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  fi
  rm -rf "$state/redis"
}

remove_example() {
  local names
  names=$(kubectl get namespace -l weir.dev/example=quickstart -o name 2>/dev/null) || return 0
  [[ -z $names ]] || kubectl delete --wait="$1" $names >/dev/null
}

ours() {
  [[ $(kubectl get namespace "$release_namespace" --ignore-not-found \
    -o 'jsonpath={.metadata.labels.weir\.dev/example}' 2>/dev/null) == quickstart-release ]]
}

# Only what carries our mark: a Weir that was here before us stays.
remove_release() {
  ours || return 0
  helm uninstall weir -n "$release_namespace" --ignore-not-found --wait >/dev/null 2>&1 || true
  kubectl delete crd -l weir.dev/example=quickstart-release --ignore-not-found >/dev/null
  kubectl delete namespace "$release_namespace" --wait=false >/dev/null
}

take_away() {
  say "taking away what this run made (usually 5 s)"
  if [[ -z $given_kubeconfig && -e $state/own-cluster ]]; then
    "$cluster/down" >/dev/null 2>&1 || "$cluster/down" || true
    rm -f "$state/own-cluster"
  elif [[ -s $kubeconfig ]]; then
    remove_example true
    remove_release
  fi
  stop_redis
}

if $down; then
  find_tools
  take_away
  say "nothing of the quickstart is left"
  exit
fi

# --- when something goes wrong -------------------------------------------------------------------

diagnose() {
  local to=$state/failure
  say ""
  say "FAILED${step:+ at: ${text[$step]}}"
  [[ -n ${kubectl_bin:-} && -s $kubeconfig ]] && kubectl get --raw /readyz >/dev/null 2>&1 || return 0
  rm -rf "$to"
  mkdir -p "$to"
  kubectl get pods -A -o wide >"$to/pods.txt" 2>&1 || true
  kubectl get events -A --sort-by=.metadata.creationTimestamp >"$to/events.txt" 2>&1 || true
  kubectl get ratelimitpolicies,quotaplans -A -o yaml >"$to/weir.yaml" 2>&1 || true
  kubectl -n "$release_namespace" logs deployment/weir-operator --tail=2000 >"$to/operator.log" 2>&1 || true
  kubectl -n "$release_namespace" describe pods >"$to/operator-pods.txt" 2>&1 || true
  if [[ -n ${namespace:-} ]]; then
    kubectl -n "$namespace" describe pods >"$to/example-pods.txt" 2>&1 || true
    kubectl -n "$namespace" logs -l app=api -c weir-proxy --prefix --tail=1000 >"$to/sidecars.log" 2>&1 || true
    kubectl -n "$namespace" logs traffic --all-containers --prefix >"$to/traffic.log" 2>&1 || true
  fi
  say "--- pods" "$(grep -v '^kube-system' "$to/pods.txt" || true)"
  say "--- conditions of policies and plans that are not True"
  kubectl get ratelimitpolicies,quotaplans -A -o jsonpath='{range .items[*]}{.kind}{" "}{.metadata.name}{range .status.conditions[?(@.status!="True")]}{"\n  "}{.type}={.status} {.reason}: {.message}{end}{"\n"}{end}' >&2 2>/dev/null || true
  say "--- the last events" "$(grep -v '^kube-system' "$to/events.txt" | tail -n 12)"
  say "--- the end of the operator's log" "$(tail -n 15 "$to/operator.log")"
  say "--- all of it, and more: $to/"
  $keep || say "    (--keep leaves the cluster running, to look closer)"
}

finish() {
  local status=$?
  trap - EXIT INT TERM
  set +e
  ((status == 0)) || diagnose
  if ! $keep; then take_away; fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# --- cluster -------------------------------------------------------------------------------------

begin_of_all=$SECONDS
sources=$(cd "$root" && find pom.xml .mvn crds sidecar-proxy operator "$folder/demo-app" \
  \( -name target -o -name .git \) -prune -o -type f -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
warm=true
if [[ $(cat "$state/built" 2>/dev/null) != "$sources" ]]; then
  warm=false
  usual[images]=60
  [[ -d $root/operator/target ]] || usual[images]=180
fi
[[ -n $given_kubeconfig || -n $(find "$cache/tools" -name kubelet -print -quit 2>/dev/null) ]] || {
  warm=false
  usual[cluster]=420
}
if $warm && [[ -s $state/durations ]]; then
  while read -r name seconds; do usual[$name]=$seconds; done <"$state/durations"
fi
command -v mvn >/dev/null || die "Maven is not on PATH" "Install Maven 3.8 or newer and JDK 25."

begin cluster
if [[ -n $given_kubeconfig ]]; then
  find_tools
  kubectl get --raw /readyz >/dev/null 2>&1 || die "no cluster answers at $given_kubeconfig" \
    "$(kubectl get --raw /readyz 2>&1 | tail -n 1)"
else
  [[ -e $state/own-cluster || -S ${own_kubeconfig%/*}/containerd.sock ]] || touch "$state/own-cluster"
  # The first time takes minutes: then its own progress is shown.
  if ((usual[cluster] > 60)); then
    "$cluster/up" || die "the cluster did not come up"
  else
    "$cluster/up" >"$state/up.log" 2>&1 ||
      die "the cluster did not come up" "$(tail -n 15 "$state/up.log")"
  fi
  find_tools
fi
local_cluster=$(local_cluster_of "$kubeconfig")
[[ -n $local_cluster || -n $load_image ]] ||
  die "the images must come into the cluster of $kubeconfig" \
    "Say how with --load-image CMD, for example --load-image 'kind load image-archive'" \
    "(--load-image true when they are there already)."
if [[ -n $(kubectl get namespace "$release_namespace" -o name --ignore-not-found) ]] && ! ours; then
  die "Weir is installed in this cluster already (namespace $release_namespace)" \
    "The quickstart would change it; use another cluster."
fi
kubectl create namespace "$release_namespace" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
kubectl label --overwrite namespace "$release_namespace" weir.dev/example=quickstart-release \
  pod-security.kubernetes.io/enforce=restricted >/dev/null
end "$(kubectl get nodes --no-headers | wc -l) node(s), Kubernetes $(kubectl get nodes \
  -o jsonpath='{.items[0].status.nodeInfo.kubeletVersion}')"

# --- Redis ---------------------------------------------------------------------------------------

# On the machine's end of the cable to the cluster, which only its pods reach.
redis_on_this_machine() {
  local address password server cli dir=$state/redis
  # shellcheck source=/dev/null
  address=$(. "$cluster/lib/common.bash" && printf '%s' "$host_ip")
  server=$("$cluster/tool" redis-server)
  cli=$("$cluster/tool" redis-cli)
  mkdir -p "$dir"
  [[ -s $dir/password ]] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password")
  password=$(<"$dir/password")
  answers() { [[ $(REDISCLI_AUTH=$password "$cli" -h "$address" -p "$redis_port" ping 2>/dev/null) == PONG ]]; }
  if ! answers; then
    (umask 077 && cat >"$dir/redis.conf" <<END
bind $address
port $redis_port
requirepass $password
dir $dir
appendonly yes
daemonize yes
pidfile $dir/pid
logfile $dir/log
END
    )
    "$server" "$dir/redis.conf" >"$dir/log" 2>&1 || true
    local deadline=$((SECONDS + 20))
    until answers; do
      ((SECONDS < deadline)) || die "Redis did not start" "$(tail -n 5 "$dir/log")"
      sleep 0.1
    done
  fi
  redis_url=redis://:$password@$address:$redis_port
}

begin redis
shown=given
if [[ -z $redis_url && -n $local_cluster ]]; then
  redis_on_this_machine
  shown="a process on this machine, ${redis_url##*@}"
elif [[ -z $redis_url ]]; then
  kubectl -n "$release_namespace" apply -f "$folder/redis.yaml" >/dev/null
  kubectl -n "$release_namespace" rollout status deployment/redis --timeout=180s >/dev/null ||
    die "Redis did not start in the cluster" "Give one with --redis-url redis://HOST:6379"
  redis_url=redis://redis.$release_namespace.svc:6379
  shown="a pod, redis.$release_namespace.svc:6379"
fi
end "$shown"

# --- images --------------------------------------------------------------------------------------

begin images
if [[ $(cat "$state/built" 2>/dev/null) == "$sources" ]]; then
  end 'nothing has changed since the last build'
else
  rm -f "$state/built"
  (cd "$root" && mvn -q -B -DskipTests -pl "$modules" -am package) >"$state/build.log" 2>&1 ||
    die "the build failed" "$(tail -n 20 "$state/build.log")" "All of it: $state/build.log"
  printf '%s' "$sources" >"$state/built"
  end
fi

# image TAR: the name that it was built with.
image() { tar -xOf "$1" manifest.json | sed -n 's/.*"RepoTags":\["\([^"]*\)"\].*/\1/p'; }
operator_image=$(image "$operator_tar")
sidecar_image=$(image "$sidecar_tar")
app_image=$(image "$app_tar")

begin load
for tar in "$operator_tar" "$sidecar_tar" "$app_tar"; do
  if [[ -n $load_image ]]; then
    # Unquoted: a command with its arguments.
    $load_image "$tar" >"$state/load.log" 2>&1
  else
    "$cluster/load-image" --dir "$local_cluster" "$tar" >"$state/load.log" 2>&1
  fi || die "could not load $tar" "$(tail -n 5 "$state/load.log")"
done
end "$operator_image, $sidecar_image, $app_image"

# --- Weir ----------------------------------------------------------------------------------------

begin install
kubectl -n "$release_namespace" create secret generic weir-redis --dry-run=client -o yaml \
  --from-file=url=<(printf '%s' "$redis_url") | kubectl apply -f - >/dev/null
build=$(cat "$operator_tar" "$sidecar_tar" <(printf '%s' "$redis_url") | sha256sum | cut -c1-12)
helm upgrade --install weir "$root/helm-chart" -n "$release_namespace" --wait --timeout 3m \
  --set image.repository="${operator_image%:*}",image.tag="${operator_image##*:}" \
  --set sidecar.image.repository="${sidecar_image%:*}",sidecar.image.tag="${sidecar_image##*:}" \
  --set redis.urlSecretRef.name=weir-redis \
  --set podAnnotations."weir\.dev/build"="$build" >"$state/helm.log" 2>&1 ||
  die "helm install failed" "$(tail -n 5 "$state/helm.log")"
kubectl label --overwrite crd ratelimitpolicies.weir.dev quotaplans.weir.dev \
  weir.dev/example=quickstart-release >/dev/null
end

# --- the example ---------------------------------------------------------------------------------

# A namespace of its own for each run, so that its counters begin at nothing in any Redis.
begin example
remove_example false
namespace=quickstart-$(date +%H%M%S)
kubectl create namespace "$namespace" >/dev/null
kubectl label namespace "$namespace" weir.dev/example=quickstart \
  pod-security.kubernetes.io/enforce=restricted >/dev/null
sed "s|image: weir-demo-app:.*|image: $app_image|" "$folder/app.yaml" |
  kubectl -n "$namespace" apply -f - >/dev/null
kubectl -n "$namespace" apply -f "$folder/weir.yaml" >/dev/null
kubectl -n "$namespace" rollout status deployment/api --timeout=120s >/dev/null ||
  die "the application did not start, still without a sidecar"
end "namespace $namespace, in which pods must be restricted"

begin inject
say "      kubectl annotate deployment api weir.dev/inject=true"
kubectl -n "$namespace" annotate deployment api weir.dev/inject=true >/dev/null
kubectl -n "$namespace" rollout status deployment/api --timeout=180s >/dev/null ||
  die "the application did not roll out with its sidecars"
say "      kubectl wait --for=condition=Ready ratelimitpolicy/api quotaplan/api"
kubectl -n "$namespace" wait --for=condition=Ready ratelimitpolicy/api quotaplan/api \
  --timeout=120s >/dev/null || die "the policy or the plan did not become Ready"
end 'every sidecar enforces the policy and the plan'

# --- traffic -------------------------------------------------------------------------------------

# The hour's counters must not begin anew while we count.
left=$((3600 - $(date +%s) % 3600))
if ((left < 60)); then
  say "      the hour ends in $left s and counters begin anew with it: waiting for that"
  sleep $((left + 1))
fi
begin traffic
hour=$(($(date +%s) / 3600))

# One container after the other: NAME REQUESTS PATH CONSUMER [USER]. Users call with acme's key, so
# that what a user's limit rejects is seen to cost acme's quota nothing.
calls='
alice       200 /       acme   alice
bob         200 /       acme   bob
carol       200 /       acme   carol
acme        800 /       acme
search       60 /search globex
globex      300 /       globex
'
