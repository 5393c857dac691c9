# Finds each binary, or makes it: the cache, KUBEBUILDER_ASSETS, PATH, else a build of the pinned
# Go module or an unpacked Debian package. Everything lands in the cache, nothing in the system.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=common.bash
. "$(dirname "${BASH_SOURCE[0]}")/common.bash"

go_tools=(
  kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl
  etcd coredns helm pause
)
debian_tools=(
  containerd ctr runc containerd-shim-runc-v2 cni-plugins
  iptables ip openssl redis-server redis-cli
)

# tool NAME: prints the path of a ready binary (cni-plugins: of the folder).
tool() {
  case $1 in
    kube-apiserver) go_tool "$1" kubernetes "k8s.io/kubernetes/cmd/$1" 150 ;;
    kube-controller-manager|kubectl) go_tool "$1" kubernetes "k8s.io/kubernetes/cmd/$1" 40 ;;
    kube-scheduler|kubelet|kube-proxy) go_tool "$1" kubernetes "k8s.io/kubernetes/cmd/$1" 10 ;;
    etcd) go_tool etcd etcd go.etcd.io/etcd/server/v3 20 ;;
    coredns) go_tool coredns coredns github.com/coredns/coredns 90 ;;
    helm) go_tool helm helm helm.sh/helm/v4/cmd/helm 60 ;;
    pause) go_tool pause pause . 2 ;;
    containerd|ctr|runc|containerd-shim-runc-v2|cni-plugins) debian_tool "$1" containerd ;;
    iptables) debian_tool "$1" iptables ;;
    ip) debian_tool "$1" iproute2 ;;
    openssl) debian_tool "$1" openssl ;;
    redis-server|redis-cli) debian_tool "$1" redis ;;
    *) die "no tool is named '$1'" "Known: ${go_tools[*]} ${debian_tools[*]}" ;;
  esac
}

# go_tool NAME MODULE-FOLDER PACKAGE USUAL-SECONDS
go_tool() {
  local name=$1 module=$here/tools/$2 package=$3 usual=$4 version flags key found
  version=$(pinned_version "$module" "$package")
  flags=$(link_flags "$package" "$version")
  key=$(cd "$module" && shopt -s nullglob && (cat -- go.mod *.go && printf '%s' "$flags") | sha256sum)
  found=$cache/tools/$name-$version-${key:0:12}/$name
  if [[ ! -x $found ]]; then
    if [[ -n ${KUBEBUILDER_ASSETS:-} ]] && right_version "$KUBEBUILDER_ASSETS/$name" "$version"; then
      found=$KUBEBUILDER_ASSETS/$name
    elif right_version "$(type -P "$name")" "$version"; then
      found=$(type -P "$name")
    else
      build "$name" "$module" "$package" "$version" "$flags" "$found" "$usual"
    fi
  fi
  printf '%s\n' "$found"
}

# The version of the module that holds PACKAGE, from the pin.
pinned_version() {
  awk -v package="$2/" '
    { sub(/^require /, "") }
    $2 ~ /^v[0-9]/ && index(package, $1 "/") == 1 { print $2; found = 1; exit }
    END { if (!found) print "local" }' "$1/go.mod"
}

link_flags() {
  local version=$2 prefix minor
  printf '%s' '-s -w'
  case $1 in
    k8s.io/kubernetes/*)
      prefix=k8s.io/component-base/version
      minor=${version#v*.}
      printf ' -X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=%s' \
        "$prefix" "$version" "$prefix" "$prefix" "${minor%%.*}"
      ;;
    helm.sh/*) printf ' -X helm.sh/helm/v4/internal/version.version=%s' "$version" ;;
  esac
}

# right_version FILE VERSION: the file runs and is of the same minor release.
right_version() {
  [[ -x $1 ]] || return 1
  local said minor=${2%.*}
  minor=${minor#v}
  case ${1##*/} in
    kubectl) said=$("$1" version --client 2>/dev/null) || return 1 ;;
    helm) said=$("$1" version --short 2>/dev/null) || return 1 ;;
    coredns) said=$("$1" -version 2>/dev/null) || return 1 ;;
    etcd|kube*) said=$("$1" --version 2>/dev/null) || return 1 ;;
    *) return 1 ;;
  esac
  [[ $said =~ (^|[^0-9.])${minor//./\\.}\.[0-9]+($|[^0-9.-]) ]]
}

# build NAME MODULE-FOLDER PACKAGE VERSION FLAGS FILE USUAL-SECONDS
build() {
  local name=$1 module=$2 package=$3 version=$4 flags=$5 file=$6 usual=$7
  command -v go >/dev/null || die "Go is needed once, to build $name $version" \
    "Install Go 1.26 or newer and put it on PATH (Debian 12's own golang package is too old)," \
    "or put $name $version on PATH or into KUBEBUILDER_ASSETS."
  local go_version
  go_version=$(go env GOVERSION)
  # From 1.21 on, Go fetches the newer Go that a module asks for.
  if [[ $go_version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] < 21)); then
    die "$(command -v go) is $go_version, too old to build $name $version" \
      "Install Go 1.26 or newer and put it on PATH before that one."
  fi
  lock_cache
  [[ ! -x $file ]] || return 0
  step "building $name $version (once; usually $usual s on 2 cores)"
  mkdir -p "${file%/*}"
  (cd "$module" && CGO_ENABLED=0 GOFLAGS='' go build -buildvcs=false -trimpath -ldflags "$flags" \
    -o "$file.part" "$package") >"$file.log" 2>&1 || {
    say failed
    tail -n 20 "$file.log" >&2
    die "go build $package failed in $module" "The whole output is in $file.log"
  }
  mv "$file.part" "$file"
  rm -f "$file.log"
  step_done
}

# One builder at a time for the whole cache; held until this process ends.
lock_cache() {
  [[ -z ${cache_lock:-} ]] || return 0
  mkdir -p "$cache/tools"
  exec {cache_lock}>"$cache/tools/.lock"
  flock -n "$cache_lock" || {
    say "another process is filling $cache/tools, waiting for it"
    flock "$cache_lock"
  }
}

# debian_tool NAME SET
debian_tool() {
  local name=$1 set=$2 file
  file=$(type -P "$name" || true)
  case $name in
    containerd|ctr|runc|containerd-shim-runc-v2)
      # These four belong together: all from the system, or all from the cache.
      right_containerd || file=''
      ;;
    redis-server|redis-cli) [[ -n $file && $("$file" --version) =~ (v=|cli\ )[789]\. ]] || file='' ;;
    cni-plugins)
      for file in /opt/cni/bin /usr/lib/cni ''; do
        [[ -x $file/bridge && -x $file/host-local && -x $file/portmap ]] && break
      done
      ;;
  esac
  if [[ -z $file ]]; then
    unpack "$set"
    file=$(unpacked "$set")/bin/$name
    [[ -e $file ]] || die "the Debian packages of $set hold no $name" "Remove ${file%/bin/*}."
  fi
  printf '%s\n' "$file"
}

right_containerd() {
  local name
  for name in containerd ctr runc containerd-shim-runc-v2; do
    type -P "$name" >/dev/null || return 1
  done
  [[ $(containerd --version) =~ \ v?1\.[67]\. ]]
}

packages_of() {
  case $1 in
    containerd) echo containerd runc containernetworking-plugins libseccomp2 ;;
    iptables)
      echo iptables libxtables12 libip4tc2 libip6tc2 libmnl0 libnftnl11 libnfnetlink0 \
        libnetfilter-conntrack3
      ;;
    iproute2)
      echo iproute2 libbpf1 libelf1 libmnl0 libbsd0 libmd0 libcap2 libselinux1 libpcre2-8-0 \
        libtirpc3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 \
        libxtables12 libdb5.3 zlib1g
      ;;
    openssl) echo openssl libssl3 ;;
    redis)
      echo redis-server redis-tools libatomic1 libjemalloc2 liblua5.1-0 liblzf1 libhiredis0.14 \
        lua-cjson lua-bitop libssl3 libsystemd0
      ;;
  esac
}

# The folder of a set; it changes with the list of packages.
unpacked() {
  local key
  key=$(packages_of "$1" | sha256sum)
  printf '%s' "$cache/tools/debian-$1-${key:0:12}"
}

unpack() {
  local set=$1 dir packages
  dir=$(unpacked "$set")
  [[ ! -d $dir ]] || return 0
  if ! type -P apt-get dpkg-deb >/dev/null; then
    die "$set is not on PATH, and without apt-get it can't be fetched" \
      "Install $set with your system's package manager (containerd 1.6 or 1.7)."
  fi
  lock_cache
  [[ ! -d $dir ]] || return 0
  read -r -a packages < <(packages_of "$set")
  step "fetching $set from Debian packages (once; usually 5 s)"
  rm -rf "$dir.part"
  mkdir -p "$dir.part/packages"
  apt-cache show "${packages[0]}" >/dev/null 2>&1 || apt-get -qq update >"$dir.part/log" 2>&1 ||
    die "apt-get update failed" "See $dir.part/log"
  (cd "$dir.part/packages" && apt-get -qq -o APT::Sandbox::User=root download "${packages[@]}") \
    >>"$dir.part/log" 2>&1 || {
    say failed
    tail -n 5 "$dir.part/log" >&2
    die "apt-get download ${packages[*]} failed" "Check the machine's apt sources; try apt-get update."
  }
  local package
  for package in "$dir.part"/packages/*.deb; do dpkg-deb -x "$package" "$dir.part/root"; done
  rm -rf "$dir.part/packages"
  mkdir "$dir.part/bin"
  expose "$set" "$dir.part" "$dir"
  mv "$dir.part" "$dir"
  step_done
}

# expose SET FOLDER FINAL-FOLDER: bin/ gets what people call. Static and self-sufficient programs
# are links; the others get their libraries by a wrapper.
expose() {
  local set=$1 dir=$2 final=$3 root name file
  root=$final/root
  case $set in
    containerd)
      for name in containerd ctr containerd-shim-runc-v2; do
        ln -s "../root/usr/bin/$name" "$dir/bin/$name"
      done
      ln -s ../root/usr/lib/cni "$dir/bin/cni-plugins"
      wrap "$dir/bin/runc" "$root" usr/sbin/runc
      ;;
    iptables)
      # Debian makes these names by update-alternatives, which an unpacked package hasn't run.
      for name in iptables ip6tables; do
        for file in "$name" "$name-save" "$name-restore"; do
          wrap "$dir/bin/$file" "$root" "usr/sbin/${file/tables/tables-nft}"
        done
      done
      ;;
    iproute2) wrap "$dir/bin/ip" "$root" bin/ip ;;
    openssl) wrap "$dir/bin/openssl" "$root" usr/bin/openssl ;;
    redis)
      wrap "$dir/bin/redis-server" "$root" usr/bin/redis-server
      wrap "$dir/bin/redis-cli" "$root" usr/bin/redis-cli
      ;;
  esac
}

# wrap FILE ROOT PROGRAM: FILE runs ROOT/PROGRAM with ROOT's libraries.
wrap() {
  local arch libraries
  arch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || printf '%s-linux-gnu' "$(uname -m)")
  libraries=$2/usr/lib/$arch:$2/lib/$arch
  cat >"$1" <<END
#!/bin/sh
export LD_LIBRARY_PATH='$libraries' XTABLES_LIBDIR='$2/usr/lib/$arch/xtables'
exec '$2/$3' "\$@"
END
  chmod 755 "$1"
}
