# NEP 50: Python scalars are weak, NumPy scalars and arrays are strong.
import numpy as np
i8 = np.array([1, 2], dtype=np.int8)
i32 = np.array([1, 2], dtype=np.int32)
u8 = np.array([1, 2], dtype=np.uint8)
f32 = np.array([1, 2], dtype=np.float32)
f64 = np.array([1.0, 2.0])
c64 = np.array([1j], dtype=np.complex64)
bl = np.array([True, False])
print((i8 + 1).dtype, (i8 + 1.5).dtype, (f32 + 1).dtype, (f32 + 1.5).dtype, (f32 + 1j).dtype, (u8 + 1).dtype, (bl + 1).dtype, (bl + 1.5).dtype, (i32 * 2.0).dtype)
print((i8 + i32).dtype, (i8 + u8).dtype, (i32 + f32).dtype, (f32 + f64).dtype, (i8 + f32).dtype, (c64 + f64).dtype, (c64 + f32).dtype, (bl + i8).dtype, (bl + bl).dtype, (u8 + i32).dtype)
print((f32 + np.float64(1)).dtype, (f32 * np.float32(2)).dtype, (i8 + np.int64(1)).dtype, (np.float32(1) + 1.5), (np.int8(5) * 2), (np.float32(1) + np.float64(1)))
print((i32 / i32).dtype, (i8 / i8).dtype, (i8 // i8).dtype, (bl / bl).dtype, (i32 ** 2).dtype, (i32 ** 0.5).dtype, (u8 - u8).dtype, (-u8), (np.array([1], dtype=np.uint64) + np.array([1])).dtype)
print(np.sqrt(i32).dtype, np.sqrt(f32).dtype, np.sqrt(np.array([4], dtype=np.int16)).dtype, (f32 > 1).dtype, np.abs(c64).dtype)
