"""A kernel called through ctypes, with an array of the standard library. Arguments: the library, quipu.h's folder."""
import array
import ctypes
import sys

MAX_RANK = 16
FLOAT64 = 10


class Array(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("rank", ctypes.c_uint32),
        ("dtype", ctypes.c_uint32),
        ("dims", ctypes.c_int64 * MAX_RANK),
        ("strides", ctypes.c_int64 * MAX_RANK),
    ]


quipu = ctypes.CDLL(sys.argv[1])
quipu.quipu_compile.restype = ctypes.c_void_p
for name in ("quipu_address", "quipu_context"):
    getattr(quipu, name).restype = ctypes.c_void_p
    getattr(quipu, name).argtypes = [ctypes.c_void_p]
quipu.quipu_error.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
quipu.quipu_close.argtypes = [ctypes.c_void_p]

SOURCE = b"""
def normalize(a):
    m = a.mean()
    for i in range(len(a)):
        if a[i] == m:
            raise ValueError("element " + str(i) + " is the mean")
        a[i] = 1 / (a[i] - m)
    return m
"""
message = ctypes.create_string_buffer(500)
kernel = quipu.quipu_compile(SOURCE, b"normalize", b"float64[:]", message, len(message))
assert kernel, message.value
function = ctypes.CFUNCTYPE(
    ctypes.c_int32, ctypes.c_void_p, ctypes.POINTER(Array), ctypes.POINTER(ctypes.c_double)
)(quipu.quipu_address(kernel))


def call(values):
    data = array.array("d", values)
    a = Array(data.buffer_info()[0], 1, FLOAT64)
    a.dims[0], a.strides[0] = len(data), data.itemsize
    mean = ctypes.c_double()
    status = function(quipu.quipu_context(kernel), ctypes.byref(a), ctypes.byref(mean))
    quipu.quipu_error(kernel, message, len(message))
    print(status, mean.value, data.tolist(), message.value.decode())


call([1.0, 2.0, 6.0])
call([1.0, 2.0, 3.0])
quipu.quipu_close(kernel)
