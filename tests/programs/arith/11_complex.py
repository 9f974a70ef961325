# Complex numbers.
a = 1 + 2j
b = 3 - 1j
print(a + b, a - b, a * b, a / b, -a, a ** 2, a * 2, 2.5 + a, a - 1)
print(a.real, a.imag, b.conjugate(), abs(3 - 4j), a == 1 + 2j, a != b, complex(1, -2), complex(0.5))
print(1j, -1j, 0j, 1e20j, complex(0, -0.0), complex(-0.0, 1), 1j * 1j, (2 + 0j), [1j, 2 + 3j])
def step(z, c):
    return z * z + c
z = 0j
for _ in range(4):
    z = step(z, 0.25 + 0.5j)
    print(z)
