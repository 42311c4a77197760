from __future__ import annotations

import platform
import subprocess
import sys

import pytest

LINUX = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}, reason="Linux has what is tried here"
)


def told(text: str) -> str:
    """Return what a process of its own prints: what it gives up it does not get back."""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@LINUX
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX"])
def test_the_kernel_refuses_sockets(family: str) -> None:
    text = f"""
import socket
from engine.sandbox.confinement import make_no_sockets
socket.socket(socket.{family}).close()
print(make_no_sockets())
try:
    socket.socket(socket.{family})
except PermissionError as error:
    print(error.strerror)
with open("/dev/null") as file:
    print("files open")
"""
    assert told(text).split("\n") == ["True", "Permission denied", "files open"]


@LINUX
def test_a_thread_and_a_child_have_no_sockets_either() -> None:
    text = """
import socket, subprocess, sys, threading
from engine.sandbox.confinement import make_no_sockets
make_no_sockets()
def attempt():
    try:
        socket.socket()
    except PermissionError:
        print("refused", flush=True)
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
code = subprocess.run([sys.executable, "-c", "import socket; socket.socket()"], stderr=subprocess.DEVNULL).returncode
print(code)
"""
    assert told(text).split("\n") == ["refused", "1"]


@LINUX
def test_a_call_that_makes_sockets_another_way_is_refused() -> None:
    text = """
import ctypes, errno
from engine.sandbox.confinement import make_no_sockets
make_no_sockets()
syscall = ctypes.CDLL(None, use_errno=True).syscall
print(syscall(425, 1, None), ctypes.get_errno() == errno.EACCES)
"""
    assert told(text) == "-1 True"


@pytest.mark.parametrize("room", [0, 1, 3])
def test_so_many_files_are_opened_and_no_more(room: int) -> None:
    text = f"""
import os
from engine.sandbox.confinement import few_more_files
found = []
with few_more_files({room}):
    try:
        while True:
            found.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
print(len(found))
os.close(os.open("/dev/null", os.O_RDONLY))
"""
    assert int(told(text)) == room
