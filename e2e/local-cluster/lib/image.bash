# Makes an image tar (docker-archive, one layer) of static binaries, without a registry or a daemon.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=common.bash
. "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# make_image TAR REFERENCE BINARY: the image holds BINARY at /NAME, runs it as uid 65532.
make_image() {
  local tar=$1 reference=$2 binary=$3 name work layer arch
  name=${binary##*/}
  work=$(mktemp -d)
  tar --create --file "$work/layer.tar" --directory "${binary%/*}" --owner=0 --group=0 \
    --mtime=@0 --mode=0555 "$name"
  layer=$(sha256sum <"$work/layer.tar")
  layer=${layer%% *}
  case $(uname -m) in
    aarch64) arch=arm64 ;;
    *) arch=amd64 ;;
  esac
  cat >"$work/config.json" <<END
{"architecture": "$arch", "os": "linux",
 "config": {"User": "65532:65532", "Entrypoint": ["/$name"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]}}
END
  cat >"$work/manifest.json" <<END
[{"Config": "config.json", "RepoTags": ["$reference"], "Layers": ["layer.tar"]}]
END
  mkdir -p "${tar%/*}"
  tar --create --file "$tar.part" --directory "$work" manifest.json config.json layer.tar
  mv "$tar.part" "$tar"
  rm -rf "$work"
}

# image_of BINARY: prints the cached image tar of BINARY, named weir.local/NAME:local.
image_of() {
  local key image
  key=$(stat -L -c '%n %s %Y' "$1" | sha256sum)
  image=$cache/images/${1##*/}-${key:0:12}.tar
  [[ -s $image ]] || make_image "$image" "weir.local/${1##*/}:local" "$1"
  printf '%s\n' "$image"
}
