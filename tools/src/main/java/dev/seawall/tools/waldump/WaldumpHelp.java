package dev.seawall.tools.waldump;

/// What `waldump --help` and `--version` say. Text, not picocli's: it must be there at once.
final class WaldumpHelp {

    static final String VERSION = "waldump (Seawall) 0.1.0, log formats of PostgreSQL 13 to 18\n";

    static final String TEXT = """
            waldump shows the records of a write-ahead log, Seawall's or a PostgreSQL 13 to 18 server's.

            Usage:
              waldump [OPTION]... [STARTSEG [ENDSEG]]

            Which log:
              -p, --path=PATH        directory of segment files, or one with a ./pg_wal of them
                                     (default: current directory, ./pg_wal, $PGDATA/pg_wal)
              -t, --timeline=TLI     timeline to read (default: 1, or STARTSEG's)
              -s, --start=RECPTR     start reading at this LSN
              -e, --end=RECPTR       stop reading at this LSN
              -f, --follow           at the end of the log, wait for more
              -n, --limit=N          stop after N records

            Which records (all filters given must match):
              -r, --rmgr=RMGR        of this resource manager; may be given several times;
                                     --rmgr=list shows their names
              -x, --xid=XID          of this transaction
              -R, --relation=T/D/R   that change relation R of database D in tablespace T
              -B, --block=N          with --relation: that change block N
              -F, --fork=FORK        that change this fork: main, fsm, vm, init
              -w, --fullpage         with an image of a page

            How:
              -b, --bkp-details      details of blocks and images, a line each
              -z, --stats[=record]   sums by resource manager, or by kind of record, not records
              -q, --quiet            nothing but errors
                  --json             one JSON object a record, on a line of its own
              -V, --version          show the version, then exit
              -?, --help             show this help, then exit

            Examples:
              waldump -p DIR/pg_wal 000000010000000000000001        one segment
              waldump -p DIR -s 0/1000000                           from there to the end of the log
              waldump -p DIR -s 0/1000000 -r Transaction -n 10      ten commits or aborts
              waldump -p DIR -s 0/1000000 --stats=record            what the log consists of
              waldump -p DIR -s 0/1000000 --json | jq .description

            Exit codes: 0 done; 1 wrong option, unreadable file, or a place without a valid record. The end
            of the log is such a place ("invalid record length ... wanted 24, got 0"): without STARTSEG
            or --end every run ends there, as pg_waldump's does.
            """;

    private WaldumpHelp() {}
}
