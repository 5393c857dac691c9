# Writes the configuration files of the node's components.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=common.bash
. "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# write_configuration CLUSTER-FOLDER CNI-PLUGINS-FOLDER PAUSE-REFERENCE
write_configuration() {
  local dir=$1 plugins=$2 pause=$3
  mkdir -p "$dir/config/cni"

  # opt's default is /opt/containerd; AppArmor's profile would stay in the kernel.
  cat >"$dir/config/containerd.toml" <<END
version = 2
root = "$dir/containerd/root"
state = "$dir/containerd/state"

[grpc]
  address = "$dir/containerd.sock"

[plugins."io.containerd.internal.v1.opt"]
  path = "$dir/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$pause"
  # Without CAP_SYS_RESOURCE a sandbox can't lower its score, and would fail to start.
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$plugins"
    conf_dir = "$dir/config/cni"
END

  cat >"$dir/config/cni/10-weir.conflist" <<END
{
  "cniVersion": "0.4.0",
  "name": "weir",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "weir-pods",
      "isGateway": true,
      "ipMasq": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "ranges": [[{"subnet": "$pod_net", "gateway": "$pod_gateway"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
END

  # A name server on loopback is the host's, and means nothing inside a pod.
  local resolv=/etc/resolv.conf
  [[ ! -e /run/systemd/resolve/resolv.conf ]] || resolv=/run/systemd/resolve/resolv.conf
  grep -E '^(nameserver|search|options)' "$resolv" 2>/dev/null |
    grep -vE '^nameserver[[:space:]]+(127\.|::1)' >"$dir/config/resolv.conf" || true

  cat >"$dir/config/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$dir/containerd.sock
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $dir/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $dir/pki/kubelet-serving.crt
tlsPrivateKeyFile: $dir/pki/kubelet-serving.key
clusterDNS: [$dns_service_ip]
clusterDomain: cluster.local
resolvConf: $dir/config/resolv.conf
volumePluginDir: $dir/node/flex-volumes
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
cgroupsPerQOS: true
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
localStorageCapacityIsolation: false
evictionHard: {}
imageGCHighThresholdPercent: 100
imageMaximumGCAge: 0s
END

  cat >"$dir/config/kube-proxy.yaml" <<END
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: $node_name
clusterCIDR: $pod_net
clientConnection: {kubeconfig: $dir/kubeconfigs/proxy}
# Rules follow the pods at once, not after the usual second.
iptables: {minSyncPeriod: 0s}
# The sizes of the conntrack table are the machine's, not ours.
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
END
}
