#!/bin/sh
# What is in the box before it boots: prepare.sh ROOT, with BUILT (a directory of jars) and JDK and SYSTEMD (the
# repository's systemd/) in the environment. Installs as an administrator would, and puts beside it what the
# tests need.
set -eu
root=$1
DESTDIR=$root BUILT=$BUILT sh "$SYSTEMD/install"

# The JDK of this test run, wherever it is: the sandbox hides /home and /root.
mkdir -p "$root/opt/seawall-jdk"
mount --bind "$JDK" "$root/opt/seawall-jdk"
for unit in walwriter checkpointer archiver seawall-init; do
    mkdir -p "$root/etc/systemd/system/$unit.service.d"
    printf '[Service]\nEnvironment=SEAWALL_JAVA_HOME=/opt/seawall-jdk\n' \
        >"$root/etc/systemd/system/$unit.service.d/jdk.conf"
done

# Something to be kept out of.
mkdir -p "$root/home/somebody"
echo secret >"$root/home/somebody/secret"
install -m 0755 "$(dirname "$0")/probe.pl" "$root/usr/lib/seawall/probe.pl"
