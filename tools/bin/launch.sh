# Sourced by the commands of this directory: finds a JDK 25 and what was built, and runs a main class.
#
#   launch NAME CLASS KIND [ARGUMENT ...]
#
# KIND is `tool` (starts fast), `cached` (starts faster, from an ahead-of-time cache that is made on
# first use and tells the optimizing compiler what is worth its time), `server` (long-running and busy: the optimizing
# compiler is worth its start), or one of the daemons `walwriter`, `checkpointer` and `archiver`: small heaps that grow
# when they must, and signals as they are by default, whatever the shell that runs this ignores. The walwriter has a
# cache too, made from a rehearsal: commits wait for its start.
# Variables: SEAWALL_JAVA_HOME (a JDK 25), SEAWALL_JAVA_OPTIONS (more options for the JVM).
# `bin` is this directory without symbolic links; the command that sources this file sets it.

tools=$(CDPATH= cd -- "$bin/.." && pwd -P) || exit 4
home=$(CDPATH= cd -- "$tools/.." && pwd -P) || exit 4
# Where it is built, or will be; installed by systemd/install, the jars are beside `bin` and there is no
# pom. Not told by what is there already: this is read before `build` makes it.
built=$tools/target
[ -f "$tools/pom.xml" ] || built=$tools

# What Chronicle Bytes, java.lang.foreign and inherited sockets need from the JVM; the parent pom gives tests the same.
jvm_flags='--enable-native-access=ALL-UNNAMED
--sun-misc-unsafe-memory-access=allow
--add-opens=java.base/java.lang.reflect=ALL-UNNAMED
--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED
--add-exports=java.base/sun.nio.ch=ALL-UNNAMED
--add-opens=java.base/sun.nio.ch=ALL-UNNAMED
-XX:+UseSerialGC -XX:-UsePerfData'

say() {
    printf '%s\n' "$name: $1" >&2
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" >&2
}

# Whether $1 is the home of a Java 25. Reads its `release` file: asking by starting a JVM costs 50 ms.
is_java_25() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}

# Sets java_home, or explains and exits with 2.
find_java() {
    if [ -n "${SEAWALL_JAVA_HOME:-}" ]; then
        if is_java_25 "$SEAWALL_JAVA_HOME"; then
            java_home=$SEAWALL_JAVA_HOME
            return
        fi
        say "SEAWALL_JAVA_HOME is \"$SEAWALL_JAVA_HOME\", which is no JDK 25" \
            'HINT: Let it name a directory that has bin/java and a file "release" with JAVA_VERSION="25...", or unset it.'
        exit 2
    fi
    on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/java}
    for java_home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* "$on_path"; do
        if is_java_25 "$java_home"; then
            return
        fi
    done
    say 'found no JDK 25' \
        'HINT: Install one, for example Eclipse Temurin 25 (Debian: package temurin-25-jdk from the Adoptium repository;' \
        '      SDKMAN: sdk install java 25-tem), or let SEAWALL_JAVA_HOME name the directory of one that you have.' \
        '      Looked in: SEAWALL_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, /opt/java, /opt/jdk*, ~/.sdkman, ~/.jdks, PATH.'
    exit 2
}

# Sets class_path: our jar, then the libraries in an order that does not depend on the locale, since
# the cache holds for one order only; then those of `more`, a directory that a command may set, and that
# need not be there. Returns 1 if there is nothing built.
find_classes() {
    class_path=
    old_locale=${LC_ALL-}
    LC_ALL=C
    for jar in "$built"/seawall-tools-*.jar "$built"/lib/*.jar ${more:+"$more"/seawall-*.jar "$more"/lib/*.jar}; do
        case $jar in
            *-tests.jar | *-sources.jar) ;;
            *) [ -f "$jar" ] && class_path=${class_path:+$class_path:}$jar ;;
        esac
    done
    LC_ALL=$old_locale
    [ -n "$old_locale" ] || unset LC_ALL
    case $class_path in
        *"/seawall-tools-"*"/lib/"*) return 0 ;;
        *) return 1 ;;
    esac
}

# Sets cache_flag if there is a cache for $name that is newer than what it was made from. The JVM ignores a
# cache that does not fit. Returns 1 if one is to be made.
find_cache() {
    cache=$built/$name.aot
    cache_flag=
    for jar in "$built"/seawall-tools-*.jar; do
        if [ -f "$cache" ] && [ ! "$jar" -nt "$cache" ] && [ ! "$built/lib" -nt "$cache" ]; then
            cache_flag=-XX:AOTCache=$cache
            return 0
        fi
    done
    return 1
}

# Makes a cache for $name for the next time, by running a class with arguments in the background, as nobody's
# child: it holds what that run used. Where nobody may write there is none. $clean is what to start it with.
make_cache() {
    # One who was killed at it, as systemd does with all of a unit, does not come back.
    [ -z "$(find "$cache.making" -maxdepth 0 -mmin +10 2>/dev/null)" ] || rmdir "$cache.making" 2>/dev/null
    if mkdir "$cache.making" 2>/dev/null; then
        ( (
            trap 'rm -f "$cache.new"; rmdir "$cache.making"' EXIT
            # shellcheck disable=SC2086
            timeout 120 nice ${clean:-} "$java_home/bin/java" $jvm_flags -Xlog:disable \
                "-XX:AOTCacheOutput=$cache.new" -cp "$class_path" "$@"
            [ ! -f "$cache.new" ] || mv "$cache.new" "$cache"
        ) >/dev/null 2>&1 </dev/null & )
    fi
}

# Learns from doing once more what is asked for. The arguments are the command's; only with a file or
# directory among them is there work to learn from.
use_cache() {
    ! find_cache || return 0
    is_work=
    for argument; do
        case $argument in
            -f | --follow) return ;;
        esac
        [ ! -e "$argument" ] || is_work=yes
    done
    [ -z "$is_work" ] || make_cache "$class" "$@"
}

# Builds with Maven, unless everything built is newer than every source.
build() {
    if find_classes; then
        set -- "$built"/seawall-tools-*.jar
        newer=$(find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main -newer "$1" -type f 2>/dev/null | head -n 1)
        [ -n "$newer" ] || return 0
    fi
    if ! command -v mvn >/dev/null 2>&1; then
        say 'Seawall is not built, and there is no Maven to build it' \
            'HINT: Install Maven 3.8.7 or newer (Debian: apt install maven) and run this again.'
        exit 2
    fi
    printf '%s\n' 'Building Seawall (mvn -q -DskipTests package; the first time it downloads its libraries) ...' >&2
    if ! (cd "$home" && JAVA_HOME=$java_home mvn -q -B -Dstyle.color=never -DskipTests package -pl '!tools/peers' >&2); then
        say 'the build failed' 'HINT: The lines above tell why; mvn needs Maven Central the first time.'
        exit 4
    fi
}

# Whether this process was started with SIGHUP, SIGINT or SIGTERM ignored, which are bits 0, 1 and 14 of a mask in
# hexadecimal; yes, if the system does not tell.
is_ignoring() {
    while read -r key mask; do
        case $key in
            SigIgn:)
                case $mask in
                    *[4567cdefCDEF]???) return 0 ;;
                    *[048cC]) return 1 ;;
                    *) return 0 ;;
                esac
                ;;
        esac
    done 2>/dev/null <"/proc/$$/status"
    return 0
}

# Adds a daemon's flags. A shell without job control starts what is in the background with SIGINT
# ignored, nohup does so with SIGHUP, and the JVM leaves ignored what it finds ignored.
daemon() {
    jvm_flags="$jvm_flags $*"
    # A heap of malloc's for each of many threads would be most of an idle daemon.
    export MALLOC_ARENA_MAX=2
    if is_ignoring && env --default-signal=INT true 2>/dev/null; then
        signals='env --default-signal=INT,HUP,TERM'
    fi
}

launch() {
    name=$1 class=$2 kind=$3
    shift 3
    find_java
    if ! find_classes; then
        say "Seawall is not built yet" \
            "HINT: Run \"mvn -q -DskipTests package\" in $home, or \"$tools/bin/walctl quickstart\", which does it."
        exit 2
    fi
    cache_flag=
    signals=
    case $kind in
        # Over at once, most of them: the optimizing compiler is left what is called very often. It is not to be
        # without: only its SHA-256 is the processor's, and takes a fifteenth of the time.
        tool)
            jvm_flags="$jvm_flags -XX:Tier4InvocationThreshold=40000 -XX:Tier4MinInvocationThreshold=5000"
            jvm_flags="$jvm_flags -XX:Tier4CompileThreshold=120000 -XX:Tier4BackEdgeThreshold=320000"
            ;;
        cached) use_cache "$@" ;;
        server) ;;
        # Messages of a megabyte find room among the young: once they are with the old, those that are dead too
        # are collected only when the heap has grown to its bound.
        walwriter)
            daemon -Xms16m -Xmx512m -XX:NewSize=12m -XX:SurvivorRatio=2
            # Never from a start of its own: nothing may run twice on one cluster. Nor with settings of the
            # environment, or the rehearsal would take the socket of the one who is about to start.
            clean='env -i'
            find_cache || make_cache dev.seawall.tools.daemon.Rehearsal
            ;;
        checkpointer) daemon -Xms8m -Xmx256m ;;
        archiver) daemon -Xms8m -Xmx128m ;;
    esac
    # -Xlog:disable: the JVM's own warnings go to standard output, where results belong.
    # shellcheck disable=SC2086
    exec $signals "$java_home/bin/java" $jvm_flags -Xlog:disable ${cache_flag:+"$cache_flag"} ${SEAWALL_JAVA_OPTIONS:-} \
        "-Dseawall.home=$home" -cp "$class_path" "$class" "$@"
}
