#!/usr/bin/perl
# Tries what a sandbox must refuse, or allow, and says for each how it went: "NAME ok" or "NAME ERROR TEXT".
use strict;
use warnings;
use Errno;
use Socket;
use POSIX ();

my $cluster = '/var/lib/seawall/main';
my $machine = (POSIX::uname())[4];
my ($ptrace, $mount, $unshare, $setpriority, $bpf) = $machine eq 'aarch64' ? (117, 40, 97, 140, 280)
    : (101, 165, 272, 141, 321);

sub told {
    my ($name, $is_done) = @_;
    my $error = $is_done ? 'ok' : (grep { $!{$_} } keys %!)[0] // "$!";
    print "$name $error\n";
}

sub can_write {
    my ($name, $path) = @_;
    my $is_open = open(my $file, '>', $path);
    told($name, $is_open);
    unlink $path if $is_open;
}

print "uid $<\n";
can_write('write-etc', '/etc/seawall-probe');
can_write('write-usr', '/usr/lib/seawall/probe');
can_write('write-run', '/run/seawall/probe');
can_write('write-cluster', "$cluster/probe");
can_write('write-wal', "$cluster/pg_wal/probe");
can_write('write-control', "$cluster/global/probe");
can_write('write-status', "$cluster/pg_wal/archive_status/probe");
can_write('write-base', "$cluster/base/probe");
can_write('write-archive', '/var/lib/seawall/archive/probe');
can_write('write-tmp', '/tmp/probe');
told('read-home', open(my $secret, '<', '/home/somebody/secret'));
told('list-root', opendir(my $root, '/root'));
told('read-cluster', open(my $control, '<', "$cluster/global/pg_control"));
print 'other-tmp ', (-e '/tmp/outside' ? 'seen' : 'hidden'), "\n";
print 'first-process ', (-e '/proc/1/status' ? 'seen' : 'hidden'), "\n";
print 'devices ', (-e '/dev/kmsg' || -e '/dev/fuse' ? 'seen' : 'hidden'), "\n";

told('socket-unix', socket(my $unix, PF_UNIX, SOCK_STREAM, 0));
told('socket-inet', socket(my $inet, PF_INET, SOCK_STREAM, 0));
told('socket-packet', socket(my $packet, 17, SOCK_RAW, 0));
told('connect-inet', defined fileno($inet)
    && connect($inet, pack_sockaddr_in(5432, inet_aton('127.0.0.1'))));
told('ptrace', syscall($ptrace, 0, 0, 0, 0) == 0);
told('unshare', syscall($unshare, 0x10000000) == 0);
my ($what, $where, $type, $none) = ('none', '/tmp', 'tmpfs', '');
told('mount', syscall($mount, $what, $where, $type, 0, $none) == 0);
told('setpriority', syscall($setpriority, 0, 0, -5) == 0);
told('bpf', syscall($bpf, 0, 0, 0) == 0);
told('chroot', chroot('/tmp'));
told('setuid', POSIX::setuid(0) && $< == 0);
if (open(my $status, '<', '/proc/self/status')) {
    while (<$status>) {
        print "$1 $2\n" if /^(CapEff|CapBnd|NoNewPrivs|Seccomp):\s+(\S+)/;
    }
}
if (open(my $interfaces, '<', '/proc/self/net/dev')) {
    my @names = map { /^\s*([^:\s]+):/ ? $1 : () } <$interfaces>;
    print 'interfaces ', join(',', sort @names), "\n";
}
