#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR
# Shows Weir at work: a Kubernetes cluster, Redis, an LLM provider, the operator, an application of two
# pods with limits, quotas and an LLM, traffic through its Service; then what was asked, admitted and
# counted.
# Ends with 0 only if the numbers agree.
set -euo pipefail

usage() {
  cat <<'END'
usage: examples/quickstart/run.sh [options]

With no option it needs root on Linux, Maven 3.8+, JDK 25 and Node.js 20.15+ (and Go 1.26+ the first
time): it brings up a cluster of its own on this machine, runs the example in it and takes all of it
away.

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
. "$folder/lib/progress.bash"
. "$folder/lib/cluster.bash"
. "$folder/lib/traffic.bash"

keep=false down=false given_kubeconfig='' redis_url='' load_image=''
while (($# > 0)); do
  case $1 in
    --keep) keep=true ;;
    --down) down=true ;;
    --kubeconfig | --redis-url | --load-image)
      (($# > 1)) && [[ -n $2 ]] || refuse "$1 needs a value" "See --help."
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
[[ -z $given_kubeconfig || -r $given_kubeconfig ]] || refuse "can't read $given_kubeconfig"
[[ -z $load_image || -n $given_kubeconfig ]] || refuse "--load-image is of use with --kubeconfig only"
[[ -z $redis_url || $redis_url =~ ^rediss?:// ]] ||
  refuse "--redis-url must begin with redis:// or rediss://, not '$redis_url'"
[[ -n $given_kubeconfig || $EUID == 0 ]] ||
  refuse "must run as root to make a cluster on this machine" \
    "Run: sudo -E $0, or give a cluster that you have: --kubeconfig F"

own_kubeconfig=${WEIR_CLUSTER_DIR:-$cache/cluster}/kubeconfig
kubeconfig=${given_kubeconfig:-$own_kubeconfig}
mkdir -p "$state"
chmod 700 "$state"

if $down; then
  take_away
  say "nothing of the quickstart is left"
  exit
fi
command -v mvn >/dev/null || refuse "Maven is not on PATH" "Install Maven 3.8 or newer and JDK 25."

if [[ -z $given_kubeconfig || -n $(local_cluster_of "$kubeconfig") ]]; then
  for program in node npm; do
    command -v $program >/dev/null || refuse "$program is not on PATH" \
      "Install Node.js 20.15 or newer: the example's LLM provider, aimock, runs on it."
  done
fi

finish() {
  local status=$?
  trap - EXIT INT TERM HUP
  trap '' PIPE # whoever read our output may have left: what was made must go all the same
  set +e
  case $status in
    0) ;;
    2) keep=true ;;
    130) say 'interrupted' ;;
    *) diagnose ;;
  esac
  $keep || take_away
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP PIPE

# What the build makes: Maven modules, and the image tar of each.
modules=operator,sidecar-proxy/proxy,examples/quickstart/demo-app
operator_tar=$root/operator/target/weir-operator.tar
sidecar_tar=$root/sidecar-proxy/proxy/target/weir-proxy.tar
app_tar=$root/examples/quickstart/demo-app/target/weir-demo-app.tar

# Whether each image is there and younger than all that goes into it.
is_built() {
  local tar
  for tar in "$operator_tar" "$sidecar_tar" "$app_tar"; do
    [[ -s $tar && -z $(cd "$root" && find pom.xml .mvn crds/pom.xml crds/src/main operator/pom.xml \
      operator/src/main sidecar-proxy/*/pom.xml sidecar-proxy/*/src/main \
      "${app_tar%/target/*}"/{pom.xml,src/main} -newer "$tar" -type f -print -quit) ]] || return 1
  done
}

begin_of_all=$SECONDS
recall_durations
usual[images]=1
if ! is_built; then
  usual[images]=60
  [[ -d $root/operator/target ]] || usual[images]=180
fi
[[ -n $given_kubeconfig || -n $(find "$cache/tools" -name kubelet -print -quit 2>/dev/null) ]] ||
  usual[cluster]=420

begin cluster
if [[ -n $given_kubeconfig ]]; then
  find_tools
  kubectl get --raw /readyz >/dev/null 2>&1 || refuse "no cluster answers at $given_kubeconfig" \
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
  refuse "the images must come into the cluster of $kubeconfig" \
    "Say how with --load-image CMD, for example --load-image 'kind load image-archive'" \
    "(--load-image true when they are there already)."
if [[ -n $(kubectl get deployment -n "$release_namespace" weir-operator -o name \
  --ignore-not-found) ]] && ! ours; then
  refuse "Weir is installed in this cluster already, in namespace $release_namespace" \
    "The quickstart would change it; use another cluster."
fi
make_namespace "$release_namespace" quickstart-release
end "$(kubectl get nodes --no-headers | wc -l) node(s), Kubernetes $(kubectl get nodes \
  -o jsonpath='{.items[0].status.nodeInfo.kubeletVersion}')"

begin redis
if [[ -n $redis_url ]]; then
  end "as given"
elif [[ -n $local_cluster ]]; then
  redis_on_this_machine
  end "a process on this machine, ${redis_url##*@}"
else
  make_namespace "$redis_namespace" quickstart-release
  kubectl -n "$redis_namespace" apply -f "$folder/redis.yaml" >/dev/null
  kubectl -n "$redis_namespace" rollout status deployment/redis --timeout=180s >/dev/null ||
    die "Redis did not start in the cluster" "Give one with --redis-url redis://HOST:6379"
  redis_url=redis://redis.$redis_namespace.svc:6379
  end "a pod, ${redis_url#redis://}"
fi

begin provider
make_namespace "$provider_namespace" quickstart-release
if [[ -n $local_cluster ]]; then
  provider_on_this_machine
  end "aimock, a process on this machine, ${provider_url#http://}"
else
  provider_in_a_pod
  end "aimock, a pod"
fi

begin images
if is_built; then
  end 'nothing has changed since the last build'
else
  (cd "$root" && mvn -q -B -DskipTests -pl "$modules" -am package) >"$state/build.log" 2>&1 ||
    die "the build failed" "$(tail -n 20 "$state/build.log")" "All of it: $state/build.log"
  end
fi

# image TAR: the name that it was built with.
image() { tar -xOf "$1" manifest.json | sed -n 's/.*"RepoTags":\["\([^"]*\)"\].*/\1/p'; }
operator_image=$(image "$operator_tar")
sidecar_image=$(image "$sidecar_tar")
app_image=$(image "$app_tar")
# with_image FILE: the objects of FILE, with the image that was built just now.
with_image() { sed "s|image: weir-demo-app:.*|image: $app_image|" "$1"; }

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

begin install
install_begun=true
crds_before=$(kubectl get crd -o name --ignore-not-found)
kubectl -n "$release_namespace" create secret generic "$redis_secret" --dry-run=client -o yaml \
  --from-file=url=<(printf '%s' "$redis_url") | kubectl apply -f - >/dev/null
# In the pod's annotations: pods are replaced when an image or the URL has changed.
build=$(cat "$operator_tar" "$sidecar_tar" <(printf '%s' "$redis_url") | sha256sum | cut -c1-12)
# One machine does everything here, and is slow at times: more than the default 50 ms for Redis.
helm upgrade --install weir "$root/helm-chart" -n "$release_namespace" --wait --timeout 3m \
  --set-string image.repository="${operator_image%:*}",image.tag="${operator_image##*:}" \
  --set-string sidecar.image.repository="${sidecar_image%:*}",sidecar.image.tag="${sidecar_image##*:}" \
  --set-string redis.urlSecretRef.name="$redis_secret" --set store.timeoutMs=1000 \
  --set-string podAnnotations."weir\.dev/quickstart"="$build" >"$state/helm.log" 2>&1 ||
  die "helm install failed" "$(tail -n 5 "$state/helm.log")"
[[ $crds_before == *.weir.dev* ]] ||
  kubectl label crd ratelimitpolicies.weir.dev quotaplans.weir.dev llmroutes.weir.dev \
    weir.dev/example=quickstart-release >/dev/null
end

# A namespace of its own for each run, so that its counters begin at nothing in any Redis.
begin example
remove_examples false
namespace=quickstart-$(date +%H%M%S)
make_namespace "$namespace" quickstart
with_image "$folder/app.yaml" | kubectl -n "$namespace" apply -f - >/dev/null
kubectl -n "$namespace" apply -f "$folder/weir.yaml" -f "$folder/llm.yaml" >/dev/null
kubectl -n "$namespace" rollout status deployment/api --timeout=120s >/dev/null ||
  die "the application did not start, still without a sidecar"
end "namespace $namespace, in which pods must be restricted"

begin inject
say "      kubectl annotate deployment api weir.dev/inject=true"
kubectl -n "$namespace" annotate deployment api weir.dev/inject=true >/dev/null
kubectl -n "$namespace" rollout status deployment/api --timeout=180s >/dev/null ||
  die "the application did not roll out with its sidecars"
objects=(ratelimitpolicy/api quotaplan/api llmroute/chat quotaplan/tokens)
say "      kubectl wait --for=condition=Ready ${objects[*]}"
kubectl -n "$namespace" wait --for=condition=Ready "${objects[@]}" --timeout=120s >/dev/null ||
  die "not all of these became Ready"
end 'every sidecar enforces the policy and the plans, and serves the LLM'

# The hour's counters must not begin anew while we count.
left=$((3600 - $(date +%s) % 3600))
if ((left < 60)); then
  say "      the hour ends in $left s, and counters begin anew with it: waiting for that"
  sleep $((left + 1))
fi
begin traffic
hour=$(($(date +%s) / 3600))
said_before=$(provider_said)
send_traffic
(($(date +%s) / 3600 == hour)) ||
  die "the hour ended while the traffic ran, so that two windows counted it" "Run it again."
read_traffic
read_llm "$said_before"
end "$((${asked[@acme]} + ${asked[@globex]})) requests"

begin status
deadline=$((SECONDS + 60))
until [[ $(used api acme) == "${admitted[@acme]}" && $(used api globex) == "${admitted[@globex]}" &&
  $(used tokens acme) == "${told[acme]}" && $(used tokens globex) == "${told[globex]}" &&
  $(read_llm_status && printf '%s' "$llm_tokens") == "$provider_tokens" ]] ||
  ((SECONDS > deadline)); do
  sleep 0.5
done
read_llm_status
end

echo
printf '%-26s %-7s %6s %9s %6s\n' LIMIT WHO ASKED ADMITTED LIMIT
for user in alice bob carol; do row 'per-user, 100 in 1h' $user 100; done
# While the searches ran, the bucket gained one request in two seconds.
row 'search, 20 + 30 in 1m' search 20 $((20 + $(seconds_of search) / 2 + 1))
row 'tier gold, 1000 in 1h' @acme 1000
row 'tier free, 150 in 1h' @globex 150
echo
printf '%-26s %-7s %6s %9s %6s\n' 'LLM, 2000 TOKENS A CALL' WHO ASKED ANSWERED TOKENS
llm_row 'tier gold, 50000 in 1h' acme 50000
llm_row 'tier free, 10000 in 1h' globex 10000
echo
printf '%-26s %-7s %16s %6s\n' 'IN STATUS' WHO COUNTED USED
status_row 'quotaplan api, gold' acme "${admitted[@acme]}" "$(used api acme)"
status_row 'quotaplan api, free' globex "${admitted[@globex]}" "$(used api globex)"
status_row 'quotaplan tokens, gold' acme "${told[acme]}" "$(used tokens acme)"
status_row 'quotaplan tokens, free' globex "${told[globex]}" "$(used tokens globex)"
# Here what is counted is what the provider says.
status_row 'llmroute chat, calls' all "$provider_calls" "$llm_calls"
status_row 'llmroute chat, tokens' all "$provider_tokens" "$llm_tokens"
status_row 'llmroute chat, USD' all "$provider_cost" "$llm_cost"
if [[ $rejection == '{"status":429,'* ]]; then
  printf '\nalice, once she was over her limit:\n\n'
  show_rejection | sed 's/^/    /'
fi
if [[ $llm_rejection == '{"status":429,'* ]]; then
  printf '\nglobex, when it asked the LLM without a token left:\n\n'
  show_llm_rejection | sed 's/^/    /'
fi
for table in 'ratelimitpolicies,quotaplans,llmroutes' 'pods'; do
  printf '\n$ kubectl get %s\n' "$table"
  kubectl -n "$namespace" get "$table"
done
echo
((wrong == 0)) || die "$wrong of these numbers are wrong"
say "every number is right; $((SECONDS - begin_of_all)) s in all"
printf '%s' "$durations" >"$state/durations"

if $keep; then
  address=$(kubectl -n "$namespace" get service api -o 'jsonpath={.spec.clusterIP}')
  cat <<END

All of it is still running. To go on:

  export KUBECONFIG=$kubeconfig
  kubectl config set-context --current --namespace $namespace
  kubectl get weir
  kubectl describe quotaplan api
  kubectl get llmroute chat -o yaml
$([[ -z $local_cluster ]] || printf '  curl -i -H "x-api-key: acme-example-key" "http://%s/%s"\n' \
  "$address" search "$address" 'ask?q=What+is+a+rate+limit')
$([[ -n $(type -P kubectl) ]] || printf 'kubectl is %s, helm is %s\n' "$kubectl_bin" "$helm_bin")
To take it away: examples/quickstart/run.sh${given_kubeconfig:+ --kubeconfig $given_kubeconfig} --down
END
fi
