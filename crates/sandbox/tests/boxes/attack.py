import ctypes, errno, os, socket, sys
c = ctypes.CDLL(None, use_errno=True)
def name(number):
    return errno.errorcode.get(number, str(number))
def call(number, *arguments):
    ctypes.set_errno(0)
    done = c.syscall(ctypes.c_long(number), *[a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments])
    print('ok' if done != -1 else name(ctypes.get_errno()), flush=True)
def attempt(what):
    try:
        done = what()
        print('ok', done if isinstance(done, (str, int, bytes, list)) else '', flush=True)
    except OSError as fault:
        print(name(fault.errno), flush=True)
