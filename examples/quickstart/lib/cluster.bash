# The cluster and what this script puts into it: finding, marking, taking away, looking at.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the variables of run.sh, which sources this file

release_namespace=weir-system
redis_namespace=quickstart-redis
redis_secret=weir-quickstart-redis
redis_port=6390
provider_namespace=quickstart-provider
provider_port=4010
provider_key=aimock-example-key # as llm.yaml and provider.yaml have it
install_begun=false

find_tools() {
  kubectl_bin=$("$cluster/tool" kubectl)
  helm_bin=$("$cluster/tool" helm)
}
kubectl() { "$kubectl_bin" --kubeconfig "$kubeconfig" "$@"; }
helm() { "$helm_bin" --kubeconfig "$kubeconfig" "$@"; }

# The folder of the cluster of kubeconfig $1, where e2e/local-cluster/up made it; else nothing.
local_cluster_of() {
  local dir=${1%/*}
  grep -q 'current-context: weir-local' "$1" 2>/dev/null || return 0
  [[ -S $dir/containerd.sock ]] || dir=${own_kubeconfig%/*}
  [[ ! -S $dir/containerd.sock ]] || printf '%s' "$dir"
}

# The machine's end of the cable to the local cluster.
address_for_pods() {
  # shellcheck source=/dev/null
  (. "$cluster/lib/common.bash" && printf '%s' "${host_ip:?}")
}

# Starts Redis there, and sets redis_url.
redis_on_this_machine() {
  local address password server deadline=$((SECONDS + 20)) dir=$state/redis
  address=$(address_for_pods)
  server=$("$cluster/tool" redis-server)
  redis_cli=$("$cluster/tool" redis-cli)
  mkdir -p "$dir"
  [[ -s $dir/password ]] ||
    (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password")
  password=$(<"$dir/password")
  redis_url=redis://:$password@$address:$redis_port
  if ! redis_answers "$address" "$password"; then
    (
      umask 077
      printf '%s\n' "bind $address" "port $redis_port" "requirepass $password" "dir $dir" \
        'appendonly yes' 'daemonize yes' "pidfile $dir/pid" "logfile $dir/log" >"$dir/redis.conf"
    )
    "$server" "$dir/redis.conf" >"$dir/log" 2>&1 || true
    until redis_answers "$address" "$password"; do
      ((SECONDS < deadline)) || die "Redis did not start" "$(tail -n 5 "$dir/log")"
      sleep 0.1
    done
  fi
}

redis_answers() {
  [[ $(REDISCLI_AUTH=$2 "$redis_cli" -h "$1" -p "$redis_port" ping 2>/dev/null) == PONG ]]
}

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

# Starts the LLM provider on the machine's end of the cable, anew for each run, and makes the Service
# by which pods reach it.
provider_on_this_machine() {
  local address packages deadline=$((SECONDS + 20)) dir=$state/provider
  packages=$("$folder/lib/npm-packages" "$folder/provider") || die "there is no LLM provider"
  address=$(address_for_pods)
  provider_url=http://$address:$provider_port
  stop_provider
  mkdir -p "$dir"
  AIMOCK_API_KEYS=$provider_key setsid node "$packages/node_modules/@copilotkit/aimock/dist/cli.js" \
    --host "$address" --port "$provider_port" --fixtures "$folder/provider/fixtures.json" --strict \
    --journal-max 0 --log-level warn >"$dir/log" 2>&1 </dev/null &
  printf '%s' $! >"$dir/pid"
  until provider_said >/dev/null 2>&1; do
    ((SECONDS < deadline)) && kill -0 "$(<"$dir/pid")" 2>/dev/null ||
      die "the LLM provider did not start" "$(tail -n 5 "$dir/log")"
    sleep 0.1
  done
  kubectl -n "$provider_namespace" apply -f - >/dev/null <<END
apiVersion: v1
kind: Service
metadata: {name: aimock}
spec:
  ports: [{name: http, port: $provider_port}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: aimock
  labels: {kubernetes.io/service-name: aimock}
addressType: IPv4
ports: [{name: http, port: $provider_port}]
endpoints: [{addresses: [$address]}]
END
}

provider_in_a_pod() {
  kubectl -n "$provider_namespace" create configmap aimock-fixtures --dry-run=client -o yaml \
    --from-file="$folder/provider/fixtures.json" | kubectl -n "$provider_namespace" apply -f - >/dev/null
  kubectl -n "$provider_namespace" apply -f "$folder/provider.yaml" >/dev/null
  kubectl -n "$provider_namespace" rollout status deployment/aimock --timeout=180s >/dev/null ||
    die "the LLM provider did not start in the cluster"
}

# What the provider says that it answered so far: calls, input tokens, output tokens.
provider_said() {
  if [[ -n ${provider_url:-} ]]; then
    PROVIDER_URL=$provider_url PROVIDER_KEY=$provider_key node "$folder/provider/said.mjs"
  else
    kubectl -n "$provider_namespace" exec -i deployment/aimock -- env \
      PROVIDER_URL="http://127.0.0.1:$provider_port" PROVIDER_KEY="$provider_key" \
      node --input-type=module - <"$folder/provider/said.mjs"
  fi
}

stop_provider() {
  local pid
  [[ -s $state/provider/pid ]] || return 0
  pid=$(<"$state/provider/pid")
  if [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *aimock* ]]; then
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  fi
  rm -rf "$state/provider"
}

# make_namespace NAME MARK: restricted, and marked as made here; one that exists is left as it is.
make_namespace() {
  [[ -z $(kubectl get namespace "$1" -o name --ignore-not-found) ]] || return 0
  kubectl create namespace "$1" >/dev/null
  kubectl label namespace "$1" "weir.dev/example=$2" pod-security.kubernetes.io/enforce=restricted \
    >/dev/null
}

# Whether the Weir in the cluster was installed by this script; another one stays untouched.
ours() {
  [[ -n $(kubectl -n "$release_namespace" get deployment weir-operator --ignore-not-found \
    -o 'jsonpath={.spec.template.metadata.annotations.weir\.dev/quickstart}' 2>/dev/null) ]]
}

# remove_examples WAIT: of earlier runs too.
remove_examples() {
  kubectl delete namespace -l weir.dev/example=quickstart --wait="$1" >/dev/null 2>&1 || true
}

# Only what this script made: namespaces and CRDs that were here before stay.
remove_release() {
  if $install_begun || ours; then
    helm uninstall weir -n "$release_namespace" --ignore-not-found --wait >/dev/null 2>&1 || true
    kubectl -n "$release_namespace" delete secret "$redis_secret" >/dev/null 2>&1 || true
  fi
  kubectl delete crd -l weir.dev/example=quickstart-release >/dev/null 2>&1 || true
  kubectl delete namespace -l weir.dev/example=quickstart-release --timeout=60s >/dev/null 2>&1 || true
}

take_away() {
  say "taking away what was made"
  if [[ -z $given_kubeconfig && -e $state/own-cluster ]]; then
    "$cluster/down" >"$state/down.log" 2>&1 || say "$(<"$state/down.log")"
    rm -f "$state/own-cluster"
  elif [[ -s $kubeconfig ]]; then
    [[ -n ${kubectl_bin:-} ]] || find_tools
    remove_examples true
    remove_release
  fi
  stop_provider
  stop_redis
}

# Collects what tells why, shows the most telling of it, and says where the rest is.
diagnose() {
  local to=$state/failure
  say '' "FAILED${step:+ at: ${text[$step]}}"
  if [[ -z ${kubectl_bin:-} || ! -s $kubeconfig ]] || ! kubectl get --raw /readyz >/dev/null 2>&1; then
    return
  fi
  rm -rf "$to"
  mkdir -p "$to"
  {
    kubectl get pods -A -o wide >"$to/pods.txt"
    kubectl get events -A --sort-by=.metadata.creationTimestamp >"$to/events.txt"
    kubectl get weir -A -o yaml >"$to/policies.yaml"
    kubectl -n "$release_namespace" logs deployment/weir-operator --tail=2000 >"$to/operator.log"
    kubectl -n "$release_namespace" describe pods >"$to/operator-pods.txt"
    if [[ -n ${namespace:-} ]]; then
      kubectl -n "$namespace" describe pods >"$to/example-pods.txt"
      kubectl -n "$namespace" logs -l app=api -c weir-proxy --prefix --tail=1000 >"$to/sidecars.log"
      kubectl -n "$namespace" logs traffic --all-containers --prefix >"$to/traffic.log"
    fi
  } 2>>"$to/kubectl-errors.txt"
  say "--- pods"
  grep -v '^kube-system' "$to/pods.txt" >&2
  say "--- conditions that are not True"
  kubectl get weir -A -o jsonpath='{range .items[*]}{.kind}/{.metadata.name}{range .status.conditions[?(@.status!="True")]}{"\n  "}{.type}={.status} {.reason}: {.message}{end}{"\n"}{end}' >&2
  say "--- the last events"
  grep -v '^kube-system' "$to/events.txt" | tail -n 12 >&2
  say "--- the end of the operator's log"
  tail -n 15 "$to/operator.log" | cut -c 1-400 >&2
  say "--- these in full, and more: $to/"
  $keep || say "    --keep leaves the cluster running, for a closer look"
}
