#!/usr/bin/env bash
# Sets up whatever is missing to build and test svcwrap; the other scripts call it. Everything goes into the cache folder
# (SVCWRAP_CACHE, else svcwrap/ in the user's cache folder). A part is made under another name and renamed when it is
# whole, so that an interrupted setup is repaired by the next one; two setups at once take turns.
#   - the packages: the machine's own on Debian 13, else a Debian 13 root made with mmdebstrap
#   - sources and programs that are no packages (lib/provision.sh)
#   - a Wine prefix that every test run starts from (lib/wine.sh)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib/apt.sh"

missing_packages() {
    local installed
    # It fails when it does not know one of them, after it has printed the others.
    installed=$({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${k_packages[@]}" 2>/dev/null || true; } |
        sed -n 's/^installed //p')
    comm -13 <(sort -u <<<"$installed") <(printf '%s\n' "${k_packages[@]}" | sort -u)
}

environment_is_ready() {
    if host_is_new_enough; then [ -z "$(missing_packages)" ]; else [ -d "$root_dir" ]; fi
}

# Installs packages on the machine itself, or says how to.
apt_install() {
    [ "$(id -u)" = 0 ] || die "these packages are missing; install them and run again:
    sudo apt-get install --no-install-recommends $*"
    say "installing with apt: $*"
    export DEBIAN_FRONTEND=noninteractive
    # An apt that was killed leaves packages half installed, and refuses to go on; where another one is at work, we wait.
    dpkg --configure -a >/dev/null 2>&1 </dev/null || true
    local options=(-q -o DPkg::Lock::Timeout=600)
    apt-get "${options[@]}" update >&2
    apt-get "${options[@]}" -y install --no-install-recommends "$@" >&2 </dev/null
}

# The archive that the machine's own apt uses, if it is Debian's.
machine_mirror() {
    [ "$(. /etc/os-release && printf '%s' "${ID:-}")" = debian ] || return 0
    apt_archives | awk '$3 == "main" { print $1; exit }'
}

# The machine's proxies and certificates, as options for the apt inside.
machine_apt_options() {
    apt-config dump | grep -E '^Acquire::(http|https)::[^ ]* "..*";$' || true
}

run_mmdebstrap() {
    local options=(--variant=apt --include="$(IFS=,; printf '%s' "${k_packages[*]}")" --dpkgopt=force-unsafe-io
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*'
        --dpkgopt='path-exclude=/usr/share/locale/*') option
    while read -r option; do options+=(--aptopt="$option"); done < <(machine_apt_options)
    # Who is not root is root in a user namespace of his own: the same one that enter.sh runs in afterwards.
    local command=(mmdebstrap)
    [ "$(id -u)" = 0 ] || command=(unshare "${user_namespace_flags[@]}" --mount -- mmdebstrap --mode=root)
    "${command[@]}" "${options[@]}" "$k_release" "$@" </dev/null
}

remove_tree() { rm -rf --one-file-system "$1"; }

make_root() {
    local making=$root_dir.making mirror
    local tools=()
    command -v mmdebstrap >/dev/null || tools+=(mmdebstrap)
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || tools+=(debian-archive-keyring)
    [ "$(id -u)" = 0 ] || command -v newuidmap >/dev/null || tools+=(uidmap)
    [ ${#tools[@]} = 0 ] || apt_install "${tools[@]}"
    mirror=$(machine_mirror)
    say "making a Debian root with compilers and Wine in $root_dir (about 600 MB to fetch, 3 GB on disk; once)"
    remove_tree "$making"
    if [ -z "$mirror" ] || ! run_mmdebstrap "$making" "$mirror"; then
        [ -z "$mirror" ] || say "$mirror gives no $k_release; trying mmdebstrap's default"
        remove_tree "$making"
        run_mmdebstrap "$making" || { remove_tree "$making"; die "mmdebstrap could not make a $k_release root (see above)"; }
    fi
    mv "$making" "$root_dir"
}

make_deps() {
    say "fetching the sources that are no packages into $deps_dir"
    local making=$deps_dir.making
    remove_tree "$making"
    in_env bash "$project_dir/scripts/lib/provision.sh" "$making" "$k_node_package"
    mv "$making" "$deps_dir"
}

make_wine_template() {
    say "making the Wine prefix that test runs start from in $wine_template"
    in_env bash "$project_dir/scripts/lib/wine.sh" make-template
}

set_up() {
    if ! environment_is_ready; then
        if host_is_new_enough; then
            local packages
            mapfile -t packages < <(missing_packages)
            apt_install "${packages[@]}"
            environment_is_ready || die "packages are still missing: $(missing_packages | tr '\n' ' ')"
        else
            make_root
        fi
    fi
    [ -d "$deps_dir" ] || make_deps
    [ -d "$wine_template" ] || make_wine_template
}

main() {
    if inside; then return; fi
    if environment_is_ready && [ -d "$deps_dir" ] && [ -d "$wine_template" ]; then return; fi
    with_lock setup set_up
    say "setup is complete"
}

main
