#!/usr/bin/python3
"""Tries, within the unit's own settings, what Hearth must not be able to do, and what it must.
Prints a line for each attempt that ended otherwise than it must; exits with their number."""
import ctypes, mmap, os, socket, sys

data = sys.argv[1]
wrong = 0
libc = ctypes.CDLL(None, use_errno=True)


def attempt(what, do, allowed=False):
    global wrong
    try:
        do()
        happened = True
    except (OSError, ValueError):
        happened = False
    if happened != allowed:
        wrong += 1
        print(f"{what}: {'it can' if happened else 'it cannot'}")


def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def write(path):
    with open(path, "w") as file:
        file.write("x")


def opens(family, kind=socket.SOCK_STREAM):
    return lambda: socket.socket(family, kind).close()


def sees_others():
    if not any(os.path.exists(f"/proc/{pid}/cmdline") for pid in range(1, 3)):
        raise OSError("they are not there")


attempt("writes its data folder", lambda: write(f"{data}/probe"), allowed=True)
attempt("takes it away", lambda: os.unlink(f"{data}/probe"), allowed=True)
attempt("speaks to the manager by a socket of files", opens(socket.AF_UNIX, socket.SOCK_DGRAM), allowed=True)
for folder in ["/etc", "/etc/hearth", "/usr/bin", "/usr/share/hearth", "/var/lib", "/var/log", "/opt", "/srv", "/boot"]:
    attempt(f"writes {folder}", lambda folder=folder: write(f"{folder}/probe"))
for folder in ["/root", "/home"]:
    attempt(f"looks into {folder}", lambda folder=folder: [os.listdir(folder)[0]] if os.listdir(folder) else os.stat("/nowhere"))
attempt("reads passwords", lambda: open("/etc/shadow").read())
attempt("sees the processes of others", sees_others)
for name in ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"]:
    attempt(f"opens a socket {name}", opens(getattr(socket, name), socket.SOCK_RAW if name in ("AF_NETLINK", "AF_PACKET") else socket.SOCK_STREAM))
attempt("becomes root", lambda: os.setuid(0))
attempt("has an effective right", lambda: None if int(next(line for line in open("/proc/self/status") if line.startswith("CapEff")).split()[1], 16) else os.stat("/nowhere"))
attempt("makes a namespace", lambda: call("unshare", 0x10000000))
attempt("mounts", lambda: call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, None))
attempt("changes its root", lambda: os.chroot("/tmp"))
attempt("sets the clock", lambda: call("settimeofday", ctypes.create_string_buffer(16), None))
attempt("sets the name of the machine", lambda: socket.sethostname("probe"))
attempt("runs what it wrote into memory", lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close())
attempt("makes a file that runs as its owner", lambda: os.chmod(os.open(f"{data}/probe", os.O_CREAT | os.O_WRONLY), 0o4755))
attempt("opens a device", lambda: os.close(os.open("/dev/kmsg", os.O_RDONLY)))
attempt("leaves a core", lambda: None if __import__("resource").getrlimit(__import__("resource").RLIMIT_CORE)[0] else os.stat("/nowhere"))
if os.path.exists(f"{data}/probe"):
    os.unlink(f"{data}/probe")
sys.exit(min(wrong, 100))
