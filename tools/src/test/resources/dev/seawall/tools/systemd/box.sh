#!/bin/bash
# A real systemd as process 1 of namespaces of its own, on a copy of this machine's root that is thrown away.
#
#   box.sh run DIRECTORY LOG PREPARE   boots; says "up PID" with the number of its process 1; lives until its
#                                      standard input ends, and then takes everything away. PREPARE is run
#                                      with the new root's path, before the boot
#
# To be started by "unshare --mount --propagation private": then no mount outlives the processes in it, however
# they end. Needs root. cgroups are made beside this process's own, in version 1, 2 or both.
set -euo pipefail

fail() {
    echo "failed $1"
    exit 1
}

# Lines "directory filesystem options" of the cgroup hierarchies there are and this process's place in each.
hierarchies() {
    local id controllers path mount
    while IFS=: read -r id controllers path; do
        if [ "$id" = 0 ]; then
            mount=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
        else
            mount=$(awk -v want=",$controllers," '$0 ~ / - cgroup / && index("," $NF ",", want) { print $5; exit }' \
                /proc/self/mountinfo)
        fi
        [ -n "$mount" ] || continue
        # A container may show its own place as /, or the host's.
        [ -d "$mount$path" ] || path=
        echo "${mount%/}${path%/} $id $controllers"
    done </proc/self/cgroup
}

enter_cgroups() {
    local place id controllers
    while read -r place id controllers; do
        local own=$place/$name
        mkdir "$own" || fail "cannot make a cgroup in $place"
        echo "$own" >>"$box/cgroups"
        if [ "$controllers" = cpuset ]; then
            cat "$place/cpuset.cpus" >"$own/cpuset.cpus"
            cat "$place/cpuset.mems" >"$own/cpuset.mems"
        fi
        echo "$BASHPID" >"$own/cgroup.procs" || fail "cannot enter cgroup $own"
    done < <(hierarchies)
}

make_root() {
    mount -t tmpfs -o mode=755 seawall-box "$box" || fail "mount of a tmpfs refused"
    mkdir "$box/upper" "$box/work" "$box/root"
    mount -t overlay -o "lowerdir=/,upperdir=$box/upper,workdir=$box/work" seawall-box "$root" \
        || fail "mount of an overlay of / refused"
    # Only what this test brings is to run; the hardware is not this box's.
    rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires "$root"/var/log/journal
    : >"$root/etc/fstab"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    echo "$name" >"$root/etc/hostname"
    local unit
    for unit in systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket \
        systemd-udev-trigger.service sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
        sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount \
        dev-hugepages.mount dev-mqueue.mount systemd-sysctl.service systemd-binfmt.service getty.target \
        kmod-static-nodes.service systemd-modules-load.service console-getty.service systemd-logind.service \
        systemd-random-seed.service systemd-update-utmp.service systemd-networkd.service dbus.socket \
        dbus.service; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit"
    done
}

child_of() {
    awk -v parent="$1" '$1 == "PPid:" && $2 == parent { split(FILENAME, path, "/"); print path[3]; exit }' \
        /proc/[0-9]*/status 2>/dev/null || true
}

take_away() {
    set +e
    trap - EXIT
    [ -z "${starter:-}" ] || kill -KILL "$starter" 2>/dev/null
    # With process 1 every process of its namespace ends.
    [ -z "${first:-}" ] || kill -KILL "$first" 2>/dev/null
    local tries own
    for ((tries = 0; tries < 50; tries++)); do
        [ -z "${first:-}" ] || [ ! -d "/proc/$first" ] && break
        sleep 0.1
    done
    if [ -f "$box/cgroups" ]; then
        while read -r own; do
            for ((tries = 0; tries < 20; tries++)); do
                find "$own" -depth -type d -exec rmdir {} + 2>/dev/null
                [ ! -d "$own" ] && break
                sleep 0.1
            done
        done <"$box/cgroups"
    fi
}

run() {
    trap take_away EXIT
    make_root
    sh "$prepare" "$root" >>"$log" 2>&1 || fail "preparation failed, see $log"
    (
        enter_cgroups
        exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child --propagation private \
            bash "$0" inner "$box" "$name" </dev/null
    ) >>"$log" 2>&1 &
    starter=$!
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        first=$(child_of "$starter")
        if [ -n "$first" ] && [ "$(cat "/proc/$first/comm" 2>/dev/null)" = systemd ] \
            && nsenter -t "$first" -a systemctl is-system-running --wait >>"$log" 2>&1; then
            echo "up $first"
            # Until whoever wants this box has gone, well or not.
            cat >/dev/null
            return
        fi
        kill -0 "$starter" 2>/dev/null || fail "systemd did not boot, see $log"
        sleep 0.1
    done
    fail "systemd did not come up: $(nsenter -t "$first" -a systemctl --failed --no-legend 2>&1 | tr '\n' ' ')"
}

inner() {
    ip link set lo up 2>/dev/null || true
    hostname "$name"
    mount -t proc proc "$root/proc"
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount -o remount,bind,ro "$root/proc/sys"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    mkdir "$root/dev/pts" "$root/dev/shm"
    local node
    for node in null zero full random urandom tty; do
        : >"$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mkdir "$root/run/lock"
    # tmpfiles empties /tmp: in the overlay that would be a mark for each file of this machine's.
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount_cgroups
    mkdir "$root/former"
    cd "$root"
    pivot_root . former
    umount -l former
    exec env -i container=seawall-box PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        /lib/systemd/systemd --system --unit=basic.target
}

mount_cgroups() {
    local id controllers path where
    if ! grep -q '^[1-9]' /proc/self/cgroup; then
        mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
        return
    fi
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    while IFS=: read -r id controllers path; do
        case $id:$controllers in
            0:*) where=unified ;;
            *:name=systemd) where=systemd ;;
            *) where=$controllers ;;
        esac
        mkdir "$root/sys/fs/cgroup/$where"
        case $where in
            unified) mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/$where" ;;
            systemd) mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/$where" ;;
            *) mount -t cgroup -o "$controllers" cgroup "$root/sys/fs/cgroup/$where" ;;
        esac
    done </proc/self/cgroup
}

mode=$1 box=$2 root=$2/root
case $mode in
    run)
        log=$3 prepare=$4 name=seawall-box-$$
        run
        ;;
    inner)
        name=$3
        inner
        ;;
esac
