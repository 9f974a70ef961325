# print and repr of integer and bool arrays.
import numpy as np
print(np.arange(5), np.arange(12).reshape(3, 4), np.array([1, -10, 100]), np.array([[1], [-20]]))
print(np.array([True, False]), np.array([[True, False], [False, True]]))
print(repr(np.arange(5)), repr(np.array([1, 2], dtype=np.int8)), repr(np.array([[True], [False]])), repr(np.arange(6, dtype=np.uint8).reshape(2, 3)))
print(np.zeros((2, 2, 2), dtype=int))
print(repr(np.arange(8).reshape(2, 2, 2)))
print(np.array([]), repr(np.array([])), np.zeros((0, 3)), repr(np.zeros((2, 0))), np.array(5), repr(np.array(5)), repr(np.array([], dtype=np.int64)))
print([np.arange(3), np.zeros(1)], (np.array([1, 2]),))
