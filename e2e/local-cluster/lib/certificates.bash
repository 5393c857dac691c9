# The cluster's certificates and kubeconfigs, in one folder, made anew at each up.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=common.bash
. "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# make_certificates OPENSSL FOLDER
make_certificates() {
  local openssl=$1 pki=$2
  mkdir -p "$pki"
  chmod 700 "$pki"
  authority ca weir-local-cluster
  authority front-proxy-ca weir-local-front-proxy
  local names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  names+=,DNS:kubernetes.default.svc.cluster.local
  names+=,IP:127.0.0.1,IP:$node_ip,IP:$api_service_ip
  signed ca apiserver /CN=kube-apiserver "subjectAltName=$names"
  signed ca kubelet-serving "/CN=system:node:$node_name/O=system:nodes" \
    "subjectAltName=DNS:$node_name,IP:$node_ip"
  signed ca apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  signed front-proxy-ca front-proxy-client /CN=front-proxy-client
  signed ca admin /O=system:masters/CN=admin
  signed ca controller-manager /CN=system:kube-controller-manager
  signed ca scheduler /CN=system:kube-scheduler
  signed ca kubelet "/O=system:nodes/CN=system:node:$node_name"
  signed ca proxy /CN=system:kube-proxy
  "$openssl" ecparam -name prime256v1 -genkey -noout -out "$pki/service-account.key"
  "$openssl" ec -in "$pki/service-account.key" -pubout -out "$pki/service-account.pub" 2>/dev/null
}

# authority NAME COMMON-NAME
authority() {
  "$openssl" req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
    -subj "/CN=$2" -keyout "$pki/$1.key" -out "$pki/$1.crt" 2>/dev/null
}

# signed AUTHORITY NAME SUBJECT [EXTENSION]
signed() {
  "$openssl" req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
    -CA "$pki/$1.crt" -CAkey "$pki/$1.key" -subj "$3" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=serverAuth,clientAuth ${4:+-addext "$4"} \
    -keyout "$pki/$2.key" -out "$pki/$2.crt" 2>/dev/null
}

# kubeconfig FOLDER NAME: prints a kubeconfig that identifies as the certificate NAME.
kubeconfig() {
  cat <<END
apiVersion: v1
kind: Config
clusters:
  - name: weir-local
    cluster:
      server: https://$node_ip:6443
      certificate-authority-data: $(base64 -w0 "$1/ca.crt")
users:
  - name: $2
    user:
      client-certificate-data: $(base64 -w0 "$1/$2.crt")
      client-key-data: $(base64 -w0 "$1/$2.key")
contexts:
  - name: weir-local
    context: {cluster: weir-local, user: $2}
current-context: weir-local
END
}
