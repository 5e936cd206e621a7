# shellcheck shell=bash
# What the machine's apt is configured with. Sourced, never run.

# The archives of the release itself (not its updates), each as "address suite component"; needs no package lists.
apt_archives() {
    apt-get update --print-uris 2>/dev/null |
        sed -nE "s|^'(.*)/dists/([^/-]+)/([a-z-]+)/binary-[a-z0-9]+/Packages.*|\1 \2 \3|p" | awk '$1 !~ /^cdrom/ && !seen[$0]++'
}
