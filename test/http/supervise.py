"""A service manager for tests, in the part that matters: it owns the listening socket and hands it to
the program, as systemd does with a socket unit. So what comes in while the program restarts waits in
the kernel's queue. Says "port N" first; on each line of standard input it stops the program with
SIGTERM and starts it anew, and says "ended STATUS"; at the end of input it stops it for good.

    supervise.py PROGRAM ARGUMENT ...
"""
import os
import signal
import socket
import sys

listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(512)
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.bind("\0hearth-test-%d" % os.getpid())
told.settimeout(60)


def start():
    child = os.fork()
    if child == 0:
        os.dup2(listening.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(
            LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", NOTIFY_SOCKET="@hearth-test-%d" % os.getppid()
        )
        os.execv(sys.argv[1], sys.argv[1:])
    while True:
        words = told.recv(4096).decode().split("\n")
        print("told", words[0], flush=True)
        if words[0] == "READY=1":
            return child


def stop(child):
    os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)


print("port", listening.getsockname()[1], flush=True)
running = start()
for line in sys.stdin:
    if line.strip() == "reload":
        os.kill(running, signal.SIGHUP)
        continue
    stop(running)
    running = start()
stop(running)
